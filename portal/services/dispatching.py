"""Sending many cases to one department: what would be done is shown first, then each is sent by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Case, WorkOrder
from portal.rules.lifecycle import OPEN_ORDERS
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import CaseStatus
from portal.services.conflicts import NOBODY_NAMED
from portal.services.errands import usual_department
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.orders import dispatch_case
from portal.services.visibility import visible_cases

# One page of the inbox; a longer list was not picked by hand.
MOST = 50


@dataclass(frozen=True)
class Planned:
    """A picked case, and why it would not be sent (a sentence), if so."""

    case: Case
    obstacle: Any


@dataclass(frozen=True)
class Sent:
    """A case that was to be sent: `refusal` says why it was not, and is empty when it was."""

    number: str
    refusal: Any


def plan_dispatch(viewer: Viewer, numbers: Sequence[str]) -> list[Planned]:
    """The picked cases this person may dispatch, each with what stands in the way now; one or two statements.

    Cases that do not exist for them are left out. Raises Refused for none at all, or more than a page has.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise Refused(_l("先勾上要派的件，再派。"))
    if len(wanted) > MOST:
        raise Refused(_l("一次最多派 %(count)s 件，请分几次。", count=MOST))
    ordered = exists().where(WorkOrder.case_id == Case.id, WorkOrder.status.in_(OPEN_ORDERS))
    rows = db.session.execute(
        select(Case, ordered, NOBODY_NAMED)
        .where(Case.number.in_(wanted), visible_cases(viewer, Permission.DISPATCH_CASE))
        .options(joinedload(Case.item), joinedload(Case.counter))
        .order_by(Case.due_sort, Case.id)
    )
    return [Planned(case, _obstacle(case, has_order, unnamed)) for case, has_order, unnamed in rows]


def usual_of(planned: Sequence[Planned]) -> int | None:
    """The department where all that can go usually go (errands.py); None when they differ."""
    units = {usual_department(one.case) for one in planned if not one.obstacle}
    return units.pop() if len(units) == 1 else None


def dispatch_all(viewer: Viewer, picks: Sequence[tuple[str, int]], department_id: int) -> list[Sent]:
    """Send each case (number, version as it was shown) to the department; what became of each, in order.

    Each is its own transaction: one that cannot go does not hold back the others. Raises nothing but Refused for more
    than a page has.
    """
    if len(picks) > MOST:
        raise Refused(_l("一次最多派 %(count)s 件，请分几次。", count=MOST))
    return [_send(viewer, number, version, department_id) for number, version in dict(picks).items()]


def _send(viewer: Viewer, number: str, version: int, department_id: int) -> Sent:
    try:
        dispatch_case(viewer, number, version=version, department_id=department_id)
    except NotFound:
        return Sent(number, _l("没有这一件，或者它已经不归您看。"))
    except (Refused, Conflict) as refusal:
        return Sent(number, refusal.message)
    return Sent(number, "")


def _obstacle(case: Case, has_order: bool, unnamed: bool) -> Any:
    if case.status == CaseStatus.SUBMITTED:
        return _l("还没登记")
    if case.status not in (CaseStatus.REGISTERED, CaseStatus.DISPATCHED):
        return _l("已经办结")
    if has_order:
        return _l("已经派出，正在办")
    if unnamed:
        return _l("还没写明反映的是谁，打开这一件再派")
    return _l("还没研判原因") if case.cause is None else ""
