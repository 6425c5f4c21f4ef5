"""What oversight looks after: who is complained about, what is red, what waits for a second person, who delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Case, Complaint, Department, Proposal
from portal.rules.lights import Light
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import CaseStatus, Solved
from portal.services.deadlines import hall_rules, light_of
from portal.services.visibility import visible_cases

SHOWN = 50


@dataclass(frozen=True)
class Watched:
    """One case with its light."""

    case: Case
    light: Light


@dataclass(frozen=True)
class Watch:
    """The first of what there is to look after, and how many there are in all."""

    cases: Sequence[Watched] = ()
    total: int = 0


@dataclass(frozen=True)
class Delay:
    """A department, how many cases are in its hands past their date, and since when the oldest."""

    department: Department
    late: int
    since: datetime | None


@dataclass(frozen=True)
class Desk:
    """The page of oversight. Each list shows at most fifty, those due first ahead; proposals, those made first."""

    unidentified: Watch
    restricted: Watch
    undecided: Watch
    red: Watch
    proposals: Watch
    delays: Sequence[Delay]


def desk_of(viewer: Viewer, now: datetime) -> Desk:
    """What this person oversees, at `now` (UTC); a case about themselves or their line is in none of it.

    Late and supervised cases that belong to nobody alone (`red`), restricted ones apart; “not solved” that nobody has
    decided on; proposals this person may confirm; departments by how many late cases they hold, without telling whose.
    Six statements.
    """
    mine = visible_cases(viewer, Permission.OVERSEE)
    unknown = select(Complaint.case_id).where(Complaint.staff_id.is_(None), Complaint.department_id.is_(None))
    late = and_(Case.open, Case.due_sort < now)
    ended = Case.status.in_((CaseStatus.CONCLUDED, CaseStatus.CLOSED))
    return Desk(
        unidentified=_watched(now, mine, Case.id.in_(unknown), Case.status != CaseStatus.ARCHIVED),
        restricted=_watched(now, mine, Case.restricted.is_(True), Case.open.is_(True)),
        undecided=_watched(now, mine, ended, Case.reporter_says == Solved.NO, Case.due_at.is_not(None)),
        red=_watched(now, mine, Case.open.is_(True), Case.restricted.is_(False), or_(late, Case.supervised)),
        proposals=_proposals(viewer, now),
        delays=_delays(mine, late),
    )


def _watched(now: datetime, *conditions: ColumnElement[bool]) -> Watch:
    return _first(_counted().where(*conditions).order_by(Case.due_sort, Case.id), now)


def _proposals(viewer: Viewer, now: datetime) -> Watch:
    wanted = (
        _counted()
        .join(Proposal, Case.id == Proposal.case_id)
        .where(Proposal.decided_at.is_(None), Proposal.proposed_by_id != viewer.staff_id)
        .where(visible_cases(viewer, Permission.CONFIRM_CONCLUSION))
    )
    return _first(wanted.order_by(Proposal.id), now)


def _counted() -> Select[Case, int]:
    """Cases, each beside how many there are before the list is cut."""
    return select(Case, func.count().over()).options(*_LOADED)


def _first(wanted: Select[Case, int], now: datetime) -> Watch:
    rows = db.session.execute(wanted.limit(SHOWN)).all()
    return Watch([_with_light(case, now) for case, _ in rows], rows[0][1] if rows else 0)


def _delays(mine: ColumnElement[bool], late: ColumnElement[bool]) -> list[Delay]:
    count, since = func.count(Case.id), func.min(Case.due_at)
    rows = db.session.execute(
        select(Department, count, since)
        .join(Case, Case.holder_id == Department.id)
        .where(mine, late)
        .group_by(Department.id)
        .order_by(count.desc(), Department.id)
    )
    return [Delay(department, number, first) for department, number, first in rows]


def _with_light(case: Case, now: datetime) -> Watched:
    return Watched(case, light_of(case, hall_rules(case.hall), now))


_LOADED = (
    joinedload(Case.hall, innerjoin=True),
    joinedload(Case.counter),
    joinedload(Case.item),
    joinedload(Case.holder),
)
