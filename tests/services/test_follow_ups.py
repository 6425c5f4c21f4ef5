"""Calling back, closing, doing it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, CaseDay, FollowUp
from portal.rules.lights import LightCode
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import FollowUpMethod, Level, Outcome, Solved
from portal.services.complaints import record_complaint
from portal.services.deadlines import hall_rules, light_of, running
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.follow_ups import keep_closed, record_follow_up, reopen_case
from portal.services.orders import answer_order
from portal.services.rollups import CASES, counted
from portal.services.steps import open_orders
from portal.services.tracking_acts import answer_reply
from tests.cases import (
    RECEIVED,
    actions_of,
    concluded_case,
    dispatched_case,
    event_of,
    noise_cases,
    public_words,
)
from tests.track.reporters import coded, key
from tests.world import World

PHONE = "13812345678"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def call(world: World, case: Case, by: str = "follow_up", **more: Any) -> FollowUp:
    values: dict[str, Any] = {"version": case.version, "reached": True, "solved": Solved.YES, "contacted": True} | more
    return record_follow_up(world.viewer(by), case.number, **values)


def no_answer(world: World, case: Case, **more: Any) -> FollowUp:
    return call(world, case, reached=False, solved=None, contacted=None, **more)


def answer(world: World, case: Case) -> None:
    answer_order(
        world.viewer("handler"),
        case.number,
        version=case.version,
        public_reply="办好了。",
        outcome=Outcome.SOLVED,
    )


def reopen(world: World, case: Case, to: str = "land", by: str = "triage", **more: Any) -> Case:
    values = {
        "version": case.version,
        "department_id": world.departments[to].id,
        "reason": "社保卡还没激活，请自然资源局一起办，下周三前给您结果。",
    }
    return reopen_case(world.viewer(by), case.number, **values | more)


def test_a_reached_call_that_says_solved_closes(any_world: World) -> None:
    noise_cases(any_world)
    case = concluded_case(any_world, name="张三", phone=PHONE)
    made = call(any_world, case, level=Level.SATISFIED, note="谢谢", method=FollowUpMethod.IN_PERSON)
    assert (case.status, case.closing, case.reporter_says) == ("closed", "by_follow_up", "yes")
    assert case.closed_at == RECEIVED
    assert (made.level, made.method, made.redo_number) == ("satisfied", "in_person", 0)
    assert actions_of(case)[-2:] == ["follow_up_recorded", "case_closed"]
    assert "谢谢" not in str(event_of(case, "follow_up_recorded").data)
    assert running(case) == []
    assert case.due_at is None


def test_partly_closes_and_may_still_be_done_again(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.PARTLY)
    assert (case.status, case.reporter_says) == ("closed", "partly")
    reopen(any_world, case)
    assert (case.status, case.redo_number) == ("dispatched", 1)


def test_not_solved_waits_for_a_decision_and_is_then_done_again_with_a_new_date(any_world: World, at: Any) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    assert (case.status, case.reporter_says, case.supervised) == ("concluded", "no", False)
    (owed,) = running(case)
    assert (owed.kind, case.due_at) == ("follow_up", owed.due_at)
    at(RECEIVED + DAY)
    reopen(any_world, case, task="请激活社保卡")
    assert (case.status, case.open, case.redo_number, case.outcome) == ("dispatched", True, 1, None)
    assert (case.concluded_at, case.on_time, case.reporter_says, case.closing) == (None, None, None, None)
    (order,) = open_orders(case.id)
    assert (order.position, order.redo_number, order.department_id) == (2, 1, any_world.departments["land"].id)
    (solve,) = running(case, (StepKind.SOLVE,))
    assert solve.counts_from == RECEIVED + DAY
    assert case.holder_id == order.department_id
    assert public_words(case)[-1].startswith("社保卡还没激活")
    assert event_of(case, "case_reopened").data["redo"] == 1


def test_a_redo_is_judged_on_time_by_its_own_date(any_world: World, at: Any) -> None:
    case = dispatched_case(any_world, phone=PHONE)
    at(RECEIVED + 10 * DAY)
    answer(any_world, case)
    assert case.on_time is False
    call(any_world, case, solved=Solved.NO)
    reopen(any_world, case, "medical")
    at(RECEIVED + 11 * DAY)
    answer(any_world, case)
    assert case.on_time is True


def test_a_second_not_solved_is_red_and_supervised(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    rules = hall_rules(any_world.hall)
    reopen(any_world, case, "medical")
    assert light_of(case, rules, RECEIVED).code is not LightCode.LATE
    answer(any_world, case)
    call(any_world, case, solved=Solved.NO)
    assert case.supervised
    assert "case_supervised" in actions_of(case)
    reopen(any_world, case, "medical")
    assert case.redo_number == 2
    assert light_of(case, rules, RECEIVED).code is LightCode.LATE


def test_a_redo_may_be_refused_with_a_reason_the_person_reads(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    with pytest.raises(Refused) as refusal:
        keep_closed(any_world.viewer("triage"), case.number, version=case.version, reason=" ")
    assert "reason" in refusal.value.fields
    keep_closed(
        any_world.viewer("triage"), case.number, version=case.version, reason="按规定只能到这一步，可以申请行政复议。"
    )
    assert (case.status, case.closing, case.reporter_says) == ("closed", "by_follow_up", "no")
    assert public_words(case)[-1] == "按规定只能到这一步，可以申请行政复议。"
    assert actions_of(case)[-2:] == ["redo_refused", "case_closed"]


@pytest.mark.parametrize(
    ("way", "closing"),
    [
        (FollowUpMethod.TRACK_PAGE, "by_reporter"),
        (FollowUpMethod.PHONE, "by_follow_up"),
        (FollowUpMethod.IN_PERSON, "by_follow_up"),
    ],
)
def test_a_refused_redo_closes_by_the_word_that_was_given(
    any_world: World, at: Any, way: FollowUpMethod, closing: str
) -> None:
    case, code = coded(any_world, concluded_case, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    reopen(any_world, case, "medical")
    answer(any_world, case)
    at(RECEIVED + DAY)
    no_answer(any_world, case)
    if way is FollowUpMethod.TRACK_PAGE:
        answer_reply(code, Solved.NO, "", key(), RECEIVED + DAY)
    else:
        call(any_world, case, solved=Solved.NO, method=way)
    keep_closed(any_world.viewer("triage"), case.number, version=case.version, reason="到此为止。")
    assert (case.status, case.closing, case.reporter_says) == ("closed", closing, "no")
    assert event_of(case, "case_closed").data == {"closing": closing}


def test_nothing_is_done_again_unless_the_reporter_says_so(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    for _ in range(2):
        with pytest.raises(Refused):
            reopen(any_world, case)
        with pytest.raises(Refused):
            keep_closed(any_world.viewer("triage"), case.number, version=case.version, reason="不再办")
        if case.status == "concluded":
            call(any_world, case)
    assert case.redo_number == 0


def test_three_tries_on_three_days_close_as_not_confirmed(any_world: World, at: Any) -> None:
    case = concluded_case(any_world, phone=PHONE)
    for days, closed in ((0, False), (0, False), (1, False), (4, True)):
        at(RECEIVED + days * DAY)
        made = no_answer(any_world, case)
        assert (made.reached, made.solved, made.contacted) == (False, None, None)
        assert (case.status == "closed") is closed
    assert (case.closing, case.reporter_says) == ("not_confirmed", None)
    assert public_words(case)[-1] == "closed_unreached"


@pytest.mark.parametrize("by_page", [False, True])
def test_a_no_waits_for_a_decision_whatever_tries_come_after(any_world: World, at: Any, by_page: bool) -> None:
    noise_cases(any_world)
    case, code = coded(any_world, concluded_case, phone=PHONE)
    for days in (0, 1):
        at(RECEIVED + days * DAY)
        no_answer(any_world, case)
    if by_page:
        answer_reply(code, Solved.NO, "", key(), RECEIVED + DAY)
    else:
        call(any_world, case, solved=Solved.NO)
    at(RECEIVED + 2 * DAY)
    for again in ({"reached": False, "solved": None, "contacted": None}, {"solved": Solved.YES}):
        with pytest.raises(Refused):
            call(any_world, case, **again)
    assert (case.status, case.closing, case.reporter_says) == ("concluded", None, "no")
    assert len(db.session.scalars(select(FollowUp).where(FollowUp.case_id == case.id)).all()) == 3


def test_tries_before_a_redo_do_not_count_after_it(any_world: World, at: Any) -> None:
    case = concluded_case(any_world, phone=PHONE)
    for days in (0, 1):
        at(RECEIVED + days * DAY)
        no_answer(any_world, case)
    call(any_world, case, solved=Solved.NO)
    reopen(any_world, case, "medical")
    answer(any_world, case)
    at(RECEIVED + 2 * DAY)
    no_answer(any_world, case)
    assert case.status == "concluded"


def test_who_was_reached_is_asked_whether_it_is_solved(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    with pytest.raises(Refused) as refusal:
        call(any_world, case, solved=None)
    assert "solved" in refusal.value.fields
    assert db.session.scalar(select(FollowUp.id)) is None


def test_a_try_in_vain_answers_nothing(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    made = call(any_world, case, reached=False, solved=Solved.YES, level=Level.SATISFIED)
    assert (made.solved, made.level, made.contacted, case.status) == (None, None, None, "concluded")


def test_only_what_is_concluded_is_followed_up(any_world: World) -> None:
    case = dispatched_case(any_world, phone=PHONE)
    with pytest.raises(Refused):
        call(any_world, case)


def test_two_callers_at_once_and_the_second_is_told(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    shown = case.version
    call(any_world, case)
    with pytest.raises(Conflict):
        call(any_world, case, version=shown, solved=Solved.NO)
    assert case.reporter_says == "yes"


def test_a_redo_is_never_sent_to_the_line_complained_about(any_world: World) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    record_complaint(
        any_world.viewer("clerk"), case.number, version=case.version, staff_id=any_world.staff["handler"].id
    )
    with pytest.raises(NotFound):
        reopen(any_world, case)
    with pytest.raises(Refused):
        reopen(any_world, case, "medical", by="oversight")
    reopen(any_world, case, "land", by="oversight")
    assert case.status == "dispatched"


@pytest.mark.parametrize("name", ["clerk", "handler", "follow_up", "manager", "viewer", "noise_clerk"])
def test_only_triage_and_oversight_decide_on_a_redo(any_world: World, name: str) -> None:
    case = concluded_case(any_world, phone=PHONE)
    call(any_world, case, solved=Solved.NO)
    with pytest.raises(NotFound):
        reopen(any_world, case, by=name)
    with pytest.raises(NotFound):
        keep_closed(any_world.viewer(name), case.number, version=case.version, reason="不再办")


@pytest.mark.parametrize("name", ["clerk", "handler", "triage", "manager", "viewer", "noise_clerk"])
def test_only_follow_up_and_oversight_call(any_world: World, name: str) -> None:
    case = concluded_case(any_world, phone=PHONE)
    with pytest.raises(NotFound):
        call(any_world, case, by=name)


def test_the_daily_counts_equal_a_recount_through_a_redo(any_world: World, at: Any) -> None:
    first = concluded_case(any_world, phone=PHONE)
    call(any_world, first, solved=Solved.NO, contacted=False)
    reopen(any_world, first, "medical")
    second = concluded_case(any_world, phone=PHONE)
    for days in (0, 1, 2):
        at(RECEIVED + days * DAY)
        no_answer(any_world, second)
    columns = ("concluded", "on_time", "reached", "contacted", "solved", "partly", "unsolved", "not_confirmed")
    stored = {
        (row.hall_id, row.day, row.department_id, row.counter_id): tuple(getattr(row, name) for name in columns)
        for row in db.session.scalars(select(CaseDay))
    }
    again = {key: tuple(sums[name] for name in columns) for key, sums in counted()[CASES].items()}
    assert stored == again
    assert [sum(row[place] for row in stored.values()) for place in (0, 2, 6, 7)] == [2, 1, 1, 1]
