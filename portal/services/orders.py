"""工作单: sending a case to its department, and what the department does with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, WorkOrder
from portal.rules.lifecycle import CaseStep, OrderStep
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import CaseStatus, OrderStatus, ProposalKind
from portal.services.concluding import Conclusion, Ending, checked_conclusion, end_work, needs_second_person
from portal.services.enclosing import Enclosed, hold
from portal.services.errands import checked_errand
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.hands import is_order_of
from portal.services.proposals import propose
from portal.services.steps import SOMEBODY_WAS_FIRST, note, open_case, open_orders, set_status, status_after
from portal.services.transaction import write
from portal.services.typed import MEDIUM, required_text
from portal.services.visibility import department_ancestors, load_case
from portal.services.work import (
    RECALLED,
    checked_days,
    finish,
    make_out,
    point,
    record_order,
    refuse_second_order,
    sign_for,
    step_order,
    take_back,
)


@dataclass(frozen=True)
class Answered:
    """What an answer led to: concluded, or waiting for the second person who confirms a “no”."""

    case: Case
    order: WorkOrder
    concluded: bool
    proposal_id: int | None


def dispatch_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    department_id: int,
    task: str = "",
    handler_id: int | None = None,
    unclear: bool = False,
) -> WorkOrder:
    """Send a triaged case to one lead department (派发): work order, holder, and the deadlines of the hall's profile.

    `handler_id` names a person; for a restricted case oversight may name one outside the line complained about.
    Where nobody is named in a restricted case, `unclear` says that it is not known who it is about (errands.py).
    Raises NotFound, Conflict, Refused: not triaged, another hall's department, an order already out (recall it first),
    the unit or person complained about, or their line.
    """
    case = open_case(viewer, number, Permission.DISPATCH_CASE, version)
    status = status_after(case, CaseStep.DISPATCH)
    if case.cause is None:
        raise Refused(_l("请先研判是什么原因，再派出：办成的日子要按原因来定。"))
    refuse_second_order(case)
    errand = checked_errand(case, department_id=department_id, handler_id=handler_id, task=task, unclear=unclear)
    at = clock.now()
    with write():
        set_status(case, status)
        order = make_out(case, errand, at, by=viewer.staff_id)
        point(case)
        record_order("case_dispatched", order, at, viewer.staff_id, department=department_id, handler=handler_id)
    return order


def acknowledge_order(
    viewer: Viewer, number: str, position: int, *, version: int, days: int | None = None
) -> WorkOrder:
    """Sign for a work order (签收); `version` is the order's. Who signs becomes its handler, unless one was named.

    Where the profile lets who signs set the date of the solution (work.sets_date), it starts now: `days` working days
    from registering, at most the profile's, which hold when none are given. Raises NotFound, Conflict, Refused.
    """
    case = load_case(viewer, number, Permission.ACKNOWLEDGE_ORDER)
    order = _order(case, position, version)
    _refuse_others(viewer, Permission.ACKNOWLEDGE_ORDER, case, order)
    step_order(order, OrderStep.ACKNOWLEDGE)
    confirmed = checked_days(case, days)
    at = clock.now()
    with write():
        sign_for(case, order, at, by=viewer.staff_id, days=confirmed)
        point(case)
    return order


def answer_order(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    conclude: bool = True,
    photos: Enclosed | None = None,
    **ending: Unpack[Ending],
) -> Answered:
    """Answer the open work order; `version` is the case's, `ending` what concluding.checked_conclusion takes.

    An order not yet signed for is signed for by answering. The lead's answer concludes the case in the same step; one
    that says “no” becomes a proposal for a second person. With `conclude` False the case is the window's again, to be
    concluded later. Public reply and internal note are separate for ever; photos go with the reply, as soon as the
    reporter is told it. Raises NotFound, Conflict, Refused.
    """
    case = open_case(viewer, number, Permission.ANSWER_ORDER, version)
    order = _open_order(case)
    _refuse_others(viewer, Permission.ANSWER_ORDER, case, order)
    at = clock.now()
    conclusion = checked_conclusion(at, **ending)
    says_no = needs_second_person(case, conclusion.outcome)
    step = CaseStep.PROPOSE_NOT_PERMITTED if says_no else CaseStep.CONCLUDE
    status = status_after(case, step, orders_open=0)
    with write():
        hold(case, photos)
        _write_answer(case, order, conclusion, at, by=viewer.staff_id)
        if not conclude:
            case.holder_id = None
            point(case)
            return Answered(case, order, False, None)
        return _follow_through(case, order, conclusion, status, at, by=viewer.staff_id, says_no=says_no)


def recall_order(viewer: Viewer, number: str, position: int, *, version: int, reason: str) -> WorkOrder:
    """Take a work order back that was not answered (收回); `version` is the order's. The reason is an internal note.

    Raises NotFound, Conflict, Refused.
    """
    case = load_case(viewer, number, Permission.RECALL_ORDER)
    order = _order(case, position, version)
    step_order(order, OrderStep.RECALL)
    why = required_text("reason", reason, _l("请写一句为什么收回。"), MEDIUM)
    at = clock.now()
    with write():
        take_back(case, order, at, by=viewer.staff_id, because=RECALLED)
        note(case, why, viewer.staff_id, at)
    return order


def _order(case: Case, position: int, version: int) -> WorkOrder:
    order = db.session.scalar(select(WorkOrder).where(WorkOrder.case_id == case.id, WorkOrder.position == position))
    if order is None:
        raise NotFound
    if order.version != version:
        raise Conflict(SOMEBODY_WAS_FIRST)
    return order


def _refuse_others(viewer: Viewer, permission: Permission, case: Case, order: WorkOrder) -> None:
    if not is_order_of(viewer, permission, case, order, department_ancestors()):
        raise Refused(_l("这张工作单派给了别的单位，由他们签收和答复。"))


def _open_order(case: Case) -> WorkOrder:
    for order in open_orders(case.id):
        if order.status != OrderStatus.RETURNED:
            return order
    raise Refused(_l("没有等答复的工作单，可能刚才已经答复或者收回了。"))


def _write_answer(case: Case, order: WorkOrder, conclusion: Conclusion, at: datetime, *, by: int) -> None:
    if order.status == OrderStatus.ISSUED:
        sign_for(case, order, at, by=by)
    order.public_reply, order.basis = conclusion.public_reply, conclusion.basis
    order.internal_note, order.outcome = conclusion.internal_note, conclusion.outcome
    finish(case, order, at, by=by)


def _follow_through(
    case: Case,
    order: WorkOrder,
    conclusion: Conclusion,
    status: CaseStatus,
    at: datetime,
    *,
    by: int,
    says_no: bool,
) -> Answered:
    if says_no:
        proposal = propose(case, ProposalKind.CONCLUDE_NOT_PERMITTED, conclusion.to_json(), at, by=by)
        point(case)
        return Answered(case, order, False, proposal.id)
    end_work(case, conclusion, status, at, by=by)
    return Answered(case, order, True, None)
