from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.deadlines import DayRole, Due, Pause, count_due, due
from portal.rules.explanations import PAST_DAYS_SHOWN, StripState, explain, week_strip
from portal.rules.presets import PRESETS, STANDARD
from portal.rules.profiles import Step, StepKind
from portal.rules.promises import extended
from portal.rules.workdays import Calendar
from tests.rules import clock_strategies as some
from tests.rules.worked_dates import local

HOURS = some.HOURS
KNOWN = some.calendar()


def solve(start: str, *pauses: Pause, profile: str = "standard") -> Due:
    return due(PRESETS[profile], StepKind.SOLVE, local(start), KNOWN, HOURS, pauses=pauses)


def test_the_october_case_explains_itself() -> None:
    facts = explain(solve("10-08 14:06"))
    assert (facts.starts_on, facts.first_day, facts.due_on) == (
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 10, 14),
    )
    assert (facts.days, facts.extra_days, facts.same_day, facts.days_left) == (5, 0, False, None)
    assert [(mark.day, mark.reason) for mark in facts.opened] == [(date(2026, 10, 10), "makeup")]
    assert [(run.first.day, run.last.day, run.why) for run in facts.rests] == [(11, 11, "weekend")]
    assert (facts.paused, facts.pauses, facts.estimated_years) == ((), (), ())


def test_a_festival_is_one_run_under_its_name() -> None:
    facts = explain(solve("02-13 10:00"))
    [run] = facts.rests
    assert (run.first, run.last, run.days, run.why) == (date(2026, 2, 15), date(2026, 2, 23), 9, "holiday")
    assert (run.name, run.name_en) == ("春节", "Spring Festival")
    assert [mark.day for mark in facts.opened] == [date(2026, 2, 14)]


def test_a_year_without_notice_is_named_and_its_festival_is_one_run_too() -> None:
    facts = explain(solve("2027-02-04 10:00"))
    assert [(run.first.day, run.last.day, run.name_en, run.estimated) for run in facts.rests] == [
        (5, 10, "Spring Festival", True),
        (13, 14, "", True),
    ]
    assert facts.estimated_years == (2027,)
    assert explain(solve("12-30 10:00")).estimated_years == (2027,)


def test_pauses_that_cost_days_are_told_and_the_others_are_not() -> None:
    within_a_day = Pause(local("03-03 10:00"), local("03-03 15:00"), "first")
    two_days = Pause(local("03-04 10:00"), local("03-06 15:00"), "second")
    facts = explain(solve("03-02 10:00", within_a_day, two_days))
    assert [(run.first.day, run.last.day, run.why) for run in facts.paused] == [(5, 6, "second")]
    assert facts.pauses == (two_days,)
    assert facts.stopped_for == ""
    stopped = explain(solve("03-02 10:00", two_days, Pause(local("03-09 10:00"), None, "third")))
    assert (stopped.due_on, stopped.days_left, stopped.stopped_for) == (None, 2, "third")
    on_the_last_day = Pause(local("03-09 17:00"), local("03-09 20:00"))
    assert explain(solve("03-02 10:00", on_the_last_day)).pauses == (on_the_last_day,)


def test_registering_on_the_day_it_came_counts_nothing() -> None:
    facts = explain(due(STANDARD, StepKind.REGISTER, local("03-10 10:00"), KNOWN, HOURS))
    assert (facts.same_day, facts.days, facts.first_day, facts.due_on) == (True, 0, None, date(2026, 3, 10))


def test_what_came_too_late_for_the_day_or_at_rest_says_so_and_what_never_was_due_that_day_does_not() -> None:
    def told(kind: StepKind, start: str) -> tuple[bool, bool, bool]:
        facts = explain(due(STANDARD, kind, local(start), KNOWN, HOURS))
        return facts.same_day, facts.missed_day, facts.came_at_rest

    assert told(StepKind.REGISTER, "10-08 15:59") == (True, False, False)
    assert told(StepKind.REGISTER, "10-08 16:00") == (False, True, False)
    assert told(StepKind.REGISTER, "10-11 10:00") == (False, True, True)
    assert told(StepKind.REPLY, "10-08 16:00") == (False, False, False)


