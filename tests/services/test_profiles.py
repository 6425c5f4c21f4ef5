"""A hall's profile and hours can be changed, and every open date goes by them from then on, with an event."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Deadline, DeadlineProfile, Event
from portal.rules.plain_data import BadData
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import Cause
from portal.services.calendars import set_day
from portal.services.deadlines import drop_deadlines, hall_rules, point_clock, start_deadline
from portal.services.profiles import change_hours, change_profile
from portal.services.transaction import write
from tests.cases import make_case, triaged_case
from tests.world import World


def moves(case: Case) -> list[dict[str, Any]]:
    wanted = select(Event.data).where(Event.case_id == case.id, Event.action == "date_moved").order_by(Event.seq)
    return list(db.session.scalars(wanted))


def solving(world: World, **overrides: Any) -> tuple[Case, Deadline]:
    case = make_case(world, **overrides)
    with write():
        drop_deadlines(case, case.received_at)
        deadline = start_deadline(case, StepKind.SOLVE, case.received_at)
        point_clock(case)
    return case, deadline


def test_another_profile_moves_dates_with_the_reason(any_world: World) -> None:
    case, deadline = solving(any_world)
    noise, theirs = solving(any_world, hall=any_world.other_hall)
    assert change_profile(any_world.hall.id, "by_cause") == 1
    (told,) = moves(case)
    assert told["reason"] == "profile"
    assert (deadline.step["days"], deadline.profile_code) == (7, "by_cause")
    assert case.due_at == deadline.due_at
    assert (moves(noise), theirs.step["days"]) == ([], 5)


def test_a_step_is_edited_for_one_cause(any_world: World) -> None:
    hard, deadline = solving(any_world, cause=Cause.HARD_TO_DO)
    plain, other = solving(any_world)
    assert change_profile(any_world.hall.id, "standard", [("solve.hard_to_do", "7")]) == 1
    assert (deadline.step["days"], other.step["days"]) == (7, 5)
    assert [told["reason"] for told in moves(hard)] == ["profile"]
    assert moves(plain) == []
    assert hall_rules(any_world.hall).profile.step(StepKind.SOLVE, Cause.HARD_TO_DO).days == 7
    assert hall_rules(any_world.other_hall).profile.step(StepKind.SOLVE, Cause.HARD_TO_DO).days == 5


def test_what_a_hall_changed_stays_until_it_is_wanted_as_shipped(any_world: World) -> None:
    change_profile(any_world.hall.id, "standard", [("solve", "6")])
    change_profile(any_world.hall.id, "standard", [("near_days", "2")])
    profile = hall_rules(any_world.hall).profile
    assert (profile.step(StepKind.SOLVE).days, profile.near_days) == (6, 2)
    change_profile(any_world.hall.id, "standard", as_shipped=True)
    assert hall_rules(any_world.hall).profile.step(StepKind.SOLVE).days == 5
    assert db.session.scalars(select(DeadlineProfile.id)).all() == []


def test_nonsense_is_refused_and_leaves_nothing_behind(any_world: World) -> None:
    case, _ = solving(any_world)
    for setting in (
        ("solve", "0"),
        ("solve", "soon"),
        ("sovle", "5"),
        ("solve.hard", "5"),
        ("register.clock", "25:00"),
    ):
        with pytest.raises(BadData):
            change_profile(any_world.hall.id, "standard", [("solve", "9"), setting])
    with pytest.raises(BadData):
        change_hours(any_world.hall.id, {"closes": "08:00"})
    assert hall_rules(any_world.hall).profile.step(StepKind.SOLVE).days == 5
    assert moves(case) == []


def test_a_term_that_was_agreed_for_one_case_is_kept_by_a_longer_profile_and_cut_by_a_shorter(any_world: World) -> None:
    case, deadline = solving(any_world)
    with write():
        deadline.step = deadline.step | {"days": 4}
    change_profile(any_world.hall.id, "standard", [("solve", "8")])
    assert deadline.step["days"] == 4
    change_profile(any_world.hall.id, "standard", [("solve", "2")])
    assert deadline.step["days"] == 2
    assert case.due_at == deadline.due_at


def test_other_hours_move_a_date_with_their_own_reason_and_later_changes_count_from_it(any_world: World) -> None:
    case, deadline = solving(any_world)
    # The case that only waits to be taken up by closing time, and dispatched by noon.
    fresh = make_case(any_world)
    assert change_hours(any_world.hall.id, {"closes": "17:00", "noon": "11:30"}) == 2
    assert deadline.due_at == datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
    assert [told["reason"] for told in moves(case)] == ["hours"]
    assert {told["kind"] for told in moves(fresh)} == {"register", "dispatch"}
    assert any_world.hall.hours == {"opens": "09:00", "noon": "11:30", "closes": "17:00", "cutoff": "16:00"}
    set_day(date(2026, 10, 12), False, hall_id=any_world.hall.id)
    assert deadline.due_at == datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


def test_an_earlier_cutoff_holds_for_what_has_come_too(any_world: World) -> None:
    case = make_case(any_world)  # at 14:06, in time for the same day
    assert case.due_kind == "register"
    change_hours(any_world.hall.id, {"cutoff": "14:00"})
    told = {move["kind"]: move for move in moves(case)}
    assert told["register"]["new"].startswith("2026-10-09T04:00")


def test_a_changed_profile_counts_for_the_next_case(any_world: World, at: Any) -> None:
    change_profile(any_world.hall.id, "standard", [("solve.hard_to_do", "7"), ("reply", "2")])
    at(datetime(2026, 10, 8, 6, 6, tzinfo=UTC))
    case = triaged_case(any_world)
    days = {d.kind: d.step["days"] for d in db.session.scalars(select(Deadline).where(Deadline.case_id == case.id))}
    assert (days["solve"], days["reply"]) == (7, 2)
