"""When a promised date may move, by how much, and what must then be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from portal.rules.deadlines import CountedDay, Due, count_due
from portal.rules.hours import HallHours
from portal.rules.profiles import Step
from portal.rules.workdays import Calendar, DayMark, local_day


class ChangeReason(StrEnum):
    """Why a promised date moved. `rules`: calendar, profile or hours, which of them is not known any more."""

    CALENDAR = "calendar"
    PROFILE = "profile"
    HOURS = "hours"
    RULES = "rules"
    TAKEN_UP = "taken_up"
    EXTENDED = "extended"
    TRIAGE = "triage"


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A day that has come to work or to rest since the date was promised."""

    day: date
    was: DayMark
    now: DayMark


@dataclass(frozen=True, slots=True)
class Change:
    """A promised date that moved, None being a clock that stands still: an event, and shown with its reason."""

    old: datetime | None
    new: datetime | None
    reason: ChangeReason
    days: tuple[DayDifference, ...] = ()


class ExtensionFault(StrEnum):
    """Why an extension cannot be had."""

    USED_UP = "used_up"
    TOO_LONG = "too_long"
    TOO_LATE = "too_late"
    STOPPED = "stopped"


def change(old: datetime | None, new: Due, reason: ChangeReason, days: Iterable[DayDifference] = ()) -> Change | None:
    """What must be told when `new` takes the place of the date `old`; None when the date stays."""
    return None if old == new.due_at else Change(old, new.due_at, reason, tuple(days))


def recompute(
    old: Due, calendar: Calendar, hours: HallHours, *, step: Step | None = None, reason: ChangeReason | None = None
) -> tuple[Due, Change | None]:
    """The same term counted again in the calendar and hours of today, and the change to be told, if any.

    `step` is the settled step of a changed profile; an extension already given is kept. A promised date never moves
    without a Change, either way. The reason, unless given, is the profile when a step is given that differs, else the
    calendar when a day of the count differs, else the hours.
    """
    settled = old.step if step is None else replace(step.resolved(), extra=old.step.extra)
    new = count_due(settled, old.started_at, calendar, hours, pauses=old.pauses, profile_code=old.profile_code)
    days = differences(old.marks, calendar)
    if reason is None:
        reason = ChangeReason.CALENDAR if days else ChangeReason.HOURS
        reason = ChangeReason.PROFILE if settled != old.step else reason
    return new, change(old.due_at, new, reason, days)


def differences(marks: Iterable[CountedDay], calendar: Calendar) -> tuple[DayDifference, ...]:
    """The days of an old count that work or rest otherwise in this calendar."""
    pairs = ((counted.mark, calendar.mark(counted.day)) for counted in marks)
    return tuple(DayDifference(was.day, was, now) for was, now in pairs if was.works != now.works)


def extension_fault(
    old: Due, extension: Step, days: int, asked_at: datetime, calendar: Calendar, given: int
) -> ExtensionFault | None:
    """May a running date be put off by `days` working days? None when it may.

    The profile's extension step rules: `given` extensions are fewer than its `times`; `days` from 1 to its days; asked
    at least `ahead` working days before the due day and never after the date. A stopped clock has no date to put off.
    """
    if old.due_at is None:
        return ExtensionFault.STOPPED
    if given >= extension.times:
        return ExtensionFault.USED_UP
    if not 1 <= days <= extension.days:
        return ExtensionFault.TOO_LONG
    ahead = calendar.count_workdays(local_day(asked_at), local_day(old.due_at))
    return ExtensionFault.TOO_LATE if asked_at > old.due_at or ahead < extension.ahead else None


def extended(old: Due, days: int, calendar: Calendar, hours: HallHours) -> tuple[Due, Change | None]:
    """The date put off by `days` working days, counted on from the last day of the term, and the change to tell."""
    step = replace(old.step, extra=old.step.extra + days)
    new = count_due(step, old.started_at, calendar, hours, pauses=old.pauses, profile_code=old.profile_code)
    return new, change(old.due_at, new, ChangeReason.EXTENDED)
