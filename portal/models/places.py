"""Halls, their departments, counters, items and posters: where things are and who answers for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.models.types import UtcDateTime


class Hall(Base):
    """政务服务大厅: it has its own calendar, deadline profile, phone and poster texts."""

    __tablename__ = "hall"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    window_name: Mapped[str] = mapped_column(String(80))
    window_name_en: Mapped[str] = mapped_column(String(120))
    window_place: Mapped[str] = mapped_column(String(120))
    window_place_en: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(40))
    host_name: Mapped[str] = mapped_column(String(120))
    host_name_en: Mapped[str] = mapped_column(String(160))
    icp_number: Mapped[str] = mapped_column(String(60), default="")
    police_number: Mapped[str] = mapped_column(String(60), default="")
    site_code: Mapped[str] = mapped_column(String(40), default="")
    # Local clock times "HH:MM": opens, noon, closes, cutoff (what comes from then on is taken up next day).
    hours: Mapped[dict[str, str]] = mapped_column(JSON)
    profile_code: Mapped[str] = mapped_column(String(32), default="standard")
    poster_texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Another number with every change of what hall_rules keeps, so that processes know when theirs is stale.
    rules_version: Mapped[int] = mapped_column(default=1)


class Department(Base):
    """部门 / 承办单位, a tree; its chief representative in the hall is its named contact."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", use_alter=True))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    credit_code: Mapped[str] = mapped_column(String(18), default="")


class Counter(Base):
    """窗口; a general counter (综合窗口) has no department of its own: the item decides."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("hall_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    number: Mapped[str] = mapped_column(String(12))
    sort_key: Mapped[int] = mapped_column(default=0)
    # "3号窗口" and "医保综合": the sign above it, and what it does.
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(60), default="")
    label_en: Mapped[str] = mapped_column(String(80), default="")
    floor: Mapped[str] = mapped_column(String(20), default="")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ServiceItem(Base):
    """事项: what one comes to a hall for."""

    __tablename__ = "service_item"
    __table_args__ = (UniqueConstraint("hall_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    code: Mapped[str] = mapped_column(String(24), default="")
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(160))
    promised_days: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Poster(Base):
    """海报: it owns the slug. Paper outlives servers, so a row is retired and never deleted."""

    __tablename__ = "poster"
    __table_args__ = (Index("ix_poster_hall_id_counter_id", "hall_id", "counter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(8), unique=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    purpose: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    made_on: Mapped[date]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("poster.id"))

    hall: Mapped[Hall] = relationship(lazy="raise")
    counter: Mapped[Counter | None] = relationship(lazy="raise")
