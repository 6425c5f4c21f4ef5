"""A changed calendar moves open dates, and tells every case that it did."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.extensions import db
from portal.gateways.holiday_notice import library_days
from portal.models import CalendarDay, Case, Deadline, Event, Hall
from portal.rules.days import DayEntry, LibraryDays, notice_entry
from portal.rules.profiles import StepKind
from portal.services.calendars import follow_library, import_notice, listed_days, set_day
from portal.services.deadlines import drop_deadlines, due_of, hall_rules, point_clock, start_deadline
from portal.services.errors import Refused
from portal.services.hall_rules import forget_rules, unannounced_years
from portal.services.schema import upgrade
from portal.services.transaction import write
from tests.cases import make_case
from tests.world import World

# Monday 28 December 2026: five working days end on Tuesday 5 January 2027 while that year is not announced.
BEFORE_NEW_YEAR = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
FRIDAY = date(2026, 10, 9)
NOBODY = 999_999
# An invented notice: rest from 1 to 3 January, work on Sunday the 10th, and the other statutory days.
NOTICE_2027 = [
    *(notice_entry(date(2027, 1, day), False, "元旦") for day in (1, 2, 3, 4)),
    notice_entry(date(2027, 1, 10), True, "元旦"),
    notice_entry(date(2027, 5, 1), False, "劳动节"),
    notice_entry(date(2027, 10, 1), False, "国庆节"),
]


NEWER_LIBRARY = LibraryDays(
    tuple(
        sorted(
            [entry for entry in library_days().entries if entry.day.year != 2027] + NOTICE_2027,
            key=lambda entry: entry.day,
        )
    ),
    library_days().announced | {2027},
)


def _notice(year: int) -> list[DayEntry]:
    """The least that covers a year, and 2 May, which is a working day in both years that are asked for."""
    return [notice_entry(date(year, *day), False, "假") for day in ((1, 1), (5, 1), (5, 2), (10, 1))]


@pytest.fixture
def solving(any_world: World) -> tuple[Case, Deadline]:
    make_case(any_world, hall=any_world.other_hall)
    case = make_case(any_world)
    with write():
        drop_deadlines(case, BEFORE_NEW_YEAR)
        deadline = start_deadline(case, StepKind.SOLVE, BEFORE_NEW_YEAR)
        point_clock(case)
    return case, deadline


def moves(case: Case) -> list[dict[str, Any]]:
    wanted = select(Event.data).where(Event.case_id == case.id, Event.action == "date_moved").order_by(Event.seq)
    return list(db.session.scalars(wanted))


def test_a_year_without_notice_is_an_estimate_and_says_so(solving: tuple[Case, Deadline], any_world: World) -> None:
    _, deadline = solving
    assert deadline.due_at == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    assert deadline.estimated
    assert 2027 in unannounced_years(hall_rules(any_world.hall))


def test_importing_the_notice_moves_the_date_with_an_event(solving: tuple[Case, Deadline], any_world: World) -> None:
    case, deadline = solving
    assert import_notice(NOTICE_2027, "an invented notice") == 1
    # The 28th does not count: 29, 30, 31 December, then the 5th and the 6th, since the 4th rests too.
    assert deadline.due_at == datetime(2027, 1, 6, 9, 30, tzinfo=UTC)
    assert not deadline.estimated
    assert case.due_at == deadline.due_at
    (told,) = moves(case)
    assert (told["reason"], told["kind"]) == ("calendar", "solve")
    assert told["old"].startswith("2027-01-05")
    assert told["new"].startswith("2027-01-06")
    assert [day["day"] for day in told["days"]] == ["2027-01-04"]
    assert 2027 not in unannounced_years(hall_rules(any_world.hall))


def test_importing_the_same_notice_again_moves_nothing(solving: tuple[Case, Deadline]) -> None:
    import_notice(NOTICE_2027, "an invented notice")
    assert import_notice(NOTICE_2027, "an invented notice") == 0


def test_a_newer_library_moves_a_date_only_with_an_event(solving: tuple[Case, Deadline], any_world: World) -> None:
    case, deadline = solving
    before = deadline.due_at
    assert follow_library() == 0
    assert follow_library(NEWER_LIBRARY) == 1
    assert deadline.due_at == datetime(2027, 1, 6, 9, 30, tzinfo=UTC)
    assert not deadline.estimated
    (told,) = moves(case)
    assert (told["reason"], told["kind"]) == ("calendar", "solve")
    assert [day["day"] for day in told["days"]] == ["2027-01-04"]
    assert follow_library(NEWER_LIBRARY) == 0
    # The older one again, as after a step back to the release before: told as well.
    assert follow_library() == 1
    assert deadline.due_at == before
    assert len(moves(case)) == 2


def test_until_then_every_page_goes_by_the_library_the_date_was_counted_with(any_world: World) -> None:
    follow_library(NEWER_LIBRARY)
    case = make_case(any_world)
    with write():
        deadline = start_deadline(case, StepKind.SOLVE, BEFORE_NEW_YEAR)
    forget_rules()  # as a process that starts anew with another library than the one the date was counted with
    assert due_of(deadline, hall_rules(any_world.hall)).due_at == deadline.due_at
    assert deadline.due_at == datetime(2027, 1, 6, 9, 30, tzinfo=UTC)


def test_an_upgrade_goes_over_to_the_installed_library_and_a_second_one_finds_nothing_to_do(
    solving: tuple[Case, Deadline],
) -> None:
    case, _ = solving
    follow_library(NEWER_LIBRARY)
    upgrade()
    upgrade()
    assert len(moves(case)) == 2


def test_a_line_of_an_earlier_year_leaves_that_years_notice_in_place(any_world: World) -> None:
    import_notice([*_notice(2028), notice_entry(date(2028, 12, 30), False, "元旦")], "an invented notice")
    import_notice([notice_entry(date(2028, 12, 30), True, "元旦"), *_notice(2029)], "the next one")
    calendar = hall_rules(any_world.hall).calendar
    assert {2028, 2029} <= calendar.noticed
    assert not calendar.works(date(2028, 5, 2))
    # Saturday 30 December 2028 is the one day of that year the newer notice speaks of.
    assert calendar.mark(date(2028, 12, 30)).works
    named = select(func.count()).where(CalendarDay.day == date(2028, 12, 30))
    assert db.session.scalar(named) == 1


def test_a_notice_imported_anew_replaces_its_whole_year(any_world: World) -> None:
    import_notice([*_notice(2028), notice_entry(date(2028, 1, 8), True, "元旦")], "an invented notice")
    import_notice(_notice(2028), "the same, put right")
    assert not hall_rules(any_world.hall).calendar.works(date(2028, 1, 8))


def test_a_halls_own_day_moves_only_its_own_cases(any_world: World) -> None:
    ours, theirs = make_case(any_world), make_case(any_world, hall=any_world.other_hall)
    before = theirs.due_at
    # Friday the 9th: the day on which both were to be dispatched by noon.
    assert set_day(FRIDAY, False, name="馆内检修", hall_id=any_world.hall.id) == 1
    assert [told["kind"] for told in moves(ours)] == ["dispatch"]
    assert moves(theirs) == []
    assert theirs.due_at == before


def test_an_administrators_day_is_for_all_halls_and_a_halls_own_goes_before_it(any_world: World) -> None:
    ours, theirs = make_case(any_world), make_case(any_world, hall=any_world.other_hall)
    set_day(FRIDAY, True, hall_id=any_world.other_hall.id)
    assert set_day(FRIDAY, False, name="全市停电", name_en="Power cut") == 1
    assert [told["reason"] for told in moves(ours)] == ["calendar"]
    assert moves(theirs) == []
    mark = hall_rules(any_world.hall).calendar.mark(FRIDAY)
    assert (mark.works, mark.authority, mark.name, mark.name_en) == (False, "admin", "全市停电", "Power cut")
    assert hall_rules(any_world.other_hall).calendar.works(FRIDAY)


def test_an_entry_is_replaced_and_taken_back(any_world: World) -> None:
    case = make_case(any_world)
    before = case.due_at
    for name in ("停电", "检修"):
        set_day(FRIDAY, False, name=name)
    assert db.session.scalars(select(CalendarDay.name)).all() == ["检修"]
    assert set_day(FRIDAY, None) == 1
    assert db.session.scalars(select(CalendarDay.name)).all() == []
    assert case.due_at == before
    assert len(moves(case)) == 2


def test_a_year_is_listed_with_who_says_so(any_world: World) -> None:
    set_day(FRIDAY, False, name="全市停电")
    set_day(date(2026, 10, 17), True, name="加开", hall_id=any_world.hall.id)
    set_day(date(2026, 10, 18), True, hall_id=any_world.other_hall.id)

    def october(hall: Hall | None) -> list[tuple[int, bool, str, str]]:
        listed = [day for day in listed_days(2026, hall) if day.mark.day.month == 10 and day.mark.day.day > 7]
        return [(day.mark.day.day, day.mark.works, day.mark.authority.value, day.hall) for day in listed]

    shared = [(9, False, "admin", ""), (10, True, "library", "")]
    assert october(any_world.hall) == [*shared, (17, True, "hall", "QC")]
    assert october(None) == [*shared, (17, True, "hall", "QC"), (18, True, "hall", "BY")]


def test_a_name_that_is_too_long_is_refused(any_world: World) -> None:
    with pytest.raises(Refused):
        set_day(FRIDAY, False, name="长" * 61)


def test_a_change_that_fails_leaves_nothing_behind(any_world: World) -> None:
    make_case(any_world)
    before = any_world.hall.rules_version
    with pytest.raises(SQLAlchemyError):
        set_day(FRIDAY, False, hall_id=any_world.hall.id, by=NOBODY)
    db.session.expire_all()
    assert any_world.hall.rules_version == before
    assert hall_rules(any_world.hall).calendar.works(FRIDAY)
