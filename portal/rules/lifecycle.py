"""The life of a case and of its work orders: which step may follow, who must agree, what the reporter sees."""

from __future__ import annotations

from enum import StrEnum

from portal.rules.progress import PublicProgress as PublicProgress
from portal.rules.progress import StageView as StageView
from portal.rules.progress import public_stage as public_stage
from portal.rules.vocabulary import (
    CaseStatus,
    Cause,
    OrderStatus,
    Outcome,
    ProposalKind,
)


class CaseStep(StrEnum):
    """What may be done to a case. Steps that confirm or send back decide a waiting proposal."""

    REGISTER = "register"
    DISPATCH = "dispatch"
    ASK_REPORTER = "ask_reporter"
    BEGIN_REVIEW = "begin_review"
    RESUME = "resume"
    CONCLUDE = "conclude"
    PROPOSE_DECLINE = "propose_decline"
    CONFIRM_DECLINE = "confirm_decline"
    SEND_BACK_DECLINE = "send_back_decline"
    PROPOSE_NOT_PERMITTED = "propose_not_permitted"
    CONFIRM_NOT_PERMITTED = "confirm_not_permitted"
    SEND_BACK_NOT_PERMITTED = "send_back_not_permitted"
    CLOSE = "close"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    WITHDRAW = "withdraw"
    MERGE = "merge"


