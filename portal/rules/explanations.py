"""Why that date: the facts of one sentence, and the days as weeks from Monday to Sunday."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from portal.rules.days import DayKind
from portal.rules.deadlines import CountedDay, DayRole, Due, Pause
from portal.rules.hours import CLOSES
from portal.rules.profiles import Origin, StepKind
from portal.rules.workdays import Calendar, DayMark, local_day

PAST_DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DayRun:
    """Days in a row that have the same reason and name, such as 15 to 23 February, Spring Festival."""

    first: date
    last: date
    why: str
    name: str = ""
    name_en: str = ""
    estimated: bool = False

    @property
    def days(self) -> int:
        """How many days of the calendar."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a sentence about a date needs; days are working days.

    `counts_from`: what happened on `starts_on`. `same_day`: due the day it came, nothing is counted. `missed_day`: it
    would have been, but came too late in it or (`came_at_rest`) while the hall rested. `ends_early`: the last day ends
    at a time of its own, such as noon, before the hall closes. `opened`: days counted although one would expect rest
    (make-up days, a hall's open Saturday). `rests` and `paused`: days skipped, `why` of a paused run being the code of
    the pause's reason. `estimated_years`: years whose notice is not out.
    """

    kind: StepKind
    counts_from: Origin
    profile_code: str
    starts_on: date
    first_day: date | None
    due_at: datetime | None
    due_on: date | None
    clock_time: time
    ends_early: bool
    days: int
    extra_days: int
    same_day: bool
    missed_day: bool
    came_at_rest: bool
    opened: tuple[DayMark, ...]
    rests: tuple[DayRun, ...]
    paused: tuple[DayRun, ...]
    pauses: tuple[Pause, ...]
    days_left: int | None
    estimated_years: tuple[int, ...]

    @property
    def stopped_for(self) -> str:
        """The code of the reason why the clock stands still now, or nothing."""
        return next((pause.reason for pause in self.pauses if pause.ended is None), "")


class StripState(StrEnum):
    """How a day of the strip looks; the mock-ups' class names."""

    GOT = "got"
    COUNT = "count"
    DUE = "due"
    PAST = "past"
    REST = "rest"
    PAUSED = "paused"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip: pale when `outside` the span, marked 班 when `makeup`; `number` 0: it does not count."""

    day: date
    state: StripState
    number: int = 0
    outside: bool = False
    makeup: bool = False
    today: bool = False
    why: str = ""
    name: str = ""
    name_en: str = ""
    estimated: bool = False


def explain(due: Due) -> Explanation:
    """The facts from which a template says, in one sentence, why the date is that date."""
    counted = [marked for marked in due.marks if marked.counts]
    return Explanation(
        kind=due.kind,
        counts_from=due.step.counts_from,
        profile_code=due.profile_code,
        starts_on=due.starts_on,
        first_day=counted[0].day if counted else None,
        due_at=due.due_at,
        due_on=due.due_on,
        clock_time=due.clock_time,
        ends_early=due.due_at is not None and due.days > 0 and due.step.clock != CLOSES,
        days=due.days,
        extra_days=due.step.extra,
        same_day=due.days == 0,
        missed_day=due.step.same_day and due.days > 0 and not due.step.extra,
        came_at_rest=not due.marks[0].mark.works,
        opened=tuple(marked.mark for marked in counted if marked.mark.reason is not DayKind.WORKDAY),
        rests=tuple(_runs(due, DayRole.RESTS)),
        paused=tuple(_runs(due, DayRole.PAUSED)),
        pauses=tuple(pause for pause in due.pauses if _cost(pause, due)),
        days_left=due.days_left,
        estimated_years=tuple(sorted({marked.day.year for marked in due.marks if marked.mark.estimated})),
    )


def origin_of(due: Due, *, redo: bool, says_no: bool) -> str:
    """What happened on the day a case's date starts: a code, the profile's own (Origin) with two exceptions.

    In a `redo` reply and solution count from the decision on it; where the reporter `says_no`, that decision counts
    from their word and not from the reply.
    """
    if says_no and due.kind is StepKind.FOLLOW_UP:
        return "said_no"
    return "redo" if redo and due.kind in (StepKind.REPLY, StepKind.SOLVE) else due.step.counts_from.value


def week_strip(due: Due, today: date, calendar: Calendar) -> tuple[tuple[StripDay, ...], ...]:
    """Weeks of seven days, Monday first, from the day it came to the due day, and on to today when that has passed.

    A date passed long ago shows two more weeks only; while the clock stands still the strip goes on to today likewise.
    """
    last = due.marks[-1].day
    shown = min(max(last, today), last + timedelta(days=PAST_DAYS_SHOWN))
    known = {marked.day: marked for marked in due.marks}
    days = [_strip_day(mark, known.get(mark.day), due, today, shown) for mark in calendar.strip(due.starts_on, shown)]
    return tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))


def _strip_day(mark: DayMark, counted: CountedDay | None, due: Due, today: date, shown: date) -> StripDay:
    # The count's own mark, so that the strip shows the days as they were when the date was worked out.
    mark = counted.mark if counted else mark
    after = due.starts_on < mark.day <= min(today, shown)
    state = _state(mark, counted, due, after)
    return StripDay(
        mark.day,
        state,
        number=counted.number if counted else 0,
        outside=counted is None and not after,
        makeup=mark.works and mark.reason is not DayKind.WORKDAY,
        today=mark.day == today,
        why=counted.why if counted else mark.reason.value,
        name=mark.name,
        name_en=mark.name_en,
        estimated=mark.estimated,
    )


def _state(mark: DayMark, counted: CountedDay | None, due: Due, after: bool) -> StripState:
    if mark.day == due.due_on:
        return StripState.DUE
    if counted is not None:
        return _STATES[counted.role]
    if not mark.works:
        return StripState.REST
    if not after:
        return StripState.OUT
    return StripState.PAUSED if due.is_stopped else StripState.PAST


_STATES = {
    DayRole.START: StripState.GOT,
    DayRole.COUNTS: StripState.COUNT,
    DayRole.RESTS: StripState.REST,
    DayRole.PAUSED: StripState.PAUSED,
}


def _runs(due: Due, role: DayRole) -> Iterator[DayRun]:
    def alike(marked: CountedDay) -> tuple[DayRole, str, str, bool]:
        mark = marked.mark
        # A holiday and the working day given for it are one rest to the person who waits.
        why = DayKind.HOLIDAY.value if marked.why == DayKind.REPLACEMENT else marked.why
        why = _reason(marked.day, due) if marked.role is DayRole.PAUSED else why
        return marked.role, why, mark.name if role is DayRole.RESTS else "", mark.estimated

    for (found, why, name, estimated), group in groupby(due.marks, alike):
        if found is role:
            days = list(group)
            yield DayRun(days[0].day, days[-1].day, why, name, days[0].mark.name_en if name else "", estimated)


def _reason(day: date, due: Due) -> str:
    return next((pause.reason for pause in due.pauses if _stood(pause, day)), "")


def _cost(pause: Pause, due: Due) -> bool:
    if pause.ended is None:
        return due.is_stopped
    return any(marked.role is DayRole.PAUSED and _stood(pause, marked.day) for marked in due.marks)


def _stood(pause: Pause, day: date) -> bool:
    return pause.first_day <= day and (pause.ended is None or day <= local_day(pause.ended))