def test_an_extension_is_told_apart() -> None:
    facts = explain(extended(solve("10-08 14:06"), 5, KNOWN, HOURS)[0])
    assert (facts.days, facts.extra_days) == (10, 5)


@given(some.calendars, some.steps, some.instants, st.data())
def test_every_skipped_day_is_in_exactly_one_run(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject
) -> None:
    found = count_due(step, start, calendar, HOURS, pauses=data.draw(some.pauses_after(start)))
    facts = explain(found)
    for role, runs in ((DayRole.RESTS, facts.rests), (DayRole.PAUSED, facts.paused)):
        told = [run.first + timedelta(days=at) for run in runs for at in range(run.days)]
        assert told == [marked.day for marked in found.marks if marked.role is role]


def drawn(found: Due, today: str, calendar: Calendar = KNOWN) -> list[str]:
    """A strip in one letter a day: what the mock-up shows with words."""
    letters = {"got": "G", "count": "c", "due": "D", "past": "p", "rest": "r", "paused": "=", "out": "."}
    weeks = week_strip(found, local(f"{today} 12:00").date(), calendar)
    return ["".join(letters[day.state] for day in week) for week in weeks]


def test_the_october_strip_is_the_one_of_the_tracking_page() -> None:
    found = solve("10-08 14:06")
    assert drawn(found, "10-15") == ["rrrGccr", "ccDp.rr"]
    first, second = week_strip(found, date(2026, 10, 15), KNOWN)
    assert [day.outside for day in first] == [True, True, True, False, False, False, False]
    assert [day.outside for day in second] == [False, False, False, False, True, True, True]
    assert [day.number for day in second] == [3, 4, 5, 0, 0, 0, 0]
    assert [(day.makeup, day.number) for day in first if day.day.day == 10] == [(True, 2)]
    assert [day.day.day for day in second if day.today] == [15]
    assert first[0].name == "国庆节"


def test_a_strip_before_the_date_ends_with_the_week_of_the_date() -> None:
    assert drawn(solve("10-08 14:06"), "10-09") == ["rrrGccr", "ccD..rr"]


def test_a_stopped_clock_shows_pauses_up_to_today() -> None:
    assert drawn(solve("03-02 10:00", Pause(local("03-04 10:00"))), "03-09") == ["Gcc==rr", "=....rr"]
    assert drawn(solve("03-02 10:00", Pause(local("03-04 10:00"), local("03-06 15:00"))), "03-09") == [
        "Gcc==rr",
        "ccD..rr",
    ]


def test_a_date_long_past_shows_two_more_weeks_only() -> None:
    assert drawn(solve("03-02 10:00"), "12-01") == ["Gccccrr", "Dpppprr", "ppppprr", "p....rr"]


def test_the_same_day_is_due_and_nothing_else() -> None:
    found = due(STANDARD, StepKind.REGISTER, local("03-10 10:00"), KNOWN, HOURS)
    assert drawn(found, "03-10") == [".D...rr"]


@given(some.calendars, some.steps, some.instants, st.data(), st.integers(-5, 60))
def test_a_strip_is_whole_weeks_and_numbers_its_days_without_a_gap(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject, later: int
) -> None:
    found = count_due(step, start, calendar, HOURS, pauses=data.draw(some.pauses_after(start)))
    today = found.starts_on + timedelta(days=later)
    weeks = week_strip(found, today, calendar)
    days = [day for week in weeks for day in week]
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in weeks)
    assert [day.number for day in days if day.number] == list(range(1, found.days + 1))
    assert [day.day for day in days if day.state is StripState.DUE] == [found.due_on]
    assert days[-1].day <= found.marks[-1].day + timedelta(days=PAST_DAYS_SHOWN + 6)
    for day in days:
        assert day.outside is not (found.starts_on <= day.day <= max(found.marks[-1].day, today)) or (
            day.day > found.marks[-1].day + timedelta(days=PAST_DAYS_SHOWN)
        )
