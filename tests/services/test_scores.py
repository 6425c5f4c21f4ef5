"""Scores come from the rollups alone, equal a count by hand, and hide what would tell a single person's rating."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Counter as HallCounter
from portal.models import Department, Grant, LabelDay, Rating
from portal.rules.scoring import PUBLISHED, Tally, satisfaction_rate
from portal.rules.vocabulary import Evidence, Level, Solved
from portal.services.errors import NotFound
from portal.services.follow_ups import record_follow_up
from portal.services.score_scope import (
    Period,
    Scope,
    months_until,
    published_until,
    scope_of,
    visible_halls,
    whole_halls,
    whole_scope,
)
from portal.services.scores import Line, Sheet, counter_sheet, department_sheet, hall_sheet, week_sheet
from tests.cases import concluded_at_the_window, concluded_case
from tests.scores.rated import TODAY, half_a_year, ratings_of, row_of, store
from tests.world import World

PERIOD = Period(date(2026, 6, 1), date(2026, 11, 20))


def scope(world: World) -> Scope:
    return whole_scope(world.hall)


def line_of(sheet: Sheet, key: Any) -> Line:
    return next(line for line in sheet.lines if line.key == key)


def fill(world: World, seed: int = 1) -> None:
    store(half_a_year(list(world.counters.values()), seed))


def levels(tally: Tally | None) -> list[int]:
    """How many of each level, best first; a Tally may leave out the levels nobody chose."""
    assert tally is not None
    return [tally.of(level) for level in Level]


def by_hand(world: World, column: str) -> dict[Any, Tally]:
    """Published ratings of the hall by one column, counted from the rows themselves."""
    counts: dict[Any, Counter[Level]] = {}
    for rating in db.session.scalars(select(Rating)):
        counted = rating.hall_id == world.hall.id and rating.evidence in PUBLISHED and not rating.set_aside_reason
        if counted and not rating.superseded and PERIOD.first <= rating.rated_on <= PERIOD.last:
            counts.setdefault(getattr(rating, column) or 0, Counter())[Level(rating.level)] += 1
    return {key: Tally(counted) for key, counted in counts.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_equals_a_count_by_hand(any_world: World, seed: int) -> None:
    fill(any_world, seed)
    for sheet, column in (
        (department_sheet(scope(any_world), PERIOD), "department_id"),
        (counter_sheet(scope(any_world), PERIOD), "counter_id"),
        (hall_sheet([any_world.hall], PERIOD), "hall_id"),
    ):
        expected = by_hand(any_world, column)
        shown = [line for line in sheet.lines if line.score.tally is not None and line.score.n]
        assert shown, "nothing to compare"
        for line in shown:
            assert levels(line.score.tally) == levels(expected[line.key])
            assert line.score.rate == satisfaction_rate(expected[line.key])
        if sheet.total is not None:
            assert levels(sheet.total.score.tally) == levels(sum(expected.values(), Tally()))


def test_weeks_run_from_monday_to_sunday_and_add_up(any_world: World) -> None:
    counter = any_world.counters["3"]
    sunday = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)
    monday_in_shanghai = datetime(2026, 11, 15, 16, 30, tzinfo=UTC)
    store(ratings_of(counter, [6, 0, 0, 0, 0], sunday) + ratings_of(counter, [0, 7, 0, 0, 0], monday_in_shanghai))
    sheet = week_sheet(scope(any_world), PERIOD)
    assert [line.key for line in sheet.lines][:2] == [date(2026, 11, 16), date(2026, 11, 9)]
    assert [line.score.n for line in sheet.lines][:3] == [7, 6, 0]
    assert sheet.lines[0].thing.sunday == date(2026, 11, 22)
    assert sheet.lines[-1].key == date(2026, 6, 1)
    assert sheet.total is not None
    assert sheet.total.score.n == 13


def test_open_and_on_site_ratings_stand_beside_the_score_and_not_in_it(world: World) -> None:
    counter = world.counters["3"]
    store(
        ratings_of(counter, [5, 0, 0, 0, 1])
        + ratings_of(counter, [0, 3, 0, 3, 0], evidence=Evidence.CASE)
        + ratings_of(counter, [0, 0, 0, 0, 50], evidence=Evidence.OPEN)
        + ratings_of(counter, [0, 0, 9, 0, 0], evidence=Evidence.ON_SITE)
    )
    line = line_of(counter_sheet(scope(world), PERIOD), counter.id)
    assert line.score.n == 12
    assert {kind: shown.n for kind, shown in line.kinds.items()} == {"visit": 6, "on_site": 9, "open": 50, "case": 6}


def test_below_five_neither_rate_nor_count_is_shown(world: World) -> None:
    store(ratings_of(world.counters["3"], [3, 1, 0, 0, 0]))
    line = line_of(department_sheet(scope(world), PERIOD), world.departments["medical"].id)
    assert (line.score.tally, line.score.rate.value, line.score.few, line.score.brief) == (None, None, True, "<5")
    assert all(shown.tally is None for _month, shown in line.months if shown.few)


def test_a_total_less_the_others_does_not_tell_the_hidden_one(world: World) -> None:
    medical, land = world.departments["medical"].id, world.departments["land"].id
    office = add_counter(world, "office")
    store(
        ratings_of(world.counters["3"], [0, 0, 0, 0, 3])
        + ratings_of(world.counters["21"], [20, 5, 1, 0, 0])
        + ratings_of(office, [60, 0, 0, 0, 0])
    )
    sheet = department_sheet(scope(world), PERIOD)
    assert line_of(sheet, medical).score.brief == "<5"
    assert line_of(sheet, land).score.brief == "–"
    assert line_of(sheet, office.department_id).score.n == 60
    assert sheet.total is not None
    assert sheet.total.score.n == 89


def test_scored_kinds_hide_together_lest_the_score_less_one_tells_the_other(world: World) -> None:
    counter = world.counters["3"]
    store(ratings_of(counter, [20, 0, 0, 0, 0]) + ratings_of(counter, [0, 0, 0, 0, 2], evidence=Evidence.CASE))
    kinds = line_of(counter_sheet(scope(world), PERIOD), counter.id).kinds
    assert (kinds[Evidence.CASE].brief, kinds[Evidence.VISIT].brief) == ("<5", "–")


def test_a_month_under_five_takes_another_of_the_line_with_it(world: World) -> None:
    counter = world.counters["3"]
    rows = [row for back, n in ((0, 30), (40, 3), (70, 12)) for row in months_back(counter, back, n)]
    store(rows)
    months = dict(line_of(department_sheet(scope(world), PERIOD), counter.department_id).months)
    shown = {month.month: found.brief for month, found in months.items()}
    assert shown == {6: "0", 7: "0", 8: "0", 9: "–", 10: "<5", 11: "30"}


def months_back(counter: HallCounter, days: int, count: int) -> list[dict[str, Any]]:
    return [row_of(counter, Level.SATISFIED, TODAY - timedelta(days=days)) for _ in range(count)]


def add_counter(world: World, unit: str) -> HallCounter:
    counter = HallCounter(
        hall_id=world.hall.id, department_id=world.departments[unit].id, number="77", name="77号窗口", name_en="77"
    )
    db.session.add(counter)
    db.session.commit()
    world.counters["77"] = counter
    return counter


def test_counters_are_ranked_by_the_lower_end_and_the_unseen_come_last(world: World) -> None:
    lucky = add_counter(world, "office")
    store(
        ratings_of(world.counters["3"], [180, 10, 0, 5, 5])
        + ratings_of(world.counters["21"], [100, 0, 0, 50, 50])
        + ratings_of(lucky, [5, 0, 0, 0, 0])
    )
    lines = counter_sheet(scope(world), PERIOD).lines
    assert [line.thing.number for line in lines] == ["3", "77", "21", "30"]
    assert [line.place for line in lines] == [1, 2, 3, None]


def test_what_is_set_aside_is_a_count_and_nothing_else(world: World) -> None:
    counter = world.counters["3"]
    store(ratings_of(counter, [6, 0, 0, 0, 0]) + ratings_of(counter, [0, 0, 0, 0, 9], set_aside_reason="burst"))
    sheet = department_sheet(scope(world), PERIOD)
    assert sheet.set_aside == 9
    assert levels(line_of(sheet, counter.department_id).score.tally) == [6, 0, 0, 0, 0]


def test_labels_most_chosen_good_and_bad_and_none_under_five(world: World) -> None:
    counter = world.counters["3"]
    store(
        ratings_of(counter, [9, 0, 0, 0, 0], labels=[510, 517])
        + ratings_of(counter, [0, 0, 0, 0, 6], labels=[108])
        + ratings_of(counter, [0, 0, 0, 4, 0], labels=[207])
        + ratings_of(counter, [0, 0, 0, 8, 0], labels=[208], evidence=Evidence.OPEN)
    )
    labels = department_sheet(scope(world), PERIOD).labels
    assert [(line.label.code, line.scored, line.others) for line in labels] == [
        (510, 9, 0),
        (517, 9, 0),
        (108, 6, 0),
        (208, 0, 8),
    ]


def test_on_time_and_solved_come_with_what_they_are_of(world: World, at: Any) -> None:
    at(datetime(2026, 10, 8, 7, 0, tzinfo=UTC))
    for turn in range(6):
        case = concluded_case(world, phone="13800005678")
        solved = Solved.YES if turn < 4 else Solved.NO
        record_follow_up(
            world.viewer("follow_up"), case.number, version=case.version, reached=True, contacted=True, solved=solved
        )
    concluded_at_the_window(world)
    sheet = department_sheet(scope(world), PERIOD)
    line = line_of(sheet, world.departments["medical"].id)
    assert (line.solve.numerator, line.solve.denominator) == (4, 6)
    # One settled at the window: alone, so that the line beside it is hidden with it.
    assert (line.on_time.value, line_of(sheet, 0).on_time.value) == (None, None)
    assert sheet.total is not None
    assert (sheet.total.on_time.numerator, sheet.total.on_time.denominator) == (7, 7)


def test_every_sheet_asks_the_rollups_only(world: World, count_statements: list[str]) -> None:
    fill(world)
    place = scope(world)
    for ask in (department_sheet, counter_sheet, week_sheet):
        count_statements.clear()
        ask(place, PERIOD)
        assert len(count_statements) == 3
        assert not [sent for sent in count_statements if "FROM rating \n" in sent or "FROM rating," in sent]
        assert all("_day" in sent for sent in count_statements)


def test_without_the_rollups_there_is_no_score(world: World) -> None:
    fill(world)
    assert department_sheet(scope(world), PERIOD).labels
    for model in ("rating_day", "label_day"):
        db.session.execute(db.text(f"DELETE FROM {model}"))
    db.session.commit()
    sheet = department_sheet(scope(world), PERIOD)
    assert all(not line.score.n for line in sheet.lines)
    assert db.session.scalar(select(LabelDay.n)) is None


def test_another_hall_and_other_days_are_not_counted(world: World) -> None:
    store(
        ratings_of(world.counters["noise"], [9, 0, 0, 0, 0])
        + ratings_of(world.counters["3"], [8, 0, 0, 0, 0], datetime(2026, 5, 31, 15, 59, tzinfo=UTC))
        + ratings_of(world.counters["3"], [7, 0, 0, 0, 0], datetime(2026, 5, 31, 16, 0, tzinfo=UTC))
    )
    sheet = department_sheet(scope(world), PERIOD)
    assert sheet.total is not None
    assert sheet.total.score.n == 7
    assert [line.score.n for line in hall_sheet([world.hall, world.other_hall], PERIOD).lines] == [9, 7]


def test_only_those_who_may_see_scores_do_and_only_in_their_hall(world: World) -> None:
    for name in ("viewer", "oversight", "manager"):
        viewer = world.viewer(name)
        assert visible_halls(viewer) == whole_halls(viewer) == [world.hall]
        assert scope_of(viewer, world.hall).is_whole
        with pytest.raises(NotFound):
            scope_of(viewer, world.other_hall)
    for name in ("clerk", "triage", "handler", "follow_up", "administrator"):
        assert visible_halls(world.viewer(name)) == []
        with pytest.raises(NotFound):
            scope_of(world.viewer(name), world.hall)


def test_a_department_s_viewer_sees_its_line_and_the_units_below_alone(world: World) -> None:
    medical = world.departments["medical"]
    below = Department(hall_id=world.hall.id, parent_id=medical.id, code="below", name="医保经办", name_en="Below")
    db.session.add(below)
    for grant in db.session.scalars(select(Grant).where(Grant.staff_id == world.staff["viewer"].id)):
        grant.department_id = medical.id
    db.session.commit()
    fill(world)
    mine = scope_of(world.viewer("viewer"), world.hall)
    assert mine.department_ids == {medical.id, below.id}
    assert whole_halls(world.viewer("viewer")) == []
    assert visible_halls(world.viewer("viewer")) == [world.hall]
    assert {line.key for line in department_sheet(mine, PERIOD).lines} == {medical.id, below.id}
    assert {line.key for line in counter_sheet(mine, PERIOD).lines} == {world.counters["3"].id}
    expected = by_hand(world, "department_id")[medical.id]
    total = week_sheet(mine, PERIOD).total
    assert total is not None
    assert levels(total.score.tally) == levels(expected)


def test_periods_begin_with_a_month_and_what_is_published_ends_on_sunday() -> None:
    assert months_until(date(2026, 11, 20), 6) == PERIOD
    assert months_until(date(2026, 2, 10), 12).first == date(2025, 3, 1)
    assert [month.month for month in PERIOD.months] == [6, 7, 8, 9, 10, 11]
    # Friday; Monday 00:30 in Shanghai; Sunday 23:30 in Shanghai.
    assert published_until(TODAY) == date(2026, 11, 15)
    assert published_until(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == date(2026, 11, 22)
    assert published_until(datetime(2026, 11, 22, 15, 30, tzinfo=UTC)) == date(2026, 11, 15)
