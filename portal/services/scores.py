"""Scores by hall, department, counter and week: rates with n and interval, small ones hidden, from rollups alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.data import RatingLabel, rating_labels
from portal.models import Hall
from portal.rules.scoring import MINIMUM, Composite, Rate, Tally, Weights, composite, rank, rate, satisfaction_rate
from portal.rules.suppression import suppressed
from portal.rules.vocabulary import Evidence
from portal.services.installation import installation
from portal.services.score_counts import By, Counts, Key, Question, counts_by, labels_by_evidence
from portal.services.score_scope import Period, Scope

HIDDEN = Rate(None, None, None, None, None, suppressed=True)
NOTHING = Counts()
# Which two kinds make the score: their sum stands beside them.
SCORED = (Evidence.VISIT, Evidence.CASE)
# Of the good levels, and of the bad ones.
MOST_LABELS = 6
# Their middle is a round number too.
FLOORS = (50, 40, 20, 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """Five levels, and the rate where one is wanted. Hidden: `few` (under five), or not few but telling (`beside`)."""

    tally: Tally | None
    rate: Rate
    few: bool = False

    @property
    def n(self) -> int | None:
        """How many ratings; None when hidden."""
        return self.tally.n if self.tally is not None else None

    @property
    def brief(self) -> str:
        """The number under a picture: <5 for one to four, a dash for what is hidden beside them."""
        if self.tally is None:
            return f"<{MINIMUM}" if self.few else "\N{EN DASH}"
        return f"{self.tally.n:,}"


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Sunday."""

    monday: date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Line:
    """One hall, department, counter or week (`thing`; None for what belongs to none), with its place by lower bound."""

    key: Key
    thing: Any
    score: Shown
    kinds: Mapping[Evidence, Shown]
    months: tuple[tuple[date, Shown], ...]
    on_time: Rate
    solve: Rate
    contact: Rate
    composite: Composite | None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class LabelLine:
    """How often a label was chosen in scored and in other ratings; None for one to four."""

    label: RatingLabel
    scored: int | None
    others: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines, their sum (None where none is shown), the labels, and what was set aside."""

    by: By
    period: Period
    lines: tuple[Line, ...]
    total: Line | None
    labels: tuple[LabelLine, ...]
    set_aside: int
    not_confirmed: int

    @property
    def floor(self) -> int:
        """Where every picture's scale begins, in per cent: the same for all, and nothing falls below it."""
        shown = [line.score for line in (*self.lines, *([self.total] if self.total else []))]
        shown += [month for line in self.lines for _day, month in line.months]
        lows = [score.rate.low for score in shown if score.rate.low is not None]
        return next(floor for floor in FLOORS if min(lows, default=1.0) * 100 >= floor)


def score_weights() -> Weights:
    """What counts how much here: the installation's setting."""
    return installation().settings.score_weights


def hall_sheet(halls: Sequence[Hall], period: Period) -> Sheet:
    """One line a hall; no sum over halls is shown."""
    question = Question(By.HALL, frozenset(hall.id for hall in halls), period)
    return _sheet(question, {hall.id: hall for hall in halls}, lines=())


def department_sheet(scope: Scope, period: Period) -> Sheet:
    """One line a department of the hall; what no department answered for has a line of its own."""
    question = Question(By.DEPARTMENT, frozenset({scope.hall.id}), period, scope.department_ids)
    return _sheet(question, {department.id: department for department in scope.departments})


def counter_sheet(scope: Scope, period: Period, department_id: int | None = None) -> Sheet:
    """One line a counter: of the hall, or of one department. A case belongs to the counter where it happened."""
    wanted = [c for c in scope.counters if department_id in (None, c.department_id)]
    limited = department_id is not None or not scope.is_whole
    ids = frozenset(counter.id for counter in wanted) if limited else None
    things = {counter.id: counter for counter in wanted if counter.retired_at is None}
    # The departments' sums are shown elsewhere: within each, nothing may come out by subtraction.
    units = [[c.id for c in wanted if c.department_id == unit] for unit in {c.department_id for c in wanted}]
    question = Question(By.COUNTER, frozenset({scope.hall.id}), period, counter_ids=ids)
    return _sheet(question, things, lines=units, retired={c.id: c for c in wanted})


def week_sheet(scope: Scope, period: Period, department_id: int | None = None) -> Sheet:
    """One line a week, the newest first: of the hall, or of one department."""
    units = frozenset({department_id}) if department_id is not None else scope.department_ids
    weeks = period.whole_weeks
    question = Question(By.WEEK, frozenset({scope.hall.id}), weeks, units)
    return _sheet(question, {monday: Week(monday) for monday in reversed(weeks.mondays)})


