"""The daily counts equal a recount, whatever is rated, changed, set aside, concluded or asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from portal import clock
from portal.data import labels_of
from portal.extensions import db
from portal.models import Case, CaseDay, Event, FollowUp, Hall, LabelDay, Rating, RatingDay
from portal.rules import codes
from portal.rules.vocabulary import Evidence, Level, Outcome, SetAsideReason, Solved
from portal.rules.workdays import local_day
from portal.services import rollups
from portal.services.complaints import record_complaint
from portal.services.concluding import conclude_case
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.follow_ups import record_follow_up, reopen_case
from portal.services.places import poster_by_slug
from portal.services.ratings import rate_case, rate_counter, set_aside_rating
from portal.services.rollups import CASES, LABELS, RATINGS, counted, recount
from portal.services.sweeps import run
from portal.services.transaction import write
from tests.cases import concluded_at_the_window, concluded_case, make_case, registered_case
from tests.world import World

NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
LEVELS = list(Level)
SLUGS = ("3m7kd2qa", "9x2vbn4c", "t5r8w0zy", "abcd1234")


def stored() -> dict[str, dict[tuple[Any, ...], dict[str, int]]]:
    found: dict[str, dict[tuple[Any, ...], dict[str, int]]] = {}
    for table in (RATINGS, LABELS, CASES):
        keys = [column.name for column in table.primary_key]
        rows = [row._asdict() for row in db.session.execute(select(table))]
        found[table.name] = {
            tuple(row[key] for key in keys): {name: n for name, n in row.items() if name not in keys and n}
            for row in rows
        }
    db.session.commit()
    return found


def wanted(hall: Hall | None = None) -> dict[str, dict[tuple[Any, ...], dict[str, int]]]:
    found = {
        table.name: {key: {name: n for name, n in amounts.items() if n} for key, amounts in sums.items()}
        for table, sums in counted(hall).items()
    }
    db.session.commit()
    return found


def rate(slug: str, level: Level, labels: list[int], days: int = 0) -> Rating:
    poster = poster_by_slug(slug)
    assert poster is not None
    key = codes.parse_submission_key(codes.new_submission_key())
    assert key is not None
    at = NOW + timedelta(days=days)
    return rate_counter(poster, level=level, labels=labels, words="", submission_key=key, language="zh", at=at)


def rate_handling(case: Case, level: Level) -> Rating:
    key = codes.parse_submission_key(codes.new_submission_key())
    assert key is not None
    return rate_case(case, level=level, labels=[], words="", submission_key=key, at=NOW)


def say(world: World, case: Case, solved: Solved | None) -> None:
    viewer = world.viewer("oversight" if case.restricted else "follow_up")
    record_follow_up(
        viewer, case.number, version=case.version, reached=solved is not None, contacted=True, solved=solved
    )


acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["open", "open", "case", "change", "aside", "conclude", "on the spot", "call", "vain", "redo", "complain"]
        ),
        st.integers(0, 60),
        st.sampled_from(LEVELS),
        st.sampled_from(list(Solved)),
    ),
    min_size=1,
    max_size=7,
)


@given(acts)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_sequence_of_acts_they_equal_a_recount(any_world: World, sequence: list[Any]) -> None:

    for act, number, level, solved in sequence:
        try:
            _do(any_world, act, number, level, solved)
        except (Refused, Conflict, NotFound):
            db.session.rollback()
    assert stored() == wanted()
    assert all(amounts for table in stored().values() for amounts in table.values()), "an emptied place stayed"


def _do(world: World, act: str, number: int, level: Level, solved: Solved) -> None:
    cases = list(db.session.scalars(select(Case).order_by(Case.id)))
    case = cases[number % len(cases)] if cases else None
    ratings = list(db.session.scalars(select(Rating.id).order_by(Rating.id)))
    if act == "open":
        labels = [label.code for label in labels_of(level)][: number % 4]
        rate(SLUGS[number % len(SLUGS)], level, labels, number % 3)
    elif act == "aside" and ratings:
        set_aside_rating(world.viewer("oversight"), ratings[number % len(ratings)], SetAsideReason.BURST)
    elif act == "conclude":
        concluded_case(world, phone="13800005678" if number % 2 else "")
    elif act == "on the spot":
        concluded_at_the_window(world)
    elif case is not None and act in ("case", "change"):
        rate_handling(case, level)
    elif case is not None and act == "complain":
        record_complaint(world.viewer("clerk"), case.number, version=case.version, words="3号窗口那位")
    elif case is not None and act == "call":
        say(world, case, solved)
    elif case is not None and act == "vain":
        say(world, case, None)
    elif case is not None and act == "redo":
        units = world.departments
        viewer, unit = world.viewer("triage"), units["land" if number % 2 else "medical"].id
        reopen_case(viewer, case.number, version=case.version, department_id=unit, reason="再办一次")


def test_a_rating_counts_on_its_local_day_by_place_evidence_and_level(any_world: World) -> None:
    codes_of_level = [label.code for label in labels_of(Level.DISSATISFIED)][:2]
    rate("3m7kd2qa", Level.DISSATISFIED, codes_of_level)
    rate("3m7kd2qa", Level.DISSATISFIED, codes_of_level[:1])
    rate("t5r8w0zy", Level.SATISFIED, [])
    rate("abcd1234", Level.SATISFIED, [])
    hall, medical = any_world.hall.id, any_world.departments["medical"].id
    counter, general = any_world.counters["3"].id, any_world.counters["30"].id
    place = (hall, local_day(NOW), medical, counter, "open")
    here = {key: amounts for key, amounts in stored()["rating_day"].items() if key[0] == hall}
    assert here == {
        (*place, "dissatisfied"): {"n": 2},
        (hall, local_day(NOW), 0, general, "open", "satisfied"): {"n": 1},
    }
    assert stored()["label_day"] == {(*place, codes_of_level[0]): {"n": 2}, (*place, codes_of_level[1]): {"n": 1}}


def test_a_change_moves_the_count_and_setting_aside_takes_it_out(any_world: World) -> None:
    case = concluded_case(any_world)
    rate_handling(case, Level.VERY_DISSATISFIED)
    rate_handling(case, Level.SATISFIED)
    key = (any_world.hall.id, local_day(NOW), any_world.departments["medical"].id, any_world.counters["3"].id, "case")
    assert stored()["rating_day"] == {(*key, "satisfied"): {"n": 1}}
    second = db.session.scalars(select(Rating).where(Rating.assess_number == 2)).one()
    set_aside_rating(any_world.viewer("oversight"), second.id, SetAsideReason.INDUCED)
    assert stored()["rating_day"] == {(*key, "satisfied"): {"set_aside": 1}}
    assert stored() == wanted()


def test_what_a_department_concluded_stays_counted_when_another_does_it_again(any_world: World) -> None:
    case = concluded_case(any_world, phone="13800005678")
    say(any_world, case, Solved.NO)
    land = any_world.departments["land"].id
    viewer = any_world.viewer("triage")
    reopen_case(viewer, case.number, version=case.version, department_id=land, reason="再办一次")
    by_department = {key[2]: amounts for key, amounts in stored()["case_day"].items()}
    assert by_department[any_world.departments["medical"].id]["concluded"] == 1
    assert by_department[any_world.departments["medical"].id]["unsolved"] == 1
    assert land not in by_department
    assert stored() == wanted()


def complained_about(world: World, case: Case) -> Case:
    record_complaint(world.viewer("clerk"), case.number, version=case.version, words="3号窗口那位")
    return case


def places() -> set[tuple[Any, ...]]:
    """The departments and counters that any figure of a case, or any rating of one, stands for."""
    return {(key[2], key[3]) for name in ("case_day", "rating_day") for key in stored()[name]}


def test_a_restricted_case_counts_for_the_hall_and_for_no_unit_or_counter(any_world: World, at: Any) -> None:
    at(NOW)
    case = complained_about(any_world, registered_case(any_world, phone="13800005678"))
    oversight = any_world.viewer("oversight")
    reply = {"outcome": Outcome.SOLVED, "public_reply": "查清了，已经办好。"}
    conclude_case(oversight, case.number, version=case.version, **reply)
    say(any_world, case, Solved.YES)
    rate_handling(case, Level.VERY_DISSATISFIED)
    assert places() == {(0, 0)}
    (amounts,) = stored()["case_day"].values()
    assert amounts == {"concluded": 1, "on_time": 1, "reached": 1, "contacted": 1, "solved": 1}
    assert stored() == wanted()


def test_what_counted_before_a_complaint_stays_where_it_was_and_a_rating_after_it_does_not_go_there(
    any_world: World,
) -> None:
    case = concluded_case(any_world, phone="13800005678")
    here = (any_world.departments["medical"].id, any_world.counters["3"].id)
    assert places() == {here}
    complained_about(any_world, case)
    assert places() == {here}
    rate_handling(case, Level.VERY_DISSATISFIED)
    assert places() == {here, (0, 0)}
    assert stored() == wanted()


def test_a_late_conclusion_counts_as_concluded_and_not_as_on_time(any_world: World, at: Any) -> None:
    at(NOW + timedelta(days=60))
    concluded_case(any_world)
    (amounts,) = stored()["case_day"].values()
    assert amounts == {"concluded": 1}
    assert stored() == wanted()


def test_closing_unconfirmed_is_counted_apart(any_world: World, at: Any) -> None:
    concluded_case(any_world)
    at(clock.now() + timedelta(days=60))
    run(clock.now())
    days = stored()["case_day"]
    assert [amounts for amounts in days.values() if "not_confirmed" in amounts] == [{"not_confirmed": 1}]
    assert stored() == wanted()


def test_a_recount_repairs_one_hall_and_leaves_the_others(any_world: World) -> None:
    rate("3m7kd2qa", Level.SATISFIED, [])
    rate("abcd1234", Level.SATISFIED, [])
    good = stored()
    with write() as session:
        session.execute(delete(RATINGS))
        session.execute(
            insert(RatingDay),
            [
                {
                    "hall_id": any_world.hall.id,
                    "day": local_day(NOW),
                    "department_id": 0,
                    "counter_id": 7,
                    "evidence": Evidence.VISIT,
                    "level": Level.SATISFIED,
                    "n": 9,
                    "set_aside": 0,
                }
            ],
        )
    assert stored() != wanted(), "the planted fault is not seen"
    with write():
        recount(any_world.hall)
    assert stored()["rating_day"] == {key: n for key, n in good["rating_day"].items() if key[0] == any_world.hall.id}
    with write():
        recount()
    assert stored() == good == wanted()


def test_a_refused_rating_leaves_no_count(any_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = concluded_case(any_world)
    rate_handling(case, Level.SATISFIED)
    rate_handling(case, Level.FAIRLY_SATISFIED)
    before = stored()
    with pytest.raises(Refused):
        rate_handling(case, Level.SATISFIED)
    assert stored() == before == wanted()


def test_raters_at_the_same_time_lose_no_count(any_app: Flask, any_world: World) -> None:
    names = [label.code for label in labels_of(Level.SATISFIED)]

    def rate_often(hand: int) -> None:
        with any_app.app_context():
            for turn in range(8):
                rate("3m7kd2qa", Level.SATISFIED, names[hand : hand + turn % 3])

    hands = [threading.Thread(target=rate_often, args=(hand,)) for hand in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert stored() == wanted()
    assert sum(amounts["n"] for amounts in stored()["rating_day"].values()) == 32


def test_what_it_counts_is_what_there_is(any_world: World) -> None:
    make_case(any_world)
    assert not any(stored().values())
    case = concluded_case(any_world, phone="13800005678")
    say(any_world, case, Solved.YES)
    assert {model.__tablename__: bool(stored()[model.__tablename__]) for model in (RatingDay, LabelDay, CaseDay)} == {
        "rating_day": False,
        "label_day": False,
        "case_day": True,
    }
    assert db.session.scalars(select(FollowUp)).one().solved == "yes"
    assert db.session.scalar(select(Event.seq).where(Event.action == "case_concluded")) is not None
    assert rollups.row_of(rate("3m7kd2qa", Level.SATISFIED, []))["level"] == "satisfied"
