"""Ratings (好差评) and their daily rollups."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base
from portal.models.types import BigId, UtcDateTime


class Rating(Base):
    """One rating of one visit or one case. The database refuses to delete it or to change what was said.

    What may change is what becomes of it: replaced by the rater's own second one, set aside with a reason, looked into;
    and its words may be erased when their time is over.
    """

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_hall_id_rated_on", "hall_id", "rated_on"),
        Index("ix_rating_bad_state_id", "bad_state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    # counter, or case (the handling of a case)
    subject: Mapped[str] = mapped_column(String(16))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("service_item.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    level: Mapped[str] = mapped_column(String(20))
    labels: Mapped[list[int]] = mapped_column(JSON, default=list)
    labels_version: Mapped[int] = mapped_column(default=2)
    words: Mapped[str] = mapped_column(String(500), default="")
    language: Mapped[str] = mapped_column(String(8), default="zh")
    channel: Mapped[int] = mapped_column(default=3)
    evidence: Mapped[str] = mapped_column(String(8))
    # 1, or 2 for the one change that the handle (visit token, tracking code) allows; both rows are kept.
    assess_number: Mapped[int] = mapped_column(default=1)
    superseded: Mapped[bool] = mapped_column(default=False)
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rated_on: Mapped[date]
    submission_hash: Mapped[str] = mapped_column(String(64), unique=True)
    set_aside_reason: Mapped[str | None] = mapped_column(String(32))
    # new, verifying, rectifying, explained, appealed, rectified, followed_up, closed; null for a good one
    bad_state: Mapped[str | None] = mapped_column(String(16))
    bad_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RatingDay(Base):
    """How many ratings of one level and kind of evidence a counter (or a department's cases) got on one day."""

    __tablename__ = "rating_day"

    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    # 0 stands for none: a primary key takes no null.
    department_id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(primary_key=True)
    evidence: Mapped[str] = mapped_column(String(8), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int]
    set_aside: Mapped[int] = mapped_column(default=0)


class LabelDay(Base):
    """How often one official label was chosen on one day."""

    __tablename__ = "label_day"

    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(primary_key=True)
    evidence: Mapped[str] = mapped_column(String(8), primary_key=True)
    label: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


class CaseDay(Base):
    """What became of cases on one day: concluded and on time, reached and solved."""

    __tablename__ = "case_day"

    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(primary_key=True)
    concluded: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(default=0)
    contacted: Mapped[int] = mapped_column(default=0)
    solved: Mapped[int] = mapped_column(default=0)
    partly: Mapped[int] = mapped_column(default=0)
    unsolved: Mapped[int] = mapped_column(default=0)
    not_confirmed: Mapped[int] = mapped_column(default=0)
