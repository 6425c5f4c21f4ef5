"""A question to the reporter stops the clock, and only for as long as it is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Deadline, FollowUp, Message
from portal.rules.vocabulary import Cause, Complexity, FollowUpMethod, Outcome, Solved, WaitingReason
from portal.services.asking import ask_reporter, record_answer, resume_after_answer
from portal.services.concluding import conclude_case
from portal.services.deadlines import running
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.orders import answer_order, dispatch_case
from portal.services.reviewing import begin_review
from portal.services.search import matching
from portal.services.steps import open_orders
from portal.services.tracking_acts import answer_reply
from portal.services.transaction import write
from portal.services.triage import triage_case
from tests.cases import (
    RECEIVED,
    ROUGH_DATE,
    actions_of,
    concluded_case,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    public_words,
    registered_case,
)
from tests.track.reporters import coded, key
from tests.world import World

SAID = "长期住，派出所盖了章，证明交到窗口了。"
TUESDAY = RECEIVED + timedelta(days=5)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def ask(world: World, case: Case, by: str = "handler", **more: Any) -> Any:
    values = {"version": case.version, "question": "老人是长期跟您住，还是临时来？"} | more
    return ask_reporter(world.viewer(by), case.number, **values)


def take_down(world: World, case: Case, by: str = "handler", **more: Any) -> Message:
    return record_answer(world.viewer(by), case.number, **({"version": case.version, "words": SAID} | more))


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


@pytest.mark.parametrize("by", ["clerk", "triage", "handler"])
def test_staff_take_down_an_answer_and_the_clock_goes_on(any_world: World, at: Any, by: str) -> None:
    noise = [dispatched_case(any_world) for _ in range(2)]
    ask(any_world, noise[0])
    case = dispatched_case(any_world)
    before = dates(case)
    asked = ask(any_world, case)
    at(TUESDAY)
    said = take_down(any_world, case, by=by, method=FollowUpMethod.IN_PERSON)
    assert (said.author, said.staff_id, said.public) == ("reporter", any_world.staff[by].id, True)
    assert (case.waiting, asked.answered_at, said.at) == (None, TUESDAY, TUESDAY)
    assert public_words(case)[-1] == SAID
    after = dates(case)
    assert "supplement" not in after
    assert all(after[kind] > before[kind] for kind in before)
    assert case.due_at == min(after.values()) > TUESDAY
    event = event_of(case, "answer_recorded")
    assert (event.staff_id, event.object_id, event.data) == (any_world.staff[by].id, said.id, {"method": "in_person"})
    found = db.session.scalars(select(Case.id).where(matching("派出所盖了章"))).all()  # type: ignore[arg-type]
    assert found == [case.id]
    assert (noise[0].waiting, noise[1].waiting) == ("needs_information", None)
    with pytest.raises(Refused):
        take_down(any_world, case, by=by)


def test_what_was_answered_is_written_down_once_and_nothing_else_is_an_answer(any_world: World) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused):
        take_down(any_world, case)
    ask(any_world, case)
    for words in ("\u200b ", "长" * 1001):
        with pytest.raises(Refused) as refusal:
            take_down(any_world, case, words=words)
        assert "words" in refusal.value.fields
    with pytest.raises(Conflict):
        take_down(any_world, case, version=case.version - 1)
    with pytest.raises(ValueError, match="track page"):
        take_down(any_world, case, method=FollowUpMethod.TRACK_PAGE)
    reviewed = dispatched_case(any_world)
    begin_review(
        any_world.viewer("handler"),
        reviewed.number,
        version=reviewed.version,
        words="送去鉴定。",
        until=ROUGH_DATE,
    )
    with pytest.raises(Refused):
        take_down(any_world, reviewed)
    assert (case.waiting, reviewed.waiting) == ("needs_information", "expert_review")


def test_an_answer_that_was_taken_down_is_not_the_units_word(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    ask(any_world, case, by="clerk")
    take_down(any_world, case)
    ending: dict[str, Any] = {"public_reply": "办好了。", "outcome": Outcome.SOLVED}
    answer_order(any_world.viewer("handler"), case.number, version=case.version, conclude=False, **ending)
    conclude_case(any_world.viewer("clerk"), case.number, version=case.version, **ending)
    answer_reply(code, Solved.YES, "", key(), RECEIVED)
    word = db.session.scalars(select(FollowUp).where(FollowUp.case_id == case.id)).one()
    assert word.contacted is False


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
    ask(any_world, case)
    with pytest.raises(NotFound):
        take_down(any_world, case, by=name)
