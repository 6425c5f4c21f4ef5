"""The finer reasons are a table that a hall can extend."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal import data
from portal.extensions import db
from portal.models import Case, Event, SubReason
from portal.rules.vocabulary import Cause, Complexity
from portal.services.errors import Refused
from portal.services.hall_rules import hall_rules
from portal.services.reasons import add_reason, all_reasons, retire_reason, seed_reasons
from portal.services.schema import upgrade
from portal.services.triage import triage_case
from tests.cases import RECEIVED, registered_case
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def judge(world: World, case: Case, sub_reason: str, cause: Cause = Cause.HARD_TO_DO) -> Case:
    kind: dict[str, Any] = {"cause": cause, "sub_reason": sub_reason, "complexity": Complexity.NORMAL}
    return triage_case(world.viewer("triage"), case.number, version=case.version, **kind).case


def test_an_upgrade_brings_the_shipped_ones_once_and_leaves_what_was_retired(any_world: World) -> None:
    shipped = [(reason.code, reason.cause, reason.name, reason.name_en) for reason in data.sub_reasons()]
    rows = db.session.scalars(select(SubReason).order_by(SubReason.id)).all()
    assert [(row.code, row.cause, row.name, row.name_en) for row in rows] == shipped
    retire_reason("late")
    upgrade()
    assert seed_reasons() == 0
    assert [reason.code for reason in all_reasons() if reason.retired_at is not None] == ["late"]


def test_a_hall_adds_its_own_and_only_it_has_it(any_world: World) -> None:
    add_reason("no_parking", Cause.HARD_TO_DO, "停不了车", "Nowhere to park", hall_id=any_world.hall.id)
    add_reason("queue", Cause.HARD_TO_DO, "排不上号", "No queue number left")
    assert [reason.code for reason in hall_rules(any_world.hall).reasons][-2:] == ["no_parking", "queue"]
    assert [reason.code for reason in hall_rules(any_world.other_hall).reasons][-2:] == ["paid_agent_required", "queue"]
    case = judge(any_world, registered_case(any_world), "no_parking")
    assert case.sub_reason == "no_parking"
    event = db.session.scalars(select(Event).where(Event.action == "reason_added").order_by(Event.seq)).first()
    assert event is not None
    assert event.data == {"code": "no_parking", "hall": any_world.hall.id}


def test_the_reason_of_another_hall_or_cause_is_refused(any_world: World) -> None:
    add_reason("elsewhere", Cause.HARD_TO_DO, "别的大厅的", "Another hall's", hall_id=any_world.other_hall.id)
    case = registered_case(any_world)
    for code in ("elsewhere", "late", "nothing"):
        with pytest.raises(Refused) as refusal:
            judge(any_world, case, code)
        assert "sub_reason" in refusal.value.fields


def test_a_retired_one_is_given_no_more_and_stays_where_it_is(any_world: World) -> None:
    case = judge(any_world, registered_case(any_world), "legacy_case")
    retire_reason("legacy_case")
    assert judge(any_world, case, "legacy_case").sub_reason == "legacy_case"
    with pytest.raises(Refused):
        judge(any_world, registered_case(any_world), "legacy_case")
    with pytest.raises(Refused):
        retire_reason("legacy_case")


@pytest.mark.parametrize(
    ("code", "name", "name_en"),
    [
        ("late", "晚了", "Late"),
        ("Late2", "晚了", "Late"),
        ("x", "晚", "L"),
        ("new_one", " ", "L"),
        ("new_one", "晚" * 61, "L"),
    ],
)
def test_nonsense_is_refused(any_world: World, code: str, name: str, name_en: str) -> None:
    with pytest.raises(Refused):
        add_reason(code, Cause.WITHHELD, name, name_en)
