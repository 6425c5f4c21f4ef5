"""The case (反映件) and what hangs on it: reasons, complaints, messages, photos, proposals, reveals, claims."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Base
from portal.models.places import Counter, Department, Hall, ServiceItem
from portal.models.types import BigId, UtcDateTime

# Sorts behind every real date: a case whose clock is stopped or over has none.
NO_DATE = datetime(9999, 12, 31, tzinfo=UTC)


class Case(Base):
    """反映件, our main record. Where it happened (counter) is not who is complained about (Complaint)."""

    __tablename__ = "case"
    __table_args__ = (
        # The inbox pages by (due_sort, id) within one hall or one holding department.
        Index("ix_case_hall_id_open_due_sort_id", "hall_id", "open", "due_sort", "id"),
        Index("ix_case_holder_id_open_due_sort_id", "holder_id", "open", "due_sort", "id"),
        Index("ix_case_hall_id_status_received_at_id", "hall_id", "status", "received_at", "id"),
        Index("ix_case_restricted_hall_id", "restricted", "hall_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(9), unique=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    poster_id: Mapped[int | None] = mapped_column(ForeignKey("poster.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("service_item.id"), index=True)
    item_words: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(16), default="report")
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8), default="zh")
    words: Mapped[str] = mapped_column(Text)
    obstacles: Mapped[list[str]] = mapped_column(JSON, default=list)
    trips: Mapped[int | None]
    materials: Mapped[str | None] = mapped_column(String(16))
    application_number: Mapped[str] = mapped_column(String(40), default="")

    # Who: nothing here is required. Encrypted with the keys outside the database.
    anonymous: Mapped[bool] = mapped_column(default=True)
    contact_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    may_tell_department: Mapped[bool] = mapped_column(default=False)

    cause: Mapped[str | None] = mapped_column(String(16))
    sub_reason: Mapped[str | None] = mapped_column(String(32))
    complexity: Mapped[str | None] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(16), default="submitted")
    waiting: Mapped[str | None] = mapped_column(String(24))
    # The day by which the review that it waits for has a result: with nobody to be reminded it must not wait for ever.
    review_until: Mapped[date | None]
    supervised: Mapped[bool] = mapped_column(default=False)
    # True when a complaint or the cause "withheld" keeps it from all but oversight and whom oversight names.
    restricted: Mapped[bool] = mapped_column(default=False)
    open: Mapped[bool] = mapped_column(default=True)

    # For an anonymous report rounded down to the half hour; staff then see the date only.
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_on: Mapped[date] = mapped_column(index=True)
    clock_from: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    plan: Mapped[str] = mapped_column(Text, default="")
    rough_date: Mapped[date | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    # The running date the lists sort by (a copy of the deadline that is running), and what it is for.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_sort: Mapped[datetime] = mapped_column(UtcDateTime)
    due_kind: Mapped[str | None] = mapped_column(String(24))
    # What was promised on the receipt: taken up by, first reply by.
    take_up_promised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_promised_at: Mapped[datetime] = mapped_column(UtcDateTime)

    outcome: Mapped[str | None] = mapped_column(String(16))
    public_reply: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    remains: Mapped[str] = mapped_column(Text, default="")
    remains_until: Mapped[date | None]
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on_time: Mapped[bool | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closing: Mapped[str | None] = mapped_column(String(16))
    reporter_says: Mapped[str | None] = mapped_column(String(8))
    redo_number: Mapped[int] = mapped_column(default=0)
    urge_count: Mapped[int] = mapped_column(default=0)
    urged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))

    # The code itself is never stored. Null until a claim is used, for a case entered by staff.
    code_hmac: Mapped[str | None] = mapped_column(String(64), unique=True)
    submission_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Of everything that staff entered: the same again is a second tap, anything else another person's case.
    entry_hash: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    hall: Mapped[Hall] = relationship(lazy="raise")
    counter: Mapped[Counter | None] = relationship(lazy="raise")
    item: Mapped[ServiceItem | None] = relationship(lazy="raise")
    holder: Mapped[Department | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class SubReason(Base):
    """细分, a finer reason under a cause: everybody's or one hall's. Retired, never deleted: cases keep its code."""

    __tablename__ = "sub_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    cause: Mapped[str] = mapped_column(String(16))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("hall.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Complaint(Base):
    """Who is complained about: a person, a unit, or only the reporter's words until oversight finds out who."""

    __tablename__ = "complaint"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One thing said on a case: to the reporter and by them (public), or among staff (internal)."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    author: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    public: Mapped[bool]
    # A question stops the clock until it is answered.
    asks: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    submission_hash: Mapped[str | None] = mapped_column(String(64), unique=True)


class Attachment(Base):
    """A photo. Staged under a submission key while the person writes, then bound to a case or a message."""

    __tablename__ = "attachment"
    # Of the same photo sent twice at once, the second is the first.
    __table_args__ = (UniqueConstraint("submission_hash", "sha256"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Random; the only name by which it is asked for.
    name: Mapped[str] = mapped_column(String(40), unique=True)
    submission_hash: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    # Belongs to a reply of staff that nobody has told the reporter yet (services/enclosing.py).
    held: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    file: Mapped[str] = mapped_column(String(80))
    thumbnail: Mapped[str] = mapped_column(String(80))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Proposal(Base):
    """否定报备: a decline or a “not permitted” conclusion that waits for a second person."""

    __tablename__ = "proposal"
    # What waits (no decided_at) is a handful among all that were ever decided.
    __table_args__ = (Index("ix_proposal_decided_at_case_id", "decided_at", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    # What would be done: reason, right door, reply, basis, outcome.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")


class ContactReveal(Base):
    """Why somebody looked at name and number. Beside the event, which is never erased: a reason may say too much."""

    __tablename__ = "contact_reveal"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Claim(Base):
    """A single-use slip that the person's own phone turns into a tracking code."""

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    claim_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SolvedStory(Base):
    """A solved problem, told without the person, for those who stand where they stood."""

    __tablename__ = "solved_story"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("service_item.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    problem: Mapped[str] = mapped_column(Text)
    done: Mapped[str] = mapped_column(Text)
    tip: Mapped[str] = mapped_column(Text, default="")
    published_on: Mapped[date]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
