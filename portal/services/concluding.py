"""办结 · 答复: ending the work with an outcome, a public reply and, apart from it, an internal note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Deadline, WorkOrder
from portal.rules.follow_up import step_after_reply
from portal.rules.lifecycle import CONCLUSIONS, CaseStep, OutcomeNeed, needs_confirmation, outcome_needs
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Cause, Door, Outcome
from portal.services import journal
from portal.services.asking import stop_waiting
from portal.services.deadlines import drop_deadlines, meet_deadline, point_clock, start_deadline
from portal.services.enclosing import Enclosed, hold, send_held
from portal.services.errors import Refused
from portal.services.hands import open_case_in_hand
from portal.services.rollups import add_conclusion
from portal.services.steps import note, set_status, status_after, tell
from portal.services.transaction import write
from portal.services.typed import MEDIUM, coming_date, optional_text, required_text

PROMISED = (StepKind.REPLY, StepKind.SOLVE)
NEEDS_SECOND_PERSON = _l("否定答复要两个人。请先登记，写好答复，再交第二个人确认。")


@dataclass(frozen=True)
class Conclusion:
    """What a case is concluded with; made by `checked_conclusion`."""

    outcome: Outcome
    public_reply: str
    basis: str = ""
    internal_note: str = ""
    remains: str = ""
    remains_until: date | None = None
    door: Door | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain data, for a proposal that waits."""
        until = self.remains_until.isoformat() if self.remains_until else None
        return vars(self) | {"outcome": self.outcome.value, "remains_until": until, "door": self.door}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Conclusion:
        """Back from `to_json`."""
        until = data["remains_until"]
        return cls(
            **data
            | {
                "outcome": Outcome(data["outcome"]),
                "remains_until": date.fromisoformat(until) if until else None,
                "door": Door(data["door"]) if data["door"] else None,
            }
        )


class Owed(TypedDict, total=False):
    """What an outcome may owe the person beside the reply, and what is for staff alone."""

    basis: str
    internal_note: str
    remains: str
    remains_until: date | None
    door: Door | None


class Ending(Owed):
    """Everything a case is concluded with, as a form gives it."""

    outcome: Required[Outcome]
    public_reply: Required[str]


def checked_conclusion(at: datetime, **ending: Unpack[Ending]) -> Conclusion:
    """A conclusion with everything its outcome owes the person: basis, what remains and by when, or the right door.

    Raises Refused, naming the field; also for `withdrawn`, which is for the reporter to say. What the outcome does not
    owe may be given too, except a date gone by.
    """
    if ending["outcome"] not in CONCLUSIONS:
        sentence = _l("撤回要本人来撤，窗口和单位不能替本人撤。请按办的情况选一个结果。")
        raise Refused(sentence, outcome=sentence)
    needs = outcome_needs(ending["outcome"])
    reply = required_text("public_reply", ending["public_reply"], _l("请写给本人的答复。"))
    basis, remains = ending.get("basis", ""), ending.get("remains", "")
    until, door = ending.get("remains_until"), ending.get("door")
    if OutcomeNeed.BASIS in needs:
        basis = required_text("basis", basis, _l("说不能办，要写清依据哪一条规定。"))
    if OutcomeNeed.REMAINS in needs:
        remains = required_text("remains", remains, _l("请写清还剩什么、怎么办。"), MEDIUM)
    if OutcomeNeed.DATE in needs or until is not None:
        until = coming_date("remains_until", until, at, _l("请写余下的事哪一天之前办好。"))
    if OutcomeNeed.DOOR in needs and door is None:
        sentence = _l("不归这里管的，要指明该去哪儿。")
        raise Refused(sentence, door=sentence)
    basis, remains = optional_text("basis", basis), optional_text("remains", remains, MEDIUM)
    note = optional_text("internal_note", ending.get("internal_note", ""))
    return Conclusion(ending["outcome"], reply, basis, note, remains, until, door)


