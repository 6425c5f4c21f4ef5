"""Ratings: levels, labels, words; how a bad one was followed up; and the reporter's rating of the handling."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from portal.data import LABELS_SHOWN_FIRST, labels_of, labels_version
from portal.demo.content import load
from portal.demo.hall import HALL_ID
from portal.demo.lives.dates import Terms
from portal.demo.lives.life import Life
from portal.demo.rows import Row, row
from portal.demo.script import Script
from portal.models import Rating
from portal.rules.anonymity import stored_time
from portal.rules.codes import submission_fingerprint
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import (
    BadRatingState,
    Evidence,
    Level,
    OrderRole,
    OrderStatus,
    RatingChannel,
    RatingSubject,
    Solved,
)
from portal.rules.workdays import local_day

_RATES, _CHANGES = 0.34, 0.07
_LEVELS = tuple(Level)
_OF_HANDLING = {Solved.YES: (46, 38, 13, 2, 1), Solved.PARTLY: (8, 26, 42, 18, 6), Solved.NO: (1, 3, 14, 46, 36)}
_B = BadRatingState
# How far a bad rating has come after so many days, and how often.
_PROGRESS = (
    (2, (_B.NEW,), (1,)),
    (5, (_B.NEW, _B.VERIFYING), (4, 6)),
    (8, (_B.VERIFYING, _B.RECTIFYING, _B.EXPLAINED, _B.APPEALED), (2, 5, 2, 1)),
    (20, (_B.RECTIFIED, _B.FOLLOWED_UP, _B.EXPLAINED, _B.APPEALED, _B.CLOSED), (3, 3, 1, 1, 4)),
    (10_000, (_B.CLOSED, _B.EXPLAINED, _B.APPEALED), (93, 5, 2)),
)


def rating(terms: Terms, dice: Random, level: Level, at: datetime, until: datetime, **values: Any) -> Row:
    """A rating at `at` with the labels, words and follow-up that go with its level."""
    bad = level.is_bad
    return row(
        Rating,
        hall_id=HALL_ID,
        level=level.value,
        labels=_labels(dice, level),
        labels_version=labels_version(),
        words=_words(dice, level),
        rated_at=at,
        rated_on=local_day(at),
        bad_state=_state(dice, until - at).value if bad else None,
        bad_due_at=terms.due(StepKind.RATING_CONTACT, at).due_at if bad else None,
        **values,
    )


def rate_handling(script: Script, word: Solved) -> None:
    """The reporter may rate how it was handled, right after saying what became of it; a few change their mind."""
    life, world, dice = script.life, script.world, script.dice
    at = script.at + timedelta(minutes=dice.randrange(1, 12))
    if not script.has_code or at > world.until or life.ratings or not script.chance(_RATES):
        return
    level = dice.choices(_LEVELS, _OF_HANDLING[word])[0]
    first = _of_case(script, level, at, 1)
    life.ratings.append(first)
    later = at + timedelta(hours=dice.randrange(2, 60))
    if script.chance(_CHANGES) and later < world.until and word is not Solved.NO:
        first["superseded"] = True
        other = _LEVELS[min(max(_LEVELS.index(level) + dice.choice([-1, 1]), 0), len(_LEVELS) - 1)]
        life.ratings.append(_of_case(script, other, later, 2))


def _of_case(script: Script, level: Level, at: datetime, number: int) -> Row:
    life, case = script.life, script.life.case
    moment = stored_time(at, anonymous=case["anonymous"])
    key = submission_fingerprint(script.world.pepper, life.key + b"rating" + bytes([number]))
    return rating(
        life.terms,
        script.dice,
        level,
        moment,
        script.world.until,
        subject=RatingSubject.CASE.value,
        counter_id=None if case["restricted"] else case["counter_id"],
        department_id=None if case["restricted"] else _who_answered(life),
        item_id=case["item_id"],
        language=case["language"],
        channel=RatingChannel.MOBILE.value,
        evidence=Evidence.CASE.value,
        assess_number=number,
        submission_hash=key,
    )


def _who_answered(life: Life) -> int | None:
    """The department whose lead order of this redo was answered last (services/rollups.answering_departments)."""
    redo = life.case["redo_number"]
    wanted = (OrderRole.LEAD.value, OrderStatus.ANSWERED.value, redo)
    answered = [o["department_id"] for o in life.orders if (o["role"], o["status"], o["redo_number"]) == wanted]
    return answered[-1] if answered else None


def _labels(dice: Random, level: Level) -> list[int]:
    """None, one or a few of the official labels; those shown first are chosen most."""
    found = labels_of(level)
    count = dice.choices([0, 1, 2, 3], [34, 38, 20, 8])[0]
    weights = [4 if place < LABELS_SHOWN_FIRST else 1 for place in range(len(found))]
    return sorted({label.code for label in dice.choices(found, weights, k=count)})


def _words(dice: Random, level: Level) -> str:
    wants = {Level.FAIRLY_SATISFIED: ("middling", 0.16)}.get(level, ("bad", 0.5) if level.is_bad else ("good", 0.1))
    tone, probability = wants
    said: str = dice.choice(load("messages")["ratings"][tone]) if dice.random() < probability else ""
    return said


def _state(dice: Random, age: timedelta) -> BadRatingState:
    states, weights = next((states, weights) for days, states, weights in _PROGRESS if age.days < days)
    return dice.choices(states, weights)[0]
