"""The scores' numbers as the daily rollups hold them, added up by place and time. Nothing here looks at a rating."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, select

from portal.extensions import db
from portal.models import CaseDay, LabelDay, RatingDay
from portal.rules.scoring import PUBLISHED, Tally
from portal.rules.vocabulary import Evidence, Level
from portal.services.score_scope import Period, monday_of

Key = Hashable


class By(StrEnum):
    """What a line of the scores is about."""

    HALL = "hall"
    DEPARTMENT = "department"
    COUNTER = "counter"
    WEEK = "week"


COLUMN = {By.HALL: "hall_id", By.DEPARTMENT: "department_id", By.COUNTER: "counter_id", By.WEEK: "day"}


@dataclass(frozen=True, slots=True)
class Question:
    """Which rollup rows are wanted: halls, days, perhaps only some departments or counters."""

    by: By
    hall_ids: frozenset[int]
    period: Period
    department_ids: frozenset[int] | None = None
    counter_ids: frozenset[int] | None = None

    def rows(self, model: Any) -> ColumnElement[bool]:
        """The condition on one of the three tables."""
        wanted = [model.hall_id.in_(self.hall_ids), model.day.between(self.period.first, self.period.last)]
        if self.department_ids is not None:
            wanted.append(model.department_id.in_(self.department_ids))
        if self.counter_ids is not None:
            wanted.append(model.counter_id.in_(self.counter_ids))
        return and_(*wanted)


@dataclass(slots=True)
class Counts:
    """What was counted for one line: ratings by kind of evidence, the published ones by month too, and cases."""

    kinds: dict[Evidence, Tally] = field(default_factory=lambda: defaultdict(Tally))
    months: dict[date, Tally] = field(default_factory=lambda: defaultdict(Tally))
    set_aside: int = 0
    concluded: int = 0
    on_time: int = 0
    reached: int = 0
    contacted: int = 0
    solved: int = 0
    not_confirmed: int = 0

    @property
    def published(self) -> Tally:
        """What makes the score: visit tokens, and the reporters of cases (scoring.PUBLISHED)."""
        return sum((self.kinds[kind] for kind in PUBLISHED if kind in self.kinds), Tally())

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        both = Counts(**{name: getattr(self, name) + getattr(other, name) for name in (*CASE_SUMS, "set_aside")})
        for part in (self, other):
            for kind, tally in part.kinds.items():
                both.kinds[kind] += tally
            for month, tally in part.months.items():
                both.months[month] += tally
        return both


CASE_SUMS = ("concluded", "on_time", "reached", "contacted", "solved", "not_confirmed")


def counts_by(question: Question) -> dict[Key, Counts]:
    """The counts of every line there is anything of; two statements."""
    found: dict[Key, Counts] = defaultdict(Counts)
    for row in db.session.execute(_rating_sums(question)):
        counts, kind, tally = (
            found[_key(question.by, row.key)],
            Evidence(row.evidence),
            Tally({Level(row.level): row.n}),
        )
        counts.kinds[kind] += tally
        counts.set_aside += row.set_aside
        if kind in PUBLISHED and question.by is not By.WEEK:
            counts.months[date(int(row.year), int(row.month), 1)] += tally
    key = getattr(CaseDay, COLUMN[question.by])
    sums = [func.sum(getattr(CaseDay, name)).label(name) for name in CASE_SUMS]
    for row in db.session.execute(select(key.label("key"), *sums).where(question.rows(CaseDay)).group_by(key)):
        counts = found[_key(question.by, row.key)]
        for name in CASE_SUMS:
            setattr(counts, name, getattr(counts, name) + int(getattr(row, name)))
    return dict(found)


def labels_by_evidence(question: Question) -> dict[int, dict[bool, int]]:
    """How often each label was chosen: in published ratings (True), and in the others (False); one statement."""
    found: dict[int, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    wanted = select(LabelDay.label, LabelDay.evidence, func.sum(LabelDay.n).label("n")).where(question.rows(LabelDay))
    for row in db.session.execute(wanted.group_by(LabelDay.label, LabelDay.evidence)):
        found[row.label][Evidence(row.evidence) in PUBLISHED] += int(row.n)
    return dict(found)


def _rating_sums(question: Question) -> Any:
    key = getattr(RatingDay, COLUMN[question.by])
    by = [key, RatingDay.evidence, RatingDay.level]
    columns = [key.label("key"), RatingDay.evidence, RatingDay.level]
    if question.by is not By.WEEK:
        month = [extract("year", RatingDay.day), extract("month", RatingDay.day)]
        by, columns = by + month, [*columns, month[0].label("year"), month[1].label("month")]
    sums = [func.sum(RatingDay.n).label("n"), func.sum(RatingDay.set_aside).label("set_aside")]
    return select(*columns, *sums).where(question.rows(RatingDay)).group_by(*by)


def _key(by: By, key: Any) -> Key:
    return monday_of(key) if by is By.WEEK else key
