from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.days import DayKind
from portal.rules.statutory import Festival, statutory_entries

MOON_2027 = {
    Festival.SPRING_FESTIVAL: date(2027, 2, 6),
    Festival.TOMB_SWEEPING: date(2027, 4, 5),
    Festival.DRAGON_BOAT: date(2027, 6, 9),
    Festival.MID_AUTUMN: date(2027, 9, 15),
}


def test_2027_by_the_law_alone() -> None:
    found = {(entry.day.month, entry.day.day): entry.kind for entry in statutory_entries(2027, MOON_2027)}
    holidays = [
        (1, 1),
        (2, 5),
        (2, 6),
        (2, 7),
        (2, 8),
        (4, 5),
        (5, 1),
        (5, 2),
        (6, 9),
        (9, 15),
        (10, 1),
        (10, 2),
        (10, 3),
    ]
    replacements = [(2, 9), (2, 10), (5, 3), (5, 4), (10, 4), (10, 5)]
    assert found == {
        **dict.fromkeys(holidays, DayKind.HOLIDAY),
        **dict.fromkeys(replacements, DayKind.REPLACEMENT),
    }


@given(st.integers(1990, 2200))
def test_the_solar_days_are_six_and_each_on_a_weekend_is_given_back_on_a_working_day(year: int) -> None:
    entries = statutory_entries(year)
    holidays = [entry.day for entry in entries if entry.kind is DayKind.HOLIDAY]
    given_back = [entry.day for entry in entries if entry.kind is DayKind.REPLACEMENT]
    assert len(holidays) == 6
    assert len(given_back) == sum(day.weekday() >= 5 for day in holidays)
    assert all(day.weekday() < 5 for day in given_back)
    assert len({entry.day for entry in entries}) == len(entries)
    assert not any(entry.works for entry in entries)


def test_two_festivals_on_one_weekend_day_are_two_days_given_back() -> None:
    # In 2039 Mid-Autumn falls on Sunday 2 October: Saturday 1, Sunday 2 twice. The notice for 2009 counted alike.
    moon = {Festival.MID_AUTUMN: date(2039, 10, 2)}
    given_back = [entry.day.day for entry in statutory_entries(2039, moon) if entry.day.month == 10]
    assert given_back == [1, 2, 3, 4, 5, 6]


def test_two_festivals_on_one_working_day_give_no_further_day() -> None:
    # In 2031 Mid-Autumn falls on Wednesday 1 October, which is National Day.
    moon = {Festival.MID_AUTUMN: date(2031, 10, 1)}
    assert [entry.day.day for entry in statutory_entries(2031, moon) if entry.day.month == 10] == [1, 2, 3]
