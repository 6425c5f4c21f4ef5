from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.deadlines import Pause, count_due, due
from portal.rules.lights import Light, LightCode, light
from portal.rules.presets import STANDARD
from portal.rules.profiles import Step, StepKind
from portal.rules.workdays import Calendar, local_day
from tests.rules import clock_strategies as some
from tests.rules.worked_dates import local

HOURS = some.HOURS
KNOWN = some.calendar()
WEDNESDAY = local("10-14 17:30")


@pytest.mark.parametrize(
    ("now", "code", "left", "over", "today"),
    [
        ("10-08 14:06", "in_time", 5, 0, False),
        ("10-10 09:00", "in_time", 3, 0, False),
        ("10-13 17:29", "in_time", 1, 0, False),
        # The hall has closed: only the last working day is left.
        ("10-13 17:30", "near", 1, 0, False),
        ("10-14 00:00", "near", 0, 0, True),
        ("10-14 17:30", "near", 0, 0, True),
        ("10-14 17:31", "late", 0, 0, True),
        ("10-15 00:01", "late", 0, 1, False),
        ("10-17 12:00", "late", 0, 2, False),
        ("10-18 12:00", "late", 0, 2, False),
        ("10-19 08:00", "late", 0, 3, False),
    ],
)
def test_a_date_due_on_wednesday_14_october_seen_from_other_days(
    now: str, code: str, left: int, over: int, today: bool
) -> None:
    assert light(WEDNESDAY, local(now), KNOWN, HOURS) == Light(LightCode(code), left, over, today)


def test_the_weekend_before_a_monday_is_near_because_one_working_day_is_left() -> None:
    assert light(local("03-09 17:30"), local("03-07 10:00"), KNOWN, HOURS) == Light(LightCode.NEAR, 1)
    assert light(local("03-09 17:30"), local("03-06 10:00"), KNOWN, HOURS) == Light(LightCode.IN_TIME, 1)


def test_how_many_days_are_near_is_a_setting() -> None:
    now = local("10-13 10:00")
    codes = [light(WEDNESDAY, now, KNOWN, HOURS, near_days=days).code for days in (0, 1, 2)]
    assert codes == ["in_time", "in_time", "near"]
    assert light(WEDNESDAY, local("10-14 10:00"), KNOWN, HOURS, near_days=0).code == "in_time"


def test_what_is_over_owes_nothing_and_what_waits_has_no_clock() -> None:
    late = local("10-20 10:00")
    assert light(WEDNESDAY, late, KNOWN, HOURS, over=True, waiting=True, red_twice=True) == Light(LightCode.OVER)
    assert light(None, late, KNOWN, HOURS) == Light(LightCode.WAITING)
    assert light(WEDNESDAY, late, KNOWN, HOURS, waiting=True) == Light(LightCode.WAITING)


def test_a_second_not_solved_is_red_long_before_the_date_and_while_it_waits() -> None:
    found = light(WEDNESDAY, local("10-08 14:06"), KNOWN, HOURS, red_twice=True)
    assert found == Light(LightCode.LATE, days_left=5)
    assert light(None, local("10-08 14:06"), KNOWN, HOURS, red_twice=True).code is LightCode.LATE


def test_a_question_asked_too_late_does_not_hide_that_it_is_late() -> None:
    found = due(STANDARD, StepKind.SOLVE, local("03-02 10:00"), KNOWN, HOURS, pauses=[Pause(local("03-09 18:00"))])
    assert light(found.due_at, local("03-10 10:00"), KNOWN, HOURS, waiting=found.is_stopped) == Light(
        LightCode.LATE, days_over=1
    )


@given(some.calendars, some.steps, some.instants, st.integers(-60 * 24 * 30, 60 * 24 * 60))
def test_days_left_and_over_are_working_days_and_never_both(
    calendar: Calendar, step: Step, start: datetime, minutes: int
) -> None:
    due_at = count_due(step, start, calendar, HOURS).due_at
    assert due_at is not None
    now = due_at + timedelta(minutes=minutes)
    found = light(due_at, now, calendar, HOURS)
    assert (found.code is LightCode.LATE) is (now > due_at)
    today, last = local_day(now), local_day(due_at)
    assert found.days_left == (calendar.count_workdays(today, last) if now <= due_at else 0)
    assert found.days_over == (calendar.count_workdays(last, today) if now > due_at else 0)
    assert found.due_today is (today == last)


def test_a_festival_is_not_time_lost() -> None:
    assert light(local("09-30 17:30"), local("10-07 23:00"), KNOWN, HOURS) == Light(LightCode.LATE, days_over=0)
    assert light(local("10-08 17:30"), local("10-01 00:00"), KNOWN, HOURS) == Light(LightCode.NEAR, days_left=1)
    assert KNOWN.count_workdays(date(2026, 10, 1), date(2026, 10, 8)) == 1
