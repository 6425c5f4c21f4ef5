"""What the staff's pages read, on both databases: one case, a department's orders, calls, the desk of oversight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, SolvedStory
from portal.rules.deeds import Deed
from portal.rules.vocabulary import Door, Outcome, Solved
from portal.services.call_list import calls_due
from portal.services.case_page import open_case_page
from portal.services.complaints import record_complaint
from portal.services.ending import end_case
from portal.services.entering import desks_of
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.follow_ups import record_follow_up
from portal.services.order_list import Tray, order_on_paper, orders_of
from portal.services.oversight_desk import SHOWN, desk_of
from portal.services.proposals import propose_decline
from portal.services.slips import slip
from portal.services.solved import list_solved
from portal.services.solved_publishing import publish_solved
from tests.cases import (
    RECEIVED,
    WORDS,
    actions_of,
    concluded_case,
    dispatched_case,
    make_case,
    noise_cases,
    registered_case,
    triaged_case,
)
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def test_a_case_page_names_everybody_and_offers_what_may_be_done(any_world: World) -> None:
    noise_cases(any_world)
    case = dispatched_case(any_world, name="张三", phone="13812345678")
    found = open_case_page(any_world.viewer("handler"), case.number, clock.now())
    assert found.deeds.main is Deed.ACKNOWLEDGEMENT
    assert {"李晓雯", "周敏"} <= {person.name for person in found.people.staff.values()}
    assert [order.department.name for order in found.kept.orders] == ["市医保局"]
    assert found.is_contact_kept_from
    assert found.clock.due is not None
    assert found.clock.why is not None
    assert [date.kind for date in found.clock.also] == ["reply", "solve"]


def test_who_sends_gets_the_halls_own_departments_and_handlers(any_world: World) -> None:
    case = triaged_case(any_world)
    people = open_case_page(any_world.viewer("triage"), case.number, clock.now()).people
    assert {unit.name for unit in people.departments} == {"市医保局", "市自然资源局", "大厅管理科"}
    assert {person.name for person, _unit in people.handlers} == {"陈立", "何田"}
    assert not people.colleagues


def test_who_finds_out_gets_everybody_of_the_hall(any_world: World) -> None:
    case = registered_case(any_world)
    record_complaint(any_world.viewer("clerk"), case.number, version=case.version, words="那位")
    found = open_case_page(any_world.viewer("oversight"), case.number, clock.now())
    names = {person.name for person in found.people.colleagues}
    assert {"李晓雯", "陈立", "何田", "高洁"} <= names
    assert "白鹭" not in names
    with pytest.raises(NotFound):
        open_case_page(any_world.viewer("clerk"), case.number, clock.now())


def test_orders_are_those_of_the_department_and_due_first_ahead(any_world: World, at: Any) -> None:
    noise_cases(any_world)
    first = dispatched_case(any_world)
    at(RECEIVED + timedelta(days=1))
    second = dispatched_case(any_world)
    found = orders_of(any_world.viewer("handler"), Tray.TO_ACKNOWLEDGE, clock.now())
    assert [row.case.number for row in found.rows] == [first.number, second.number]
    assert found.counts[Tray.TO_ACKNOWLEDGE] == 2
    assert found.counts[Tray.ANSWERED] == 0
    assert order_on_paper(any_world.viewer("handler"), f"{first.number}-1").order.case_id == first.id
    with pytest.raises(NotFound):
        order_on_paper(any_world.viewer("land_handler"), f"{first.number}-1")


def test_calls_are_those_with_a_number_that_nobody_has_reached(any_world: World) -> None:
    noise_cases(any_world)
    case = concluded_case(any_world, name="张三", phone="13812345678")
    reached = concluded_case(any_world, name="李四", phone="13912345678")
    caller = any_world.viewer("follow_up")
    record_follow_up(caller, case.number, version=case.version, reached=False)
    record_follow_up(caller, reached.number, version=reached.version, reached=True, solved=Solved.NO)
    (call,) = calls_due(caller, clock.now()).calls
    assert (call.case.number, call.contact.phone, len(call.tried_on)) == (case.number, "138****5678", 1)


def test_the_desk_of_oversight_counts_who_delays(any_world: World, at: Any) -> None:
    noise_cases(any_world)
    dispatched_case(any_world)
    at(RECEIVED + timedelta(days=20))
    desk = desk_of(any_world.viewer("oversight"), clock.now())
    assert {(delay.department.name, delay.late) for delay in desk.delays} == {("市医保局", 1), ("市自然资源局", 1)}
    assert (desk.unidentified.total, desk.unidentified.cases) == (0, [])
    assert (desk.red.total, len(desk.red.cases)) == (2, 2)


def test_a_long_list_of_oversight_says_how_long_it_is(any_world: World, at: Any) -> None:
    noise_cases(any_world)
    for _ in range(SHOWN + 2):
        case = make_case(any_world)
        propose_decline(
            any_world.viewer("clerk"), case.number, version=case.version, reason="不归这里", door=Door.COURT
        )
    at(RECEIVED + timedelta(days=20))
    desk = desk_of(any_world.viewer("oversight"), clock.now())
    # One of the noise is another department's and late too.
    assert (desk.red.total, len(desk.red.cases)) == (SHOWN + 3, SHOWN)
    assert (desk.proposals.total, len(desk.proposals.cases)) == (SHOWN + 2, SHOWN)


def test_a_no_of_the_window_is_proposed_and_a_yes_concludes(any_world: World) -> None:
    says_no, says_yes = triaged_case(any_world), triaged_case(any_world)
    triage = any_world.viewer("triage")
    no = end_case(
        triage,
        says_no.number,
        version=says_no.version,
        outcome=Outcome.EXPLAINED,
        public_reply="不能办。",
        basis="第九条",
    )
    yes = end_case(triage, says_yes.number, version=says_yes.version, outcome=Outcome.SOLVED, public_reply="办好了。")
    assert no.proposal is not None
    assert says_no.status == "registered"
    assert yes.proposal is None
    assert says_yes.status == "concluded"


def test_a_clerk_may_enter_cases_of_their_own_hall_only(any_world: World) -> None:
    (desk,) = desks_of(any_world.viewer("clerk"))
    assert desk.hall.id == any_world.hall.id
    assert {counter.number for counter in desk.counters} == {"3", "21", "30"}
    assert len(desk.items) == 3
    assert desks_of(any_world.viewer("viewer")) == []


def test_a_slip_holds_the_claim_in_words_and_as_a_code(any_world: World) -> None:
    case = make_case(any_world)
    made = slip(case.number, "0123456789ab"[:9])
    assert made.claim == "012-345-678"
    assert made.take_up_at == case.take_up_promised_at
    assert made.path.startswith("M")
    assert made.size > 20


STORY = {"title": "不用回老家开证明", "problem": "窗口要居住证明", "done": "填一份承诺书"}


def test_a_solved_case_is_told_once(any_world: World) -> None:
    noise_cases(any_world)
    case, manager = concluded_case(any_world), any_world.viewer("manager")
    version = case.version
    story = publish_solved(manager, case.number, version=version, **STORY)
    assert story.department_id == any_world.departments["medical"].id
    assert actions_of(case)[-1] == "story_published"
    assert [found.title for found in list_solved(any_world.hall.id).stories] == [STORY["title"]]
    with pytest.raises(Conflict):
        publish_solved(manager, case.number, version=version, **STORY)
    with pytest.raises(Refused):
        publish_solved(manager, case.number, version=case.version, **STORY)
    with pytest.raises(NotFound):
        publish_solved(any_world.viewer("clerk"), case.number, version=case.version, **STORY)


@pytest.mark.parametrize("secret", ["张三丰说", "打 13812345678", "11010519491231002X"])
def test_a_story_holds_nothing_of_the_person(any_world: World, secret: str) -> None:
    case = concluded_case(any_world, name="张三丰", phone="13812345678")
    for field in ("title", "problem", "done", "tip"):
        with pytest.raises(Refused) as refusal:
            publish_solved(any_world.viewer("manager"), case.number, version=case.version, **(STORY | {field: secret}))
        assert list(refusal.value.fields) == [field]
    assert db.session.scalar(select(SolvedStory)) is None


@pytest.mark.parametrize(
    "secret",
    [
        "张 三丰说",
        "张\u00b7三丰说",
        "打 138 1234 5678",
        "打１３８－１２３４－５６７８",
        "打 138.1234.5678 找他",
        "找邻居 13900001111",
        "+86 139-0000-1111",
        f"{WORDS}。",
        f"窗口说：{WORDS.replace('，', ' ')}后来办成了",
    ],
)
def test_a_story_holds_nothing_of_the_person_however_it_is_written(any_world: World, secret: str) -> None:
    case = concluded_case(any_world, name="张三丰", phone="13812345678")
    for field in ("problem", "done", "tip"):
        with pytest.raises(Refused) as refusal:
            publish_solved(any_world.viewer("manager"), case.number, version=case.version, **(STORY | {field: secret}))
        assert list(refusal.value.fields) == [field]


def test_the_persons_words_are_not_told_in_pieces_either(any_world: World) -> None:
    case = concluded_case(any_world)
    half = len(WORDS) // 2
    with pytest.raises(Refused):
        publish_solved(
            any_world.viewer("manager"),
            case.number,
            version=case.version,
            title=STORY["title"],
            problem=WORDS[:half],
            done=WORDS[half:],
        )


def test_a_story_in_new_words_of_the_same_matter_is_told(any_world: World) -> None:
    case = concluded_case(any_world, name="张三丰", phone="13812345678")
    told = publish_solved(
        any_world.viewer("manager"),
        case.number,
        version=case.version,
        title="异地就医备案，不用回老家开居住证明",
        problem="一位老人要去省城做手术，3号窗口办备案时多要了一份居住证明，2026年10月8日到13日跑了3趟。",
        done="填承诺书就行，编号 2026-1013-0000 的清单已经改了。",
    )
    assert told.id


def test_a_restricted_case_is_nobodys_story(any_world: World) -> None:
    case: Case = concluded_case(any_world)
    record_complaint(any_world.viewer("oversight"), case.number, version=case.version, words="某人")
    with pytest.raises(NotFound):
        publish_solved(any_world.viewer("manager"), case.number, version=case.version, **STORY)