def _sheet(
    question: Question,
    things: Mapping[Any, Any],
    *,
    lines: Iterable[Sequence[Key]] | None = None,
    retired: Mapping[Any, Any] | None = None,
) -> Sheet:
    """Put together; `lines` are groups of keys whose sums stand elsewhere, beside the sum of all; () for no sums."""
    found = counts_by(question)
    counts = {key: found.get(key, NOTHING) for key in (*things, *(key for key in found if key not in things))}
    named = {**(retired or {}), **things}
    sums = [list(counts), *(lines or ())] if lines != () else []
    made = list(_lines(question, counts, named, sums))
    if question.by is not By.WEEK:
        made = _ranked(made)
    total = sum(found.values(), Counts())
    whole = next(_lines(question, {None: total}, {}, [])) if sums else None
    return Sheet(
        question.by, question.period, tuple(made), whole, _labels(question), total.set_aside, total.not_confirmed
    )


def _lines(
    question: Question, counts: Mapping[Key, Counts], named: Mapping[Any, Any], sums: list[Sequence[Key]]
) -> Iterator[Line]:
    scored = {key: found.published.n for key, found in counts.items()}
    hidden = suppressed(scored, sums)
    kinds = _hidden_kinds(counts, hidden, sums)
    months = question.period.months if question.by in (By.HALL, By.DEPARTMENT) else ()
    hidden_months = _hidden_months(counts, months, hidden, sums)
    concluded = suppressed({key: found.concluded for key, found in counts.items()}, sums)
    reached = suppressed({key: found.reached for key, found in counts.items()}, sums)
    for key, found in counts.items():
        score = _shown(found.published, hidden=key in hidden)
        solve = HIDDEN if key in reached else rate(found.solved, found.reached)
        contact = HIDDEN if key in reached else rate(found.contacted, found.reached)
        yield Line(
            key,
            named.get(key),
            score,
            {kind: _shown(found.kinds.get(kind, Tally()), hidden=(key, kind) in kinds) for kind in Evidence},
            tuple(
                (month, _shown(found.months.get(month, Tally()), hidden=(key, month) in hidden_months))
                for month in months
            ),
            HIDDEN if key in concluded else rate(found.on_time, found.concluded),
            solve,
            contact,
            composite(contact, score.rate, solve, score_weights()),
        )


def _hidden_kinds(
    counts: Mapping[Key, Counts], hidden: frozenset[Key], sums: list[Sequence[Key]]
) -> frozenset[tuple[Key, Evidence]]:
    """By line and kind: the scored kinds add up to the score, and each kind adds up over the lines."""
    cells = {
        (key, kind): found.kinds[kind].n for key, found in counts.items() for kind in Evidence if kind in found.kinds
    }
    across = [[(key, kind) for kind in SCORED] for key in counts]
    down = [[(key, kind) for key in keys] for keys in sums for kind in Evidence]
    return suppressed(cells, across + down, forced={(key, kind) for key in hidden for kind in SCORED})


def _hidden_months(
    counts: Mapping[Key, Counts], months: Sequence[date], hidden: frozenset[Key], sums: list[Sequence[Key]]
) -> frozenset[tuple[Key, date]]:
    """By line and month: months add up to the line, and lines to the month of all."""
    cells = {(key, month): found.months[month].n for key, found in counts.items() for month in found.months}
    across = [[(key, month) for month in months] for key in counts]
    down = [[(key, month) for key in keys] for keys in sums for month in months]
    return suppressed(cells, across + down, forced={(key, month) for key in hidden for month in months})


def _shown(tally: Tally, *, hidden: bool) -> Shown:
    few = 0 < tally.n < MINIMUM
    return Shown(None, HIDDEN, few) if hidden or few else Shown(tally, satisfaction_rate(tally, score_weights()))


def _ranked(lines: list[Line]) -> list[Line]:
    """By the lower end of the interval; those without a rate last, in their own order."""
    by_key = {line.key: line for line in lines}
    order = rank((line.key, line.score.rate) for line in lines)
    return [replace(by_key[entry.key], place=entry.place) for entry in order]


def _labels(question: Question) -> tuple[LabelLine, ...]:
    """The labels most often chosen, of the good levels and of the bad ones; what fewer than five chose is left out."""
    found = labels_by_evidence(question)
    lines = [
        LabelLine(label, _unless_few(found[label.code][True]), _unless_few(found[label.code][False]))
        for label in sorted(rating_labels(), key=lambda label: label.version, reverse=True)
        if label.code in found
    ]
    most = sorted(lines, key=lambda line: (-(line.scored or 0), -(line.others or 0), line.label.code))
    often = [line for line in most if line.scored or line.others]
    good = [line for line in often if not line.label.level.is_bad]
    bad = [line for line in often if line.label.level.is_bad]
    return (*good[:MOST_LABELS], *bad[:MOST_LABELS])


def _unless_few(count: int) -> int | None:
    return None if 0 < count < MINIMUM else count
