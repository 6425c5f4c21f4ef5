"""One rating per visit and per matter; open ones stay as they are, a case's own may be changed once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.data import labels_of
from portal.extensions import db
from portal.models import Case, Event, Poster, Rating
from portal.rules import codes
from portal.rules.vocabulary import CaseStatus, Level, SetAsideReason
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.places import poster_by_slug
from portal.services.ratings import rate_case, rate_counter, set_aside_rating
from portal.services.tracking import track_case
from portal.services.transaction import write
from tests.cases import concluded_case, make_case
from tests.track.reporters import coded
from tests.world import World

# Thursday 8 October 2026, 14:06 in Shanghai.
NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
BAD_LABELS = [label.code for label in labels_of(Level.DISSATISFIED)]


def poster_of(slug: str = "3m7kd2qa") -> Poster:
    poster = poster_by_slug(slug)
    assert poster is not None
    return poster


def new_key() -> bytes:
    key = codes.parse_submission_key(codes.new_submission_key())
    assert key is not None
    return key


def rate(poster: Poster | None = None, **more: Any) -> Rating:
    said = {"level": "dissatisfied", "labels": BAD_LABELS[:2], "words": "又要居住证明。", "submission_key": new_key()}
    return rate_counter(poster or poster_of(), **{**said, "language": "zh", "at": NOW} | more)


def rate_handling(case: Case, level: str = "satisfied", **more: Any) -> Rating:
    said: dict[str, Any] = {"labels": [], "words": "", "submission_key": new_key(), "at": NOW}
    return rate_case(case, level=level, **said | more)


def all_ratings() -> list[Rating]:
    wanted = select(Rating).order_by(Rating.id).execution_options(populate_existing=True)
    return list(db.session.scalars(wanted))


def ratings_of_case(case_id: int) -> list[Rating]:
    return [rating for rating in all_ratings() if rating.case_id == case_id]


def test_an_open_rating_is_kept_with_its_counter_and_without_the_minute(any_world: World) -> None:
    rate()
    (kept,) = all_ratings()
    assert (kept.subject, kept.evidence, kept.channel, kept.labels_version) == ("counter", "open", 3, 2)
    assert (kept.hall_id, kept.counter_id) == (any_world.hall.id, any_world.counters["3"].id)
    assert kept.department_id == any_world.departments["medical"].id
    assert (kept.level, kept.labels, kept.words) == ("dissatisfied", sorted(BAD_LABELS[:2]), "又要居住证明。")
    assert kept.rated_at == datetime(2026, 10, 8, 6, 0, tzinfo=UTC)
    assert kept.rated_on == date(2026, 10, 8)
    event = db.session.scalars(select(Event)).one()
    assert (event.action, event.actor, event.at, event.object_id) == (
        "counter_rated",
        "reporter",
        kept.rated_at,
        kept.id,
    )
    assert "居住证明" not in str(event.data)


def test_a_bad_rating_is_to_be_looked_into_by_the_next_working_day_and_a_good_one_is_not(any_world: World) -> None:
    bad, good = rate(), rate(level="satisfied", labels=[])
    # Friday 9 October, 17:30 in Shanghai.
    assert (bad.bad_state, bad.bad_due_at) == ("new", datetime(2026, 10, 9, 9, 30, tzinfo=UTC))
    assert (good.bad_state, good.bad_due_at) == (None, None)


def test_a_general_counter_has_no_department(any_world: World) -> None:
    assert rate(poster_of("t5r8w0zy")).department_id is None


def test_the_same_key_again_changes_nothing_whatever_it_says(any_world: World) -> None:
    key = new_key()
    first = rate(submission_key=key)
    again = rate(submission_key=key, level="very_satisfied", labels=[], words="好")
    assert (again.id, again.level) == (first.id, "dissatisfied")
    assert [rating.words for rating in all_ratings()] == ["又要居住证明。"]


def test_a_double_tap_stores_one_rating(any_app: Flask, any_world: World) -> None:
    key, found = new_key(), []
    start = threading.Barrier(3)

    def tap() -> None:
        with any_app.app_context():
            start.wait()
            found.append(rate(submission_key=key).id)

    hands = [threading.Thread(target=tap) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert len(all_ratings()) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"level": ""}, "level"),
        ({"level": "perfect"}, "level"),
        ({"labels": [999]}, "labels"),
        ({"labels": [510]}, "labels"),
        ({"labels": [-1]}, "labels"),
        ({"words": "很" * 501}, "words"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field_and_stores_nothing(
    world: World, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        rate(**said)
    assert list(refusal.value.fields) == [field]
    assert all_ratings() == []


def test_words_are_cleaned_and_labels_said_twice_count_once(world: World) -> None:
    kept = rate(words=" 来了\u202e三趟\u200b  ", labels=[BAD_LABELS[1], BAD_LABELS[0], BAD_LABELS[1]])
    assert kept.words == "来了三趟"
    assert kept.labels == sorted(BAD_LABELS[:2])


def test_a_counter_out_of_use_cannot_be_rated(world: World) -> None:
    world.counters["3"].retired_at = NOW
    db.session.commit()
    with pytest.raises(Refused):
        rate()
    general = Poster(slug="aaaa2222", number="QC-0099", hall_id=world.hall.id, purpose="landing", made_on=NOW.date())
    db.session.add(general)
    db.session.commit()
    with pytest.raises(Refused):
        rate(poster_of("aaaa2222"))


def test_the_handling_of_a_case_is_rated_for_the_department_that_answered(any_world: World) -> None:
    case = concluded_case(any_world)
    kept = rate_handling(case)
    assert (kept.subject, kept.evidence, kept.channel) == ("case", "case", 2)
    assert (kept.case_id, kept.counter_id) == (case.id, any_world.counters["3"].id)
    assert kept.department_id == any_world.departments["medical"].id
    # Anonymous: the half hour.
    assert kept.rated_at == datetime(2026, 10, 8, 6, 0, tzinfo=UTC)


def test_somebody_who_left_a_name_is_dated_to_the_minute(any_world: World) -> None:
    assert rate_handling(concluded_case(any_world, name="王桂兰")).rated_at == NOW


def test_the_handling_may_be_changed_once_and_both_rows_stay(any_app: Flask, any_world: World) -> None:
    case, other = concluded_case(any_world), concluded_case(any_world)
    rate_handling(other, "very_satisfied")
    rate_handling(case, "dissatisfied")
    rate_handling(case, "satisfied")
    with pytest.raises(Refused) as refusal:
        rate_handling(case, "very_satisfied")
    with any_app.test_request_context(headers={"Accept-Language": "zh"}):
        assert "改过" in str(refusal.value.message)
    assert [(kept.assess_number, kept.superseded, kept.level) for kept in ratings_of_case(case.id)] == [
        (1, True, "dissatisfied"),
        (2, False, "satisfied"),
    ]
    assert [(kept.assess_number, kept.superseded) for kept in ratings_of_case(other.id)] == [(1, False)]


def test_the_same_key_on_a_case_is_no_change(any_world: World) -> None:
    case, key = concluded_case(any_world), new_key()
    first = rate_handling(case, submission_key=key)
    assert rate_handling(case, "dissatisfied", submission_key=key).id == first.id
    assert len(ratings_of_case(case.id)) == 1
    with pytest.raises(Refused):
        rate_handling(concluded_case(any_world), submission_key=key)


def test_two_changes_at_the_same_time_never_make_three_rows(any_app: Flask, any_world: World) -> None:
    case_id = concluded_case(any_world).id
    start, refused = threading.Barrier(3), []

    def change() -> None:
        with any_app.app_context():
            case = db.session.get_one(Case, case_id)
            start.wait()
            try:
                rate_handling(case)
            except Refused:
                refused.append(1)

    hands = [threading.Thread(target=change) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert [(kept.assess_number, kept.superseded) for kept in all_ratings()] == [(1, True), (2, False)]
    assert len(refused) == 1


def test_a_case_is_rated_after_the_answer_not_before(any_world: World) -> None:
    with pytest.raises(Refused):
        rate_handling(make_case(any_world))
    assert all_ratings() == []


def test_a_decline_and_what_was_put_away_can_be_rated_where_the_page_offers_it(any_world: World) -> None:
    for status in CaseStatus:
        case, code = coded(any_world)
        with write():
            case.status, case.open = status, status in ("submitted", "registered", "dispatched")
        offered = track_case(code, NOW).may_rate
        assert offered == (status in ("concluded", "closed", "archived", "declined"))
        if not offered:
            with pytest.raises(Refused):
                rate_handling(case)
            continue
        for again in (True, False):
            rate_handling(case, "dissatisfied")
            assert track_case(code, NOW).may_rate is again
        with pytest.raises(Refused):
            rate_handling(case)


def test_oversight_sets_a_suspicious_rating_aside_with_a_reason(any_world: World) -> None:
    kept = rate()
    done = set_aside_rating(any_world.viewer("oversight"), kept.id, SetAsideReason.NOT_A_VISITOR)
    assert done.set_aside_reason == "not_a_visitor"
    event = db.session.scalars(select(Event).where(Event.action == "rating_set_aside")).one()
    assert (event.staff_id, event.object_id) == (any_world.staff["oversight"].id, kept.id)
    assert event.data == {"reason": "not_a_visitor"}
    with pytest.raises(Conflict):
        set_aside_rating(any_world.viewer("oversight"), kept.id, SetAsideReason.BURST)


def test_nobody_else_does_and_nobody_elsewhere(any_world: World) -> None:
    kept, elsewhere = rate(), rate(poster_of("abcd1234"))
    for name in ("clerk", "handler", "manager", "viewer", "administrator"):
        with pytest.raises(NotFound):
            set_aside_rating(any_world.viewer(name), kept.id, SetAsideReason.BURST)
    with pytest.raises(NotFound):
        set_aside_rating(any_world.viewer("oversight"), elsewhere.id, SetAsideReason.BURST)
    with pytest.raises(NotFound):
        set_aside_rating(any_world.viewer("oversight"), 10**6, SetAsideReason.BURST)
    assert [kept.set_aside_reason for kept in all_ratings()] == [None, None]


def test_what_was_replaced_is_not_set_aside(any_world: World) -> None:
    case = concluded_case(any_world)
    first = rate_handling(case)
    rate_handling(case, "dissatisfied")
    with pytest.raises(Refused):
        set_aside_rating(any_world.viewer("oversight"), first.id, SetAsideReason.BURST)


def test_the_database_refuses_to_delete_a_rating(any_world: World) -> None:
    from sqlalchemy import delete
    from sqlalchemy.exc import DatabaseError

    rate()
    with pytest.raises(DatabaseError):
        db.session.execute(delete(Rating))
    db.session.rollback()
    assert len(all_ratings()) == 1


def test_rating_a_counter_takes_six_statements(world: World, count_statements: list[str]) -> None:
    rate()
    poster, key = poster_of(), new_key()
    count_statements.clear()
    rate(poster, submission_key=key)
    assert len(count_statements) <= 5, count_statements
    count_statements.clear()
    rate(poster, submission_key=key)
    assert len(count_statements) == 1
