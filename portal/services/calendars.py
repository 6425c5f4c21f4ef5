"""Changing a calendar or a profile, and telling every case whose promised date moves by it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from portal import clock
from portal.extensions import db
from portal.gateways.holiday_notice import library_days
from portal.models import CalendarDay, Case, Deadline, Hall, LibraryCopy
from portal.rules.days import DayEntry, LibraryDays
from portal.rules.profiles import Step, StepKind
from portal.rules.promises import Change, ChangeReason, recompute
from portal.rules.workdays import Authority, noticed_years
from portal.services import journal
from portal.services.deadlines import RUNNING, due_of
from portal.services.hall_rules import HallRules, hall_rules
from portal.services.promises import record_move
from portal.services.transaction import write
from portal.services.work import point


def import_notice(entries: Iterable[DayEntry], source: str, *, by: int | None = None) -> int:
    """Put an official holiday notice in place of what was imported before; the number of cases whose date moved.

    A year that it covers (rules/workdays.noticed_years) is replaced whole. Of any other year only the days it names
    are: next year's notice may add a make-up day to this December, and this year's must outlive that. The notice
    overrules the library and is overruled by administrators and halls (domain.md section 5). Every open date of every
    hall is counted again in the same transaction.
    """
    rows = list({entry.day: entry for entry in entries}.values())
    days, years = {entry.day for entry in rows}, noticed_years(rows)
    before = _all_rules()
    at = clock.now()
    with write():
        kept = select(CalendarDay).where(CalendarDay.authority == Authority.NOTICE.value)
        for old in db.session.scalars(kept):
            if old.day.year in years or old.day in days:
                db.session.delete(old)
        db.session.add_all(_row(entry, Authority.NOTICE, None, source, at, by) for entry in rows)
        journal.record("notice_imported", at, staff_id=by, object_kind="calendar", years=sorted(years), days=len(rows))
        return sum(_recompute(hall, before[hall.id], None, at, by) for hall in _halls())


def follow_library(library: LibraryDays | None = None) -> int:
    """Go over to the holidays library that is installed (or the one given); the number of cases whose date moved.

    A newer library may know a notice that the one before did not, and so move promised dates. All go by the copy that
    was taken last (hall_rules.copied_library) until here, in one transaction, every open date of every hall is counted
    again, with the event and the reason of an imported notice. Nothing is done when the days are those of the copy.
    """
    found = library or library_days()
    last = db.session.scalar(select(LibraryCopy.digest))
    if last == found.digest:
        return 0
    before = _all_rules()
    at = clock.now()
    with write() as session:
        session.execute(delete(LibraryCopy))
        session.add(LibraryCopy(digest=found.digest, days=found.to_json(), copied_at=at))
        if last is not None:
            journal.record("library_followed", at, object_kind="calendar", until=max(found.announced, default=None))
        return sum(_recompute(hall, before[hall.id], None, at, None) for hall in _halls())


def set_hall_day(hall_id: int, entry: DayEntry, *, by: int | None = None) -> int:
    """Let a hall work or rest on a day of its own; the number of cases whose date moved."""
    before = _all_rules()
    at = clock.now()
    with write():
        same = (CalendarDay.hall_id == hall_id, CalendarDay.day == entry.day, CalendarDay.authority == "hall")
        db.session.execute(delete(CalendarDay).where(*same))
        db.session.add(_row(entry, Authority.HALL, hall_id, "", at, by))
        journal.record("hall_day_set", at, staff_id=by, object_kind="calendar", day=entry.day.isoformat())
        return _recompute(db.session.get_one(Hall, hall_id), before[hall_id], None, at, by)


def change_profile(hall_id: int, profile_code: str, *, by: int | None = None) -> int:
    """Let a hall go by another deadline profile; the number of cases whose date moved."""
    before = _all_rules()
    at = clock.now()
    with write():
        hall = db.session.get_one(Hall, hall_id)
        hall.profile_code = profile_code
        journal.record("profile_changed", at, staff_id=by, object_kind="hall", object_id=hall_id, profile=profile_code)
        return _recompute(hall, before[hall_id], ChangeReason.PROFILE, at, by)


def _recompute(hall: Hall, before: HallRules, reason: ChangeReason | None, at: datetime, by: int | None) -> int:
    """Count every running date of a hall again; each change is an event on its case, which the track page shows."""
    # Never a number used before: a process may have kept the rules of a change that was then rolled back.
    hall.rules_version = secrets.randbits(31)
    db.session.flush()
    rules = hall_rules(hall)
    moved: dict[int, Case] = {}
    open_dates = (
        select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Case.hall_id == hall.id, Deadline.state == RUNNING)
    )
    for deadline, case in db.session.execute(open_dates).all():
        change = _move(deadline, case, before, rules, reason)
        if change is not None:
            moved[case.id] = case
            record_move(case.id, deadline.kind, change, at, by=by)
    for case in moved.values():
        point(case)
    return len(moved)


def _move(
    deadline: Deadline, case: Case, before: HallRules, rules: HallRules, reason: ChangeReason | None
) -> Change | None:
    step: Step | None = None
    if reason is ChangeReason.PROFILE:
        step = rules.profile.step(StepKind(deadline.kind), case.cause, case.complexity)
        deadline.profile_code = rules.profile.code
    due, change = recompute(due_of(deadline, before), rules.calendar, rules.hours, step=step, reason=reason)
    deadline.estimated = due.estimated
    if change is None:
        return None
    deadline.due_at = deadline.promised_at = due.due_at
    deadline.step = due.step.to_json()
    return change


def _row(
    entry: DayEntry, authority: Authority, hall_id: int | None, source: str, at: datetime, by: int | None
) -> CalendarDay:
    return CalendarDay(
        hall_id=hall_id,
        authority=authority.value,
        day=entry.day,
        works=entry.works,
        name=entry.name,
        name_en=entry.name_en,
        source=source,
        entered_by_id=by,
        entered_at=at,
    )


def _halls() -> list[Hall]:
    return list(db.session.scalars(select(Hall).order_by(Hall.id)))


def _all_rules() -> dict[int, HallRules]:
    return {hall.id: hall_rules(hall) for hall in _halls()}
