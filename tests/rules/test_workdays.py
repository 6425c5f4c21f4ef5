from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.holiday_notice import announced_years, library_entries, seed
from portal.rules.days import DayKind, admin_entry, hall_entry, notice_entry
from portal.rules.workdays import (
    Authority,
    Calendar,
    days_between,
    instant_at,
    local_day,
    local_time,
    noticed_years,
)
from tests.rules import clock_strategies as some
from tests.rules.worked_dates import MAKEUP_2026, RESTS_2026, notice_2026

KNOWN = Calendar.of(library=seed(2025, 2028), announced=announced_years())


@given(some.calendars, some.days, some.terms)
def test_counting_what_was_added_gives_the_number_back(calendar: Calendar, start: date, days: int) -> None:
    assert calendar.count_workdays(start, calendar.add_workdays(start, days)) == days


@given(some.calendars, some.days, some.terms)
def test_a_term_ends_on_a_working_day_after_its_start(calendar: Calendar, start: date, days: int) -> None:
    end = calendar.add_workdays(start, days)
    assert calendar.works(end)
    assert end > start


@given(some.calendars, some.days, some.terms)
def test_the_day_it_starts_never_counts_whether_it_works_or_not(calendar: Calendar, start: date, days: int) -> None:
    works = not calendar.works(start)
    turned = Calendar.of(
        hall=[*calendar.hall.values(), hall_entry(start, works)],
        admin=calendar.admin.values(),
        library=calendar.library.values(),
        announced=calendar.announced,
    )
    assert turned.works(start) is works
    assert turned.add_workdays(start, days) == calendar.add_workdays(start, days)


@given(some.calendars, some.days, st.integers(0, 40), some.terms)
def test_a_later_start_never_ends_earlier_and_a_longer_term_always_later(
    calendar: Calendar, start: date, later: int, days: int
) -> None:
    end = calendar.add_workdays(start, days)
    assert calendar.add_workdays(start + timedelta(days=later), days) >= end
    assert calendar.add_workdays(start, days + 1) > end


