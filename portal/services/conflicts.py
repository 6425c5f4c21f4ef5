"""Keeping a case from the person and unit complained about, and from their line, when it is sent somewhere."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, not_, or_, select, update

from portal.extensions import db
from portal.models import Case, Complaint, Grant, Staff, WorkOrder
from portal.rules.permissions import Viewer, is_conflicted, is_restricted
from portal.rules.vocabulary import Cause
from portal.services import journal
from portal.services.errors import Refused
from portal.services.sessions import viewer_of
from portal.services.steps import open_orders, touch
from portal.services.visibility import department_ancestors, scope_of
from portal.services.work import RESTRICTED, take_back

# A restricted case (不给办, or a complaint) where neither a person nor a unit is named: nobody is kept from it yet.
NOBODY_NAMED = and_(
    Case.restricted,
    not_(
        exists().where(
            Complaint.case_id == Case.id, or_(Complaint.staff_id.is_not(None), Complaint.department_id.is_not(None))
        )
    ),
)


def is_nobody_named(case: Case) -> bool:
    """Whether a restricted case names nobody yet, so that it could be sent to the very unit it is about."""
    return case.restricted and bool(db.session.scalar(select(NOBODY_NAMED).where(Case.id == case.id)))


def refuse_line_complained_about(case: Case, department_id: int, handler: Staff | None) -> None:
    """Raise Refused when the unit or the named person is complained about, or stands in the line of who is."""
    if _in_the_line(case, _member_of(department_id)):
        sentence = _l("这个单位和被反映的人或单位是一条线上的，不能由它办。请换一个单位。")
        raise Refused(sentence, department_id=sentence)
    if handler is not None and _in_the_line(case, _viewer(handler)):
        sentence = _l("这位同志和被反映的人或单位是一条线上的，不能由他办。请换一个人。")
        raise Refused(sentence, handler_id=sentence)


def restrict(case: Case, at: datetime, *, by: int | None) -> None:
    """Put `restricted` and `supervised` as the rules want them now, in the running transaction.

    `by` is the member of staff who brought it about, None for the reporter's own complaint.
    What a department holds is recalled unless oversight entrusted it with the restricted case and it stays outside the
    line complained about: nobody keeps a case who should not see it (domain.md section 8).
    """
    db.session.flush()
    complained = db.session.scalar(select(Complaint.id).where(Complaint.case_id == case.id).limit(1)) is not None
    case.restricted = is_restricted(has_complaint=complained, cause=Cause(case.cause) if case.cause else None)
    touch(case)
    if not case.restricted:
        return
    if not case.supervised:
        case.supervised = True
        journal.record("case_supervised", at, staff_id=by, case_id=case.id)
    db.session.flush()
    for order in open_orders(case.id):
        if not _may_keep(case, order):
            take_back(case, order, at, by=by, because=RESTRICTED)


def distrust(case: Case) -> None:
    """Entrust nobody with a case any more, in the running transaction, because a new complaint names nobody.

    Whoever has it may be who is meant: oversight decides anew, and `restrict`, called next, recalls what is out.
    """
    had = update(WorkOrder).where(WorkOrder.case_id == case.id, WorkOrder.entrusted)
    db.session.execute(had.values(entrusted=False))


def _may_keep(case: Case, order: WorkOrder) -> bool:
    if not order.entrusted:
        return False
    handler = db.session.get(Staff, order.handler_id) if order.handler_id else None
    return not (
        _in_the_line(case, _member_of(order.department_id))
        or (handler is not None and _in_the_line(case, _viewer(handler)))
    )


def _in_the_line(case: Case, somebody: Viewer) -> bool:
    scope = scope_of(case)
    return is_conflicted(somebody, scope.complained_staff_ids, scope.complained_department_ids, department_ancestors())


def _member_of(department_id: int) -> Viewer:
    # Staff ids begin at 1: a member of the unit who is nobody in particular.
    return Viewer(0, (), frozenset({department_id}))


def _viewer(staff: Staff) -> Viewer:
    return viewer_of(staff, db.session.scalars(select(Grant).where(Grant.staff_id == staff.id)).all())
