"""What one person may do with one case now: the main deed, and the others beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.rules.follow_up import may_follow_up, may_reopen
from portal.rules.lifecycle import OPEN_CASES, CaseStep, allowed_steps
from portal.rules.roles import Permission
from portal.rules.vocabulary import CaseStatus, Cause, OrderStatus, Outcome, ProposalKind, Solved, WaitingReason


class Deed(StrEnum):
    """One form of the case page; the values are the names of its endpoints and templates."""

    PROPOSAL_DECISION = "proposal_decision"
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    REGISTRATION = "registration"
    TRIAGE = "triage"
    DISPATCH = "dispatch"
    CONCLUSION = "conclusion"
    ON_SPOT_CONCLUSION = "on_spot_conclusion"
    FOLLOW_UP = "follow_up"
    REOPENING = "reopening"
    QUESTION = "question"
    REPORTER_ANSWER = "reporter_answer"
    REVIEW = "review"
    REVIEW_RESULT = "review_result"
    MESSAGE = "message"
    DECLINE_PROPOSAL = "decline_proposal"
    RECALL = "recall"
    COMPLAINT = "complaint"
    IDENTIFICATION = "identification"
    CLAIM = "claim"
    CONTACT_RIGHT = "contact_right"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, in the eyes of one person.

    `order` is the open work order and `order_is_mine` whether this person's office has it; `in_hand` whether the case
    is with them at all, as it is with the whole hall but with one department; `answered` that one was answered in the
    present redo. `proposal` waits for its second person; `proposed_by_me`: that is somebody else.
    `undecided`: a “not solved” waits for the decision on a redo. `has_code`: the reporter can open the track page.
    `has_contact`: a name or number is kept. `unidentified`: a complaint has words only. `told`: it is among the
    published solved stories already.
    """

    status: CaseStatus
    may: frozenset[Permission]
    cause: Cause | None = None
    waiting: WaitingReason | None = None
    order: OrderStatus | None = None
    order_is_mine: bool = False
    in_hand: bool = True
    answered: bool = False
    proposal: ProposalKind | None = None
    proposed_by_me: bool = False
    says: Solved | None = None
    undecided: bool = False
    outcome: Outcome | None = None
    has_code: bool = True
    has_contact: bool = False
    unidentified: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Deeds:
    """The one thing to do next, if there is one for this person, and what else they may do."""

    main: Deed | None
    others: tuple[Deed, ...]

    def __contains__(self, deed: object) -> bool:
        return deed == self.main or deed in self.others


_CONFIRMS = {
    ProposalKind.DECLINE: Permission.CONFIRM_DECLINE,
    ProposalKind.CONCLUDE_NOT_PERMITTED: Permission.CONFIRM_CONCLUSION,
}
# What is worth telling others who stand where this person stood.
WORTH_TELLING = frozenset({Outcome.SOLVED, Outcome.PARTLY_SOLVED, Outcome.CONDITIONAL, Outcome.SPECIAL})
# What may be the main deed, in the order of a case's life; the rest is always beside it.
_MAIN = (
    Deed.PROPOSAL_DECISION,
    Deed.ACKNOWLEDGEMENT,
    Deed.ANSWER,
    Deed.REGISTRATION,
    Deed.TRIAGE,
    Deed.CONCLUSION,
    Deed.DISPATCH,
    Deed.REOPENING,
    Deed.FOLLOW_UP,
)


def deeds(here: Standing) -> Deeds:
    """What this person may do now. A deed that would be refused by the life cycle is not offered.

    The main deed is the next step of the case's life: signing before answering, triage before dispatch, and after the
    department's answer (or for 办不了) the conclusion before another dispatch. It is None when the case waits for
    somebody else.
    """
    possible = tuple(_possible(here))
    main = next((deed for deed in _MAIN if deed in possible and _is_next(deed, here)), None)
    return Deeds(main, tuple(deed for deed in possible if deed is not main))


def _is_next(deed: Deed, here: Standing) -> bool:
    if deed is Deed.TRIAGE:
        return here.cause is None
    if deed is Deed.CONCLUSION:
        return here.answered or here.cause is Cause.NOT_PERMITTED
    if deed is Deed.REOPENING:
        return here.undecided
    return True