class OrderStep(StrEnum):
    """What may be done to a work order. `confirm_dispatch` decides an objection against it, once and finally."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    RETURN = "return"
    CONFIRM_DISPATCH = "confirm_dispatch"
    RECALL = "recall"


class Obstruction(StrEnum):
    """Why a step is not possible now."""

    NOT_FROM_HERE = "not_from_here"
    ORDER_OPEN = "order_open"
    PROPOSAL_PENDING = "proposal_pending"
    NO_PROPOSAL = "no_proposal"
    ALREADY_WAITING = "already_waiting"
    NOT_WAITING = "not_waiting"
    OBJECTED_BEFORE = "objected_before"


class IllegalStep(Exception):
    """A step that the life cycle does not have; `obstruction` says why, for the page to put into words."""

    def __init__(self, status: CaseStatus | OrderStatus, step: CaseStep | OrderStep, obstruction: Obstruction) -> None:
        super().__init__(f"{step} from {status}: {obstruction}")
        self.status = status
        self.step = step
        self.obstruction = obstruction


_S = CaseStatus
# A step that leads to the status it came from leaves the case where it is.
CASE_STEPS: dict[CaseStep, dict[CaseStatus, CaseStatus]] = {
    CaseStep.REGISTER: {_S.SUBMITTED: _S.REGISTERED},
    CaseStep.DISPATCH: {_S.REGISTERED: _S.DISPATCHED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.ASK_REPORTER: {_S.REGISTERED: _S.REGISTERED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.BEGIN_REVIEW: {_S.REGISTERED: _S.REGISTERED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.RESUME: {_S.REGISTERED: _S.REGISTERED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.CONCLUDE: {_S.REGISTERED: _S.CONCLUDED, _S.DISPATCHED: _S.CONCLUDED},
    CaseStep.PROPOSE_DECLINE: {_S.SUBMITTED: _S.SUBMITTED, _S.REGISTERED: _S.REGISTERED},
    CaseStep.CONFIRM_DECLINE: {_S.SUBMITTED: _S.DECLINED, _S.REGISTERED: _S.DECLINED},
    CaseStep.SEND_BACK_DECLINE: {_S.SUBMITTED: _S.SUBMITTED, _S.REGISTERED: _S.REGISTERED},
    CaseStep.PROPOSE_NOT_PERMITTED: {_S.REGISTERED: _S.REGISTERED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.CONFIRM_NOT_PERMITTED: {_S.REGISTERED: _S.CONCLUDED, _S.DISPATCHED: _S.CONCLUDED},
    CaseStep.SEND_BACK_NOT_PERMITTED: {_S.REGISTERED: _S.REGISTERED, _S.DISPATCHED: _S.DISPATCHED},
    CaseStep.CLOSE: {_S.CONCLUDED: _S.CLOSED},
    CaseStep.REOPEN: {_S.CONCLUDED: _S.DISPATCHED, _S.CLOSED: _S.DISPATCHED},
    CaseStep.ARCHIVE: {_S.CLOSED: _S.ARCHIVED},
    CaseStep.WITHDRAW: dict.fromkeys((_S.SUBMITTED, _S.REGISTERED, _S.DISPATCHED), _S.WITHDRAWN),
    CaseStep.MERGE: dict.fromkeys((_S.SUBMITTED, _S.REGISTERED, _S.DISPATCHED), _S.MERGED),
}

_O = OrderStatus
ORDER_STEPS: dict[OrderStep, dict[OrderStatus, OrderStatus]] = {
    OrderStep.ACKNOWLEDGE: {_O.ISSUED: _O.ACKNOWLEDGED},
    OrderStep.ANSWER: {_O.ACKNOWLEDGED: _O.ANSWERED},
    OrderStep.RETURN: {_O.ISSUED: _O.RETURNED},
    OrderStep.CONFIRM_DISPATCH: {_O.RETURNED: _O.ISSUED},
    OrderStep.RECALL: dict.fromkeys((_O.ISSUED, _O.ACKNOWLEDGED, _O.RETURNED), _O.RECALLED),
}

OPEN_CASES = frozenset({_S.SUBMITTED, _S.REGISTERED, _S.DISPATCHED})
# A returned order is still a part nobody has answered: the objection has to be decided first.
OPEN_ORDERS = frozenset({_O.ISSUED, _O.ACKNOWLEDGED, _O.RETURNED})

_DECIDES = {
    CaseStep.CONFIRM_DECLINE: ProposalKind.DECLINE,
    CaseStep.SEND_BACK_DECLINE: ProposalKind.DECLINE,
    CaseStep.CONFIRM_NOT_PERMITTED: ProposalKind.CONCLUDE_NOT_PERMITTED,
    CaseStep.SEND_BACK_NOT_PERMITTED: ProposalKind.CONCLUDE_NOT_PERMITTED,
}
_STOPS_THE_CLOCK = frozenset({CaseStep.ASK_REPORTER, CaseStep.BEGIN_REVIEW})
_ENDS_THE_WORK = frozenset({CaseStep.CONCLUDE, CaseStep.PROPOSE_NOT_PERMITTED, CaseStep.CONFIRM_NOT_PERMITTED})
# The reporter may always walk away, and an answer may always come in.
_DESPITE_PROPOSAL = frozenset({CaseStep.WITHDRAW, CaseStep.RESUME})


def obstruction(
    status: CaseStatus,
    step: CaseStep,
    *,
    open_orders: int = 0,
    proposal: ProposalKind | None = None,
    waiting: bool = False,
) -> Obstruction | None:
    """Why `step` cannot be taken from `status` now, or None when it can.

    A case cannot conclude while one of its `open_orders` is open; recall that order first (首接负责).
    While a `proposal` waits for its second person the case stays where it is: only the decision,
    the reporter's answer and the reporter's withdrawal are possible (否定报备).
    """
    if status not in CASE_STEPS[step]:
        return Obstruction.NOT_FROM_HERE
    if step in _DECIDES and proposal is not _DECIDES[step]:
        return Obstruction.NO_PROPOSAL
    if proposal is not None and step not in _DECIDES and step not in _DESPITE_PROPOSAL:
        return Obstruction.PROPOSAL_PENDING
    if step in _ENDS_THE_WORK and open_orders > 0:
        return Obstruction.ORDER_OPEN
    if step in _STOPS_THE_CLOCK and waiting:
        return Obstruction.ALREADY_WAITING
    if step is CaseStep.RESUME and not waiting:
        return Obstruction.NOT_WAITING
    return None


def allowed_steps(
    status: CaseStatus, *, open_orders: int = 0, proposal: ProposalKind | None = None, waiting: bool = False
) -> frozenset[CaseStep]:
    """Every step that may be taken from here; who may take it is a matter of permissions."""
    return frozenset(
        step
        for step in CaseStep
        if obstruction(status, step, open_orders=open_orders, proposal=proposal, waiting=waiting) is None
    )


def next_status(
    status: CaseStatus,
    step: CaseStep,
    *,
    open_orders: int = 0,
    proposal: ProposalKind | None = None,
    waiting: bool = False,
) -> CaseStatus:
    """The status after `step`. Raises IllegalStep with the obstruction."""
    found = obstruction(status, step, open_orders=open_orders, proposal=proposal, waiting=waiting)
    if found is not None:
        raise IllegalStep(status, step, found)
    return CASE_STEPS[step][status]


def is_with_window(status: CaseStatus, *, held: bool) -> bool:
    """Whether the window has to decide where it goes: taken up, and in no department's hands (`held`).

    That is what was registered and not sent yet, what was recalled, and what a department answered to the window.
    """
    return status is CaseStatus.REGISTERED or (status is CaseStatus.DISPATCHED and not held)


def next_order_status(status: OrderStatus, step: OrderStep, *, objected_before: bool = False) -> OrderStatus:
    """The work order's status after `step`. Raises IllegalStep."""
    if status not in ORDER_STEPS[step]:
        raise IllegalStep(status, step, Obstruction.NOT_FROM_HERE)
    if step is OrderStep.RETURN and objected_before:
        raise IllegalStep(status, step, Obstruction.OBJECTED_BEFORE)
    return ORDER_STEPS[step][status]


