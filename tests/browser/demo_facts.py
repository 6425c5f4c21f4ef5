"""Real things of the demo hall in every state: their codes, numbers and slugs, to fill into addresses and forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, select

from portal import clock
from portal.blueprints.track.photos import photo_url
from portal.demo.cases import submission_key
from portal.demo.fill import filled_with
from portal.demo.welcome import COUNTER
from portal.extensions import db
from portal.models import (
    Attachment,
    Case,
    Complaint,
    Counter,
    Grant,
    Poster,
    Proposal,
    SolvedStory,
    Staff,
    WorkOrder,
)
from portal.models import Rating as StoredRating
from portal.rules.codes import new_submission_key, order_number, submission_fingerprint, tracking_code
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import CaseStatus, OrderStatus, Outcome, Solved
from portal.services.claims import reissue_claim
from portal.services.installation import installation
from portal.services.sessions import viewer_of
from portal.services.visibility import visible_cases

S = CaseStatus
OPEN = Case.restricted.is_(False)
PENDING = exists().where(Proposal.case_id == Case.id, Proposal.decided_at.is_(None))
RATED = exists().where(StoredRating.case_id == Case.id)


def facts() -> dict[str, str]:
    """All of them by name; asked for inside the app's context. A claim and the keys of forms are made anew."""
    keys = {f"key_{name}": new_submission_key() for name in ("report", "rating", "said", "claim")}
    soon = (clock.now() + timedelta(days=7)).date().isoformat()
    return {**_places(), **_codes(), **_cases(), **_orders(), **keys, "claim": _claim(), "soon": soon}


def _places() -> dict[str, str]:
    poster = select(Poster).join(Counter, Counter.id == Poster.counter_id)
    used = db.session.scalars(poster.where(Counter.number == COUNTER, Poster.retired_at.is_(None))).first()
    retired = db.session.scalars(select(Poster).where(Poster.retired_at.is_not(None))).first()
    assert used
    assert retired
    photo = db.session.scalars(select(Attachment).join(Case, Case.id == Attachment.case_id).where(OPEN)).first()
    assert photo
    story = db.session.scalars(select(SolvedStory.id)).first()
    return {"slug": used.slug, "poster": used.number, "retired": retired.slug, "story": str(story), **_photo(photo)}


def _photo(photo: Attachment) -> dict[str, str]:
    """Its name, and its address on the reporter's page."""
    with current_app.test_request_context():
        return {"photo": photo.name, "photo_of_reporter": photo_url(photo)}


def _codes() -> dict[str, str]:
    """Tracking codes by what their page shows; a code is stored nowhere (portal/demo/welcome.py)."""
    told = filled_with()
    assert told
    pepper = installation().keys.pepper
    keys = (submission_key(told["seed"], number) for number in range(told["counts"]["cases"]))
    by_fingerprint = {submission_fingerprint(pepper, key): key for key in keys}
    # A claim makes a code from a key of the person's own phone.
    invented = (Case.code_hmac.is_not(None), Case.entered_by_id.is_(None), Case.id <= told["counts"]["cases"])
    cases = {name: _case(condition, *invented) for name, condition in _tracked()}
    return {f"code_{name}": tracking_code(pepper, by_fingerprint[case.submission_hash]) for name, case in cases.items()}


