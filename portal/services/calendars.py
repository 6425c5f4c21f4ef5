"""The days of the calendar: the holidays library's, an official notice's, an administrator's, a hall's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from portal.extensions import db
from portal.gateways.holiday_notice import library_days
from portal.models import CalendarDay, Hall, LibraryCopy
from portal.rules.days import DayEntry, DayKind, LibraryDays
from portal.rules.workdays import Authority, DayMark, days_between, noticed_years
from portal.services import journal
from portal.services.hall_rules import calendar_of
from portal.services.recounting import Recount, recounting
from portal.services.typed import optional_text

_NAME, _NAME_EN = 60, 80
_PLAIN = (DayKind.WORKDAY, DayKind.WEEKEND)


@dataclass(frozen=True)
class ListedDay:
    """A day that differs from a plain week; `hall` is the code of the hall whose own it is, "" for all halls."""

    mark: DayMark
    hall: str = ""


def import_notice(entries: Iterable[DayEntry], source: str, *, by: int | None = None) -> int:
    """Put an official holiday notice in place of what was imported before; the number of cases whose date moved.

    A year that it covers (rules/workdays.noticed_years) is replaced whole. Of any other year only the days it names
    are: next year's notice may add a make-up day to this December, and this year's must outlive that. The notice
    overrules the library and is overruled by administrators and halls (domain.md section 5). Every open date of every
    hall is counted again in the same transaction.
    """
    rows = list({entry.day: entry for entry in entries}.values())
    days, years = {entry.day for entry in rows}, noticed_years(rows)
    with recounting(by=by) as change:
        kept = select(CalendarDay).where(CalendarDay.authority == Authority.NOTICE.value)
        for old in db.session.scalars(kept):
            if old.day.year in years or old.day in days:
                db.session.delete(old)
        for entry in rows:
            _add(entry, Authority.NOTICE, None, change.at, by, source=source)
        _record("notice_imported", change, years=sorted(years), days=len(rows))
    return change.cases


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
    with recounting() as change:
        db.session.execute(delete(LibraryCopy))
        db.session.add(LibraryCopy(digest=found.digest, days=found.to_json()))
        if last is not None:
            _record("library_followed", change, until=max(found.announced, default=None))
    return change.cases


def set_day(
    day: date,
    works: bool | None,
    *,
    name: str = "",
    name_en: str = "",
    hall_id: int | None = None,
    by: int | None = None,
) -> int:
    """Let a day work or rest in one hall, or in all as the administrator's entry; how many cases' date moved.

    A hall's own entry overrules an administrator's, and this a notice's (domain.md section 5). None for `works` takes
    the entry back: the day is again what the others say. Raises Refused for a name that is too long.
    """
    authority = Authority.ADMIN if hall_id is None else Authority.HALL
    called = (optional_text("name", name, _NAME), optional_text("name_en", name_en, _NAME_EN))
    with recounting(hall_id, by=by) as change:
        same = (CalendarDay.hall_id == hall_id, CalendarDay.day == day, CalendarDay.authority == authority.value)
        db.session.execute(delete(CalendarDay).where(*same))
        if works is not None:
            _add(DayEntry(day, works, DayKind.HOLIDAY, *called), authority, hall_id, change.at, by)
        _record("day_set", change, day=day.isoformat(), works=works, hall=hall_id)
    return change.cases


def listed_days(year: int, hall: Hall | None = None) -> Iterator[ListedDay]:
    """The days of a year that differ from a plain week, with who says so.

    As they are in one hall; without one, as they are for all, and then each hall's own.
    """
    calendar = calendar_of(hall.id if hall is not None else None)
    for day in days_between(date(year, 1, 1), date(year, 12, 31)):
        mark = calendar.mark(day)
        if mark.reason not in _PLAIN:
            yield ListedDay(mark, hall.code if hall is not None and mark.authority is Authority.HALL else "")
    if hall is None:
        yield from _own_days(year)


def _own_days(year: int) -> Iterator[ListedDay]:
    within = (CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    own = select(CalendarDay, Hall.code).join(Hall, Hall.id == CalendarDay.hall_id).where(*within)
    for row, code in db.session.execute(own.order_by(Hall.id, CalendarDay.day)):
        reason = DayKind.HALL_OPEN if row.works else DayKind.HALL_CLOSED
        yield ListedDay(DayMark(row.day, row.works, reason, Authority.HALL, row.name, row.name_en), code)


def _record(action: str, change: Recount, **data: Any) -> None:
    journal.record(action, change.at, staff_id=change.by, object_kind="calendar", **data)


def _add(
    entry: DayEntry, authority: Authority, hall_id: int | None, at: datetime, by: int | None, *, source: str = ""
) -> None:
    db.session.add(
        CalendarDay(
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
    )
