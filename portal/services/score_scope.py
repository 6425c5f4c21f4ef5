"""Whose scores a person may see, and for which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.extensions import db
from portal.models import Counter, Department, Hall
from portal.rules.permissions import Permission, Viewer, grants_with
from portal.rules.workdays import local_day
from portal.services.errors import NotFound
from portal.services.places import all_halls
from portal.services.visibility import department_ancestors

MONTHS = (1, 3, 6, 12)
USUAL_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, the first and the last included."""

    first: date
    last: date

    @property
    def months(self) -> tuple[date, ...]:
        """The first of every month it touches."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(_month(self.first, offset) for offset in range(count))

    @property
    def whole_weeks(self) -> Period:
        """The same from the Monday on which its first week began (ISO 8601: weeks begin on Monday)."""
        return Period(monday_of(self.first), self.last)

    @property
    def mondays(self) -> tuple[date, ...]:
        """The Monday of every week it touches."""
        start = monday_of(self.first)
        return tuple(start + timedelta(weeks=week) for week in range((self.last - start).days // 7 + 1))


@dataclass(frozen=True, slots=True)
class Scope:
    """One hall as a viewer may see it: whole, or only some departments (`department_ids` not None)."""

    hall: Hall
    departments: tuple[Department, ...]
    counters: tuple[Counter, ...]
    department_ids: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole hall's numbers may be seen."""
        return self.department_ids is None


def monday_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def months_until(last: date, months: int) -> Period:
    """From the first of the month that lies `months` - 1 before the last day's, to that day."""
    return Period(_month(last, 1 - months), last)


def published_until(now: datetime) -> date:
    """The last day that is published: last Sunday. From one day to the next a new number would tell one person's."""
    return monday_of(local_day(now)) - timedelta(days=1)


def visible_halls(viewer: Viewer) -> list[Hall]:
    """The halls of which this person may see scores, or some of their departments'."""
    units = {grant.department_id for grant in grants_with(viewer, Permission.SEE_SCORES) if grant.department_id}
    ids = {hall.id for hall in whole_halls(viewer)} | _halls_of(units)
    return [hall for hall in all_halls() if hall.id in ids]


def whole_halls(viewer: Viewer) -> list[Hall]:
    """The halls that this person may see as a whole."""
    grants = [grant for grant in grants_with(viewer, Permission.SEE_SCORES) if grant.department_id is None]
    ids = {grant.hall_id for grant in grants}
    return [hall for hall in all_halls() if hall.id in ids or None in ids]


def scope_of(viewer: Viewer, hall: Hall) -> Scope:
    """What of a hall this person may see: by a grant for it, or for departments and the units below them.

    Raises NotFound where they may see nothing.
    """
    grants = [grant for grant in grants_with(viewer, Permission.SEE_SCORES) if grant.hall_id in (None, hall.id)]
    if not grants:
        raise NotFound
    if any(grant.department_id is None for grant in grants):
        return whole_scope(hall)
    above = department_ancestors()
    units = {grant.department_id for grant in grants}
    mine = frozenset(
        unit.id for unit in _departments(hall) if unit.id in units or above.get(unit.id, frozenset()) & units
    )
    if not mine:
        raise NotFound
    departments = tuple(unit for unit in _departments(hall) if unit.id in mine)
    counters = tuple(counter for counter in _counters(hall) if counter.department_id in mine)
    return Scope(hall, departments, counters, mine)


def whole_scope(hall: Hall) -> Scope:
    """A whole hall."""
    return Scope(hall, tuple(_departments(hall)), tuple(_counters(hall)))


def _halls_of(department_ids: set[int]) -> set[int]:
    if not department_ids:
        return set()
    return set(db.session.scalars(select(Department.hall_id).where(Department.id.in_(department_ids))))


def _departments(hall: Hall) -> Sequence[Department]:
    return db.session.scalars(select(Department).where(Department.hall_id == hall.id).order_by(Department.id)).all()


def _counters(hall: Hall) -> Sequence[Counter]:
    wanted = select(Counter).where(Counter.hall_id == hall.id).order_by(Counter.sort_key, Counter.id)
    return db.session.scalars(wanted).all()


def _month(day: date, offset: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + offset, 12)
    return date(year, month + 1, 1)
