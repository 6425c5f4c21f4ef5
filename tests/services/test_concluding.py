"""Concluding: what each outcome owes, what counts as on time, what starts afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, CaseDay, Deadline, Message
from portal.rules.vocabulary import Cause, Door, Outcome
from portal.services.asking import ask_reporter, resume_after_answer
from portal.services.concluding import Conclusion, conclude_case
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.notes import say_to_reporter
from portal.services.orders import answer_order
from portal.services.rollups import CASES, counted
from portal.services.transaction import write
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
    triaged_case,
)
from tests.world import World

LATER = date(2026, 10, 20)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def conclude(world: World, case: Case, outcome: Outcome = Outcome.SOLVED, by: str = "triage", **more: Any) -> Case:
    values: dict[str, Any] = {"version": case.version, "public_reply": "您母亲的备案今天办好了。"}
    return conclude_case(world.viewer(by), case.number, outcome=outcome, **values | more)


def states(case: Case) -> dict[str, str]:
    rows = db.session.execute(select(Deadline.kind, Deadline.state).where(Deadline.case_id == case.id))
    return {row.kind: row.state for row in rows}


def test_concluding_keeps_reply_and_note_apart_and_starts_the_follow_up_call(any_world: World) -> None:
    noise_cases(any_world)
    case = triaged_case(any_world, phone="13812345678")
    conclude(any_world, case, basis="办事指南第4条", internal_note="窗口清单已改")
    assert (case.status, case.open, case.outcome, case.on_time) == ("concluded", False, "solved", True)
    assert case.concluded_at == RECEIVED
    assert public_words(case)[-1] == case.public_reply
    assert "窗口清单已改" not in "".join([*public_words(case), case.public_reply, case.basis, case.remains])
    inside = db.session.scalars(select(Message.body).where(Message.case_id == case.id, Message.public.is_(False))).all()
    assert inside == ["窗口清单已改"]
    assert states(case) == {
        "register": "met",
        "dispatch": "dropped",
        "reply": "met",
        "solve": "met",
        "follow_up": "running",
    }
    assert case.due_kind == "follow_up"
    told = {"outcome": "solved", "door": None, "on_time": True, "redo": 0, "restricted": False}
    assert event_of(case, "case_concluded").data == told


def test_who_cannot_be_called_has_ten_working_days_to_answer(any_world: World) -> None:
    case = triaged_case(any_world)
    conclude(any_world, case)
    assert states(case)["unconfirmed_close"] == "running"
    assert "follow_up" not in states(case)
    assert case.due_at is None


@pytest.mark.parametrize(
    ("outcome", "owed"),
    [
        (Outcome.PARTLY_SOLVED, {"remains": "还差社保卡", "remains_until": LATER}),
        (Outcome.CONDITIONAL, {"remains": "补一张照片", "remains_until": LATER}),
        (Outcome.PLANNED, {"remains": "系统下周升级", "remains_until": LATER}),
    ],
)
def test_each_outcome_says_what_it_owes(any_world: World, outcome: Outcome, owed: dict[str, Any]) -> None:
    case = triaged_case(any_world)
    for field in owed:
        with pytest.raises(Refused) as refusal:
            conclude(any_world, case, outcome, **{name: value for name, value in owed.items() if name != field})
        assert field in refusal.value.fields
    assert case.status == "registered"
    conclude(any_world, case, outcome, **owed)
    assert (case.outcome, case.remains, case.remains_until) == (
        outcome,
        owed.get("remains", ""),
        owed.get("remains_until"),
    )


def test_a_date_gone_by_or_no_reply_is_refused(any_world: World) -> None:
    case = triaged_case(any_world)
    with pytest.raises(Refused) as refusal:
        conclude(any_world, case, Outcome.PARTLY_SOLVED, remains="还差", remains_until=date(2026, 10, 7))
    assert "remains_until" in refusal.value.fields
    for reply in ("", " \u200b\n", "长" * 2001):
        with pytest.raises(Refused) as refusal:
            conclude(any_world, case, public_reply=reply)
        assert "public_reply" in refusal.value.fields
    assert actions_of(case)[-1] == "case_triaged"


@pytest.mark.parametrize("cause", [Cause.NOT_PERMITTED, Cause.HARD_TO_DO])
def test_nobody_withdraws_for_the_reporter(any_world: World, cause: Cause) -> None:
    case = triaged_case(any_world, cause=cause)
    with pytest.raises(Refused) as refusal:
        conclude(any_world, case, Outcome.WITHDRAWN)
    assert "outcome" in refusal.value.fields
    assert (case.status, case.outcome) == ("registered", None)


def test_late_is_told_as_late(any_world: World, at: Any) -> None:
    case = triaged_case(any_world)
    at(RECEIVED + timedelta(days=10))
    conclude(any_world, case)
    assert case.on_time is False
    assert event_of(case, "case_concluded").data["on_time"] is False
    assert states(case)["solve"] == states(case)["reply"] == "over"


def test_a_first_reply_in_time_and_a_solution_in_time_are_both_needed(any_world: World, at: Any) -> None:
    silent, answered = triaged_case(any_world), triaged_case(any_world)
    say_to_reporter(any_world.viewer("triage"), answered.number, version=answered.version, body="医保局正在核实。")
    # After the third working day for the reply, before the fifth for the solution.
    at(RECEIVED + timedelta(days=5))
    for case in (silent, answered):
        conclude(any_world, case)
    assert (silent.on_time, answered.on_time) == (False, True)


def test_days_the_reporter_took_to_answer_do_not_make_it_late(any_world: World, at: Any) -> None:
    case = triaged_case(any_world)
    ask_reporter(any_world.viewer("triage"), case.number, version=case.version, question="是长期住吗？")
    at(RECEIVED + timedelta(days=8))
    with write():
        resume_after_answer(case, RECEIVED + timedelta(days=8))
    conclude(any_world, case)
    assert case.on_time is True


def test_what_is_asked_when_concluding_is_not_awaited_any_more(any_world: World, at: Any) -> None:
    case = triaged_case(any_world)
    ask_reporter(any_world.viewer("triage"), case.number, version=case.version, question="是长期住吗？")
    at(RECEIVED + timedelta(days=8))
    conclude(any_world, case)
    assert (case.waiting, case.on_time) == (None, True)
    assert states(case)["supplement"] == "dropped"


def test_nothing_concludes_while_a_part_is_open_or_before_it_is_taken_up(any_world: World) -> None:
    for case in (dispatched_case(any_world), make_case(any_world)):
        before = case.status
        with pytest.raises(Refused):
            conclude(any_world, case)
        assert case.status == before


def test_after_an_answer_kept_inside_the_window_concludes(any_world: World) -> None:
    case = dispatched_case(any_world)
    answer_order(
        any_world.viewer("handler"),
        case.number,
        version=case.version,
        public_reply="已经补录。",
        outcome=Outcome.SOLVED,
        conclude=False,
    )
    conclude(any_world, case, by="clerk")
    assert case.status == "concluded"


@pytest.mark.parametrize("cause", [None, Cause.HARD_TO_DO])
def test_nobody_says_no_alone(any_world: World, cause: Cause | None) -> None:
    case = triaged_case(any_world, cause=cause) if cause else registered_case(any_world)
    with pytest.raises(Refused):
        conclude(any_world, case, Outcome.EXPLAINED, basis="第4条")
    assert case.status == "registered"


def test_an_outdated_form_concludes_nothing(any_world: World) -> None:
    case = triaged_case(any_world)
    shown = case.version
    conclude(any_world, case)
    with pytest.raises(Conflict):
        conclude(any_world, case, version=shown, public_reply="另一个答复")
    assert len([action for action in actions_of(case) if action == "case_concluded"]) == 1


@pytest.mark.parametrize("name", ["follow_up", "manager", "viewer", "administrator", "land_handler", "noise_clerk"])
def test_who_may_not_conclude_does_not_find_the_case(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        conclude(any_world, case, by=name)


def test_the_daily_count_equals_a_recount(any_world: World) -> None:
    concluded_case(any_world)
    case = triaged_case(any_world)
    conclude(any_world, case)
    stored = {
        (row.hall_id, row.day, row.department_id, row.counter_id): (row.concluded, row.on_time)
        for row in db.session.scalars(select(CaseDay))
    }
    again = {key: (sums["concluded"], sums["on_time"]) for key, sums in counted()[CASES].items()}
    assert stored == again
    assert sum(concluded for concluded, _ in stored.values()) == 2


def test_a_conclusion_survives_the_wait_for_a_second_person() -> None:
    whole = Conclusion(Outcome.TRANSFERRED, "请去区里", "第4条", "问过", "余下", LATER, Door.OTHER_HALL)
    plain = Conclusion(Outcome.EXPLAINED, "不能办", "第4条")
    assert [Conclusion.from_json(made.to_json()) for made in (whole, plain)] == [whole, plain]
