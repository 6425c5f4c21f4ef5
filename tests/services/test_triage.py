"""Judging the cause: what it starts, what it hides, who is told second."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Deadline
from portal.rules.permissions import Permission
from portal.rules.vocabulary import Cause, Complexity, OrderStatus
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.steps import open_orders
from portal.services.triage import triage_case
from portal.services.visibility import load_case
from tests.cases import RECEIVED, actions_of, dispatched_case, event_of, make_case, noise_cases, registered_case
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def judge(world: World, case: Any, cause: Cause = Cause.HARD_TO_DO, by: str = "triage", **more: Any) -> Any:
    values = {"sub_reason": "", "complexity": Complexity.NORMAL, "version": case.version} | more
    return triage_case(world.viewer(by), case.number, cause=cause, **values)


def running(case: Any, kind: str) -> list[Deadline]:
    return list(
        db.session.scalars(
            select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == kind, Deadline.state == "running")
        )
    )


def test_judging_sets_cause_and_starts_the_date_of_the_solution(any_world: World) -> None:
    noise_cases(any_world)
    case = registered_case(any_world)
    done = judge(any_world, case, sub_reason="materials_unclear", complexity=Complexity.COMPLEX)
    assert (done.case.cause, done.case.sub_reason, done.case.complexity) == (
        "hard_to_do",
        "materials_unclear",
        "complex",
    )
    assert done.still_visible
    assert not done.case.restricted
    assert len(running(case, "solve")) == 1
    assert actions_of(case)[-1] == "case_triaged"


def test_what_the_rules_forbid_has_a_date_for_the_reply_only(any_world: World) -> None:
    case = registered_case(any_world)
    judge(any_world, case, Cause.NOT_PERMITTED)
    assert running(case, "solve") == []
    assert len(running(case, "reply")) == 1


def test_a_judgement_corrected_moves_the_date_and_tells_it(any_world: World) -> None:
    any_world.hall.profile_code = "by_cause"
    any_world.hall.rules_version += 1
    db.session.commit()
    case = registered_case(any_world)
    judge(any_world, case)
    (first,) = running(case, "solve")
    judge(any_world, case, complexity=Complexity.ESPECIALLY_COMPLEX)
    (second,) = running(case, "solve")
    assert second.due_at > first.due_at
    told = event_of(case, "date_moved").data
    assert (told["kind"], told["reason"]) == ("solve", "triage")
    assert (told["old"], told["new"]) == (first.due_at.isoformat(), second.due_at.isoformat())
    judge(any_world, case, sub_reason="system_fault", complexity=Complexity.ESPECIALLY_COMPLEX)
    assert [deadline.id for deadline in running(case, "solve")] == [second.id]
    assert actions_of(case).count("date_moved") == 1


def test_what_was_withheld_goes_to_oversight_alone(any_world: World) -> None:
    case = dispatched_case(any_world)
    done = judge(any_world, case, Cause.WITHHELD)
    assert not done.still_visible
    assert done.case.restricted
    assert done.case.supervised
    for name in ("triage", "clerk", "handler", "manager", "follow_up"):
        with pytest.raises(NotFound):
            load_case(any_world.viewer(name), case.number)
    assert load_case(any_world.viewer("oversight"), case.number, Permission.DISPATCH_CASE) is case
    assert open_orders(case.id) == []
    assert case.holder_id is None
    recalled = event_of(case, "order_recalled")
    assert recalled.data["because"] == "restricted"


def test_oversight_may_judge_what_was_withheld_and_keeps_seeing_it(any_world: World) -> None:
    case = registered_case(any_world)
    assert judge(any_world, case, Cause.WITHHELD, by="oversight").still_visible
    back = judge(any_world, case, Cause.HARD_TO_DO, by="oversight")
    assert not back.case.restricted
    assert back.case.supervised
    assert load_case(any_world.viewer("triage"), case.number) is case


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(any_world: World) -> None:
    case = registered_case(any_world)
    shown = case.version
    judge(any_world, case)
    with pytest.raises(Conflict):
        judge(any_world, case, Cause.NOT_PERMITTED, by="triage2", version=shown)
    assert case.cause == "hard_to_do"


def test_what_is_not_registered_or_over_is_not_judged(any_world: World) -> None:
    for case in (make_case(any_world), make_case(any_world, status="closed", open=False)):
        with pytest.raises(Refused):
            judge(any_world, case)
        assert case.cause is None


def test_a_sub_reason_belongs_to_its_cause(any_world: World) -> None:
    case = registered_case(any_world)
    with pytest.raises(Refused) as refusal:
        judge(any_world, case, Cause.HARD_TO_DO, sub_reason="policy_forbids")
    assert "sub_reason" in refusal.value.fields


@pytest.mark.parametrize("name", ["clerk", "handler", "follow_up", "manager", "viewer", "administrator", "noise_clerk"])
def test_only_triage_and_oversight_judge(any_world: World, name: str) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(NotFound):
        judge(any_world, case, by=name)
    assert OrderStatus(open_orders(case.id)[0].status) is OrderStatus.ISSUED
