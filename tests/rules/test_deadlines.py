from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.rules.deadlines import DayRole, Due, Pause, count_due, due
from portal.rules.hours import HallHours
from portal.rules.plain_data import BadData
from portal.rules.presets import BY_CAUSE, STANDARD
from portal.rules.profiles import Step, StepKind
from portal.rules.workdays import Calendar, days_between, instant_at, local_day, local_time
from tests.rules import clock_strategies as some
from tests.rules.worked_dates import local

HOURS = some.HOURS
KNOWN = some.calendar()


def ended(found: Due) -> datetime:
    assert found.due_at is not None
    return found.due_at


@given(some.calendars, some.steps, some.instants)
def test_a_date_is_its_term_counted_on_from_the_day_it_starts(calendar: Calendar, step: Step, start: datetime) -> None:
    found = count_due(step, start, calendar, HOURS)
    assert ended(found).tzinfo is UTC
    if found.days:
        last = calendar.add_workdays(local_day(start), step.days + step.extra)
        assert found.due_at == instant_at(last, HOURS.at(step.clock))
    else:
        assert found.due_at == instant_at(local_day(start), HOURS.closes)


@given(some.calendars, some.steps, some.instants, st.data())
def test_the_days_that_explain_a_date_are_as_many_as_its_term(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject
) -> None:
    found = count_due(step, start, calendar, HOURS, pauses=data.draw(some.pauses_after(start)))
    assert [marked.number for marked in found.marks if marked.counts] == list(range(1, found.days + 1))
    assert [marked.day for marked in found.marks] == list(days_between(local_day(start), found.marks[-1].day))
    assert found.marks[0].role is DayRole.START
    assert found.due_on == found.marks[-1].day
    for marked in found.marks[1:]:
        assert (marked.role is DayRole.RESTS) is not calendar.works(marked.day)


@given(some.calendars, some.steps, some.instants, st.data())
def test_nothing_is_ever_due_on_a_rest_day(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject
) -> None:
    found = count_due(step, start, calendar, HOURS, pauses=data.draw(some.pauses_after(start)))
    assert calendar.works(local_day(ended(found)))
    assert ended(found) > start


@given(some.calendars, some.steps, some.instants, st.integers(0, 60 * 24 * 40))
def test_what_comes_later_is_never_due_earlier(calendar: Calendar, step: Step, start: datetime, minutes: int) -> None:
    later = count_due(step, start + timedelta(minutes=minutes), calendar, HOURS)
    assert ended(later) >= ended(count_due(step, start, calendar, HOURS))


@given(some.calendars, some.steps, some.instants, some.instants)
def test_the_hour_it_starts_changes_nothing_but_for_registering(
    calendar: Calendar, step: Step, start: datetime, other: datetime
) -> None:
    assume(not step.same_day)
    moved = instant_at(local_day(start), local_time(other))
    assert count_due(step, moved, calendar, HOURS).due_at == count_due(step, start, calendar, HOURS).due_at


@given(some.calendars, some.instants)
def test_registering_is_due_the_same_working_day_or_at_the_next_one_s_noon(calendar: Calendar, start: datetime) -> None:
    found = due(STANDARD, StepKind.REGISTER, start, calendar, HOURS)
    day = local_day(start)
    if calendar.works(day) and local_time(start) < HOURS.cutoff:
        assert found.due_at == instant_at(day, HOURS.closes)
    else:
        assert found.due_at == instant_at(calendar.add_workdays(day, 1), HOURS.noon)


@given(some.calendars, some.steps, some.instants, st.integers(0, 25), st.integers(0, 30), some.instants, some.instants)
def test_a_pause_moves_the_date_by_exactly_its_whole_working_days(
    calendar: Calendar, step: Step, start: datetime, after: int, length: int, one: datetime, other: datetime
) -> None:
    plain = count_due(step, start, calendar, HOURS)
    first = local_day(start) + timedelta(days=after)
    assume(plain.due_on is not None and first < plain.due_on)
    last = first + timedelta(days=length)
    times = sorted((local_time(one), local_time(other))) if not length else [local_time(one), local_time(other)]
    paused = count_due(
        step, start, calendar, HOURS, pauses=[Pause(instant_at(first, times[0]), instant_at(last, times[1]))]
    )
    lost = calendar.count_workdays(max(first, local_day(start)), last)
    assert plain.due_on is not None
    wanted = calendar.add_workdays(plain.due_on, lost) if lost else plain.due_on
    assert paused.due_on == wanted


@given(some.calendars, some.steps, some.instants, st.data())
def test_pauses_within_a_day_cost_nothing_unless_the_term_ended_in_one(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject
) -> None:
    pauses = [pause for pause in data.draw(some.pauses_after(start)) if pause.ended]
    short = [Pause(p.began, min(p.began + timedelta(hours=3), p.ended or p.began)) for p in pauses]
    short = [pause for pause in short if pause.ended and local_day(pause.began) == local_day(pause.ended)]
    plain = count_due(step, start, calendar, HOURS)
    paused = count_due(step, start, calendar, HOURS, pauses=short)
    if not any(pause.covers(ended(plain)) for pause in short):
        assert paused.due_at == plain.due_at


