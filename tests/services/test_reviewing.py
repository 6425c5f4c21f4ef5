"""A review stops the clock, asks nothing of the reporter, and goes on until staff end it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Message
from portal.rules.lights import LightCode
from portal.rules.vocabulary import WaitingReason
from portal.services.asking import ask_reporter
from portal.services.deadlines import hall_rules, light_of, running
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.inbox_tabs import Tab, in_tab
from portal.services.reviewing import begin_review, end_review
from portal.services.sweeps import Swept, run
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

DAY = timedelta(days=1)
SENT = "送省里做房屋鉴定。"
# A Friday; the hall closes at half past five.
UNTIL = date(2026, 11, 6)
UNTIL_CLOSING = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
RESULT = "鉴定书出来了，可以办，这两天给您办好。"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def begin(world: World, case: Case, by: str = "handler", **more: Any) -> Message:
    values = {"version": case.version, "words": SENT, "until": UNTIL} | more
    return begin_review(world.viewer(by), case.number, **values)


def end(world: World, case: Case, by: str = "handler", **more: Any) -> Message:
    return end_review(world.viewer(by), case.number, **({"version": case.version, "words": RESULT} | more))


def ask(world: World, case: Case, **more: Any) -> Message:
    return ask_reporter(world.viewer("handler"), case.number, version=case.version, question="哪天？", **more)


def dates(case: Case) -> dict[str, Any]:
    return {deadline.kind: deadline.due_at for deadline in running(case)}


def test_a_review_stops_the_clock_and_nothing_is_awaited_from_the_reporter(any_world: World) -> None:
    noise = noise_cases(any_world)
    case = dispatched_case(any_world)
    before = dates(case)
    told = begin(any_world, case)
    assert (case.waiting, case.status, case.due_at) == ("expert_review", "dispatched", UNTIL_CLOSING)
    assert case.review_until == UNTIL
    assert dates(case) == dict.fromkeys(before)
    assert (told.public, told.asks, told.body) == (True, False, SENT)
    assert public_words(case)[-1] == SENT
    assert event_of(case, "review_begun").object_id == told.id
    assert noise[1].due_at is not None


def test_nobody_is_reminded_of_a_review_and_it_goes_on_until_staff_end_it(any_world: World, at: Any) -> None:
    case = dispatched_case(any_world)
    before = dates(case)
    begin(any_world, case)
    later = RECEIVED + 60 * DAY
    for days in (8, 30, 60):
        assert run(RECEIVED + days * DAY) == Swept(0, 0, 0, 0, 0)
    assert (case.waiting, public_words(case)[-1]) == ("expert_review", SENT)
    at(later)
    end(any_world, case)
    assert case.waiting is case.review_until is None
    assert public_words(case)[-1] == RESULT
    assert actions_of(case)[-1] == "review_ended"
    after = dates(case)
    assert after.keys() == before.keys()
    assert all(due > later for due in after.values())
    assert case.due_at == min(after.values())


def test_a_review_and_a_question_are_ended_each_in_its_own_way(any_world: World) -> None:
    asked, reviewed = dispatched_case(any_world), dispatched_case(any_world)
    ask(any_world, asked)
    begin(any_world, reviewed)
    with pytest.raises(Refused):
        end(any_world, asked)
    with pytest.raises(Refused):
        ask(any_world, reviewed)
    with pytest.raises(Refused):
        begin(any_world, asked)
    with pytest.raises(ValueError, match="expert_review"):
        ask(any_world, dispatched_case(any_world), reason=WaitingReason.EXPERT_REVIEW)
    assert (asked.waiting, reviewed.waiting) == ("needs_information", "expert_review")


def test_nothing_is_reviewed_before_taking_up_or_after_concluding_and_nothing_ends_twice(any_world: World) -> None:
    for case, by in ((make_case(any_world), "clerk"), (concluded_case(any_world), "triage")):
        with pytest.raises(Refused):
            begin(any_world, case, by=by)
        assert case.waiting is None
    case = registered_case(any_world)
    begin(any_world, case, by="clerk")
    end(any_world, case, by="triage")
    with pytest.raises(Refused):
        end(any_world, case, by="clerk")


def test_the_reporter_is_told_and_an_outdated_form_does_nothing(any_world: World) -> None:
    case = dispatched_case(any_world)
    for act in (begin, end):
        with pytest.raises(Refused) as refusal:
            act(any_world, case, words="\u200b ")
        assert "words" in refusal.value.fields
        with pytest.raises(Conflict):
            act(any_world, case, version=case.version - 1)
        if act is begin:
            begin(any_world, case)
    assert case.waiting == "expert_review"


def test_a_review_whose_day_is_over_is_late_until_staff_end_it(any_world: World, at: Any) -> None:
    noise_cases(any_world)
    case = dispatched_case(any_world)
    begin(any_world, case)
    rules = hall_rules(any_world.hall)
    late = in_tab(Tab.LATE, any_world.viewer("handler"), UNTIL_CLOSING + timedelta(seconds=1))
    assert light_of(case, rules, UNTIL_CLOSING - 10 * DAY).code is LightCode.IN_TIME
    assert light_of(case, rules, UNTIL_CLOSING + DAY).code is LightCode.LATE
    assert case in db.session.scalars(select(Case).where(late)).all()
    at(UNTIL_CLOSING + DAY)
    end(any_world, case)
    assert light_of(case, rules, UNTIL_CLOSING + DAY).code is not LightCode.LATE


@pytest.mark.parametrize("until", [None, date(2026, 10, 7), date(2030, 1, 1)])
def test_a_review_needs_a_day_by_which_there_is_a_result(any_world: World, until: Any) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused) as refusal:
        begin(any_world, case, until=until)
    assert "until" in refusal.value.fields
    assert case.waiting is None


@pytest.mark.parametrize("name", ["follow_up", "manager", "viewer", "administrator", "land_handler", "noise_clerk"])
def test_who_may_not_ask_neither_begins_nor_ends_a_review(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        begin(any_world, case, by=name)
    begin(any_world, case)
    with pytest.raises(NotFound):
        end(any_world, case, by=name)
