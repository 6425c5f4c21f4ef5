"""The work orders of a department, and one of them as its paper form shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Case, Department, Staff, WorkOrder
from portal.rules.codes import parse_case_number
from portal.rules.lights import Light
from portal.rules.permissions import Permission, Viewer, grants_with
from portal.rules.vocabulary import OrderStatus
from portal.services.deadlines import hall_rules, light_of
from portal.services.errors import NotFound
from portal.services.visibility import visible_cases

PAGE = 30
ANSWERED_LATELY = timedelta(days=30)
_WORKING = (OrderStatus.ISSUED, OrderStatus.ACKNOWLEDGED)


class Tray(StrEnum):
    """What an order waits for."""

    TO_ACKNOWLEDGE = "to_acknowledge"
    IN_WORK = "in_work"
    LATE = "late"
    ANSWERED = "answered"


@dataclass(frozen=True)
class OrderRow:
    """One order of the list with its case (counter and item loaded)."""

    order: WorkOrder
    case: Case
    light: Light
    handler: Staff | None


@dataclass(frozen=True)
class OrderList:
    """One page of a tray, those due first ahead; how many are in each tray; `after` is where the next page goes on."""

    rows: Sequence[OrderRow]
    counts: Mapping[Tray, int]
    after: str


def orders_of(viewer: Viewer, tray: Tray, now: datetime, after: str = "") -> OrderList:
    """The orders that this person's department has, or that name this person, at `now` (UTC). Three statements.

    By the case's date, then the order's id; `after` is the id of the last one seen. What was answered shows for thirty
    days.
    """
    mine = _mine(viewer)
    wanted = _with_case().where(mine, visible_cases(viewer, Permission.ACKNOWLEDGE_ORDER), _in_tray(tray, now))
    last = db.session.get(WorkOrder, int(after)) if after.isascii() and after.isdigit() and len(after) < 16 else None
    if last is not None:
        wanted = wanted.where(tuple_(WorkOrder.due_sort, WorkOrder.id) > tuple_(last.due_sort, last.id))
    found = db.session.execute(wanted.order_by(WorkOrder.due_sort, WorkOrder.id).limit(PAGE + 1)).all()
    rows = [OrderRow(o, c, light_of(c, hall_rules(c.hall), now), person) for o, c, person in found[:PAGE]]
    return OrderList(rows, _counts(viewer, mine, now), str(rows[-1].order.id) if len(found) > PAGE else "")


def order_on_paper(viewer: Viewer, number: str) -> OrderRow:
    """The work order of that number (the case's and its position), for the paper form. Raises NotFound."""
    head, _dash, position = number.rpartition("-")
    case_number = parse_case_number(head)
    if case_number is None or not (position.isascii() and position.isdigit() and len(position) < 4):
        raise NotFound
    wanted = _with_case().where(Case.number == case_number, WorkOrder.position == int(position), visible_cases(viewer))
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    order, its_case, handler = found
    return OrderRow(order, its_case, light_of(its_case, hall_rules(its_case.hall), order.issued_at), handler)


def _with_case() -> Select[WorkOrder, Case, Staff]:
    return (
        select(WorkOrder, Case, Staff)
        .join(Case, Case.id == WorkOrder.case_id)
        .outerjoin(Staff, Staff.id == WorkOrder.handler_id)
        .options(joinedload(WorkOrder.department))
        .options(joinedload(Case.hall, innerjoin=True), joinedload(Case.counter), joinedload(Case.item))
    )


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    """Orders of the departments this person acknowledges for and of the units below, or that name them."""
    roots = [g.department_id for g in grants_with(viewer, Permission.ACKNOWLEDGE_ORDER) if g.department_id is not None]
    tree = select(Department.id).where(Department.id.in_(roots)).cte("mine", recursive=True)
    tree = tree.union_all(select(Department.id).join(tree, Department.parent_id == tree.c.id))
    return or_(WorkOrder.department_id.in_(select(tree.c.id)), WorkOrder.handler_id == viewer.staff_id)


def _in_tray(tray: Tray, now: datetime) -> ColumnElement[bool]:
    if tray is Tray.TO_ACKNOWLEDGE:
        return WorkOrder.status == OrderStatus.ISSUED
    if tray is Tray.IN_WORK:
        return WorkOrder.status == OrderStatus.ACKNOWLEDGED
    if tray is Tray.LATE:
        return and_(WorkOrder.status.in_(_WORKING), WorkOrder.due_sort < now)
    return and_(WorkOrder.status == OrderStatus.ANSWERED, WorkOrder.answered_at > now - ANSWERED_LATELY)


def _counts(viewer: Viewer, mine: ColumnElement[bool], now: datetime) -> dict[Tray, int]:
    columns = [func.coalesce(func.sum(case((_in_tray(tray, now), 1), else_=0)), 0) for tray in Tray]
    living = or_(WorkOrder.status.in_(_WORKING), _in_tray(Tray.ANSWERED, now))
    row = db.session.execute(
        select(*columns)
        .select_from(WorkOrder)
        .join(Case, Case.id == WorkOrder.case_id)
        .where(mine, living, visible_cases(viewer, Permission.ACKNOWLEDGE_ORDER))
    ).one()
    return dict(zip(Tray, map(int, row), strict=True))
