"""The running dates of a case on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.models import NO_DATE, Case, Deadline
from portal.rules.explanations import explain
from portal.rules.lights import LightCode
from portal.rules.profiles import StepKind
from portal.services.deadlines import (
    drop_deadlines,
    due_of,
    hall_rules,
    light_of,
    meet_deadline,
    pause_clock,
    point_clock,
    resume_clock,
    running,
    start_deadline,
)
from portal.services.transaction import write
from tests.cases import RECEIVED, make_case
from tests.world import World


def shanghai(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour - 8 if hour >= 8 else hour, minute, tzinfo=UTC)


def solving(world: World) -> tuple[Case, Deadline]:
    """A case of Thursday 8 October 14:06 whose solution is due in five working days: Wednesday the 14th."""
    make_case(world)
    case = make_case(world)
    with write():
        drop_deadlines(case, RECEIVED)
        deadline = start_deadline(case, StepKind.SOLVE, RECEIVED)
        point_clock(case)
    return case, deadline


def test_the_make_up_saturday_counts_and_the_date_stands_in_the_case(any_world: World) -> None:
    case, deadline = solving(any_world)
    assert deadline.due_at == shanghai(10, 14, 17, 30)
    assert (case.due_at, case.due_kind, case.due_sort) == (deadline.due_at, "solve", deadline.due_at)


def test_a_pause_gives_back_its_whole_working_days(any_world: World) -> None:
    case, deadline = solving(any_world)
    with write():
        pause_clock(case, shanghai(10, 9, 10), "needs_information")
        point_clock(case)
    assert deadline.due_at is None
    assert case.due_sort == NO_DATE
    with write():
        # Asked on the 9th, answered on the 12th: the 10th (a make-up Saturday) and the 12th do not count.
        resume_clock(case, shanghai(10, 12, 10))
        point_clock(case)
    assert deadline.due_at == shanghai(10, 16, 17, 30)
    rules = hall_rules(any_world.hall)
    assert explain(due_of(deadline, rules)).days == 5


def test_a_question_after_the_date_does_not_hide_that_it_passed(any_world: World) -> None:
    case, deadline = solving(any_world)
    with write():
        pause_clock(case, shanghai(10, 15, 10), "needs_information")
        case.waiting = "needs_information"
        point_clock(case)
    assert deadline.due_at == shanghai(10, 14, 17, 30)
    light = light_of(case, hall_rules(any_world.hall), shanghai(10, 15, 11))
    assert (light.code, light.days_over) == (LightCode.LATE, 1)


def test_met_in_time_and_met_too_late_are_told_apart(any_world: World) -> None:
    early, first = solving(any_world)
    late, second = solving(any_world)
    with write():
        meet_deadline(early, StepKind.SOLVE, shanghai(10, 14, 17, 30))
        meet_deadline(late, StepKind.SOLVE, shanghai(10, 14, 17, 31))
    assert (first.state, second.state) == ("met", "over")
    assert running(early) == []


def test_another_cases_dates_are_left_alone(any_world: World) -> None:
    case, _ = solving(any_world)
    other = make_case(any_world)
    with write():
        drop_deadlines(case, RECEIVED)
    assert {d.kind for d in running(other)} == {"register", "dispatch"}


def test_the_second_not_solved_is_red_whatever_the_date(any_world: World) -> None:
    case, _ = solving(any_world)
    rules = hall_rules(any_world.hall)
    case.redo_number, case.reporter_says = 1, None
    assert light_of(case, rules, shanghai(10, 9, 9)).code is LightCode.IN_TIME
    case.reporter_says = "no"
    assert light_of(case, rules, shanghai(10, 9, 9)).code is LightCode.LATE
    db.session.rollback()


def test_the_rules_are_kept_until_they_change(app: Any, world: World, count_statements: list[str]) -> None:
    hall_rules(world.hall)
    count_statements.clear()
    assert hall_rules(world.hall).calendar.works(date(2026, 10, 10))
    assert count_statements == []
    assert db.session.scalar(select(Case.id)) is None
