"""Triage, the work order and what a department does with it, questions to the reporter, complaints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.demo.lives.ending import end_work, propose
from portal.demo.lives.life import REPORTER, SYSTEM, Life
from portal.demo.lives.taking_in import counts_from
from portal.demo.rows import Row, row
from portal.models import NO_DATE, Complaint, Message, WorkOrder
from portal.rules.codes import submission_fingerprint
from portal.rules.lifecycle import needs_confirmation
from portal.rules.permissions import is_restricted
from portal.rules.profiles import Origin, StepKind
from portal.rules.vocabulary import CaseStatus, Cause, FollowUpMethod, OrderStatus, ProposalKind, WaitingReason
from portal.services.asking import AWAITING
from portal.services.concluding import Conclusion
from portal.services.sweeps import ANSWER_REMINDER, WENT_ON_WITHOUT_ANSWER
from portal.services.work import WITHDRAWN

# Joining two cases has no service yet.
MERGED = "merged"


def triage(life: Life, at: datetime, by: int, cause: str, sub_reason: str, complexity: str) -> None:
    """Judge it once; a cause that is 不给办 restricts it."""
    life.case["cause"], life.case["sub_reason"], life.case["complexity"] = cause, sub_reason or None, complexity
    life.touch()
    if cause != Cause.NOT_PERMITTED and not life.dates.running((StepKind.SOLVE,)):
        life.dates.start_with_stops(StepKind.SOLVE, counts_from(life))
    restrict(life, at, by)
    life.point()
    life.record("case_triaged", at, by, cause=cause, sub_reason=sub_reason, complexity=complexity)


def restrict(life: Life, at: datetime, by: int | None) -> None:
    """Put `restricted` and `supervised` as the rules want them (services/conflicts.restrict); no order may be out."""
    cause = Cause(life.case["cause"]) if life.case["cause"] else None
    life.case["restricted"] = is_restricted(has_complaint=bool(life.complaints), cause=cause)
    if life.case["restricted"] and not life.case["supervised"]:
        life.case["supervised"] = True
        life.record("case_supervised", at, by)


def complain(life: Life, at: datetime, by: int, *, staff_id: int | None, department_id: int | None, words: str) -> None:
    """Staff record who is complained about."""
    complaint = row(Complaint, staff_id=staff_id, department_id=department_id, words=words, created_at=at)
    life.complaints.append(complaint)
    _record_complaint(life, "complaint_recorded", complaint, at, by)
    restrict(life, at, by)
    life.point()


def identify(life: Life, at: datetime, by: int, *, staff_id: int | None, department_id: int | None) -> None:
    """Oversight finds out who is meant."""
    complaint = life.complaints[0]
    complaint["staff_id"], complaint["department_id"] = staff_id, department_id
    life.touch()
    _record_complaint(life, "complaint_identified", complaint, at, by)
    restrict(life, at, by)
    life.point()


def _record_complaint(life: Life, action: str, complaint: Row, at: datetime, by: int) -> None:
    staff_id, department_id = complaint["staff_id"], complaint["department_id"]
    life.record(action, at, by, object_kind="complaint", about=complaint, staff=staff_id, department=department_id)


def dispatch(life: Life, at: datetime, by: int, department_id: int, task: str, handler_id: int | None = None) -> None:
    """Send it to a department, perhaps to a named handler."""
    life.set_status(CaseStatus.DISPATCHED)
    order = make_out(life, at, by, department_id, task, handler_id)
    life.point()
    record_order(life, "case_dispatched", order, at, by, department=department_id, handler=handler_id)


def make_out(life: Life, at: datetime, by: int, department_id: int, task: str, handler_id: int | None = None) -> Row:
    """A new work order with its dates (services/work.make_out)."""
    redo = life.case["redo_number"]
    order = row(
        WorkOrder,
        position=len(life.orders) + 1,
        department_id=department_id,
        redo_number=redo,
        task=task,
        issued_by_id=by,
        issued_at=at,
        entrusted=life.case["restricted"],
        handler_id=handler_id,
        due_sort=NO_DATE,
    )
    life.orders.append(order)
    life.case["holder_id"] = department_id
    life.dates.meet(StepKind.DISPATCH, at)
    life.dates.start_with_stops(StepKind.ACKNOWLEDGE, at, order)
    if life.case["cause"] != Cause.NOT_PERMITTED and not life.dates.running((StepKind.SOLVE,)):
        life.dates.start_with_stops(StepKind.SOLVE, at if redo else counts_from(life))
    return order


def acknowledge(life: Life, at: datetime, by: int) -> None:
    """The department signs for the order that is out."""
    order = life.open_order
    assert order is not None
    order["status"], order["acknowledged_at"] = OrderStatus.ACKNOWLEDGED.value, at
    order["handler_id"] = order["handler_id"] or by
    life.dates.meet(StepKind.ACKNOWLEDGE, at, order)
    record_order(life, "order_acknowledged", order, at, by, days=None)
    life.point()


def take_back(life: Life, at: datetime, by: int | None, because: str) -> None:
    """Recall the order that is out."""
    order = life.open_order
    assert order is not None
    order["status"] = OrderStatus.RECALLED.value
    _end(order, at)
    life.case["holder_id"] = None
    life.touch()
    life.dates.drop(at, (StepKind.ACKNOWLEDGE,))
    if because not in (WITHDRAWN, MERGED):
        life.dates.start_with_stops(StepKind.DISPATCH, at, origin=Origin.RECALLED)
    life.point()
    record_order(life, "order_recalled", order, at, by, because=because)


def answer(life: Life, at: datetime, by: int, conclusion: Conclusion, *, conclude: bool = True) -> None:
    """The department answers the order, and with it the case; a “no” becomes a proposal."""
    order = life.open_order
    assert order is not None
    if order["status"] == OrderStatus.ISSUED:
        acknowledge(life, at, by)
    order["public_reply"], order["basis"] = conclusion.public_reply, conclusion.basis
    order["internal_note"], order["outcome"] = conclusion.internal_note, conclusion.outcome.value
    order["status"], order["answered_at"] = OrderStatus.ANSWERED.value, at
    _end(order, at)
    life.touch()
    record_order(life, "order_answered", order, at, by, outcome=conclusion.outcome.value)
    if not conclude:
        life.case["holder_id"] = None
        life.point()
    elif says_no(life, conclusion):
        propose(life, ProposalKind.CONCLUDE_NOT_PERMITTED, conclusion.to_json(), at, by)
        life.point()
    else:
        end_work(life, conclusion, at, by=by)


def says_no(life: Life, conclusion: Conclusion) -> bool:
    """Whether it needs a second person."""
    return needs_confirmation(Cause(life.case["cause"]) if life.case["cause"] else None, conclusion.outcome)


def record_order(life: Life, action: str, order: Row, at: datetime, by: int | None, **data: Any) -> None:
    """The event of an act on a work order."""
    life.record(action, at, by, object_kind="work_order", about=order, position=order["position"], **data)


def tell(life: Life, at: datetime, by: int, body: str) -> None:
    """Staff say something to the reporter; after triage it is the first reply, except where it cannot be done."""
    life.touch()
    said = life.say(at, body, by)
    under_way = life.status in (CaseStatus.REGISTERED, CaseStatus.DISPATCHED)
    if under_way and life.case["cause"] not in (None, Cause.NOT_PERMITTED):
        life.dates.meet(StepKind.REPLY, at)
    life.point()
    life.record("reporter_told", at, by, object_kind="message", about=said)


def write_note(life: Life, at: datetime, by: int, body: str) -> None:
    """Something among staff."""
    life.record("note_written", at, by, object_kind="message", about=life.say(at, body, by, public=False))


def ask(
    life: Life, at: datetime, by: int, question: str, reason: WaitingReason = WaitingReason.NEEDS_INFORMATION
) -> None:
    """Ask the reporter; the clock stands still."""
    life.case["waiting"] = reason.value
    life.touch()
    asked = life.say(at, question, by, asks=True)
    life.dates.pause(at, reason.value)
    life.dates.start(StepKind.SUPPLEMENT, at)
    life.point()
    life.record("reporter_asked", at, by, object_kind="message", about=asked, reason=reason.value)


def write_in(life: Life, at: datetime, body: str, pepper: bytes) -> Row:
    """The reporter writes; when something is asked it is the answer, and the clock goes on."""
    question = _question(life)
    answers = life.case["waiting"] is not None
    moment = life.moment(at, question["at"] if question else None)
    message = add_message(life, moment, body, pepper)
    if answers:
        _resume_after_answer(life, moment)
    action = "reporter_answered" if answers else "reporter_wrote"
    life.record(action, moment, None, actor=REPORTER, object_kind="message", about=message, photos=0)
    return message


def take_down(life: Life, at: datetime, by: int, body: str, method: FollowUpMethod) -> None:
    """Staff take down what the reporter answered on the phone or at the window; the clock goes on."""
    said = row(Message, author=REPORTER, staff_id=by, public=True, body=body, at=at)
    life.messages.append(said)
    _resume_after_answer(life, at)
    life.record("answer_recorded", at, by, object_kind="message", about=said, method=method.value)


def _question(life: Life) -> Row | None:
    return next((m for m in life.messages if m["asks"] and m["answered_at"] is None), None)


def _resume_after_answer(life: Life, at: datetime) -> None:
    for kind in AWAITING:
        life.dates.meet(kind, at)
    question = _question(life)
    if question is not None:
        question["answered_at"] = at
    stop_waiting(life, at)
    life.point()


def add_message(life: Life, moment: datetime, body: str, pepper: bytes) -> Row:
    """Something that the reporter wrote."""
    fingerprint = submission_fingerprint(pepper, life.key + len(life.messages).to_bytes(2, "big"))
    life.messages.append(row(Message, author=REPORTER, public=True, body=body, at=moment, submission_hash=fingerprint))
    return life.messages[-1]


def stop_waiting(life: Life, at: datetime) -> None:
    """Nothing is awaited from the reporter any more."""
    life.dates.drop(at, AWAITING)
    life.dates.resume(at)
    life.case["waiting"] = None
    life.touch()


def remind(life: Life, at: datetime) -> None:
    """The question was not answered in time: the sweep reminds."""
    life.dates.meet(StepKind.SUPPLEMENT, at)
    life.dates.start(StepKind.SUPPLEMENT_REMINDER, at)
    life.touch()
    life.point()
    life.say(at, ANSWER_REMINDER, None)
    life.record("reporter_reminded", at, None, actor=SYSTEM)


def go_on(life: Life, at: datetime) -> None:
    """Nor after the reminder: the sweep lets the clock go on."""
    life.dates.meet(StepKind.SUPPLEMENT_REMINDER, at)
    stop_waiting(life, at)
    life.point()
    life.say(at, WENT_ON_WITHOUT_ANSWER, None)
    life.record("clock_resumed", at, None, actor=SYSTEM)


def urge(life: Life, at: datetime) -> None:
    """The reporter urges: something owed is late."""
    moment = life.moment(at)
    life.case["urge_count"] += 1
    life.case["urged_at"] = moment
    life.record("case_urged", moment, None, actor=REPORTER, count=life.case["urge_count"])


def _end(order: Row, at: datetime) -> None:
    order["ended_at"], order["due_at"], order["due_sort"] = at, None, NO_DATE
