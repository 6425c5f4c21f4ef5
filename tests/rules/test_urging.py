"""Urging: once a working day, and a holiday swallows none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.holiday_notice import announced_years, seed
from portal.rules.urging import may_urge
from portal.rules.workdays import Calendar

CALENDAR = Calendar.of(library=seed(2026, 2026), announced=announced_years())


@pytest.mark.parametrize(
    ("urged_on", "today", "may"),
    [
        (None, date(2026, 10, 16), True),
        (date(2026, 10, 16), date(2026, 10, 16), False),  # the same Friday
        (date(2026, 10, 16), date(2026, 10, 18), False),  # the Sunday after
        (date(2026, 10, 16), date(2026, 10, 19), True),  # the Monday after
        (date(2026, 10, 17), date(2026, 10, 19), True),  # urged on a Saturday
        (date(2026, 10, 9), date(2026, 10, 10), True),  # a make-up Saturday is a working day
        (date(2026, 9, 30), date(2026, 10, 7), False),  # all of the National Day holiday
        (date(2026, 9, 30), date(2026, 10, 8), True),
    ],
)
def test_a_reporter_may_urge_again_when_a_working_day_has_begun(urged_on: date | None, today: date, may: bool) -> None:
    assert may_urge(urged_on, today, CALENDAR) is may


@given(st.integers(0, 360), st.integers(0, 400))
def test_whoever_may_urge_today_may_urge_tomorrow(first: int, later: int) -> None:
    urged_on = date(2026, 1, 1) + timedelta(days=first)
    today = urged_on + timedelta(days=later)
    if may_urge(urged_on, today, CALENDAR):
        assert may_urge(urged_on, today + timedelta(days=1), CALENDAR)
    if later == 0:
        assert not may_urge(urged_on, today, CALENDAR)
