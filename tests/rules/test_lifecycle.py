"""The life cycle of cases and work orders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from portal.rules.lifecycle import (
    CASE_STEPS,
    OPEN_ORDERS,
    ORDER_STEPS,
    CaseStep,
    IllegalStep,
    Obstruction,
    OrderStep,
    OutcomeNeed,
    allowed_steps,
    is_second_person,
    is_with_window,
    needs_confirmation,
    next_order_status,
    next_status,
    obstruction,
    outcome_needs,
)
from portal.rules.vocabulary import (
    CaseStatus,
    Cause,
    OrderStatus,
    Outcome,
    ProposalKind,
)

S = CaseStatus
situations = st.fixed_dictionaries(
    {
        "open_orders": st.integers(0, 3),
        "proposal": st.none() | st.sampled_from(ProposalKind),
        "waiting": st.booleans(),
    }
)


@given(st.sampled_from(CaseStatus), st.sampled_from(CaseStep), situations)
def test_a_step_is_allowed_exactly_when_it_leads_somewhere(status, step, situation):
    if step in allowed_steps(status, **situation):
        assert next_status(status, step, **situation) in CaseStatus
    else:
        with pytest.raises(IllegalStep) as refused:
            next_status(status, step, **situation)
        assert refused.value.obstruction is obstruction(status, step, **situation)


def test_the_main_road_goes_from_submitted_to_archived():
    status = S.SUBMITTED
    passed = [status]
    for step in (CaseStep.REGISTER, CaseStep.DISPATCH, CaseStep.CONCLUDE, CaseStep.CLOSE, CaseStep.ARCHIVE):
        status = next_status(status, step)
        passed.append(status)
    assert passed == [S.SUBMITTED, S.REGISTERED, S.DISPATCHED, S.CONCLUDED, S.CLOSED, S.ARCHIVED]


def test_a_case_may_be_concluded_on_the_spot():
    assert next_status(S.REGISTERED, CaseStep.CONCLUDE) is S.CONCLUDED


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (S.SUBMITTED, CaseStep.CONCLUDE),
        (S.SUBMITTED, CaseStep.DISPATCH),
        (S.DISPATCHED, CaseStep.PROPOSE_DECLINE),
        (S.CONCLUDED, CaseStep.WITHDRAW),
        (S.CONCLUDED, CaseStep.ARCHIVE),
        (S.ARCHIVED, CaseStep.REOPEN),
        (S.DECLINED, CaseStep.REGISTER),
        (S.MERGED, CaseStep.DISPATCH),
        (S.WITHDRAWN, CaseStep.REOPEN),
    ],
)
def test_a_step_from_the_wrong_place_is_refused(status, step):
    with pytest.raises(IllegalStep) as refused:
        next_status(status, step)
    assert refused.value.obstruction is Obstruction.NOT_FROM_HERE


@given(situations.filter(lambda s: s["open_orders"] > 0))
def test_a_case_cannot_conclude_while_a_work_order_is_open(situation):
    assert not allowed_steps(S.DISPATCHED, **situation) & {
        CaseStep.CONCLUDE,
        CaseStep.PROPOSE_NOT_PERMITTED,
        CaseStep.CONFIRM_NOT_PERMITTED,
    }


def test_the_refusal_names_the_open_work_order():
    assert obstruction(S.DISPATCHED, CaseStep.CONCLUDE, open_orders=1) is Obstruction.ORDER_OPEN


@given(st.sampled_from(CaseStatus), st.sampled_from(ProposalKind), st.booleans())
def test_while_a_no_waits_for_its_second_person_the_case_stays_where_it_is(status, proposal, waiting):
    decisions = {
        CaseStep.CONFIRM_DECLINE,
        CaseStep.SEND_BACK_DECLINE,
        CaseStep.CONFIRM_NOT_PERMITTED,
        CaseStep.SEND_BACK_NOT_PERMITTED,
    }
    steps = allowed_steps(status, proposal=proposal, waiting=waiting)
    assert steps <= decisions | {CaseStep.WITHDRAW, CaseStep.RESUME}


def test_a_decision_fits_only_the_proposal_that_waits():
    assert obstruction(S.REGISTERED, CaseStep.CONFIRM_DECLINE) is Obstruction.NO_PROPOSAL
    other = ProposalKind.CONCLUDE_NOT_PERMITTED
    assert obstruction(S.REGISTERED, CaseStep.CONFIRM_DECLINE, proposal=other) is Obstruction.NO_PROPOSAL
    assert next_status(S.REGISTERED, CaseStep.CONFIRM_DECLINE, proposal=ProposalKind.DECLINE) is S.DECLINED
    assert next_status(S.REGISTERED, CaseStep.SEND_BACK_DECLINE, proposal=ProposalKind.DECLINE) is S.REGISTERED


def test_the_reporter_is_not_asked_twice_at_once_and_nothing_resumes_that_does_not_wait():
    for step in (CaseStep.ASK_REPORTER, CaseStep.BEGIN_REVIEW):
        assert obstruction(S.DISPATCHED, step, waiting=True) is Obstruction.ALREADY_WAITING
    assert obstruction(S.DISPATCHED, CaseStep.RESUME) is Obstruction.NOT_WAITING


def test_every_status_can_be_reached_and_only_four_are_final():
    reached = {S.SUBMITTED} | {after for ways in CASE_STEPS.values() for after in ways.values()}
    assert reached == set(CaseStatus)
    final = {s for s in CaseStatus if not any(s in ways for ways in CASE_STEPS.values())}
    assert final == {S.ARCHIVED, S.DECLINED, S.WITHDRAWN, S.MERGED}


def steps_of(order):
    return [step for step, ways in ORDER_STEPS.items() if order in ways]


class LifeOfACase(RuleBasedStateMachine):
    """Any legal life whatever: the promises of the life cycle hold at every moment."""

    def __init__(self):
        super().__init__()
        self.status = S.SUBMITTED
        self.orders = []
        self.proposal = None
        self.waiting = False
        self.history = [S.SUBMITTED]

    @property
    def situation(self):
        open_orders = sum(order in OPEN_ORDERS for order in self.orders)
        return {"open_orders": open_orders, "proposal": self.proposal, "waiting": self.waiting}

    @rule(data=st.data())
    def take_a_step(self, data):
        steps = allowed_steps(self.status, **self.situation)
        if not steps:
            return
        step = data.draw(st.sampled_from(sorted(steps)))
        before = self.situation
        self.status = next_status(self.status, step, **before)
        if self.status is S.CONCLUDED and self.history[-1] is not S.CONCLUDED:
            assert before["open_orders"] == 0
        if self.status is S.DECLINED:
            assert before["proposal"] is ProposalKind.DECLINE
        self.proposal = {
            CaseStep.PROPOSE_DECLINE: ProposalKind.DECLINE,
            CaseStep.PROPOSE_NOT_PERMITTED: ProposalKind.CONCLUDE_NOT_PERMITTED,
        }.get(step, self.proposal if step is CaseStep.RESUME else None)
        self.waiting = step in (CaseStep.ASK_REPORTER, CaseStep.BEGIN_REVIEW) or (
            self.waiting and step is not CaseStep.RESUME
        )
        if step is CaseStep.DISPATCH:
            self.orders.append(OrderStatus.ISSUED)
        self.history.append(self.status)

    @precondition(lambda self: any(order in OPEN_ORDERS for order in self.orders))
    @rule(data=st.data())
    def move_an_order(self, data):
        place = data.draw(st.sampled_from([i for i, order in enumerate(self.orders) if order in OPEN_ORDERS]))
        step = data.draw(st.sampled_from(sorted(steps_of(self.orders[place]))))
        self.orders[place] = next_order_status(self.orders[place], step)

    @invariant()
    def never_dispatched_or_concluded_without_being_registered(self):
        if self.status in (S.DISPATCHED, S.CONCLUDED, S.CLOSED, S.ARCHIVED):
            assert S.REGISTERED in self.history


TestLifeOfACase = LifeOfACase.TestCase


def test_a_work_order_is_acknowledged_and_then_answered():
    status = next_order_status(OrderStatus.ISSUED, OrderStep.ACKNOWLEDGE)
    assert next_order_status(status, OrderStep.ANSWER) is OrderStatus.ANSWERED
    with pytest.raises(IllegalStep):
        next_order_status(OrderStatus.ISSUED, OrderStep.ANSWER)


def test_an_objection_is_decided_once_and_then_final():
    returned = next_order_status(OrderStatus.ISSUED, OrderStep.RETURN)
    assert returned in OPEN_ORDERS
    confirmed = next_order_status(returned, OrderStep.CONFIRM_DISPATCH)
    with pytest.raises(IllegalStep) as refused:
        next_order_status(confirmed, OrderStep.RETURN, objected_before=True)
    assert refused.value.obstruction is Obstruction.OBJECTED_BEFORE


@given(st.sampled_from(OrderStatus))
def test_an_open_work_order_and_no_other_can_be_recalled(status):
    assert (OrderStep.RECALL in steps_of(status)) == (status in OPEN_ORDERS)


@given(st.sampled_from(CaseStatus), st.booleans())
def test_the_window_has_what_was_not_sent_and_what_came_back(status, held):
    assert is_with_window(status, held=held) == (status is S.REGISTERED or (status is S.DISPATCHED and not held))


@given(st.integers(1), st.integers(1))
def test_a_no_takes_two_people(proposer, confirmer):
    assert is_second_person(proposer, confirmer) == (proposer != confirmer)
    assert not is_second_person(proposer, proposer)


@given(st.sampled_from([None, *Cause]), st.sampled_from(Outcome))
def test_a_no_is_confirmed_whatever_the_cause_and_a_solution_never(cause, outcome):
    no = {Outcome.EXPLAINED, Outcome.TRANSFERRED, Outcome.UNFOUNDED}
    not_yet = {Outcome.PLANNED} if cause in (None, Cause.NOT_PERMITTED) else set()
    assert needs_confirmation(cause, outcome) == (outcome in no | not_yet)


def test_an_outcome_owes_its_reasons():
    assert outcome_needs(Outcome.SOLVED) == frozenset()
    assert outcome_needs(Outcome.EXPLAINED) == {OutcomeNeed.BASIS}
    assert outcome_needs(Outcome.PARTLY_SOLVED) == {OutcomeNeed.REMAINS, OutcomeNeed.DATE}
    assert outcome_needs(Outcome.TRANSFERRED) == {OutcomeNeed.DOOR}
