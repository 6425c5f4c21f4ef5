"""Staff, what they may do where, and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.models.types import UtcDateTime


class Staff(Base):
    """A member of staff."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(160), default="")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"), index=True)
    second_factor: Mapped[str | None] = mapped_column(String(160))
    active: Mapped[bool] = mapped_column(default=True)
    reset_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    reset_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInTries(Base):
    """Failed tries in a row: under a name, somebody's or nobody's alike, or from the own device of one person."""

    __tablename__ = "sign_in_tries"

    # A keyed hash: into the field of the name people sometimes type their password.
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Grant(Base):
    """A role somewhere: in every hall (both null), in one hall, or in one department."""

    __tablename__ = "staff_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("hall.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))


class StaffSession(Base):
    """A signed-in browser; only the hash of its secret is kept."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