def conclude_case(
    viewer: Viewer, number: str, *, version: int, photos: Enclosed | None = None, **ending: Unpack[Ending]
) -> Case:
    """Conclude a registered or dispatched case whose parts are all answered; `ending` is what checked_conclusion takes.

    On time when every date promised for reply and solution was kept. Starts the follow-up call, or, where nobody can
    be called, the ten working days after which it closes unconfirmed. Raises NotFound, Conflict, Refused: an open work
    order, a “no” that needs a second person (proposals.propose_not_permitted), or something the outcome owes.
    """
    case = open_case_in_hand(viewer, number, Permission.CONCLUDE_CASE, version)
    status = status_after(case, CaseStep.CONCLUDE)
    refuse_lone_no(case, ending["outcome"])
    at = clock.now()
    conclusion = checked_conclusion(at, **ending)
    with write():
        hold(case, photos)
        end_work(case, conclusion, status, at, by=viewer.staff_id)
    return case


def refuse_lone_no(case: Case, outcome: Outcome) -> None:
    """Raise Refused when one person alone would say a “no” (否定答复报告)."""
    if needs_second_person(case, outcome):
        raise Refused(NEEDS_SECOND_PERSON, outcome=NEEDS_SECOND_PERSON)


def needs_second_person(case: Case, outcome: Outcome) -> bool:
    """Whether concluding this case so must be proposed and confirmed (rules/lifecycle.py)."""
    return outcome in negative_outcomes(case)


def negative_outcomes(case: Case) -> frozenset[Outcome]:
    """The outcomes of this case that one person may only propose: who chooses one is told so beforehand."""
    cause = Cause(case.cause) if case.cause else None
    return frozenset(outcome for outcome in Outcome if needs_confirmation(cause, outcome))


def end_work(
    case: Case, conclusion: Conclusion, status: CaseStatus, at: datetime, *, by: int, author: int | None = None
) -> None:
    """Conclude in the running transaction; `by` did it, `author` (unless the same) wrote the reply.

    The photos that waited for a reply go with this one.
    """
    case.on_time = _end_dates(case, at)
    case.outcome = conclusion.outcome
    case.public_reply, case.basis = conclusion.public_reply, conclusion.basis
    case.remains, case.remains_until = conclusion.remains, conclusion.remains_until
    case.concluded_at = at
    case.reporter_says = None
    set_status(case, status)
    start_deadline(case, step_after_reply(has_phone=case.contact_phone is not None), at)
    point_clock(case)
    send_held(tell(case, conclusion.public_reply, author or by, at))
    if conclusion.internal_note:
        note(case, conclusion.internal_note, author or by, at)
    journal.record(
        "case_concluded",
        at,
        staff_id=by,
        case_id=case.id,
        outcome=conclusion.outcome.value,
        door=conclusion.door.value if conclusion.door else None,
        on_time=case.on_time,
        redo=case.redo_number,
        restricted=case.restricted,
    )
    add_conclusion(case, at)


def _end_dates(case: Case, at: datetime) -> bool:
    """Meet what was promised and drop the rest; whether every promise was kept."""
    if case.waiting is not None:
        stop_waiting(case, at)
    for kind in PROMISED:
        meet_deadline(case, kind, at)
    db.session.flush()
    kept = _kept_its_dates(case)
    drop_deadlines(case, at)
    return kept


def _kept_its_dates(case: Case) -> bool:
    """Whether no date for reply or solution was missed, in the present redo."""
    began = select(func.min(WorkOrder.issued_at)).where(
        WorkOrder.case_id == case.id, WorkOrder.redo_number == case.redo_number
    )
    late = exists().where(Deadline.case_id == case.id, Deadline.kind.in_(PROMISED), Deadline.state == "over")
    if case.redo_number:
        late = late.where(Deadline.counts_from >= began.scalar_subquery())
    return not db.session.scalar(select(late))