@given(some.calendars, some.days, st.integers(0, 200), st.integers(0, 200))
def test_counting_can_be_cut_in_two_anywhere(calendar: Calendar, start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    parts = calendar.count_workdays(start, middle) + calendar.count_workdays(middle, end)
    assert parts == calendar.count_workdays(start, end)


@given(some.calendars, some.days)
def test_mark_and_works_agree_for_every_day(calendar: Calendar, day: date) -> None:
    assert calendar.mark(day).works is calendar.works(day)


def test_a_term_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        KNOWN.add_workdays(date(2026, 3, 2), 0)


@given(
    some.days, st.permutations([Authority.HALL, Authority.ADMIN, Authority.NOTICE, Authority.LIBRARY]), st.booleans()
)
def test_the_first_authority_that_speaks_decides_the_day(day: date, order: list[Authority], works: bool) -> None:
    rank = [Authority.HALL, Authority.ADMIN, Authority.NOTICE, Authority.LIBRARY]
    for spoken in range(1, 5):
        speakers = order[:spoken]
        first = min(speakers, key=rank.index)
        say = {who: (works if who is first else not works) for who in speakers}
        calendar = Calendar.of(
            hall=[hall_entry(day, say[Authority.HALL])] if Authority.HALL in say else (),
            admin=[admin_entry(day, say[Authority.ADMIN])] if Authority.ADMIN in say else (),
            notice=[notice_entry(day, say[Authority.NOTICE])] if Authority.NOTICE in say else (),
            library=[notice_entry(day, say[Authority.LIBRARY])] if Authority.LIBRARY in say else (),
            announced=[day.year],
        )
        mark = calendar.mark(day)
        assert (mark.authority, mark.works) == (first, works)


def test_2026_is_exactly_the_published_notice() -> None:
    makeup = {date.fromisoformat(f"2026-{day}") for day in MAKEUP_2026}
    rests = {
        day
        for first, last in RESTS_2026
        for day in days_between(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    }
    for day in days_between(date(2026, 1, 1), date(2026, 12, 31)):
        mark = KNOWN.mark(day)
        assert mark.works is (day in makeup or (day.weekday() < 5 and day not in rests)), day
        assert (mark.reason is DayKind.MAKEUP) is (day in makeup)
        assert (mark.reason is DayKind.HOLIDAY) is (day in rests)
        assert (mark.authority, mark.estimated) == (Authority.LIBRARY, False)


def test_a_year_without_notice_has_no_makeup_days_and_says_it_is_an_estimate() -> None:
    for day in days_between(date(2027, 1, 1), date(2027, 12, 31)):
        mark = KNOWN.mark(day)
        assert mark.estimated
        assert mark.authority is Authority.RULE
        assert not (mark.works and day.weekday() >= 5)
    assert KNOWN.mark(date(2027, 2, 9)).reason is DayKind.REPLACEMENT


def test_a_hall_s_own_day_is_certain_even_in_a_year_without_notice() -> None:
    calendar = Calendar.of(hall=[hall_entry(date(2027, 3, 6), True)], library=seed(2027, 2027))
    assert calendar.mark(date(2027, 3, 6)).reason is DayKind.HALL_OPEN
    assert not calendar.mark(date(2027, 3, 6)).estimated
    assert calendar.mark(date(2027, 3, 7)).estimated


def test_an_imported_notice_takes_the_place_of_every_estimate_of_its_year() -> None:
    guess = Calendar.of(library=seed(2026, 2027), announced=announced_years())
    # An invented notice: it rests less at Spring Festival than the estimate does.
    notice = [notice_entry(date(2027, month, 1), False) for month in (1, 5, 10)]
    told = Calendar.of(library=seed(2026, 2027), announced=announced_years(), notice=notice)
    assert not guess.works(date(2027, 2, 9))
    assert told.works(date(2027, 2, 9))
    assert told.is_announced(2027)
    assert not any(told.mark(day).estimated for day in days_between(date(2027, 1, 1), date(2027, 12, 31)))


def test_one_line_of_next_year_s_notice_does_not_announce_this_year() -> None:
    stray = [notice_entry(date(2026, 12, 26), True)]
    assert noticed_years(stray) == frozenset()
    assert noticed_years([*notice_2026(), notice_entry(date(2027, 1, 1), False)]) == {2026}
    calendar = Calendar.of(library=seed(2026, 2026), announced=announced_years(), notice=stray)
    assert calendar.works(date(2026, 12, 26))
    assert not calendar.works(date(2026, 10, 1))


def test_an_announced_year_that_was_not_loaded_is_not_taken_for_a_year_without_holidays() -> None:
    calendar = Calendar.of(library=seed(2027, 2027), announced=announced_years())
    assert not calendar.is_announced(2026)
    assert not calendar.works(date(2026, 10, 1))
    assert calendar.mark(date(2026, 10, 1)).estimated


@given(st.dates(date(1990, 1, 1), date(2200, 11, 1)), some.terms)
def test_no_year_makes_it_stumble(start: date, days: int) -> None:
    calendar = Calendar.of(library=library_entries(start.year), announced=announced_years())
    for known in (calendar, Calendar()):
        assert known.works(known.add_workdays(start, days))
        assert known.mark(start).estimated is not known.is_announced(start.year)


@given(some.days, st.integers(0, 60))
def test_the_strip_is_whole_weeks_from_monday_to_sunday(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    marks = KNOWN.strip(first, last)
    assert len(marks) % 7 == 0
    assert (marks[0].day.weekday(), marks[-1].day.weekday()) == (0, 6)
    assert marks[0].day <= first <= last <= marks[-1].day
    assert (first - marks[0].day).days < 7
    assert (marks[-1].day - last).days < 7


@given(some.instants)
def test_a_day_and_a_time_of_day_lead_back_to_the_instant(instant: datetime) -> None:
    assert instant_at(local_day(instant), local_time(instant)) == instant


def test_the_day_changes_at_sixteen_hours_utc() -> None:
    assert local_day(datetime(2026, 3, 9, 15, 59, tzinfo=UTC)) == date(2026, 3, 9)
    assert local_day(datetime(2026, 3, 9, 16, 0, tzinfo=UTC)) == date(2026, 3, 10)
    assert instant_at(date(2026, 3, 10), time(17, 30)) == datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    for ask in (local_day, local_time):
        with pytest.raises(ValueError, match="time zone"):
            ask(datetime(2026, 3, 9, 15, 59))  # noqa: DTZ001
