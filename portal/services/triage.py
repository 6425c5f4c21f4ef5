"""研判: why it could not be done, which decides everything that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.extensions import db
from portal.models import Case, Hall
from portal.rules.lifecycle import Obstruction
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.promises import Change, ChangeReason
from portal.rules.vocabulary import CaseStatus, Cause, Complexity
from portal.services import journal
from portal.services.conflicts import restrict
from portal.services.deadlines import drop_deadlines, hall_rules, running
from portal.services.errors import Refused
from portal.services.promises import record_move
from portal.services.steps import WHY_NOT, is_still_visible, open_case, pending_proposal, touch
from portal.services.transaction import write
from portal.services.work import point, start_solution

UNDER_WAY = (CaseStatus.REGISTERED, CaseStatus.DISPATCHED)


@dataclass(frozen=True)
class Triaged:
    """The case, and whether the one who triaged it may still see it (not so with 不给办, unless oversight)."""

    case: Case
    still_visible: bool


def triage_case(
    viewer: Viewer, number: str, *, version: int, cause: Cause, sub_reason: str, complexity: Complexity
) -> Triaged:
    """Set cause, sub-reason (one that the hall has under that cause; "" for none) and complexity.

    Starts or moves the deadline of the solution by the hall's profile (working days from registering); a moved date is
    told by an event. 不给办 makes the case supervised and restricted to oversight, and recalls what a department
    holds. Raises NotFound, Conflict, Refused (not registered yet, a sub-reason of another cause).
    """
    case = open_case(viewer, number, Permission.TRIAGE_CASE, version)
    _refuse_outside_work(case)
    _refuse_foreign_reason(case, cause, sub_reason)
    at = clock.now()
    with write():
        before = case.cause, case.complexity
        case.cause, case.sub_reason, case.complexity = cause, sub_reason or None, complexity
        touch(case)
        _set_solution_date(case, at, by=viewer.staff_id, changed=before != (cause, complexity))
        restrict(case, at, by=viewer.staff_id)
        point(case)
        journal.record(
            "case_triaged",
            at,
            staff_id=viewer.staff_id,
            case_id=case.id,
            cause=cause.value,
            sub_reason=sub_reason,
            complexity=complexity.value,
        )
    return Triaged(case, is_still_visible(viewer, case))


def _refuse_outside_work(case: Case) -> None:
    if case.status == CaseStatus.SUBMITTED:
        raise Refused(_l("这一件还没有登记。请先登记，再研判。"))
    if case.status not in UNDER_WAY:
        raise Refused(WHY_NOT[Obstruction.NOT_FROM_HERE])
    if pending_proposal(case.id) is not None:
        raise Refused(WHY_NOT[Obstruction.PROPOSAL_PENDING])


def _refuse_foreign_reason(case: Case, cause: Cause, sub_reason: str) -> None:
    """One that was retired meanwhile stays where it is; it is not given anew."""
    kept = (sub_reason, cause) == (case.sub_reason, case.cause)
    known = hall_rules(db.session.get_one(Hall, case.hall_id)).reasons
    offered = {reason.code for reason in known if reason.cause is cause and not reason.retired}
    if sub_reason and not kept and sub_reason not in offered:
        sentence = _l("请在这个原因下面选一个细分。")
        raise Refused(sentence, sub_reason=sentence)


def _set_solution_date(case: Case, at: datetime, *, by: int, changed: bool) -> None:
    """Start, move or drop the date of the solution; one that was told never moves without an event."""
    before = next(iter(running(case, (StepKind.SOLVE,))), None)
    if before is None:
        start_solution(case)
        return
    if not changed:
        return
    old = before.due_at
    drop_deadlines(case, at, (StepKind.SOLVE,))
    started = start_solution(case)
    new = started.due_at if started is not None else None
    if old == new:
        return
    record_move(case.id, StepKind.SOLVE.value, Change(old, new, ChangeReason.TRIAGE), at, by=by)
