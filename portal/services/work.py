"""Work orders inside a running transaction: making one out, taking one back, and the date it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import NO_DATE, Case, Deadline, Department, Hall, Staff, WorkOrder
from portal.rules.deadlines import Pause
from portal.rules.lifecycle import IllegalStep, OrderStep, next_order_status
from portal.rules.profiles import Origin, StepKind
from portal.rules.vocabulary import Cause, OrderStatus
from portal.services import journal
from portal.services.deadlines import (
    HallRules,
    drop_deadlines,
    due_of,
    hall_rules,
    meet_deadline,
    point_clock,
    running,
    start_deadline,
)
from portal.services.errors import Refused
from portal.services.steps import open_orders, touch

# Why an order was taken back.
RECALLED, RESTRICTED, WITHDRAWN = "recalled", "restricted", "withdrawn"


@dataclass(frozen=True)
class Errand:
    """To whom a case is sent, and what for; made by `checked_errand`.

    `unclear`: a restricted case is sent although nobody knows yet who it is about.
    """

    department: Department
    handler: Staff | None
    task: str
    unclear: bool = False


def step_order(order: WorkOrder, step: OrderStep) -> OrderStatus:
    """The order's status after `step`. Raises Refused in plain words."""
    try:
        return next_order_status(OrderStatus(order.status), step)
    except IllegalStep as illegal:
        raise Refused(_l("这张工作单现在的情况走不到这一步。请看看它最新的情况。")) from illegal


def refuse_second_order(case: Case) -> None:
    """Raise Refused while an order is out: one lead department at a time."""
    if open_orders(case.id):
        raise Refused(_l("已经有一张工作单在办。要换单位，请先收回那一张。"))


def counts_from(case: Case) -> datetime:
    """From when reply and solution are counted: registering, or the promise to register where that was kept late.

    So a late registering never moves the date on the receipt (an early one brings it forward, which is told:
    promises.tell_reply_moved). A redo is counted from the decision on it.
    """
    if case.redo_number:
        began = select(func.min(WorkOrder.issued_at)).where(
            WorkOrder.case_id == case.id, WorkOrder.redo_number == case.redo_number
        )
        return db.session.scalars(began).one()
    assert case.registered_at is not None
    return min(case.registered_at, case.take_up_promised_at)


def make_out(case: Case, errand: Errand, at: datetime, *, by: int) -> WorkOrder:
    """A new work order to the lead department, its signing deadline, and the case's solution date if none runs."""
    last = db.session.scalar(select(func.max(WorkOrder.position)).where(WorkOrder.case_id == case.id))
    order = WorkOrder(
        case_id=case.id,
        position=(last or 0) + 1,
        department_id=errand.department.id,
        redo_number=case.redo_number,
        task=errand.task,
        issued_by_id=by,
        issued_at=at,
        entrusted=case.restricted,
        handler_id=errand.handler.id if errand.handler else None,
        due_sort=NO_DATE,
    )
    db.session.add(order)
    db.session.flush()
    if errand.unclear:
        # Apart from the dispatch itself: who it is about, or that nobody knows, is for oversight alone to read.
        record_order("nobody_named", order, at, by)
    case.holder_id = errand.department.id
    meet_deadline(case, StepKind.DISPATCH, at)
    start_counting(case, StepKind.ACKNOWLEDGE, at, work_order=order)
    start_solution(case)
    return order


def sets_date(case: Case) -> bool:
    """Whether who signs for a work order sets the date of the solution (the district's way), within the limit."""
    return _rules(case).profile.step(StepKind.ACKNOWLEDGE).sets_date


def start_solution(case: Case, days: int | None = None) -> Deadline | None:
    """Start the date of the solution, in working days from registering or from the redo; None where none is owed.

    None is owed where the rules do not allow it (only the reply is), and none starts while one runs or before the
    department has signed where that sets the date. `days` is a term shorter than the profile's that was confirmed.
    """
    if case.cause == Cause.NOT_PERMITTED or running(case, (StepKind.SOLVE,)):
        return None
    if sets_date(case) and not _is_signed_for(case):
        return None
    return start_counting(case, StepKind.SOLVE, counts_from(case), days=days)


