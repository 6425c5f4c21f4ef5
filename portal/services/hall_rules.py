"""What a hall goes by: calendar, deadline profile, hours, finer reasons; kept in the process until they change."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import or_, select

from portal import clock
from portal.extensions import db
from portal.gateways.holiday_notice import library_days
from portal.models import CalendarDay, Case, DeadlineProfile, Hall, LibraryCopy, SubReason
from portal.rules.days import DayEntry, LibraryDays, admin_entry, hall_entry, notice_entry
from portal.rules.deadlines import Due, due
from portal.rules.hours import HallHours
from portal.rules.presets import PRESETS, STANDARD
from portal.rules.profiles import Profile, StepKind
from portal.rules.vocabulary import Cause
from portal.rules.workdays import Authority, Calendar, local_day

_MAKERS = {Authority.HALL: hall_entry, Authority.ADMIN: admin_entry, Authority.NOTICE: notice_entry}


@dataclass(frozen=True, slots=True)
class FinerReason:
    """One sub-reason that cases of the hall may have; a retired one is given no more."""

    code: str
    cause: Cause
    name: str
    name_en: str
    retired: bool


@dataclass(frozen=True)
class HallRules:
    """A hall's calendar, profile, hours and finer reasons as they are now."""

    calendar: Calendar
    profile: Profile
    hours: HallHours
    reasons: tuple[FinerReason, ...]

    def due(self, kind: StepKind, start: datetime, case: Case | None = None) -> Due:
        """When a step is due that starts at `start` (aware), in working days; the rule is rules/deadlines.due."""
        cause, complexity = (case.cause, case.complexity) if case is not None else (None, None)
        return due(self.profile, kind, start, self.calendar, self.hours, cause=cause, complexity=complexity)


@dataclass(frozen=True)
class Promises:
    """The two dates on a receipt: taken up by, first reply by."""

    take_up: Due
    reply: Due


def hall_rules(hall: Hall) -> HallRules:
    """The rules of a hall; no statement when this process knows the present version already."""
    return _rules(str(db.engine.url), hall.id, hall.rules_version, hall.profile_code, _frozen(hall))


def receipt_promises(rules: HallRules, received_at: datetime) -> Promises:
    """The dates promised on receipt, before the cause is known.

    The reply is counted from the last moment the case may be taken up, so that a case registered in time keeps it.
    """
    take_up = rules.due(StepKind.REGISTER, received_at)
    assert take_up.due_at is not None  # nothing can have stopped it yet
    return Promises(take_up, rules.due(StepKind.REPLY, take_up.due_at))


def unannounced_years(rules: HallRules) -> list[int]:
    """The years a date of today may touch whose official notice is not in the data: administrators are warned."""
    year = local_day(clock.now()).year
    return [near for near in (year, year + 1) if not rules.calendar.is_announced(near)]


def copied_library() -> LibraryDays | None:
    """The library's days that dates are counted by; None before the first `portal db upgrade`.

    Not the library itself: a newer one would move a promised date on a page before anybody was told.
    """
    days = db.session.scalar(select(LibraryCopy.days))
    return LibraryDays.from_json(days) if days is not None else None


def calendar_of(hall_id: int | None) -> Calendar:
    """The calendar of a hall as it is now; without one, what all halls have in common. Two statements."""
    rows = db.session.scalars(
        select(CalendarDay)
        .where(or_(CalendarDay.hall_id == hall_id, CalendarDay.hall_id.is_(None)))
        .order_by(CalendarDay.id)
    ).all()
    layers = {authority: [_entry(row) for row in rows if row.authority == authority] for authority in _MAKERS}
    library = copied_library() or library_days()
    return Calendar.of(
        hall=layers[Authority.HALL],
        admin=layers[Authority.ADMIN],
        notice=layers[Authority.NOTICE],
        library=library.entries,
        announced=library.announced,
    )


def profile_of(hall_id: int, code: str) -> Profile:
    """The hall's own version of the profile, else the preset of that name."""
    stored = db.session.scalar(
        select(DeadlineProfile).where(DeadlineProfile.hall_id == hall_id, DeadlineProfile.code == code)
    )
    return Profile.from_json(stored.steps) if stored is not None else PRESETS.get(code, STANDARD)


def renew_rules(hall: Hall) -> None:
    """Let every process read the hall's rules anew, since what they are made of changes in the running transaction."""
    # Never a number used before: a process may have kept the rules of a change that was then rolled back.
    hall.rules_version = secrets.randbits(31)
    db.session.flush()


def forget_rules() -> None:
    """Read every hall's rules anew: when another database takes the place of the one this process knew."""
    _rules.cache_clear()


@lru_cache(maxsize=64)
def _rules(
    _database: str, hall_id: int, _version: int, profile_code: str, hours: tuple[tuple[str, str], ...]
) -> HallRules:
    profile, times = profile_of(hall_id, profile_code), HallHours.from_json(dict(hours))
    return HallRules(calendar_of(hall_id), profile, times, _reasons(hall_id))


def _reasons(hall_id: int) -> tuple[FinerReason, ...]:
    """Everybody's and the hall's own. Copies, since a row outlives no session."""
    wanted = select(SubReason).where(or_(SubReason.hall_id == hall_id, SubReason.hall_id.is_(None)))
    return tuple(
        FinerReason(row.code, Cause(row.cause), row.name, row.name_en, row.retired_at is not None)
        for row in db.session.scalars(wanted.order_by(SubReason.id))
    )


def _entry(row: CalendarDay) -> DayEntry:
    return _MAKERS[Authority(row.authority)](row.day, row.works, row.name, row.name_en)


def _frozen(hall: Hall) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(hall.hours.items()))
