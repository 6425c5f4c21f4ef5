"""Calendar days that differ from the library's, the copy of the library's, and deadline profiles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.models.types import UtcDateTime


class CalendarDay(Base):
    """One day as a hall, an administrator or an official notice has it."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("ix_calendar_day_day_authority", "day", "authority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("hall.id"))
    # hall, admin or notice: which of them wins is a rule (rules/workdays.py)
    authority: Mapped[str] = mapped_column(String(8))
    day: Mapped[date]
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60), default="")
    name_en: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LibraryCopy(Base):
    """The holidays library's days as open dates were last counted by; one row. A newer library is not looked at
    until every date that it moves has been told (services/calendars.py)."""

    __tablename__ = "library_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    days: Mapped[list[Any]] = mapped_column(JSON)


class DeadlineProfile(Base):
    """A deadline profile as a hall keeps it; the presets are in rules/presets.py."""

    __tablename__ = "deadline_profile"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    steps: Mapped[dict[str, Any]] = mapped_column(JSON)
