"""Work orders: sent, signed for, answered, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import NO_DATE, Case, Deadline, Department, Message, WorkOrder
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import Cause, Outcome
from portal.rules.workdays import local_day
from portal.services.asking import ask_reporter
from portal.services.calendars import set_day
from portal.services.complaints import record_complaint
from portal.services.deadlines import running
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.orders import acknowledge_order, answer_order, dispatch_case, recall_order
from portal.services.steps import open_orders
from portal.services.tracking_acts import withdraw_case
from portal.services.visibility import load_case
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
from tests.track.reporters import coded
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def send(world: World, case: Case, to: str = "medical", by: str = "triage", **more: Any) -> WorkOrder:
    values = {"version": case.version, "department_id": world.departments[to].id, "task": "请核实"} | more
    return dispatch_case(world.viewer(by), case.number, **values)


def answer(world: World, case: Case, by: str = "handler", **more: Any) -> Any:
    values = {
        "version": case.version,
        "public_reply": "您母亲的备案今天办好了。",
        "outcome": Outcome.SOLVED,
        "internal_note": "3号窗口清单已改",
    }
    return answer_order(world.viewer(by), case.number, **values | more)


def recall(world: World, case: Case) -> WorkOrder:
    (order,) = open_orders(case.id)
    who = world.viewer("triage")
    return recall_order(who, case.number, order.position, version=order.version, reason="不归他们")


def order_of(case: Case, position: int = 1) -> WorkOrder:
    order = db.session.scalar(select(WorkOrder).where(WorkOrder.case_id == case.id, WorkOrder.position == position))
    assert order is not None
    return order


def states(case: Case) -> dict[str, str]:
    wanted = select(Deadline.kind, Deadline.state).where(Deadline.case_id == case.id).order_by(Deadline.id)
    return {row.kind: row.state for row in db.session.execute(wanted)}


def test_dispatching_makes_out_a_work_order_with_its_dates(any_world: World) -> None:
    noise_cases(any_world)
    case = triaged_case(any_world)
    order = send(any_world, case)
    assert (case.status, case.holder_id) == ("dispatched", any_world.departments["medical"].id)
    assert (order.position, order.status, order.role, order.task) == (1, "issued", "lead", "请核实")
    assert states(case) == {
        "register": "met",
        "dispatch": "met",
        "reply": "running",
        "solve": "running",
        "acknowledge": "running",
    }
    assert order.due_at == case.due_at
    assert load_case(any_world.viewer("handler"), case.number) is case
    with pytest.raises(NotFound):
        load_case(any_world.viewer("land_handler"), case.number)


def test_a_case_is_judged_before_it_is_sent(any_world: World) -> None:
    for case in (registered_case(any_world), make_case(any_world)):
        with pytest.raises(Refused):
            send(any_world, case)
        assert case.holder_id is None


def test_one_department_leads_and_another_only_after_recalling(any_world: World) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused):
        send(any_world, case, "land")
    order = order_of(case)
    with pytest.raises(Refused):
        recall_order(any_world.viewer("triage"), case.number, 1, version=order.version, reason=" ")
    recall_order(any_world.viewer("triage"), case.number, 1, version=order.version, reason="不归医保局")
    assert (order.status, order.due_sort, case.holder_id, case.status) == ("recalled", NO_DATE, None, "dispatched")
    with pytest.raises(NotFound):
        load_case(any_world.viewer("handler"), case.number)
    second = send(any_world, case, "land")
    assert (second.position, case.holder_id) == (2, any_world.departments["land"].id)
    assert actions_of(case)[-3:] == ["case_dispatched", "order_recalled", "case_dispatched"]
    assert "不归医保局" not in "".join(public_words(case))


def test_what_was_recalled_is_owed_to_another_department_as_at_first(any_world: World, at: Any) -> None:
    case, answered = dispatched_case(any_world), dispatched_case(any_world)
    friday = RECEIVED + timedelta(days=1)
    at(friday)
    answer(any_world, answered, conclude=False)
    for again in range(2):
        recall(any_world, case)
        (owed,) = running(case, (StepKind.DISPATCH,))
        # Noon of the next working day, a make-up Saturday.
        assert (owed.counts_from, owed.due_at) == (friday, datetime(2026, 10, 10, 4, tzinfo=UTC))
        assert owed.step["counts_from"] == "recalled"
        assert (case.due_kind, case.due_at) == ("dispatch", owed.due_at)
        send(any_world, case, "land" if again else "medical")
        assert running(case, (StepKind.DISPATCH,)) == []
    assert running(answered, (StepKind.DISPATCH,)) == []


def test_a_recall_while_the_clock_stands_owes_nothing_before_it_goes_on(any_world: World) -> None:
    case = dispatched_case(any_world)
    ask_reporter(any_world.viewer("triage"), case.number, version=case.version, question="哪一年办的？")
    recall(any_world, case)
    (owed,) = running(case, (StepKind.DISPATCH,))
    assert (owed.due_at, case.due_at) == (None, None)


def test_nothing_is_owed_after_a_withdrawal(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    withdraw_case(code, RECEIVED)
    assert order_of(case).status == "recalled"
    kinds = db.session.scalars(select(Deadline.kind).where(Deadline.case_id == case.id)).all()
    assert kinds.count("dispatch") == 1


def test_a_case_goes_to_departments_of_its_own_hall_only(any_world: World) -> None:
    case = triaged_case(any_world)
    for stranger in (any_world.departments["noise"].id, 999_999):
        with pytest.raises(Refused) as refusal:
            send(any_world, case, department_id=stranger)
        assert "department_id" in refusal.value.fields


def test_a_named_handler_handles_for_that_department(any_world: World) -> None:
    case = triaged_case(any_world)
    for name in ("land_handler", "clerk", "noise_clerk"):
        with pytest.raises(Refused) as refusal:
            send(any_world, case, handler_id=any_world.staff[name].id)
        assert "handler_id" in refusal.value.fields
    order = send(any_world, case, handler_id=any_world.staff["handler"].id)
    assert order.handler_id == any_world.staff["handler"].id


def test_who_signs_for_an_order_becomes_its_handler(any_world: World) -> None:
    case = dispatched_case(any_world)
    order = order_of(case)
    viewer = any_world.viewer("handler")
    acknowledge_order(viewer, case.number, 1, version=order.version)
    assert (order.status, order.handler_id) == ("acknowledged", viewer.staff_id)
    assert states(case)["acknowledge"] == "met"
    with pytest.raises(Refused):
        acknowledge_order(viewer, case.number, 1, version=order.version)
    with pytest.raises(NotFound):
        acknowledge_order(viewer, case.number, 2, version=1)


def test_an_order_changed_meanwhile_is_a_conflict(any_world: World) -> None:
    case = dispatched_case(any_world)
    order, shown = order_of(case), order_of(case).version
    recall_order(any_world.viewer("triage"), case.number, 1, version=shown, reason="先等等")
    with pytest.raises(NotFound):
        acknowledge_order(any_world.viewer("handler"), case.number, 1, version=shown)
    again = dispatched_case(any_world)
    shown = order_of(again).version
    acknowledge_order(any_world.viewer("handler"), again.number, 1, version=shown)
    with pytest.raises(Conflict):
        recall_order(any_world.viewer("triage"), again.number, 1, version=shown, reason="先等等")
    assert (order.status, order_of(again).status) == ("recalled", "acknowledged")


def test_the_departments_answer_concludes_and_keeps_note_and_reply_apart(any_world: World) -> None:
    case = dispatched_case(any_world)
    done = answer(any_world, case)
    order = done.order
    assert done.concluded
    assert (case.status, case.outcome, case.on_time, case.open) == ("concluded", "solved", True, False)
    assert (order.status, order.internal_note, order.handler_id) == (
        "answered",
        "3号窗口清单已改",
        any_world.staff["handler"].id,
    )
    assert public_words(case)[-1] == case.public_reply == "您母亲的备案今天办好了。"
    assert "3号窗口清单已改" not in "".join(public_words(case)) + case.public_reply
    inside = db.session.scalars(select(Message.body).where(Message.case_id == case.id, Message.public.is_(False))).all()
    assert inside == ["3号窗口清单已改"]
    assert actions_of(case)[-3:] == ["order_acknowledged", "order_answered", "case_concluded"]
    assert set(states(case).values()) == {"met", "running"}


def test_an_answer_may_leave_the_concluding_to_the_window(any_world: World) -> None:
    case = dispatched_case(any_world)
    done = answer(any_world, case, conclude=False)
    assert (done.concluded, done.order.status, case.status) == (False, "answered", "dispatched")
    assert case.holder_id is None
    assert case.public_reply == ""
    with pytest.raises(Refused):
        answer(any_world, case)


def test_an_outdated_form_answers_nothing(any_world: World) -> None:
    case = dispatched_case(any_world)
    shown = case.version
    answer(any_world, case)
    with pytest.raises(Conflict):
        answer(any_world, case, version=shown, public_reply="另一个答复")
    assert case.public_reply == "您母亲的备案今天办好了。"


def test_a_department_that_had_the_case_before_does_not_answer_anothers_order(any_world: World) -> None:
    case = dispatched_case(any_world)
    answer(any_world, case, conclude=False)
    order = send(any_world, case, "land")
    assert load_case(any_world.viewer("handler"), case.number) is case
    with pytest.raises(Refused):
        answer(any_world, case)
    with pytest.raises(Refused):
        acknowledge_order(any_world.viewer("handler"), case.number, 2, version=order.version)
    answer(any_world, case, by="land_handler")
    assert case.status == "concluded"


@pytest.mark.parametrize("name", ["clerk", "triage", "oversight", "manager", "follow_up", "land_handler"])
def test_only_the_department_signs_and_answers(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        answer(any_world, case, by=name)
    with pytest.raises(NotFound):
        acknowledge_order(any_world.viewer(name), case.number, 1, version=order_of(case).version)


@pytest.mark.parametrize("name", ["clerk", "handler", "manager", "follow_up", "noise_clerk"])
def test_only_triage_and_oversight_send_and_recall(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        recall_order(any_world.viewer(name), case.number, 1, version=order_of(case).version, reason="试试")
    with pytest.raises(NotFound):
        send(any_world, case, by=name)


def test_the_line_complained_about_is_never_sent_the_case(any_world: World) -> None:
    medical = any_world.departments["medical"]
    branch = Department(hall_id=any_world.hall.id, parent_id=medical.id, code="m1", name="医保一科", name_en="One")
    db.session.add(branch)
    db.session.commit()
    any_world.departments["branch"] = branch
    add_staff(any_world, "branch_handler", "handler", "branch")
    case = triaged_case(any_world)
    record_complaint(
        any_world.viewer("clerk"), case.number, version=case.version, staff_id=any_world.staff["handler"].id
    )
    for unit in ("medical", "branch"):
        with pytest.raises(Refused) as refusal:
            send(any_world, case, unit, by="oversight")
        assert "department_id" in refusal.value.fields
    for name in ("handler", "branch_handler"):
        with pytest.raises(Refused):
            send(any_world, case, "land", by="oversight", handler_id=any_world.staff[name].id)
    with pytest.raises(NotFound):
        send(any_world, case, "land")
    send(any_world, case, "office", by="oversight", handler_id=any_world.staff["land_handler"].id)
    assert load_case(any_world.viewer("land_handler"), case.number) is case
    with pytest.raises(NotFound):
        load_case(any_world.viewer("handler"), case.number)
    acknowledge_order(any_world.viewer("land_handler"), case.number, 1, version=order_of(case).version)
    answer(any_world, case, by="land_handler")
    assert case.status == "concluded"


def test_what_cannot_be_done_has_no_date_for_the_solution(any_world: World) -> None:
    case = triaged_case(any_world, cause=Cause.NOT_PERMITTED)
    order = send(any_world, case)
    assert "solve" not in states(case)
    assert order.due_at == case.due_at is not None
    assert event_of(case, "case_dispatched").object_id == order.id


def districts_way(world: World) -> None:
    world.hall.profile_code = "district_joint"
    world.hall.rules_version += 1
    db.session.commit()


def solution(case: Case) -> Deadline:
    wanted = select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == "solve", Deadline.state == "running")
    return db.session.scalars(wanted).one()


@pytest.mark.parametrize("days", [None, 3])
def test_in_the_districts_way_who_signs_sets_the_date_of_the_solution(any_world: World, days: int | None) -> None:
    districts_way(any_world)
    case = dispatched_case(any_world)
    assert "solve" not in states(case)
    for wrong in (0, 6):
        with pytest.raises(Refused) as refusal:
            acknowledge_order(any_world.viewer("handler"), case.number, 1, version=order_of(case).version, days=wrong)
        assert "days" in refusal.value.fields
    acknowledge_order(any_world.viewer("handler"), case.number, 1, version=order_of(case).version, days=days)
    # From Thursday the 8th: Saturday the 10th is a make-up working day, so 3 days end on Monday, 5 on Wednesday.
    assert local_day(solution(case).due_at) == date(2026, 10, 12 if days else 14)
    assert event_of(case, "order_acknowledged").data["days"] == days


def test_in_the_districts_way_an_answer_signs_and_concludes_at_once(any_world: World) -> None:
    districts_way(any_world)
    case = dispatched_case(any_world)
    answer(any_world, case)
    assert (case.status, states(case)["solve"]) == ("concluded", "met")


def test_elsewhere_the_profile_sets_the_date(any_world: World) -> None:
    case = dispatched_case(any_world)
    before = solution(case).due_at
    with pytest.raises(Refused):
        acknowledge_order(any_world.viewer("handler"), case.number, 1, version=order_of(case).version, days=2)
    acknowledge_order(any_world.viewer("handler"), case.number, 1, version=order_of(case).version)
    assert solution(case).due_at == before


def test_a_hall_that_closes_a_day_moves_the_work_orders_date_too(any_world: World) -> None:
    case = dispatched_case(any_world)
    before = order_of(case).due_at
    assert before is not None
    set_day(local_day(before), False, name="停电", hall_id=any_world.hall.id)
    assert order_of(case).due_at == case.due_at
    assert case.due_at is not None
    assert case.due_at > before