def is_second_person(proposer_id: int, confirmer_id: int) -> bool:
    """Whether a “no” is said by two people: the one who confirms is not the one who proposed (否定答复报告)."""
    return proposer_id != confirmer_id


_A_NO = frozenset({Outcome.EXPLAINED, Outcome.TRANSFERRED, Outcome.UNFOUNDED})
# Not yet judged, or judged 办不了: then a “not yet” may be a “no”.
_NOT_YET_MAY_BE_NO = (None, Cause.NOT_PERMITTED)
# What staff may conclude with: only the reporter withdraws.
CONCLUSIONS = frozenset(Outcome) - {Outcome.WITHDRAWN}


def needs_confirmation(cause: Cause | None, outcome: Outcome) -> bool:
    """Whether a conclusion must first be proposed and then confirmed by a second person (否定答复报告).

    Nobody at the front says the final “no” alone: true for `explained` (it cannot be done), `transferred` (not ours)
    and `unfounded` (it is not so) whatever the cause. `planned` is a “not yet” with measures and a date: one person
    says it of a case that was judged, and judged not to be 办不了 (docs/adr/0010).
    """
    return outcome in _A_NO or (outcome is Outcome.PLANNED and cause in _NOT_YET_MAY_BE_NO)


class OutcomeNeed(StrEnum):
    """What must be written down with an outcome beside the public reply."""

    BASIS = "basis"
    REMAINS = "remains"
    DATE = "date"
    DOOR = "door"


_NEEDS: dict[Outcome, frozenset[OutcomeNeed]] = {
    Outcome.PARTLY_SOLVED: frozenset({OutcomeNeed.REMAINS, OutcomeNeed.DATE}),
    Outcome.EXPLAINED: frozenset({OutcomeNeed.BASIS}),
    Outcome.CONDITIONAL: frozenset({OutcomeNeed.REMAINS, OutcomeNeed.DATE}),
    Outcome.PLANNED: frozenset({OutcomeNeed.REMAINS, OutcomeNeed.DATE}),
    Outcome.TRANSFERRED: frozenset({OutcomeNeed.DOOR}),
}


def outcome_needs(outcome: Outcome) -> frozenset[OutcomeNeed]:
    """What an outcome owes the person: the basis, what remains and by when, or which door instead."""
    return _NEEDS.get(outcome, frozenset())
