"""The clock against dates worked out by hand, and clocks with a planted fault against the same dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from portal.gateways.holiday_notice import announced_years, seed
from portal.rules.days import admin_entry, hall_entry
from portal.rules.deadlines import Due, Pause, due
from portal.rules.hours import HallHours
from portal.rules.presets import PRESETS
from portal.rules.profiles import StepKind
from portal.rules.workdays import Calendar
from tests.rules.worked_dates import ROWS, Row, local, notice_2026

HOURS = HallHours()


def days_of(pairs: tuple[tuple[str, bool], ...]) -> list[tuple[date, bool]]:
    return [(local(f"{day} 00:00").date(), works) for day, works in pairs]


def calendar_of(row: Row, by_hand: bool) -> Calendar:
    return Calendar.of(
        hall=[hall_entry(day, works) for day, works in days_of(row.hall)],
        admin=[admin_entry(day, works) for day, works in days_of(row.admin)],
        notice=notice_2026() if by_hand else (),
        library=seed(2027, 2027) if by_hand else seed(2025, 2028),
        announced=announced_years(),
    )


def due_of(row: Row, calendar: Calendar, hours: HallHours = HOURS) -> Due:
    return due(
        PRESETS[row.profile],
        StepKind(row.step),
        local(row.start),
        calendar,
        hours,
        cause=row.cause,
        complexity=row.complexity,
        days=row.days,
        pauses=[Pause(local(began), ended and local(ended)) for began, ended in row.pauses],
    )


def is_right(row: Row, found: Due) -> bool:
    return found.due_at == (row.due and local(row.due))


@pytest.mark.parametrize("by_hand", [True, False], ids=["notice", "library"])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_clock_finds_the_date_worked_out_by_hand(row: Row, by_hand: bool) -> None:
    found = due_of(row, calendar_of(row, by_hand))
    assert found.due_at == (row.due and local(row.due)), row.why
    if not row.start.startswith("2025"):
        assert found.estimated is row.estimated


def test_the_table_is_long_enough_and_touches_every_profile_and_step() -> None:
    assert len(ROWS) >= 40
    assert {row.profile for row in ROWS} == set(PRESETS)
    assert {row.step for row in ROWS} == set(StepKind) - {"extension"}


def ignoring_makeup(row: Row) -> Due:
    calendar = calendar_of(row, by_hand=True)
    rests = {day: entry for day, entry in calendar.notice.items() if not entry.works}
    return due_of(row, replace(calendar, notice=rests))


def knowing_only_weekends(row: Row) -> Due:
    return due_of(row, replace(calendar_of(row, by_hand=True), notice={}, library={}, noticed=frozenset({2026, 2027})))


def counting_the_day_it_starts(row: Row) -> Due:
    earlier = local(row.start) - timedelta(days=1)
    return due_of(replace(row, start=f"{earlier:%Y-%m-%d %H:%M}"), calendar_of(row, by_hand=True))


def never_pausing(row: Row) -> Due:
    return due_of(replace(row, pauses=()), calendar_of(row, by_hand=True))


def deaf_to_the_hall(row: Row) -> Due:
    return due_of(row, calendar_of(replace(row, hall=()), by_hand=True))


def late_by_a_minute_at_the_cutoff(row: Row) -> Due:
    return due_of(row, calendar_of(row, by_hand=True), HallHours(cutoff=time(16, 1)))


def blind_to_the_cause(row: Row) -> Due:
    return due_of(replace(row, cause=None, complexity=None), calendar_of(row, by_hand=True))


def without_estimates(row: Row) -> Due:
    return due_of(row, replace(calendar_of(row, by_hand=True), library={}, noticed=frozenset({2026, 2027})))


@pytest.mark.parametrize(
    ("faulty", "least"),
    [
        (ignoring_makeup, 20),
        (knowing_only_weekends, 40),
        (counting_the_day_it_starts, 40),
        (never_pausing, 9),
        (deaf_to_the_hall, 6),
        (late_by_a_minute_at_the_cutoff, 2),
        (blind_to_the_cause, 6),
        (without_estimates, 5),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_clock_with_a_planted_fault_fails_the_table(faulty: Callable[[Row], Due], least: int) -> None:
    wrong = [row for row in ROWS if not is_right(row, faulty(row))]
    assert len(wrong) >= least, f"only {len(wrong)} rows notice it"
