"""The follow-up calls that are due: those to be called first ahead, with the number masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Case, Deadline, FollowUp
from portal.rules.lights import Light
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus
from portal.services.contacts import Contact, masked_contact
from portal.services.deadlines import hall_rules, light_of
from portal.services.visibility import visible_cases

PAGE = 30


@dataclass(frozen=True)
class Call:
    """One person to call; `tried_on` are the local days of tries in vain since the reply, of `tries` wanted."""

    case: Case
    contact: Contact
    light: Light
    due_at: datetime
    tried_on: Sequence[date]
    tries: int

    def was_tried_on(self, day: date) -> bool:
        """A second try on one day counts no more than the first."""
        return day in self.tried_on


@dataclass(frozen=True)
class CallList:
    """One page of calls; `after` is where the next page goes on, 0 at the end."""

    calls: Sequence[Call]
    after: int


def calls_due(viewer: Viewer, now: datetime, after: int = 0) -> CallList:
    """Who is to be called, at `now` (UTC): concluded cases with a number whose reporter has not said yet.

    By the date of the call, then its id; `after` is the deadline's id of the last one seen. Two statements.
    """
    wanted = (
        select(Case, Deadline)
        .join(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == StepKind.FOLLOW_UP))
        .where(Deadline.state == "running", Case.status == CaseStatus.CONCLUDED, Case.reporter_says.is_(None))
        .where(Case.contact_phone.is_not(None), visible_cases(viewer, Permission.FOLLOW_UP))
        .options(joinedload(Case.hall, innerjoin=True), joinedload(Case.counter), joinedload(Case.item))
    )
    last = db.session.get(Deadline, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(Deadline.due_at, Deadline.id) > tuple_(last.due_at, last.id))
    found = db.session.execute(wanted.order_by(Deadline.due_at, Deadline.id).limit(PAGE + 1)).all()
    tried = _tried([case for case, _ in found[:PAGE]])
    calls = [_call(case, date, tried.get(case.id, []), now) for case, date in found[:PAGE]]
    return CallList(calls, found[PAGE - 1][1].id if len(found) > PAGE else 0)


def _call(case: Case, date: Deadline, tried_on: Sequence[date], now: datetime) -> Call:
    rules = hall_rules(case.hall)
    assert date.due_at is not None  # a follow-up's clock is never stopped
    return Call(
        case, masked_contact(case), light_of(case, rules, now), date.due_at, tried_on, rules.profile.follow_up_tries
    )


def _tried(cases: Sequence[Case]) -> dict[int, list[date]]:
    """The days of tries in vain since each case's last conclusion."""
    redo = {case.id: case.redo_number for case in cases}
    rows = db.session.execute(
        select(FollowUp.case_id, FollowUp.redo_number, FollowUp.tried_on)
        .where(FollowUp.case_id.in_(redo), FollowUp.reached.is_(False))
        .order_by(FollowUp.id)
    )
    found: dict[int, list[date]] = {}
    for case_id, number, day in rows:
        if number == redo[case_id] and day not in found.get(case_id, []):
            found.setdefault(case_id, []).append(day)
    return found
