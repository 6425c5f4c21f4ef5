from __future__ import annotations

import json
from datetime import date

import pytest
from holidays import country_holidays

from portal.gateways.holiday_notice import announced_years, library_days, library_entries, seed
from portal.rules.days import DayKind, LibraryDays
from portal.rules.workdays import Calendar, days_between
from tests.rules.worked_dates import notice_2026


def test_the_library_knows_the_notices_from_2001_on_without_a_gap() -> None:
    years = announced_years()
    assert years == frozenset(range(2001, max(years) + 1))
    assert {2024, 2025, 2026} <= years


def test_2026_in_the_library_is_the_published_notice() -> None:
    published = {(entry.day, entry.works, entry.kind) for entry in notice_2026()}
    assert {(entry.day, entry.works, entry.kind) for entry in library_entries(2026)} == published


def test_every_rest_of_an_announced_year_has_a_name_in_both_languages() -> None:
    rests = [entry for year in range(2022, 2027) for entry in library_entries(year) if not entry.works]
    assert len(rests) > 100
    assert all(entry.name and entry.name_en for entry in rests)
    spring = {entry.name for entry in rests if date(2026, 2, 15) <= entry.day <= date(2026, 2, 23)}
    assert spring == {"春节"}


@pytest.mark.parametrize("year", range(2001, 2027))
def test_an_announced_year_works_on_the_days_the_library_says(year: int) -> None:
    calendar = Calendar.of(library=library_entries(year), announced=announced_years())
    library = country_holidays("CN", years=year)
    for day in days_between(date(year, 1, 1), date(year, 12, 31)):
        rests = day not in library.weekend_workdays and (day in library or day.weekday() >= 5)
        assert calendar.works(day) is not rests, day


def test_in_years_without_notice_our_reading_of_the_law_is_the_library_s() -> None:
    for year in sorted(set(range(2027, 2101)) - announced_years()):
        off = {day for day in country_holidays("CN", years=year) if day.year == year}
        assert {entry.day for entry in library_entries(year)} == off, year


@pytest.mark.parametrize("year", [1990, 2000, 2027, 2033, 2100, 2101, 2150, 2200])
def test_a_year_without_notice_is_an_estimate_without_makeup_days(year: int) -> None:
    entries = library_entries(year)
    assert year not in announced_years() or year == 2027
    if year not in announced_years():
        assert {entry.kind for entry in entries} <= {DayKind.HOLIDAY, DayKind.REPLACEMENT}
    assert {entry.day.year for entry in entries} == {year}


def test_no_year_from_1990_to_2200_makes_it_stumble() -> None:
    entries = seed(1990, 2200)
    assert len({entry.day for entry in entries}) == len(entries)
    assert {entry.day.year for entry in entries} == set(range(1990, 2201))


def test_the_machine_s_language_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = library_entries(2026)
    for language in ("th", "zh_TW", "en_US"):
        monkeypatch.setenv("LANGUAGE", language)
        library_entries.cache_clear()
        assert library_entries(2026) == before
    library_entries.cache_clear()


def test_the_copy_that_is_kept_says_the_same_and_another_day_gives_another_digest() -> None:
    days = library_days()
    assert LibraryDays.from_json(json.loads(json.dumps(days.to_json()))) == days
    other = LibraryDays(days.entries[:-1], days.announced)
    assert len({days.digest, other.digest, LibraryDays(days.entries, days.announced | {2027, 2028}).digest}) == 3
