"""When something is due, counted day by day, and how a due date stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from portal.rules.hours import HallHours
from portal.rules.plain_data import BadData, mapping
from portal.rules.profiles import Profile, Step, StepKind
from portal.rules.workdays import ONE_DAY, Calendar, DayMark, instant_at, local_day, local_time


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `began` until `ended` (aware instants; None: it still does); `reason` is a code.

    Raises ValueError when it ends before it begins or an instant has no time zone.
    """

    began: datetime
    ended: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if any(instant is not None and instant.tzinfo is None for instant in (self.began, self.ended)):
            raise ValueError("a pause needs instants with a time zone")
        if self.ended is not None and self.ended < self.began:
            raise ValueError("a pause cannot end before it begins")

    @property
    def first_day(self) -> date:
        """The day it begins; counting stops on it, so the day itself still counts."""
        return local_day(self.began)

    def holds(self, day: date) -> bool:
        """Does it keep this day from counting? All days after the one it begins, up to the one it ends."""
        return self.first_day < day and (self.ended is None or day <= local_day(self.ended))

    def covers(self, instant: datetime) -> bool:
        """Did the clock stand still at this instant?"""
        return self.began <= instant and (self.ended is None or instant <= self.ended)

    def to_json(self) -> dict[str, str | None]:
        """As {"from": …, "to": … or null, "reason": …} with instants in UTC."""
        began, ended = self.began.astimezone(UTC), self.ended and self.ended.astimezone(UTC)
        return {"from": began.isoformat(), "to": ended.isoformat() if ended else None, "reason": self.reason}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pause:
        """Back from `to_json`. Raises ValueError."""
        given = mapping(data, "pause", ("from", "to", "reason"))
        began, ended = given.get("from"), given.get("to")
        if not isinstance(began, str) or not isinstance(ended, str | None):
            raise BadData("pause", "has no instants")
        return cls(
            datetime.fromisoformat(began), datetime.fromisoformat(ended) if ended else None, given.get("reason", "")
        )


class DayRole(StrEnum):
    """What a day does in a count."""

    START = "start"
    COUNTS = "counts"
    RESTS = "rests"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a count: what it is, what it does, and its number when it counts (else 0)."""

    mark: DayMark
    role: DayRole
    number: int = 0

    @property
    def day(self) -> date:
        """The date."""
        return self.mark.day

    @property
    def counts(self) -> bool:
        """Is it one of the working days of the term?"""
        return self.role is DayRole.COUNTS

    @property
    def why(self) -> str:
        """The code of the reason: start, paused, or what the calendar says of the day."""
        return self.role.value if self.role in (DayRole.START, DayRole.PAUSED) else self.mark.reason.value


@dataclass(frozen=True, slots=True)
class Due:
    """A date with all it was worked out from; `due_at` (UTC) is None while the clock stands still.

    `days` is the term in working days with its extension; 0 means the very working day it came. `days_left` is set only
    while the clock stands still.
    """

    step: Step
    profile_code: str
    started_at: datetime
    due_at: datetime | None
    days: int
    clock_time: time
    marks: tuple[CountedDay, ...]
    pauses: tuple[Pause, ...] = ()
    days_left: int | None = None

    @property
    def kind(self) -> StepKind:
        """What is due."""
        return self.step.kind

    @property
    def starts_on(self) -> date:
        """The day it starts, which does not count."""
        return local_day(self.started_at)

    @property
    def due_on(self) -> date | None:
        """The day in Shanghai it is due."""
        return None if self.due_at is None else local_day(self.due_at)

    @property
    def is_stopped(self) -> bool:
        """Does the clock stand still? A question asked after the date had passed does not stop it."""
        return self.due_at is None

    @property
    def estimated(self) -> bool:
        """Does it touch a year whose official notice is not out (按现行安排推算)?"""
        return any(counted.mark.estimated for counted in self.marks)


def due(
    profile: Profile,
    kind: StepKind,
    start: datetime,
    calendar: Calendar,
    hours: HallHours,
    *,
    cause: str | None = None,
    complexity: str | None = None,
    pauses: Iterable[Pause] = (),
    days: int | None = None,
) -> Due:
    """When a step of the profile is due that starts at `start` (aware).

    `days` is a shorter term that was agreed, such as the date a district confirms. Raises BadData when it is longer
    than the profile allows or below 1, ValueError for a naive instant. The rule of counting is `count_due`'s.
    """
    step = profile.step(kind, cause, complexity)
    if days is not None:
        if days > step.days:
            raise BadData(f"{kind}.days", f"is more than the profile's {step.days}")
        step = replace(step, days=days)
    return count_due(step, start, calendar, hours, pauses=pauses, profile_code=profile.code)


def count_due(
    step: Step,
    start: datetime,
    calendar: Calendar,
    hours: HallHours,
    *,
    pauses: Iterable[Pause] = (),
    profile_code: str = "",
) -> Due:
    """When a settled step is due, in working days of this calendar.

    The day it starts does not count, whatever the hour; the next working day is day 1; it ends with the last day's
    closing time unless the step names a clock time (Civil Code 201, 203; Administrative Licensing Law 82). A step due
    the same day ends with that day when it came on a working day before the cutoff; what comes at the cutoff or later,
    after closing or on a rest day has the step's days and clock, that is the next working day's noon. A pause takes out
    the working days after the day it began, up to the day it ended; if it stood over the very end of the term, the
    last day is had again afterwards, so that nothing is overdue the moment the clock goes on.
    """
    breaks = tuple(sorted(pauses, key=lambda pause: pause.began))
    first = CountedDay(calendar.mark(local_day(start)), DayRole.START)
    if step.same_day and not step.extra and first.mark.works and local_time(start) < hours.cutoff:
        end = instant_at(first.day, hours.closes)
        if not any(pause.covers(end) for pause in breaks):
            return Due(step, profile_code, start, end, 0, hours.closes, (first,), breaks)
    total, clock_time = step.days + step.extra, hours.at(step.clock)
    marks, end_at = _walk(first, total, clock_time, calendar, breaks)
    left = None if end_at else total - sum(marked.counts for marked in marks)
    return Due(step, profile_code, start, end_at, total, clock_time, marks, breaks, left)


def _walk(
    first: CountedDay, total: int, clock_time: time, calendar: Calendar, breaks: tuple[Pause, ...]
) -> tuple[tuple[CountedDay, ...], datetime | None]:
    marks, number = [first], 0
    while number < total:
        day = marks[-1].day
        if any(pause.ended is None and pause.first_day <= day for pause in breaks):
            return tuple(marks), None
        mark = calendar.mark(day + ONE_DAY)
        end = instant_at(mark.day, clock_time)
        if not mark.works:
            marks.append(CountedDay(mark, DayRole.RESTS))
        elif any(p.holds(mark.day) or (number + 1 == total and p.covers(end)) for p in breaks):
            marks.append(CountedDay(mark, DayRole.PAUSED))
        else:
            number += 1
            marks.append(CountedDay(mark, DayRole.COUNTS, number))
    return tuple(marks), instant_at(marks[-1].day, clock_time)
