"""What one person may do with one case now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.deeds import Deed, Standing, deeds
from portal.rules.lifecycle import CaseStep, allowed_steps
from portal.rules.roles import ROLE_PERMISSIONS, Permission
from portal.rules.vocabulary import CaseStatus, Cause, OrderStatus, Outcome, ProposalKind, Role, Solved, WaitingReason

OPEN_ORDERS = (OrderStatus.ISSUED, OrderStatus.ACKNOWLEDGED, OrderStatus.RETURNED)
NEEDS = {
    Deed.REGISTRATION: Permission.REGISTER_CASE,
    Deed.TRIAGE: Permission.TRIAGE_CASE,
    Deed.DISPATCH: Permission.DISPATCH_CASE,
    Deed.CONCLUSION: Permission.CONCLUDE_CASE,
    Deed.ON_SPOT_CONCLUSION: Permission.CONCLUDE_CASE,
    Deed.FOLLOW_UP: Permission.FOLLOW_UP,
    Deed.REOPENING: Permission.DECIDE_REDO,
    Deed.QUESTION: Permission.ASK_REPORTER,
    Deed.REPORTER_ANSWER: Permission.ASK_REPORTER,
    Deed.REVIEW: Permission.ASK_REPORTER,
    Deed.REVIEW_RESULT: Permission.ASK_REPORTER,
    Deed.MESSAGE: Permission.ASK_REPORTER,
    Deed.DECLINE_PROPOSAL: Permission.PROPOSE_DECLINE,
    Deed.RECALL: Permission.RECALL_ORDER,
    Deed.ACKNOWLEDGEMENT: Permission.ACKNOWLEDGE_ORDER,
    Deed.ANSWER: Permission.ANSWER_ORDER,
    Deed.COMPLAINT: Permission.RECORD_COMPLAINT,
    Deed.IDENTIFICATION: Permission.OVERSEE,
    Deed.CLAIM: Permission.ISSUE_CLAIM,
    Deed.CONTACT_RIGHT: Permission.REMOVE_CONTACT,
    Deed.STORY: Permission.PUBLISH_SOLVED,
}
STEPS = {
    Deed.REGISTRATION: CaseStep.REGISTER,
    Deed.DISPATCH: CaseStep.DISPATCH,
    Deed.CONCLUSION: CaseStep.CONCLUDE,
    Deed.FOLLOW_UP: CaseStep.CLOSE,
    Deed.REOPENING: CaseStep.REOPEN,
    Deed.QUESTION: CaseStep.ASK_REPORTER,
    Deed.REPORTER_ANSWER: CaseStep.RESUME,
    Deed.REVIEW: CaseStep.BEGIN_REVIEW,
    Deed.REVIEW_RESULT: CaseStep.RESUME,
    Deed.DECLINE_PROPOSAL: CaseStep.PROPOSE_DECLINE,
}


def of(role: Role) -> frozenset[Permission]:
    return ROLE_PERMISSIONS[role]


standings = st.builds(
    Standing,
    status=st.sampled_from(CaseStatus),
    may=st.frozensets(st.sampled_from(Permission)),
    cause=st.none() | st.sampled_from(Cause),
    waiting=st.none() | st.sampled_from(WaitingReason),
    order=st.none() | st.sampled_from(OPEN_ORDERS),
    order_is_mine=st.booleans(),
    answered=st.booleans(),
    proposal=st.none() | st.sampled_from(ProposalKind),
    proposed_by_me=st.booleans(),
    says=st.none() | st.sampled_from(Solved),
    undecided=st.booleans(),
    outcome=st.none() | st.sampled_from(Outcome),
    has_code=st.booleans(),
    has_contact=st.booleans(),
    unidentified=st.booleans(),
    told=st.booleans(),
)


@given(standings)
def test_nothing_is_offered_that_permissions_or_the_life_cycle_would_refuse(here: Standing) -> None:
    found = deeds(here)
    steps = allowed_steps(
        here.status,
        open_orders=int(here.order is not None),
        proposal=here.proposal,
        waiting=here.waiting is not None,
    )
    for deed in (*found.others, *filter(None, [found.main])):
        assert deed not in NEEDS or NEEDS[deed] in here.may
        assert deed not in STEPS or STEPS[deed] in steps
    assert found.main not in found.others
    assert len(set(found.others)) == len(found.others)


@given(standings)
def test_who_may_nothing_is_offered_nothing(here: Standing) -> None:
    found = deeds(Standing(here.status, frozenset(), order=here.order, order_is_mine=True, proposal=here.proposal))
    assert found.main is None
    assert not found.others


@given(standings)
def test_nobody_confirms_their_own_no(here: Standing) -> None:
    if here.proposed_by_me:
        assert Deed.PROPOSAL_DECISION not in deeds(here)


MAIN = [
    (Role.CLERK, {"status": CaseStatus.SUBMITTED}, Deed.REGISTRATION),
    (Role.CLERK, {"status": CaseStatus.REGISTERED}, None),
    (Role.TRIAGE, {"status": CaseStatus.REGISTERED}, Deed.TRIAGE),
    (Role.TRIAGE, {"status": CaseStatus.REGISTERED, "cause": Cause.HARD_TO_DO}, Deed.DISPATCH),
    (Role.TRIAGE, {"status": CaseStatus.REGISTERED, "cause": Cause.NOT_PERMITTED}, Deed.CONCLUSION),
    (Role.TRIAGE, {"status": CaseStatus.REGISTERED, "proposal": ProposalKind.DECLINE}, Deed.PROPOSAL_DECISION),
    (Role.TRIAGE, {"status": CaseStatus.DISPATCHED, "cause": Cause.HARD_TO_DO, "order": OrderStatus.ISSUED}, None),
    (Role.TRIAGE, {"status": CaseStatus.DISPATCHED, "cause": Cause.HARD_TO_DO, "answered": True}, Deed.CONCLUSION),
    (Role.TRIAGE, {"status": CaseStatus.DISPATCHED, "cause": Cause.HARD_TO_DO}, Deed.DISPATCH),
    (Role.HANDLER, {"status": CaseStatus.DISPATCHED, "order": OrderStatus.ISSUED}, None),
    (
        Role.HANDLER,
        {"status": CaseStatus.DISPATCHED, "order": OrderStatus.ISSUED, "order_is_mine": True},
        Deed.ACKNOWLEDGEMENT,
    ),
    (
        Role.HANDLER,
        {"status": CaseStatus.DISPATCHED, "order": OrderStatus.ACKNOWLEDGED, "order_is_mine": True},
        Deed.ANSWER,
    ),
    (Role.FOLLOW_UP, {"status": CaseStatus.CONCLUDED}, Deed.FOLLOW_UP),
    (Role.FOLLOW_UP, {"status": CaseStatus.CONCLUDED, "says": Solved.NO, "undecided": True}, None),
    (Role.TRIAGE, {"status": CaseStatus.CONCLUDED, "says": Solved.NO, "undecided": True}, Deed.REOPENING),
    (Role.TRIAGE, {"status": CaseStatus.CLOSED, "says": Solved.NO}, None),
    (Role.MANAGER, {"status": CaseStatus.CONCLUDED, "outcome": Outcome.SOLVED}, None),
]


@pytest.mark.parametrize(("role", "standing", "main"), MAIN)
def test_the_main_deed_is_the_next_step_of_the_case(role: Role, standing: dict[str, object], main: Deed | None) -> None:
    assert deeds(Standing(may=of(role), **standing)).main == main  # type: ignore[arg-type]


def test_name_and_number_are_deleted_by_who_may_ask_for_them_and_only_while_there_are_some() -> None:
    for role in Role:
        offered = Deed.CONTACT_RIGHT in deeds(Standing(CaseStatus.CLOSED, of(role), has_contact=True))
        assert offered is (role in (Role.CLERK, Role.TRIAGE, Role.FOLLOW_UP, Role.OVERSIGHT))
        assert Deed.CONTACT_RIGHT not in deeds(Standing(CaseStatus.CLOSED, of(role)))


def test_a_manager_tells_a_solved_case_once() -> None:
    solved = {"status": CaseStatus.CLOSED, "may": of(Role.MANAGER), "outcome": Outcome.SOLVED}
    assert Deed.STORY in deeds(Standing(**solved))  # type: ignore[arg-type]
    assert Deed.STORY not in deeds(Standing(told=True, **solved))  # type: ignore[arg-type]
    assert Deed.STORY not in deeds(Standing(CaseStatus.CLOSED, of(Role.MANAGER), outcome=Outcome.UNFOUNDED))


def test_the_clock_is_not_stopped_twice_at_once() -> None:
    for reason in WaitingReason:
        stopped = deeds(Standing(CaseStatus.REGISTERED, of(Role.CLERK), waiting=reason))
        assert Deed.QUESTION not in stopped
        assert Deed.REVIEW not in stopped
        assert Deed.MESSAGE in stopped


@pytest.mark.parametrize("role", [Role.CLERK, Role.TRIAGE, Role.HANDLER, Role.OVERSIGHT])
def test_staff_let_a_stopped_clock_go_on_by_an_answer_or_by_a_result(role: Role) -> None:
    for reason in (None, *WaitingReason):
        found = deeds(Standing(CaseStatus.DISPATCHED, of(role), waiting=reason))
        assert (Deed.REPORTER_ANSWER in found) == (reason is not None and reason.asks_reporter)
        assert (Deed.REVIEW_RESULT in found) == (reason is WaitingReason.EXPERT_REVIEW)
