"""A question to the reporter stops the clock, and only for as long as it is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Deadline
from portal.rules.vocabulary import Cause, Complexity, WaitingReason
from portal.services.asking import ask_reporter, resume_after_answer
from portal.services.deadlines import running
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.orders import dispatch_case
from portal.services.steps import open_orders
from portal.services.transaction import write
from portal.services.triage import triage_case
from tests.cases import (
    RECEIVED,
    actions_of,
    concluded_case,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    public_words,
    registered_case,
)
from tests.world import World

TUESDAY = RECEIVED + timedelta(days=5)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def ask(world: World, case: Case, by: str = "handler", **more: Any) -> Any:
    values = {"version": case.version, "question": "老人是长期跟您住，还是临时来？"} | more
    return ask_reporter(world.viewer(by), case.number, **values)


def dates(case: Case) -> dict[str, Any]:
    return {deadline.kind: deadline.due_at for deadline in running(case)}


def test_asking_stops_the_clock_with_a_reason_the_reporter_sees(any_world: World) -> None:
    noise = noise_cases(any_world)
    case = dispatched_case(any_world)
    asked = ask(any_world, case)
    assert (case.waiting, case.status, case.due_at) == ("needs_information", "dispatched", None)
    assert (asked.public, asked.asks, asked.answered_at, asked.author) == (True, True, None, "staff")
    assert public_words(case)[-1] == "老人是长期跟您住，还是临时来？"
    stopped = dates(case)
    assert stopped.pop("supplement") is not None
    assert stopped
    assert set(stopped.values()) == {None}
    assert open_orders(case.id)[0].due_at is None
    assert event_of(case, "reporter_asked").data == {"reason": "needs_information"}
    assert noise[1].due_at is not None


def test_the_answer_lets_the_clock_go_on(any_world: World, at: Any) -> None:
    case = dispatched_case(any_world)
    before = dates(case)
    asked = ask(any_world, case, reason=WaitingReason.NEEDS_MATERIALS)
    at(TUESDAY)
    with write():
        resume_after_answer(case, TUESDAY)
    assert case.waiting is None
    assert asked.answered_at == TUESDAY
    after = dates(case)
    assert "supplement" not in after
    assert {kind: after[kind] > before[kind] for kind in before} == dict.fromkeys(before, True)
    assert open_orders(case.id)[0].due_at == case.due_at is not None
    met = db.session.scalar(select(Deadline.state).where(Deadline.case_id == case.id, Deadline.kind == "supplement"))
    assert met == "met"
    ask(any_world, case)
    assert case.waiting == "needs_information"


def test_a_date_that_starts_while_the_clock_stands_stands_too(any_world: World, at: Any) -> None:
    case = registered_case(any_world)
    ask(any_world, case, by="clerk")
    triage_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        cause=Cause.HARD_TO_DO,
        sub_reason="",
        complexity=Complexity.NORMAL,
    )
    dispatch_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        department_id=any_world.departments["medical"].id,
    )
    standing = dates(case)
    assert {kind for kind, due in standing.items() if due is None} == {"acknowledge", "reply", "solve"}
    assert case.due_at is None
    at(TUESDAY)
    with write():
        resume_after_answer(case, TUESDAY)
    assert all(due > TUESDAY for due in dates(case).values())


def test_days_spent_on_an_answer_do_not_count_against_a_date_started_afterwards(any_world: World, at: Any) -> None:
    waited, plain = registered_case(any_world), registered_case(any_world)
    ask(any_world, waited, by="clerk")
    at(TUESDAY)
    with write():
        resume_after_answer(waited, TUESDAY)
    for case in (waited, plain):
        triage_case(
            any_world.viewer("triage"),
            case.number,
            version=case.version,
            cause=Cause.HARD_TO_DO,
            sub_reason="",
            complexity=Complexity.NORMAL,
        )
    assert dates(waited)["solve"] > dates(plain)["solve"]


def test_one_question_at_a_time(any_world: World) -> None:
    case = dispatched_case(any_world)
    ask(any_world, case)
    with pytest.raises(Refused):
        ask(any_world, case, by="triage", question="还有一句")
    assert actions_of(case).count("reporter_asked") == 1


def test_nothing_is_asked_before_taking_up_or_after_concluding(any_world: World) -> None:
    for case, by in ((make_case(any_world), "clerk"), (concluded_case(any_world), "triage")):
        with pytest.raises(Refused):
            ask(any_world, case, by=by)
        assert case.waiting is None


def test_only_a_waiting_case_goes_on(any_world: World) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused), write():
        resume_after_answer(case, RECEIVED)


def test_an_empty_question_and_an_outdated_form_ask_nothing(any_world: World) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused) as refusal:
        ask(any_world, case, question="\u200b ")
    assert "question" in refusal.value.fields
    with pytest.raises(Conflict):
        ask(any_world, case, version=case.version - 1)
    assert case.waiting is None


@pytest.mark.parametrize("name", ["follow_up", "manager", "viewer", "administrator", "land_handler", "noise_clerk"])
def test_who_may_not_ask_does_not_find_the_case(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        ask(any_world, case, by=name)
