"""What happened (append-only), what lists count, and what waits to be sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.models.types import BigId, UtcDateTime


class Event(Base):
    """One act, written in the transaction of the act itself. The database refuses to change or delete a row."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_case_id_seq", "case_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # reporter, staff or system
    actor: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    object_kind: Mapped[str] = mapped_column(String(24), default="case")
    object_id: Mapped[int | None] = mapped_column(BigId)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CaseTally(Base):
    """How many unrestricted cases share a hall, a holder, a state and a due day: what the inbox's tabs add up."""

    __tablename__ = "case_tally"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    # 0 stands for no holding department: a primary key takes no null.
    holder_id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    # "" when the clock runs
    waiting: Mapped[str] = mapped_column(String(24), primary_key=True)
    # Local date; 9999-12-31 stands for none.
    due_on: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class OutboxMessage(Base):
    """A message to the outside world that waits for the worker."""

    __tablename__ = "outbox_message"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    channel: Mapped[str] = mapped_column(String(16))
    recipient: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(200), default="")