def start_counting(
    case: Case,
    kind: StepKind,
    counts_from: datetime,
    *,
    work_order: WorkOrder | None = None,
    days: int | None = None,
    origin: Origin | None = None,
) -> Deadline:
    """Start a date that the clock's stops hold for too: those since `counts_from`, and the one it stands still in now.

    Else the days a reporter took to answer would be counted against whoever is given the case afterwards. `days` takes
    the place of the profile's working days, `origin` that of what the profile counts them from.
    """
    deadline = start_deadline(case, kind, counts_from, work_order=work_order)
    if origin is not None:
        deadline.step = deadline.step | {"counts_from": origin.value}
    stops = _stops(case, counts_from)
    if stops or days is not None:
        deadline.pauses = [stop.to_json() for stop in stops]
        deadline.step = deadline.step | ({"days": days} if days is not None else {})
        due = due_of(deadline, _rules(case))
        deadline.due_at = deadline.promised_at = due.due_at
        deadline.estimated = due.estimated
    return deadline


def take_back(case: Case, order: WorkOrder, at: datetime, *, by: int | None, because: str) -> None:
    """Recall an open order with its event; the case has no holder until it is sent anew.

    `because` is a code. Unless the reporter withdrew it, the next order is owed as the first was: the profile's working
    days for sending it out, counted from the recall.
    """
    order.status = step_order(order, OrderStep.RECALL)
    _end(order, at)
    case.holder_id = None
    touch(case)
    drop_deadlines(case, at, (StepKind.ACKNOWLEDGE,))
    if because != WITHDRAWN:
        start_counting(case, StepKind.DISPATCH, at, origin=Origin.RECALLED)
    point(case)
    record_order("order_recalled", order, at, by, because=because)


def checked_days(case: Case, days: int | None) -> int | None:
    """The days of the solution as a department may confirm them: within the profile's. Raises Refused.

    None where it confirms none: then the profile's days hold.
    """
    if days is None:
        return None
    if not sets_date(case):
        sentence = _l("这个大厅的办成日子按规定算，不用另定。")
        raise Refused(sentence, days=sentence)
    most = _rules(case).profile.step(StepKind.SOLVE, case.cause, case.complexity).days
    if not 1 <= days <= most:
        sentence = _l("请写 1 到 %(most)s 个工作日。", most=most)
        raise Refused(sentence, days=sentence)
    return days


def sign_for(case: Case, order: WorkOrder, at: datetime, *, by: int, days: int | None = None) -> None:
    """Acknowledge an order with its event, in the running transaction; it sets the date of the solution where due."""
    order.status = step_order(order, OrderStep.ACKNOWLEDGE)
    order.acknowledged_at = at
    order.handler_id = order.handler_id or by
    meet_deadline(case, StepKind.ACKNOWLEDGE, at, order)
    start_solution(case, days)
    record_order("order_acknowledged", order, at, by, days=days)


def finish(case: Case, order: WorkOrder, at: datetime, *, by: int) -> None:
    """End an order as answered with its event, in the running transaction; its texts are the caller's."""
    order.status = step_order(order, OrderStep.ANSWER)
    order.answered_at = at
    _end(order, at)
    touch(case)
    record_order("order_answered", order, at, by, outcome=order.outcome)


def point(case: Case) -> None:
    """Bring the date that matters now into the case and its open work orders, by which lists are sorted."""
    db.session.flush()
    point_clock(case)
    for order in open_orders(case.id):
        order.due_at, order.due_sort = case.due_at, case.due_sort


def record_order(action: str, order: WorkOrder, at: datetime, by: int | None, **data: Any) -> None:
    """The event of an act on a work order."""
    journal.record(
        action,
        at,
        staff_id=by,
        case_id=order.case_id,
        object_kind="work_order",
        object_id=order.id,
        position=order.position,
        **data,
    )


def _end(order: WorkOrder, at: datetime) -> None:
    order.ended_at, order.due_at, order.due_sort = at, None, NO_DATE


def _is_signed_for(case: Case) -> bool:
    signed = select(WorkOrder.id).where(
        WorkOrder.case_id == case.id,
        WorkOrder.redo_number == case.redo_number,
        WorkOrder.acknowledged_at.is_not(None),
    )
    return db.session.scalar(signed.limit(1)) is not None


def _rules(case: Case) -> HallRules:
    return hall_rules(db.session.get_one(Hall, case.hall_id))


def _stops(case: Case, since: datetime) -> list[Pause]:
    db.session.flush()
    of_case = db.session.scalars(select(Deadline.pauses).where(Deadline.case_id == case.id))
    stops = {stop["from"]: Pause.from_json(stop) for pauses in of_case for stop in pauses}
    return [stop for _, stop in sorted(stops.items()) if stop.ended is None or stop.ended > since]