def _tracked() -> Iterator[tuple[str, ColumnElement[bool]]]:
    working = and_(Case.status == S.DISPATCHED, Case.waiting.is_(None))
    pictured = exists().where(Attachment.case_id == Case.id)
    replied = and_(Case.status == S.CONCLUDED, Case.reporter_says.is_(None))
    yield "submitted", Case.status == S.SUBMITTED
    yield "registered", and_(Case.status == S.REGISTERED, Case.waiting.is_(None))
    yield "asked", and_(Case.status == S.DISPATCHED, Case.waiting.is_not(None))
    yield "late", and_(working, Case.due_at < clock.now(), Case.due_kind.in_(("reply", "solve")))
    yield "pictured", and_(working, pictured)
    yield "answered", and_(replied, ~RATED)
    told = and_(Case.contact_phone.is_not(None), Case.may_tell_department)
    yield "named", and_(working, told)
    yield "forgotten", and_(Case.status == S.CLOSED, told)
    yield "undecided", and_(Case.status == S.CONCLUDED, Case.reporter_says == Solved.NO)
    yield "closed", and_(Case.status == S.CLOSED, Case.reporter_says == Solved.YES, RATED)
    yield "unconfirmed", and_(Case.status == S.CLOSED, Case.closing == "not_confirmed", Case.reporter_says.is_(None))
    yield "restricted", and_(Case.restricted, Case.status == S.DISPATCHED)
    for status in (S.DECLINED, S.WITHDRAWN, S.MERGED):
        yield status.value, Case.status == status


def _cases() -> dict[str, str]:
    """Numbers of cases by the deed that is next, for the person whose deed it is."""
    ordinary = {
        "new": Case.status == S.SUBMITTED,
        "registered": and_(Case.status == S.REGISTERED, Case.cause.is_(None), ~PENDING),
        "judged": and_(Case.status == S.REGISTERED, Case.cause == "hard_to_do", ~PENDING),
        "proposed": and_(Case.open, PENDING),
        "named": and_(Case.open, Case.contact_phone.is_not(None), Case.may_tell_department),
        "concluded": and_(Case.status == S.CONCLUDED, Case.reporter_says.is_(None)),
        "undecided": and_(Case.status == S.CONCLUDED, Case.reporter_says == Solved.NO),
        "solved": and_(Case.status == S.CLOSED, Case.outcome == Outcome.SOLVED),
    }
    cases = {f"case_{name}": _case(condition, OPEN).number for name, condition in ordinary.items()}
    to_find_out = exists().where(
        Complaint.case_id == Case.id, Complaint.staff_id.is_(None), Complaint.department_id.is_(None)
    )
    seen = visible_cases(viewer_named("sundu"), Permission.OVERSEE)
    return {**cases, "case_complaint": _case(Case.open, to_find_out, seen).number}


def _orders() -> dict[str, str]:
    """The handler's own department, and there a case to sign for, one to answer, and the number of that work order."""
    department = db.session.scalars(select(Staff.department_id).where(Staff.login == "chenli")).one() or 0
    case, _position = _order(department, OrderStatus.ISSUED)
    working, position = _order(department, OrderStatus.ACKNOWLEDGED)
    return {
        "case_issued": case,
        "case_working": working,
        "order": order_number(working, position),
        "department": str(department),
    }


def _order(department_id: int, status: OrderStatus) -> tuple[str, int]:
    wanted = select(Case.number, WorkOrder.position).join(WorkOrder, WorkOrder.case_id == Case.id)
    here = (WorkOrder.department_id == department_id, WorkOrder.status == status, OPEN, Case.waiting.is_(None))
    number, position = db.session.execute(wanted.where(*here).order_by(Case.id.desc())).first() or ("", 0)
    assert number, status
    return number, position


def _claim() -> str:
    """A fresh claim for a case that a clerk entered for somebody."""
    case = _case(Case.entered_by_id.is_not(None), Case.code_hmac.is_(None), Case.open, OPEN)
    return reissue_claim(viewer_named("lixiaowen"), case.number)


def viewer_named(login: str) -> Viewer:
    """One of the invented people, as the services know them."""
    staff = db.session.scalars(select(Staff).where(Staff.login == login)).one()
    return viewer_of(staff, db.session.scalars(select(Grant).where(Grant.staff_id == staff.id)))


def _case(*conditions: ColumnElement[bool]) -> Case:
    """The newest such case: the demo has one of every kind, or its promise is broken."""
    found = db.session.scalars(select(Case).where(*conditions).order_by(Case.id.desc())).first()
    assert found, [str(condition) for condition in conditions]
    return found
