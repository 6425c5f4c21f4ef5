from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.holiday_notice import announced_years, seed
from portal.rules.days import notice_entry
from portal.rules.deadlines import Due, Pause, count_due, due
from portal.rules.hours import HallHours
from portal.rules.presets import DISTRICT_JOINT, STANDARD
from portal.rules.profiles import Step, StepKind
from portal.rules.promises import (
    ChangeReason,
    ExtensionFault,
    extended,
    extension_fault,
    recompute,
)
from portal.rules.workdays import Calendar
from tests.rules import clock_strategies as some
from tests.rules.worked_dates import local

HOURS = some.HOURS
KNOWN = some.calendar()


def solve(start: str, pauses: tuple[Pause, ...] = ()) -> Due:
    return due(STANDARD, StepKind.SOLVE, local(start), KNOWN, HOURS, pauses=pauses)


@given(some.calendars, some.steps, some.instants, st.data())
def test_the_same_calendar_moves_nothing(calendar: Calendar, step: Step, start: datetime, data: st.DataObject) -> None:
    old = count_due(step, start, calendar, HOURS, pauses=data.draw(some.pauses_after(start)))
    assert recompute(old, calendar, HOURS) == (old, None)


@given(some.calendars, some.calendars, some.steps, some.instants)
def test_a_date_moves_with_a_change_that_names_the_days_or_not_at_all(
    before: Calendar, after: Calendar, step: Step, start: datetime
) -> None:
    old = count_due(step, start, before, HOURS)
    new, moved = recompute(old, after, HOURS)
    assert new == count_due(step, start, after, HOURS)
    assert (moved is None) is (new.due_at == old.due_at)
    if moved:
        assert (moved.old, moved.new) == (old.due_at, new.due_at)
        assert moved.reason is ChangeReason.CALENDAR
        assert moved.days
        for turned in moved.days:
            assert before.works(turned.day) is turned.was.works is not turned.now.works is after.works(turned.day)


def test_a_day_the_hall_takes_off_moves_the_date_and_is_named() -> None:
    new, moved = recompute(solve("10-08 14:06"), some.calendar(hall={date(2026, 10, 10): False}), HOURS)
    assert new.due_at == local("10-15 17:30")
    assert moved is not None
    assert [turned.day for turned in moved.days] == [date(2026, 10, 10)]
    assert (moved.days[0].was.reason, moved.days[0].now.reason) == ("makeup", "hall_closed")


def test_a_notice_that_comes_later_turns_an_estimate_into_a_promise() -> None:
    old = due(STANDARD, StepKind.REPLY, local("2027-04-29 10:00"), KNOWN, HOURS)
    # By the estimate Fri 30=1, 1 to 4 May rest, 5=2, 6=3.
    assert (old.due_at, old.estimated) == (local("2027-05-06 17:30"), True)
    rests = [(1, 1), (10, 1), *((5, day) for day in range(1, 6))]
    notice = [notice_entry(date(2027, month, day), False) for month, day in rests]
    calendar = Calendar.of(library=seed(2026, 2027), announced=announced_years(), notice=notice)
    new, moved = recompute(old, calendar, HOURS)
    # By this invented notice the 5th rests as well: 30=1, 6=2, 7=3.
    assert (new.due_at, new.estimated) == (local("2027-05-07 17:30"), False)
    assert moved is not None
    assert [turned.day for turned in moved.days] == [date(2027, 5, 5)]


def test_an_estimate_confirmed_as_it_was_moves_nothing_but_is_certain_afterwards() -> None:
    old = due(STANDARD, StepKind.REPLY, local("2027-03-01 10:00"), KNOWN, HOURS)
    notice = [notice_entry(date(2027, month, 1), False) for month in (1, 5, 10)]
    new, moved = recompute(old, Calendar.of(library=seed(2026, 2027), notice=notice), HOURS)
    assert moved is None
    assert (old.estimated, new.estimated) == (True, False)


def test_a_changed_profile_moves_the_date_either_way_and_keeps_what_was_extended() -> None:
    old, _ = extended(solve("03-02 10:00"), 5, KNOWN, HOURS)
    for days, wanted in ((3, "03-12 17:30"), (7, "03-18 17:30")):
        new, moved = recompute(old, KNOWN, HOURS, step=replace(STANDARD.step(StepKind.SOLVE), days=days))
        assert new.due_at == local(wanted)
        assert moved is not None
        assert moved.reason is ChangeReason.PROFILE
        assert (moved.new > moved.old) is (days == 7)


def test_other_hours_move_the_time_of_day() -> None:
    new, moved = recompute(solve("03-02 10:00"), KNOWN, HallHours(closes=time(17, 0)))
    assert new.due_at == local("03-09 17:00")
    assert moved is not None
    assert (moved.reason, moved.days) == (ChangeReason.HOURS, ())


def test_an_extension_counts_on_from_the_last_day() -> None:
    # 15=1, 16=2, weekend, 19=3, 20=4, 21=5
    new, moved = extended(solve("10-08 14:06"), 5, KNOWN, HOURS)
    assert (new.due_at, new.days, new.step.extra) == (local("10-21 17:30"), 10, 5)
    assert moved is not None
    assert moved.reason is ChangeReason.EXTENDED


@given(some.calendars, some.steps, some.instants, st.integers(1, 5))
def test_extending_is_adding_working_days_to_the_running_date(
    calendar: Calendar, step: Step, start: datetime, days: int
) -> None:
    old = count_due(replace(step, same_day=False), start, calendar, HOURS)
    assert old.due_on is not None
    assert extended(old, days, calendar, HOURS)[0].due_on == calendar.add_workdays(old.due_on, days)


@pytest.mark.parametrize(
    ("asked", "days", "given_before", "fault"),
    [
        ("10-13 23:00", 5, 0, None),
        ("10-13 23:00", 1, 0, None),
        ("10-14 09:00", 5, 0, ExtensionFault.TOO_LATE),
        ("10-15 09:00", 5, 0, ExtensionFault.TOO_LATE),
        ("10-12 09:00", 6, 0, ExtensionFault.TOO_LONG),
        ("10-12 09:00", 0, 0, ExtensionFault.TOO_LONG),
        ("10-12 09:00", 5, 1, ExtensionFault.USED_UP),
    ],
)
def test_the_standard_extension_is_asked_once_up_to_five_days_and_a_working_day_before(
    asked: str, days: int, given_before: int, fault: ExtensionFault | None
) -> None:
    step = STANDARD.step(StepKind.EXTENSION)
    assert extension_fault(solve("10-08 14:06"), step, days, local(asked), KNOWN, given_before) is fault


def test_the_joint_extension_may_be_asked_until_the_date_and_a_stopped_clock_has_none_to_put_off() -> None:
    step = DISTRICT_JOINT.step(StepKind.EXTENSION)
    old = solve("10-08 14:06")
    assert extension_fault(old, step, 5, local("10-14 17:30"), KNOWN, 0) is None
    assert extension_fault(old, step, 5, local("10-14 17:31"), KNOWN, 0) is ExtensionFault.TOO_LATE
    stopped = solve("10-08 14:06", (Pause(local("10-09 10:00")),))
    assert extension_fault(stopped, step, 5, local("10-09 17:31"), KNOWN, 0) is ExtensionFault.STOPPED