def _possible(here: Standing) -> Iterator[Deed]:
    may = here.may
    if here.proposal is not None and not here.proposed_by_me and _CONFIRMS[here.proposal] in may:
        yield Deed.PROPOSAL_DECISION
    yield from _of_order(here)
    yield from _of_case(here)
    if Permission.ASK_REPORTER in may and here.in_hand and here.status is not CaseStatus.SUBMITTED:
        yield Deed.MESSAGE
    if Permission.RECORD_COMPLAINT in may and here.status is not CaseStatus.ARCHIVED:
        yield Deed.COMPLAINT
    if Permission.OVERSEE in may and here.unidentified:
        yield Deed.IDENTIFICATION
    if Permission.ISSUE_CLAIM in may and not here.has_code:
        yield Deed.CLAIM
    if Permission.REMOVE_CONTACT in may and here.has_contact:
        yield Deed.CONTACT_RIGHT
    if _may_be_told(here):
        yield Deed.STORY


def _of_order(here: Standing) -> Iterator[Deed]:
    if here.order is None:
        return
    if here.order_is_mine:
        if here.order is OrderStatus.ISSUED and Permission.ACKNOWLEDGE_ORDER in here.may:
            yield Deed.ACKNOWLEDGEMENT
        if here.order is not OrderStatus.RETURNED and Permission.ANSWER_ORDER in here.may:
            yield Deed.ANSWER
    if Permission.RECALL_ORDER in here.may:
        yield Deed.RECALL


# Which step of the life cycle and which permission each form asks for.
_STEPS = (
    (Deed.REGISTRATION, CaseStep.REGISTER, Permission.REGISTER_CASE),
    (Deed.DISPATCH, CaseStep.DISPATCH, Permission.DISPATCH_CASE),
    (Deed.CONCLUSION, CaseStep.CONCLUDE, Permission.CONCLUDE_CASE),
    (Deed.ON_SPOT_CONCLUSION, CaseStep.REGISTER, Permission.CONCLUDE_CASE),
    (Deed.FOLLOW_UP, CaseStep.CLOSE, Permission.FOLLOW_UP),
    (Deed.REOPENING, CaseStep.REOPEN, Permission.DECIDE_REDO),
    (Deed.QUESTION, CaseStep.ASK_REPORTER, Permission.ASK_REPORTER),
    (Deed.REPORTER_ANSWER, CaseStep.RESUME, Permission.ASK_REPORTER),
    (Deed.REVIEW, CaseStep.BEGIN_REVIEW, Permission.ASK_REPORTER),
    (Deed.REVIEW_RESULT, CaseStep.RESUME, Permission.ASK_REPORTER),
    (Deed.DECLINE_PROPOSAL, CaseStep.PROPOSE_DECLINE, Permission.PROPOSE_DECLINE),
)
# What a department may do too: only the one that has the case.
_NEEDS_IT_IN_HAND = frozenset({Permission.ASK_REPORTER, Permission.CONCLUDE_CASE})


def _of_case(here: Standing) -> Iterator[Deed]:
    steps = allowed_steps(
        here.status,
        open_orders=int(here.order is not None),
        proposal=here.proposal,
        waiting=here.waiting is not None,
    )
    under_way = here.status in OPEN_CASES and here.status is not CaseStatus.SUBMITTED
    if under_way and here.proposal is None and Permission.TRIAGE_CASE in here.may:
        yield Deed.TRIAGE
    for deed, step, permission in _STEPS:
        if permission in _NEEDS_IT_IN_HAND and not here.in_hand:
            continue
        if step in steps and permission in here.may and _makes_sense(deed, here):
            yield deed


def _makes_sense(deed: Deed, here: Standing) -> bool:
    if deed is Deed.DISPATCH:
        # The solution's date goes by the cause; and one lead department at a time.
        return here.cause is not None and here.order is None
    if deed is Deed.FOLLOW_UP:
        return may_follow_up(here.status, here.says)
    if deed in (Deed.REPORTER_ANSWER, Deed.REVIEW_RESULT):
        return here.waiting is not None and here.waiting.asks_reporter == (deed is Deed.REPORTER_ANSWER)
    if deed is Deed.REOPENING:
        return may_reopen(here.status, here.says)
    return True


def _may_be_told(here: Standing) -> bool:
    return (
        Permission.PUBLISH_SOLVED in here.may
        and not here.told
        and here.status in (CaseStatus.CONCLUDED, CaseStatus.CLOSED)
        and here.outcome in WORTH_TELLING
    )
