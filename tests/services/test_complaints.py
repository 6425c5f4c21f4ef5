"""Complaints about a person or a unit: oversight alone, through every door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Department, WorkOrder
from portal.rules.permissions import Permission, Viewer, may_on_case
from portal.rules.vocabulary import Cause, Complexity, ContactRight, Door, Outcome, Solved
from portal.services import (
    asking,
    claims,
    complaints,
    concluding,
    contact_rights,
    contacts,
    dispatching,
    follow_ups,
    notes,
    orders,
    proposals,
    registering,
    triage,
)
from portal.services.case_page import open_case_page
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.replays import add_again
from portal.services.submissions import Report, submit_case
from portal.services.visibility import department_ancestors, load_case, scope_of
from tests.cases import (
    RECEIVED,
    WORDS,
    actions_of,
    add_staff,
    concluded_case,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    register,
    registered_case,
    triaged_case,
)
from tests.world import World

KEY = b"the reporter key"


def may_do(viewer: Viewer, case: Case) -> set[Permission]:
    """What the rules allow, beside what the queries find."""
    scope, ancestors = scope_of(case), department_ancestors()
    return {permission for permission in Permission if may_on_case(viewer, permission, scope, ancestors)}


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def complain(world: World, case: Case, by: str = "clerk", **about: Any) -> complaints.Recorded:
    values = {"version": case.version} | about
    return complaints.record_complaint(world.viewer(by), case.number, **values)


def identify(world: World, case: Case, complaint_id: int, by: str = "oversight", **who: Any) -> complaints.Recorded:
    values = {"version": case.version, "complaint_id": complaint_id} | who
    return complaints.identify_complaint(world.viewer(by), case.number, **values)


def order_of(case: Case) -> WorkOrder:
    order = db.session.scalar(select(WorkOrder).where(WorkOrder.case_id == case.id))
    assert order is not None
    return order


ACTS: dict[str, Callable[[Any, Case], Any]] = {
    "register": lambda v, c: registering.register_case(
        v, c.number, version=c.version, plan="核实", rough_date=date(2026, 10, 15)
    ),
    "settle": lambda v, c: registering.conclude_on_spot(
        v, c.number, version=c.version, outcome=Outcome.SOLVED, reply="办好了"
    ),
    "decline": lambda v, c: proposals.propose_decline(v, c.number, version=c.version, reason="不归", door=Door.COURT),
    "explain": lambda v, c: proposals.propose_not_permitted(
        v, c.number, version=c.version, public_reply="不能办", basis="第4条"
    ),
    "decide": lambda v, c: proposals.decide_proposal(v, c.number, version=c.version, proposal_id=1, confirm=True),
    "triage": lambda v, c: triage.triage_case(
        v, c.number, version=c.version, cause=Cause.HARD_TO_DO, sub_reason="", complexity=Complexity.NORMAL
    ),
    "dispatch": lambda v, c: orders.dispatch_case(v, c.number, version=c.version, department_id=1),
    "acknowledge": lambda v, c: orders.acknowledge_order(v, c.number, 1, version=1),
    "answer": lambda v, c: orders.answer_order(
        v, c.number, version=c.version, public_reply="办好了", outcome=Outcome.SOLVED
    ),
    "recall": lambda v, c: orders.recall_order(v, c.number, 1, version=1, reason="试试"),
    "ask": lambda v, c: asking.ask_reporter(v, c.number, version=c.version, question="您是哪天来的？"),
    "conclude": lambda v, c: concluding.conclude_case(
        v, c.number, version=c.version, outcome=Outcome.SOLVED, public_reply="办好了"
    ),
    "call": lambda v, c: follow_ups.record_follow_up(v, c.number, version=c.version, reached=True, solved=Solved.YES),
    "reopen": lambda v, c: follow_ups.reopen_case(v, c.number, version=c.version, department_id=1, reason="再办"),
    "keep": lambda v, c: follow_ups.keep_closed(v, c.number, version=c.version, reason="不再办"),
    "complain": lambda v, c: complaints.record_complaint(v, c.number, version=c.version, words="那个人"),
    "identify": lambda v, c: complaints.identify_complaint(
        v, c.number, version=c.version, complaint_id=1, staff_id=v.staff_id
    ),
    "reveal": lambda v, c: contacts.reveal_contact(v, c.number, "要回电话"),
    "contact right": lambda v, c: contact_rights.use_contact_right_for(
        v, c.number, version=c.version, right=ContactRight.DELETE
    ),
    "note": lambda v, c: notes.write_note(v, c.number, body="记一句"),
    "say": lambda v, c: notes.say_to_reporter(v, c.number, version=c.version, body="您好"),
    "claim": lambda v, c: claims.issue_claim(v, c.number),
    "reclaim": lambda v, c: claims.reissue_claim(v, c.number),
    "void": lambda v, c: claims.void_claim(v, c.number),
}


@pytest.mark.parametrize("made", [registered_case, dispatched_case, concluded_case])
def test_the_handler_complained_about_and_their_line_find_the_case_through_no_service(
    any_world: World, made: Callable[..., Case]
) -> None:
    medical = any_world.departments["medical"]
    above = Department(hall_id=any_world.hall.id, code="bureau", name="市保障局", name_en="Bureau")
    db.session.add(above)
    db.session.flush()
    medical.parent_id = above.id
    db.session.commit()
    any_world.departments["bureau"] = above
    for key, role, unit in (
        ("colleague", "handler", "medical"),
        ("superior", "handler", "bureau"),
        ("overseer_in_the_line", "oversight", "medical"),
        ("clerk_of_the_unit", "clerk", "medical"),
    ):
        add_staff(any_world, key, role, unit)
    case = made(any_world, name="张三", phone="13812345678", may_tell_department=True)
    complain(any_world, case, staff_id=any_world.staff["handler"].id)
    before = actions_of(case), case.version
    shut_out = ("handler", "colleague", "superior", "overseer_in_the_line", "clerk_of_the_unit")
    for name in (*shut_out, "clerk", "triage", "manager", "follow_up", "land_handler"):
        viewer = any_world.viewer(name)
        for act in ACTS.values():
            with pytest.raises(NotFound):
                act(viewer, case)
        assert may_do(viewer, case) == set()
    assert (actions_of(case), case.version) == before


def test_the_same_acts_find_a_case_nobody_is_complained_about_in(any_world: World) -> None:
    # The planted fault of the test above: without the complaint at least one role gets through by every act.
    viewers = [any_world.viewer(name) for name in any_world.staff]
    for name, act in ACTS.items():
        case = dispatched_case(any_world, name="张三", phone="13812345678")
        found = False
        for viewer in viewers:
            try:
                act(viewer, case)
                found = True
            except (Refused, Conflict):
                found = True
            except NotFound:
                continue
        assert found or name in ("decide", "identify"), name


def test_a_complaint_restricts_supervises_and_recalls_what_is_out(any_world: World) -> None:
    noise = noise_cases(any_world)
    case = dispatched_case(any_world)
    done = complain(any_world, case, department_id=any_world.departments["medical"].id)
    assert not done.still_visible
    assert (case.restricted, case.supervised, case.holder_id) == (True, True, None)
    assert order_of(case).status == "recalled"
    assert event_of(case, "complaint_recorded").data["department"] == any_world.departments["medical"].id
    assert load_case(any_world.viewer("oversight"), case.number) is case
    assert [other.restricted for other in noise] == [False, False, False]


def test_where_it_happened_restricts_nothing(any_world: World) -> None:
    case = dispatched_case(any_world, counter_id=any_world.counters["3"].id)
    assert load_case(any_world.viewer("handler"), case.number) is case


def test_words_alone_take_the_case_from_the_department_that_answered_it(any_world: World) -> None:
    case = concluded_case(any_world)
    assert load_case(any_world.viewer("handler"), case.number) is case
    complain(any_world, case, by="follow_up", words="3号窗口那位女同志骂人")
    with pytest.raises(NotFound):
        load_case(any_world.viewer("handler"), case.number)
    assert may_do(any_world.viewer("handler"), case) == set()


def test_oversight_finds_out_who_is_meant_and_their_line_loses_the_case(any_world: World) -> None:
    case = registered_case(any_world)
    recorded = complain(any_world, case, words="医保局那个高个子")
    triage.triage_case(
        any_world.viewer("oversight"),
        case.number,
        version=case.version,
        cause=Cause.WITHHELD,
        sub_reason="sent_around",
        complexity=Complexity.NORMAL,
    )
    orders.dispatch_case(
        any_world.viewer("oversight"),
        case.number,
        version=case.version,
        department_id=any_world.departments["medical"].id,
        unclear=True,
    )
    assert load_case(any_world.viewer("handler"), case.number) is case
    assert order_of(case).status == "issued"
    done = identify(any_world, case, recorded.complaint.id, staff_id=any_world.staff["handler"].id)
    assert done.still_visible
    assert recorded.complaint.words == "医保局那个高个子"
    assert order_of(case).status == "recalled"
    with pytest.raises(NotFound):
        load_case(any_world.viewer("handler"), case.number)


def test_what_oversight_sent_outside_the_line_stays_where_it_is(any_world: World) -> None:
    case = registered_case(any_world)
    recorded = complain(any_world, case, words="医保局那个高个子")
    triage.triage_case(
        any_world.viewer("oversight"),
        case.number,
        version=case.version,
        cause=Cause.WITHHELD,
        sub_reason="",
        complexity=Complexity.NORMAL,
    )
    orders.dispatch_case(
        any_world.viewer("oversight"),
        case.number,
        version=case.version,
        department_id=any_world.departments["land"].id,
        unclear=True,
    )
    identify(any_world, case, recorded.complaint.id, staff_id=any_world.staff["handler"].id)
    assert order_of(case).status == "issued"
    assert load_case(any_world.viewer("land_handler"), case.number) is case


def withheld(world: World, **about: Any) -> Case:
    """A case judged 不给办; `about` records who is complained about."""
    case = triaged_case(world, cause=Cause.WITHHELD, item_id=world.items["不动产转移登记"].id)
    if about:
        complain(world, case, by="oversight", **about)
    return case


def send_it(world: World, case: Case, to: str, **more: Any) -> WorkOrder:
    values = {"version": case.version, "department_id": world.departments[to].id} | more
    return orders.dispatch_case(world.viewer("oversight"), case.number, **values)


@pytest.mark.parametrize("about", [{}, {"words": "那个窗口的人"}])
def test_what_was_withheld_is_sent_nowhere_before_somebody_is_named_or_nobody_is_known(
    any_world: World, about: dict[str, Any]
) -> None:
    noise_cases(any_world)
    case = withheld(any_world, **about)
    with pytest.raises(Refused) as refusal:
        send_it(any_world, case, "medical")
    assert "unclear" in refusal.value.fields
    assert case.holder_id is None
    order = send_it(any_world, case, "medical", unclear=True)
    kept = event_of(case, "nobody_named")
    assert (kept.object_kind, kept.object_id) == ("work_order", order.id)
    assert kept.staff_id == any_world.staff["oversight"].id
    # Whoever has it now may be the one it is about: that nobody knows is not for them to read.
    for name, told in (("oversight", True), ("handler", False)):
        page = open_case_page(any_world.viewer(name), case.number, RECEIVED)
        assert ("nobody_named" in {entry.event.action for entry in page.kept.happened}) is told


def test_the_unit_that_is_named_and_its_people_cannot_be_chosen_to_handle_it(any_world: World) -> None:
    case = withheld(any_world, department_id=any_world.departments["land"].id)
    page = open_case_page(any_world.viewer("oversight"), case.number, RECEIVED)
    assert any_world.departments["land"].id in {unit.id for unit in page.people.departments}
    assert any_world.departments["land"].id not in {unit.id for unit in page.people.receivers}
    assert any_world.departments["medical"].id in {unit.id for unit in page.people.receivers}
    assert any_world.staff["land_handler"].id not in {person.id for person, _ in page.people.handlers}
    assert any_world.staff["handler"].id in {person.id for person, _ in page.people.handlers}
    for field, where in (
        ("department_id", {"to": "land"}),
        ("department_id", {"to": "land", "unclear": True}),
        ("handler_id", {"to": "medical", "handler_id": any_world.staff["land_handler"].id}),
    ):
        with pytest.raises(Refused) as refusal:
            send_it(any_world, case, **where)
        assert field in refusal.value.fields
    send_it(any_world, case, "medical", unclear=True)
    assert case.holder_id == any_world.departments["medical"].id
    # Somebody is named: to say “not clear” beside it changes nothing and is kept nowhere.
    assert "nobody_named" not in actions_of(case)


def test_a_redo_of_a_restricted_case_asks_who_it_is_about_too(any_world: World) -> None:
    case = concluded_case(any_world)
    complain(any_world, case, words="那个人")
    follow_ups.record_follow_up(
        any_world.viewer("oversight"), case.number, version=case.version, reached=True, solved=Solved.NO
    )
    again = {"department_id": any_world.departments["land"].id, "reason": "再办"}
    with pytest.raises(Refused) as refusal:
        follow_ups.reopen_case(any_world.viewer("oversight"), case.number, version=case.version, **again)
    assert "unclear" in refusal.value.fields
    follow_ups.reopen_case(any_world.viewer("oversight"), case.number, version=case.version, **again, unclear=True)
    assert actions_of(case)[-2:] == ["nobody_named", "case_reopened"]


def test_many_at_once_leave_out_where_nobody_is_named(any_world: World) -> None:
    named = withheld(any_world, department_id=any_world.departments["medical"].id)
    nobody = withheld(any_world)
    oversight = any_world.viewer("oversight")
    planned = {one.case.number: one for one in dispatching.plan_dispatch(oversight, [named.number, nobody.number])}
    assert planned[named.number].obstacle == ""
    with current_app.test_request_context():
        assert "还没写明反映的是谁" in str(planned[nobody.number].obstacle)
    picks = [(case.number, case.version) for case in (named, nobody)]
    dispatching.dispatch_all(oversight, picks, any_world.departments["land"].id)
    assert (named.holder_id, nobody.holder_id) == (any_world.departments["land"].id, None)


def test_the_usual_department_is_the_items_else_the_counters_and_none_where_it_may_have_been_withheld(
    any_world: World,
) -> None:
    def usual(case: Case) -> tuple[int | None, int | None]:
        viewer = any_world.viewer("oversight" if case.restricted else "triage")
        page = open_case_page(viewer, case.number, RECEIVED).usual_department_id
        return page, dispatching.usual_of(dispatching.plan_dispatch(viewer, [case.number]))

    land, medical = any_world.departments["land"].id, any_world.departments["medical"].id
    assert usual(triaged_case(any_world, item_id=any_world.items["不动产转移登记"].id)) == (land, land)
    assert usual(triaged_case(any_world)) == (medical, medical)
    assert usual(triaged_case(any_world, counter_id=None)) == (None, None)
    assert usual(withheld(any_world, department_id=medical)) == (None, None)
    several = [triaged_case(any_world, item_id=any_world.items["不动产转移登记"].id), triaged_case(any_world)]
    planned = dispatching.plan_dispatch(any_world.viewer("triage"), [case.number for case in several])
    assert dispatching.usual_of(planned) is None


def test_only_oversight_identifies(any_world: World) -> None:
    case = registered_case(any_world)
    recorded = complain(any_world, case, words="那个人")
    for name in ("clerk", "triage", "manager", "handler"):
        with pytest.raises(NotFound):
            identify(any_world, case, recorded.complaint.id, by=name, staff_id=any_world.staff["handler"].id)
    with pytest.raises(Refused):
        identify(any_world, case, recorded.complaint.id)
    other = make_case(any_world)
    foreign = complain(any_world, other, words="另一个人")
    with pytest.raises(NotFound):
        identify(any_world, case, foreign.complaint.id, staff_id=any_world.staff["handler"].id)


def test_a_complaint_names_somebody_of_this_hall_or_says_something(any_world: World) -> None:
    case = registered_case(any_world)
    for about, field in (
        ({}, "words"),
        ({"words": "　"}, "words"),
        ({"words": "长" * 201}, "words"),
        ({"staff_id": any_world.staff["noise_clerk"].id}, "staff_id"),
        ({"staff_id": 999_999}, "staff_id"),
        ({"department_id": any_world.departments["noise"].id}, "department_id"),
    ):
        with pytest.raises(Refused) as refusal:
            complain(any_world, case, **about)
        assert field in refusal.value.fields
    assert not case.restricted


def test_an_outdated_form_records_nothing(any_world: World) -> None:
    case = registered_case(any_world)
    shown = case.version
    notes.say_to_reporter(any_world.viewer("clerk"), case.number, version=shown, body="您好")
    with pytest.raises(Conflict):
        complain(any_world, case, version=shown, words="那个人")


def by_words(world: World, case: Case) -> None:
    complain(world, case, words="3号窗口那位女同志骂人")


def by_name(world: World, case: Case) -> None:
    complain(world, case, department_id=world.departments["land"].id)


def by_triage(world: World, case: Case) -> None:
    judge(world, case, Cause.WITHHELD)


def by_sending_it_again(world: World, case: Case) -> None:
    add_again(Report(case.words, slug="3m7kd2qa", about="医保局那个高个子"), KEY, RECEIVED)


def judge(world: World, case: Case, cause: Cause) -> None:
    triage.triage_case(
        world.viewer("oversight"),
        case.number,
        version=case.version,
        cause=cause,
        sub_reason="",
        complexity=Complexity.NORMAL,
    )


def sent_by_oversight(world: World) -> Case:
    submitted = submit_case(Report(WORDS, slug="3m7kd2qa"), KEY, RECEIVED)
    case = register(world, db.session.get_one(Case, submitted.case_id))
    judge(world, case, Cause.HARD_TO_DO)
    send(world, case)
    return case


def send(world: World, case: Case) -> None:
    medical = world.departments["medical"].id
    form = {"version": case.version, "department_id": medical, "unclear": True}
    orders.dispatch_case(world.viewer("oversight"), case.number, **form)


RESTRICTING = [by_words, by_name, by_triage, by_sending_it_again]


@pytest.mark.parametrize("restricting", RESTRICTING)
def test_what_oversight_sent_before_the_complaint_entrusts_nobody(
    any_world: World, restricting: Callable[[World, Case], None]
) -> None:
    case = sent_by_oversight(any_world)
    handler = any_world.viewer("handler")
    assert load_case(handler, case.number) is case
    restricting(any_world, case)
    assert (case.restricted, order_of(case).status) == (True, "recalled")
    with pytest.raises(NotFound):
        load_case(handler, case.number)
    assert may_do(handler, case) == set()
    send(any_world, case)
    assert load_case(handler, case.number) is case


@pytest.mark.parametrize("restricting", RESTRICTING)
def test_what_was_answered_before_the_complaint_is_read_by_the_department_no_more(
    any_world: World, restricting: Callable[[World, Case], None]
) -> None:
    case = sent_by_oversight(any_world)
    handler = any_world.viewer("handler")
    answer: Any = {"public_reply": "办好了", "outcome": Outcome.SOLVED}
    orders.answer_order(handler, case.number, version=case.version, conclude=False, **answer)
    assert load_case(handler, case.number) is case
    restricting(any_world, case)
    with pytest.raises(NotFound):
        load_case(handler, case.number)
    assert may_do(handler, case) == set()


def by_words_to_oversight(world: World, case: Case) -> None:
    complain(world, case, by="oversight", words="那个高个子")


@pytest.mark.parametrize("complaining", [by_words_to_oversight, by_sending_it_again])
def test_a_new_complaint_that_names_nobody_takes_it_even_from_whom_oversight_entrusted(
    any_world: World, complaining: Callable[[World, Case], None]
) -> None:
    case = sent_by_oversight(any_world)
    by_triage(any_world, case)
    send(any_world, case)
    handler = any_world.viewer("handler")
    assert load_case(handler, case.number) is case
    complaining(any_world, case)
    with pytest.raises(NotFound):
        load_case(handler, case.number)
    assert load_case(any_world.viewer("oversight"), case.number).holder_id is None
