"""回访 · 重办: asking the person, closing, and doing it again after a “not solved”."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, FollowUp, Hall
from portal.rules.follow_up import closing_by, may_follow_up, may_reopen, next_redo
from portal.rules.lifecycle import CaseStep
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Cause, Closing, FollowUpMethod, Level, Solved
from portal.rules.workdays import local_day
from portal.services import journal
from portal.services.closing import CLOSED_UNREACHED, close, close_unconfirmed, is_unreached
from portal.services.deadlines import drop_deadlines, hall_rules, meet_deadline, start_deadline
from portal.services.errands import checked_errand
from portal.services.errors import Refused
from portal.services.rollups import add_follow_up
from portal.services.steps import is_not_solved_again, open_case, set_status, status_after, tell, touch
from portal.services.transaction import write
from portal.services.typed import MEDIUM, optional_text, required_text
from portal.services.work import Errand, make_out, point, record_order, start_counting


class Answer(TypedDict, total=False):
    """What a try brought: had the unit been in touch, is it solved, how satisfied; a note; by which way."""

    contacted: bool | None
    solved: Solved | None
    level: Level | None
    note: str
    method: FollowUpMethod


def record_follow_up(viewer: Viewer, number: str, *, version: int, reached: bool, **answer: Unpack[Answer]) -> FollowUp:
    """Record one try to reach the person of a concluded case, and what they said.

    Reached: “solved” and “partly” close it; “no” waits for a decision on a redo, and a second “no” makes it supervised.
    Not reached: after the profile's tries on different local days it closes as “not confirmed”, never as satisfied.
    Raises NotFound, Conflict, Refused (not concluded, answered already, reached without an answer).
    """
    case = open_case(viewer, number, Permission.FOLLOW_UP, version)
    closed = status_after(case, CaseStep.CLOSE)
    if not may_follow_up(CaseStatus(case.status), _says(case)):
        raise Refused(_l("本人已经说了“没解决”，不用再问。请定再办一次，还是不再办。"))
    at = clock.now()
    call = _checked_call(case, at, by=viewer.staff_id, reached=reached, **answer)
    unreached = not reached and is_unreached(case, _tries(case), call.tried_on)
    with write() as session:
        session.add(call)
        touch(case)
        session.flush()
        _record(call, at)
        if call.solved is not None:
            closing = closing_by(FollowUpMethod(call.method))
            take_answer(case, Solved(call.solved), closed, closing, at, by=viewer.staff_id)
        elif unreached:
            close_unconfirmed(case, closed, at, told=CLOSED_UNREACHED, by=viewer.staff_id)
        point(case)
        add_follow_up(case, call)
    return call


def _checked_call(case: Case, at: datetime, *, by: int, reached: bool, **answer: Unpack[Answer]) -> FollowUp:
    if reached and answer.get("solved") is None:
        sentence = _l("联系上了，请选一项：解决了、解决了一部分，还是没解决。")
        raise Refused(sentence, solved=sentence)
    call = FollowUp(case_id=case.id, redo_number=case.redo_number, staff_id=by, at=at, tried_on=local_day(at))
    call.method = answer.get("method", FollowUpMethod.PHONE)
    call.note = optional_text("note", answer.get("note", ""), MEDIUM)
    call.reached = reached
    if reached:
        call.contacted, call.solved, call.level = answer.get("contacted"), answer.get("solved"), answer.get("level")
    return call


def take_answer(
    case: Case, solved: Solved, closed: CaseStatus, closing: Closing, at: datetime, *, by: int | None, actor: str = ""
) -> None:
    """What the reporter's word on a concluded case brings about, in the running transaction (also for the track page).

    “Solved” and “partly” close it. “No” keeps it as it is until somebody decides on a redo, which is owed within the
    profile's working days for a follow-up, counted from the “no”; a second one makes it supervised (red).
    """
    case.reporter_says = solved
    touch(case)
    if solved is not Solved.NO:
        close(case, closing, closed, at, by=by, actor=actor)
        return
    meet_deadline(case, StepKind.FOLLOW_UP, at)
    drop_deadlines(case, at, (StepKind.UNCONFIRMED_CLOSE,))
    start_deadline(case, StepKind.FOLLOW_UP, at)
    if is_not_solved_again(case) and not case.supervised:
        case.supervised = True
        journal.record("case_supervised", at, staff_id=by, actor=actor, case_id=case.id)
    point(case)


def reopen_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    department_id: int,
    reason: str,
    task: str = "",
    handler_id: int | None = None,
    unclear: bool = False,
) -> Case:
    """Decide to do it again (重办) after “no” or “partly”: redo n, a new work order and a new date, told to the person.

    Raises NotFound, Conflict, Refused (the reporter did not say so; what errands.checked_errand refuses).
    """
    case = _undecided(viewer, number, version)
    status = status_after(case, CaseStep.REOPEN)
    why = required_text("reason", reason, _l("请写给本人：为什么再办、怎么办。"), MEDIUM)
    errand = checked_errand(case, department_id=department_id, handler_id=handler_id, task=task, unclear=unclear)
    at = clock.now()
    with write():
        _begin_redo(case, status, errand, at, by=viewer.staff_id)
        tell(case, why, viewer.staff_id, at)
    return case


def keep_closed(viewer: Viewer, number: str, *, version: int, reason: str) -> Case:
    """Decide against a redo, with the reason the person will read; a concluded case closes. Raises as reopen_case."""
    case = _undecided(viewer, number, version)
    why = required_text("reason", reason, _l("请写给本人：为什么不再办，还可以怎么做。"), MEDIUM)
    closed = status_after(case, CaseStep.CLOSE) if case.status == CaseStatus.CONCLUDED else None
    at = clock.now()
    with write():
        touch(case)
        tell(case, why, viewer.staff_id, at)
        journal.record("redo_refused", at, staff_id=viewer.staff_id, case_id=case.id, redo=case.redo_number)
        meet_deadline(case, StepKind.FOLLOW_UP, at)
        if closed is not None:
            close(case, closing_by(_said_by(case)), closed, at, by=viewer.staff_id)
        point(case)
    return case


def _undecided(viewer: Viewer, number: str, version: int) -> Case:
    case = open_case(viewer, number, Permission.DECIDE_REDO, version)
    if not may_reopen(CaseStatus(case.status), _says(case)):
        raise Refused(_l("本人说了“没解决”或“解决了一部分”，才谈得上重办。"))
    return case


def _says(case: Case) -> Solved | None:
    return Solved(case.reporter_says) if case.reporter_says else None


def _said_by(case: Case) -> FollowUpMethod:
    """How the reporter's last word on this conclusion came."""
    said = (FollowUp.case_id == case.id, FollowUp.redo_number == case.redo_number, FollowUp.solved.is_not(None))
    wanted = select(FollowUp.method).where(*said).order_by(FollowUp.id.desc()).limit(1)
    return FollowUpMethod(db.session.scalars(wanted).one())


def _begin_redo(case: Case, status: CaseStatus, errand: Errand, at: datetime, *, by: int) -> None:
    case.redo_number = next_redo(case.redo_number)
    case.outcome = case.concluded_at = case.on_time = case.closed_at = case.closing = case.reporter_says = None
    meet_deadline(case, StepKind.FOLLOW_UP, at)
    drop_deadlines(case, at)
    set_status(case, status)
    order = make_out(case, errand, at, by=by)
    if case.cause == Cause.NOT_PERMITTED:
        # No solution is owed, so the reply is: a redo without a date would never be late.
        start_counting(case, StepKind.REPLY, at)
    point(case)
    record_order("case_reopened", order, at, by, redo=case.redo_number, department=order.department_id)


def _tries(case: Case) -> int:
    hall = db.session.get_one(Hall, case.hall_id)
    return hall_rules(hall).profile.follow_up_tries


def _record(call: FollowUp, at: datetime) -> None:
    journal.record(
        "follow_up_recorded",
        at,
        staff_id=call.staff_id,
        case_id=call.case_id,
        object_kind="follow_up",
        object_id=call.id,
        reached=call.reached,
        contacted=call.contacted,
        solved=call.solved,
        level=call.level,
        method=call.method,
    )
