"""A “no” is said by two people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.models import Case
from portal.rules.vocabulary import Cause, Door, Outcome
from portal.services.concluding import conclude_case
from portal.services.ending import end_case
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.orders import answer_order, dispatch_case
from portal.services.proposals import decide_proposal, pending_proposal, propose_decline, propose_not_permitted
from portal.services.registering import register_case
from tests.cases import (
    RECEIVED,
    actions_of,
    add_staff,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    public_words,
    registered_case,
    triaged_case,
)
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def decline(world: World, case: Case, by: str = "clerk", **more: Any) -> Any:
    values: dict[str, Any] = {"reason": "已在法院起诉", "door": Door.COURT, "say": "这件事法院在审，请等法院的结果。"}
    return propose_decline(world.viewer(by), case.number, **{"version": case.version} | values | more)


def explain(world: World, case: Case, by: str = "clerk", **more: Any) -> Any:
    values = {"public_reply": "按规定现在不能办。您可以先办居住证再来。", "basis": "清川市异地就医备案办事指南第4条"}
    return propose_not_permitted(world.viewer(by), case.number, **{"version": case.version} | values | more)


def decide(world: World, case: Case, proposal: Any, by: str, *, confirm: bool = True, **more: Any) -> Case:
    values = {"version": case.version, "proposal_id": proposal.id, "confirm": confirm} | more
    return decide_proposal(world.viewer(by), case.number, **values)


def test_a_decline_waits_for_a_second_person_and_the_case_stays_where_it_is(any_world: World) -> None:
    noise_cases(any_world)
    case = make_case(any_world)
    proposal = decline(any_world, case)
    assert pending_proposal(case.id) is proposal
    assert (case.status, case.open, case.public_reply) == ("submitted", True, "")
    assert public_words(case) == []
    with pytest.raises(Refused):
        register_case(
            any_world.viewer("clerk"),
            case.number,
            version=case.version,
            plan="先核实",
            rough_date=date(2026, 10, 15),
        )


def test_a_confirmed_decline_tells_the_reason_and_the_right_door(any_world: World) -> None:
    case = make_case(any_world)
    proposal = decline(any_world, case)
    decide(any_world, case, proposal, "triage")
    assert (case.status, case.open) == ("declined", False)
    assert public_words(case) == ["这件事法院在审，请等法院的结果。"]
    assert event_of(case, "case_declined").data["door"] == Door.COURT
    assert proposal.data["reason"] == "已在法院起诉"
    assert actions_of(case) == ["decline_proposed", "decline_confirmed", "case_declined"]
    assert event_of(case, "decline_confirmed").staff_id == any_world.staff["triage"].id
    assert case.due_at is None


def test_without_words_of_its_own_a_decline_tells_the_reason(any_world: World) -> None:
    case = registered_case(any_world)
    decide(any_world, case, decline(any_world, case, say=" "), "manager")
    assert public_words(case)[-1] == "已在法院起诉"


@pytest.mark.parametrize("proposer", ["triage", "oversight"])
def test_nobody_confirms_their_own_no(any_world: World, proposer: str) -> None:
    case = registered_case(any_world)
    for propose in (decline, explain):
        proposal = propose(any_world, case, by=proposer)
        with pytest.raises(Refused):
            decide(any_world, case, proposal, proposer)
        assert case.status == "registered"
        decide(any_world, case, proposal, "manager", confirm=False, note="再想想")


def test_what_is_sent_back_says_why_and_the_case_goes_on(any_world: World) -> None:
    case = registered_case(any_world)
    proposal = decline(any_world, case)
    with pytest.raises(Refused) as refusal:
        decide(any_world, case, proposal, "triage", confirm=False)
    assert "note" in refusal.value.fields
    decide(any_world, case, proposal, "triage", confirm=False, note="不在法院，请先核实")
    assert (case.status, proposal.confirmed, proposal.note) == ("registered", False, "不在法院，请先核实")
    assert pending_proposal(case.id) is None
    assert actions_of(case)[-1] == "decline_sent_back"
    decline(any_world, case)


def test_a_decision_is_taken_once(any_world: World) -> None:
    case = registered_case(any_world)
    proposal = explain(any_world, case)
    shown = case.version
    decide(any_world, case, proposal, "triage")
    with pytest.raises((Refused, Conflict)):
        decide(any_world, case, proposal, "triage2", version=shown)
    with pytest.raises(Refused):
        decide(any_world, case, proposal, "triage2", confirm=False, note="不同意")
    assert proposal.decided_by_id == any_world.staff["triage"].id


def test_a_reply_that_it_cannot_be_done_carries_its_basis_and_concludes_when_confirmed(any_world: World) -> None:
    case = registered_case(any_world)
    with pytest.raises(Refused) as refusal:
        explain(any_world, case, basis="  ")
    assert "basis" in refusal.value.fields
    proposal = explain(any_world, case, internal_note="问过两次")
    decide(any_world, case, proposal, "triage", note="同意")
    assert (case.status, case.outcome, case.on_time) == ("concluded", "explained", True)
    assert case.basis == "清川市异地就医备案办事指南第4条"
    assert public_words(case)[-1].startswith("按规定现在不能办")
    assert "问过两次" not in "".join(public_words(case))
    assert actions_of(case)[-3:] == [
        "conclude_not_permitted_proposed",
        "conclude_not_permitted_confirmed",
        "case_concluded",
    ]


def test_a_department_that_says_no_proposes_it_and_a_second_person_confirms(any_world: World) -> None:
    case = dispatched_case(any_world)
    answered = answer_order(
        any_world.viewer("handler"),
        case.number,
        version=case.version,
        public_reply="按规定现在不能办。",
        outcome=Outcome.EXPLAINED,
        basis="办事指南第4条",
    )
    assert (answered.concluded, case.status) == (False, "dispatched")
    proposal = pending_proposal(case.id)
    assert proposal is not None
    assert answered.proposal_id == proposal.id
    decide(any_world, case, proposal, "triage")
    assert (case.status, case.outcome) == ("concluded", "explained")
    sent_back = dispatched_case(any_world)
    answer_order(
        any_world.viewer("handler"),
        sent_back.number,
        version=sent_back.version,
        public_reply="不能办。",
        outcome=Outcome.EXPLAINED,
        basis="第4条",
    )
    proposal = pending_proposal(sent_back.id)
    decide(any_world, sent_back, proposal, "triage", confirm=False, note="依据不对")
    dispatch_case(
        any_world.viewer("triage"),
        sent_back.number,
        version=sent_back.version,
        department_id=any_world.departments["medical"].id,
    )
    assert sent_back.status == "dispatched"


@pytest.mark.parametrize("outcome", [Outcome.TRANSFERRED, Outcome.UNFOUNDED])
@pytest.mark.parametrize("cause", [Cause.HARD_TO_DO, Cause.NOT_PERMITTED])
def test_not_ours_and_not_so_are_a_no_too_whoever_says_it(any_world: World, outcome: Outcome, cause: Cause) -> None:
    noise_cases(any_world)
    said = {"outcome": outcome, "public_reply": "核对过了，请去区里。", "door": Door.OTHER_HALL}
    case = triaged_case(any_world, cause=cause)
    with pytest.raises(Refused) as refusal:
        conclude_case(any_world.viewer("triage"), case.number, version=case.version, **said)
    assert "outcome" in refusal.value.fields
    ended = end_case(any_world.viewer("triage"), case.number, version=case.version, **said)
    assert ended.proposal is not None
    sent = dispatched_case(any_world, cause=cause)
    answered = answer_order(any_world.viewer("handler"), sent.number, version=sent.version, **said)
    assert not answered.concluded
    for waiting, proposal in ((case, ended.proposal), (sent, pending_proposal(sent.id))):
        assert "核对过了，请去区里。" not in public_words(waiting)
        decide(any_world, waiting, proposal, "triage2")
        assert (waiting.status, waiting.outcome, event_of(waiting, "case_concluded").data["door"]) == (
            "concluded",
            outcome,
            Door.OTHER_HALL,
        )


def test_a_transfer_names_the_right_door_before_anybody_confirms_it(any_world: World) -> None:
    case = registered_case(any_world)
    with pytest.raises(Refused) as refusal:
        explain(any_world, case, outcome=Outcome.TRANSFERRED)
    assert "door" in refusal.value.fields
    assert pending_proposal(case.id) is None


def test_where_the_rules_forbid_it_hardly_any_outcome_goes_without_a_second_person(any_world: World) -> None:
    case = triaged_case(any_world, cause=Cause.NOT_PERMITTED)
    with pytest.raises(Refused):
        conclude_case(
            any_world.viewer("clerk"),
            case.number,
            version=case.version,
            outcome=Outcome.TRANSFERRED,
            public_reply="请去区里办。",
            door=Door.OTHER_HALL,
        )
    proposal = explain(any_world, case, outcome=Outcome.TRANSFERRED, door=Door.OTHER_HALL, basis="")
    decide(any_world, case, proposal, "manager")
    assert (case.outcome, event_of(case, "case_concluded").data["door"]) == ("transferred", Door.OTHER_HALL)


def test_who_may_not_confirm_does_not_find_the_case_to_confirm(any_world: World) -> None:
    case = registered_case(any_world)
    proposal = explain(any_world, case)
    for name in ("clerk", "follow_up", "viewer", "administrator", "noise_clerk", "handler"):
        with pytest.raises(NotFound):
            decide(any_world, case, proposal, name)
    other = registered_case(any_world)
    with pytest.raises(NotFound):
        decide(any_world, other, proposal, "triage")
    assert case.status == "registered"


def test_a_no_to_a_complaint_needs_two_of_oversight(any_world: World) -> None:
    case = triaged_case(any_world, cause=Cause.WITHHELD, by="oversight")
    proposal = explain(any_world, case, by="oversight")
    with pytest.raises(NotFound):
        decide(any_world, case, proposal, "manager")
    add_staff(any_world, "oversight2", "oversight")
    decide(any_world, case, proposal, "oversight2")
    assert case.status == "concluded"


def test_an_outdated_form_proposes_nothing(any_world: World) -> None:
    case = registered_case(any_world)
    shown = case.version
    explain(any_world, case)
    with pytest.raises(Conflict):
        decline(any_world, case, by="triage", version=shown)