@given(some.calendars, some.steps, some.instants, st.data())
def test_going_on_after_a_pause_is_never_overdue_in_the_same_instant(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(some.pauses_after(start))
    for at, pause in enumerate(pauses):
        others = pauses[:at] + pauses[at + 1 :]
        without = count_due(step, start, calendar, HOURS, pauses=others)
        found = count_due(step, start, calendar, HOURS, pauses=pauses)
        assert ended(found) >= ended(without)
        if pause.began <= ended(without):
            assert pause.ended is not None
            assert ended(found) > pause.ended


@given(some.calendars, some.steps, some.instants, st.data(), st.integers(0, 60 * 24 * 30), st.integers(1, 10**5))
def test_an_open_pause_stops_the_clock_and_what_is_left_is_what_follows_its_end(
    calendar: Calendar, step: Step, start: datetime, data: st.DataObject, after: int, length: int
) -> None:
    others = data.draw(some.pauses_after(start, most=1))
    began = start + timedelta(minutes=after)
    running = count_due(step, start, calendar, HOURS, pauses=others)
    stopped = count_due(step, start, calendar, HOURS, pauses=[*others, Pause(began)])
    if began > ended(running):
        assert stopped.due_at == running.due_at
        return
    assert stopped.is_stopped
    assert stopped.due_at is None
    # Far enough away that no other pause is left, and a day later than the day it began.
    until = max([began, *(pause.ended for pause in others if pause.ended)]) + timedelta(days=1, minutes=length)
    resumed = count_due(step, start, calendar, HOURS, pauses=[*others, Pause(began, until)])
    assert stopped.days_left is not None
    assert stopped.days_left >= 1
    assert resumed.due_on == calendar.add_workdays(local_day(until), stopped.days_left)


def test_an_unanswered_question_leaves_the_days_not_yet_used() -> None:
    found = due(
        STANDARD, StepKind.SOLVE, local("03-02 10:00"), KNOWN, HOURS, pauses=[Pause(local("03-04 10:00"), None, "x")]
    )
    # 3=1, and Wed 4, the day it was asked on, =2; three of five are left.
    assert (found.due_at, found.due_on, found.is_stopped, found.days_left) == (None, None, True, 3)
    assert [(marked.day.day, marked.why) for marked in found.marks] == [(2, "start"), (3, "workday"), (4, "workday")]


def test_every_day_of_a_count_says_why() -> None:
    found = due(
        BY_CAUSE,
        StepKind.SOLVE,
        local("10-08 14:06"),
        some.calendar(hall={date(2026, 10, 13): False}),
        HOURS,
        cause="withheld",
        pauses=[Pause(local("10-09 10:00"), local("10-10 10:00"))],
    )
    assert [(marked.day.day, marked.why, marked.number) for marked in found.marks] == [
        (8, "start", 0),
        (9, "workday", 1),
        (10, "paused", 0),
        (11, "weekend", 0),
        (12, "workday", 2),
        (13, "hall_closed", 0),
        (14, "workday", 3),
    ]


def test_a_date_that_touches_a_year_without_notice_is_an_estimate() -> None:
    for start, estimated in (("12-25 10:00", False), ("12-30 10:00", True), ("2027-03-01 10:00", True)):
        assert due(STANDARD, StepKind.REPLY, local(start), KNOWN, HOURS).estimated is estimated


def test_hours_are_the_hall_s_own() -> None:
    early = HallHours.from_json({"opens": "08:30", "closes": "17:00", "cutoff": "15:00", "noon": "11:30"})
    assert due(STANDARD, StepKind.REGISTER, local("03-10 14:59"), KNOWN, early).due_at == local("03-10 17:00")
    assert due(STANDARD, StepKind.REGISTER, local("03-10 15:00"), KNOWN, early).due_at == local("03-11 11:30")
    assert due(STANDARD, StepKind.REPLY, local("03-06 15:00"), KNOWN, early).due_at == local("03-11 17:00")


def test_an_agreed_term_may_be_shorter_than_the_profile_s_but_never_longer() -> None:
    start = local("03-02 10:00")
    assert due(STANDARD, StepKind.SOLVE, start, KNOWN, HOURS, days=2).due_at == local("03-04 17:30")
    for days in (0, 6):
        with pytest.raises(BadData, match="solve"):
            due(STANDARD, StepKind.SOLVE, start, KNOWN, HOURS, days=days)


def test_pauses_are_kept_as_plain_data() -> None:
    for pause in (Pause(local("03-04 10:00"), local("03-06 15:00"), "question"), Pause(local("03-04 10:00"))):
        assert Pause.from_json(pause.to_json()) == pause
    assert Pause(local("03-04 10:00")).to_json() == {"from": "2026-03-04T02:00:00+00:00", "to": None, "reason": ""}


@pytest.mark.parametrize(
    "data", [{}, {"from": None, "to": None}, {"from": "soon"}, {"from": "2026-03-04T02:00:00"}, {"to": "2026-03-04"}]
)
def test_a_pause_that_cannot_be_read_is_refused(data: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match=r"pause|isoformat"):
        Pause.from_json(data)


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Pause(local("03-04 10:00"), local("03-04 09:59"))
