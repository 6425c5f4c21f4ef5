"""Work orders, deadlines and follow-up calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.models.places import Department
from portal.models.types import BigId, UtcDateTime


class WorkOrder(Base):
    """工作单: one per dispatched department; prints as a paper form."""

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        Index("ix_work_order_department_id_status_due_sort_id", "department_id", "status", "due_sort", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    position: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    role: Mapped[str] = mapped_column(String(8), default="lead")
    status: Mapped[str] = mapped_column(String(16), default="issued")
    redo_number: Mapped[int] = mapped_column(default=0)
    task: Mapped[str] = mapped_column(Text, default="")
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Sent by oversight when the case was restricted already: an order from before a complaint entrusts nobody.
    entrusted: Mapped[bool] = mapped_column(default=False)
    # A named person when oversight chose one outside the line complained about; else who acknowledged it.
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_sort: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    internal_note: Mapped[str] = mapped_column(Text, default="")
    public_reply: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    department: Mapped[Department] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class Deadline(Base):
    """One running or met date, with all that is needed to count it again and to explain it."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_state_kind_due_at", "state", "kind", "due_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    # running, met, over (met too late) or dropped (no longer wanted)
    state: Mapped[str] = mapped_column(String(8), default="running")
    counts_from: Mapped[datetime] = mapped_column(UtcDateTime)
    # Null while paused.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the person was last told; a recompute moves due_at and this together, with an event.
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    profile_code: Mapped[str] = mapped_column(String(32))
    # The profile's step as it was when the date was set: {"days": 5, ...}
    step: Mapped[dict[str, Any]] = mapped_column(JSON)
    # [{"from": iso, "to": iso or null, "reason": code}, ...]
    pauses: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    estimated: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FollowUp(Base):
    """回访: one try to reach the person, and what they said."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    redo_number: Mapped[int] = mapped_column(default=0)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_on: Mapped[date]
    method: Mapped[str] = mapped_column(String(16))
    reached: Mapped[bool]
    contacted: Mapped[bool | None]
    solved: Mapped[str | None] = mapped_column(String(8))
    level: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
