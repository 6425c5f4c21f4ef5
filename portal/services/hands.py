"""In whose hands a case is: a department that had it before may read it, and does nothing to it any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, WorkOrder
from portal.rules.permissions import Permission, Viewer, may, may_somewhere
from portal.services.errors import Refused
from portal.services.steps import open_case
from portal.services.visibility import LIVE_ORDERS, department_ancestors


def open_case_in_hand(viewer: Viewer, number: str, permission: Permission, version: int) -> Case:
    """As steps.open_case; and Refused for a department that the case is not with (any more).

    The hall's own people (a grant bound to no department) may act on every case that they see.
    """
    case = open_case(viewer, number, permission, version)
    last = db.session.scalar(
        select(WorkOrder).where(WorkOrder.case_id == case.id).order_by(WorkOrder.position.desc()).limit(1)
    )
    if not has_in_hand(viewer, permission, case, last, department_ancestors()):
        raise Refused(_l("这一件现在不在您单位手里，要办、要问，由现在办它的单位来。"))
    return case


def has_in_hand(
    viewer: Viewer,
    permission: Permission,
    case: Case,
    last: WorkOrder | None,
    ancestors: Mapping[int, Collection[int]],
) -> bool:
    """Whether the viewer is of the hall, or of the unit that the `last` work order went to: out, or answered this time.

    Of two departments only the second has it, also when its order was recalled: then neither has.
    """
    if may(viewer, permission, case.hall_id):
        return True
    if last is None or last.redo_number != case.redo_number or last.status not in LIVE_ORDERS:
        return False
    return is_order_of(viewer, permission, case, last, ancestors)


def is_order_of(
    viewer: Viewer, permission: Permission, case: Case, order: WorkOrder, ancestors: Mapping[int, Collection[int]]
) -> bool:
    """Whether an order is the viewer's: they are its handler, or of its department or a unit above."""
    if order.handler_id == viewer.staff_id:
        return may_somewhere(viewer, permission)
    return may(viewer, permission, case.hall_id, order.department_id, department_ancestors=ancestors)
