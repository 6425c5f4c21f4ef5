"""The ratings of the counters: many or few, good or bad, as counters are; some of them set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from portal.demo.opinions import rating
from portal.demo.rows import Row, row
from portal.demo.timeline import first_day
from portal.demo.world import World
from portal.models import Event
from portal.rules.anonymity import half_hour
from portal.rules.codes import submission_fingerprint
from portal.rules.vocabulary import Evidence, Level, RatingChannel, RatingSubject, Role, SetAsideReason
from portal.rules.workdays import instant_at

WANTED = 20_600
# Counters that hardly anybody rates: their rates stay suppressed. 108 has machines only.
_HARDLY = {89: 3, 94: 4, 98: 2, 101: 4, 108: 0}
_EVIDENCE = (Evidence.VISIT, Evidence.OPEN, Evidence.ON_SITE)
_SHARES = (66, 21, 13)
_CHANNELS = {
    Evidence.VISIT: (RatingChannel.HALL_TABLET, RatingChannel.QR, RatingChannel.SMS),
    Evidence.OPEN: (RatingChannel.QR,),
    Evidence.ON_SITE: (RatingChannel.HALL_TERMINAL, RatingChannel.QR),
}
# Somebody sat down one afternoon and rated the same counter over and over; a counter asked everybody for five stars.
_BURST, _BURST_SIZE, _INDUCED, _INDUCED_SIZE = 20, 46, 68, 31
_DOUBTED = 0.004


@dataclass(frozen=True)
class _Habit:
    """How often a counter is rated, and how."""

    counter: Row
    volume: float
    weights: tuple[float, ...]


def counter_ratings(world: World, dice: Random) -> list[Row]:
    """All ratings of counters, in the order they were given, without their ids."""
    habits = [_habit(dice, counter) for counter in world.places.counters.values()]
    total = sum(habit.volume for habit in habits if habit.counter["sort_key"] not in _HARDLY)
    rows: list[Row] = []
    for habit in habits:
        few = _HARDLY.get(habit.counter["sort_key"])
        for _ in range(round(WANTED * habit.volume / total) if few is None else few):
            rows.append(_one(world, dice, habit))
    rows += _burst(world, dice)
    rows += _induced(world, dice)
    return sorted(rows, key=lambda found: found["rated_at"])


def events_of(world: World, dice: Random, ratings: list[Row]) -> Iterator[Row]:
    """The events of ratings that have their ids: given, and set aside by oversight a day or two later."""
    for given in ratings:
        about = {"object_kind": "rating", "object_id": given["id"], "case_id": given["case_id"]}
        said = {"level": given["level"], "evidence": given["evidence"], "assess_number": given["assess_number"]}
        action = f"{given['subject']}_rated"
        yield row(Event, at=given["rated_at"], actor="reporter", action=action, data=said, **about)
        if given["set_aside_reason"]:
            by, why = world.someone(dice, Role.OVERSIGHT), {"reason": given["set_aside_reason"]}
            at = min(world.office.later(given["rated_at"], dice.uniform(200, 900)), world.until)
            yield row(Event, at=at, actor="staff", staff_id=by, action="rating_set_aside", data=why, **about)


def _habit(dice: Random, counter: Row) -> _Habit:
    """Most counters are good, a few are not, and one knows it from the labels."""
    good = dice.betavariate(5, 2)
    bad = dice.betavariate(1.3, 26) * (3.2 if dice.random() < 0.08 else 1)
    weights = (40 + 45 * good, 34 - 12 * good, 11 - 6 * good, 62 * bad, 34 * bad)
    return _Habit(counter, dice.lognormvariate(0, 0.75) + 0.12, weights)


def _one(world: World, dice: Random, habit: _Habit) -> Row:
    level = dice.choices(tuple(Level), habit.weights)[0]
    evidence = dice.choices(_EVIDENCE, _SHARES)[0]
    made = _rating(world, dice, habit.counter, level, evidence, _when(world, dice))
    if evidence is Evidence.OPEN and dice.random() < _DOUBTED * 4:
        reasons = (SetAsideReason.NOT_A_VISITOR, SetAsideReason.WRONG_PLACE)
        made["set_aside_reason"] = dice.choice(reasons).value
    return made


def _burst(world: World, dice: Random) -> Iterator[Row]:
    counter = world.places.counters[_BURST]
    start = world.office.position(world.until - timedelta(days=47))
    for _ in range(_BURST_SIZE):
        at = world.office.instant(start + dice.uniform(0, 40))
        made = _rating(world, dice, counter, Level.VERY_DISSATISFIED, Evidence.OPEN, at)
        yield made | {"set_aside_reason": SetAsideReason.BURST.value, "words": ""}


def _induced(world: World, dice: Random) -> Iterator[Row]:
    counter = world.places.counters[_INDUCED]
    start = world.office.position(world.until - timedelta(days=19))
    for _ in range(_INDUCED_SIZE):
        at = world.office.instant(start + dice.uniform(0, 800))
        made = _rating(world, dice, counter, Level.VERY_SATISFIED, Evidence.ON_SITE, at)
        yield made | {"set_aside_reason": SetAsideReason.INDUCED.value}


def _rating(world: World, dice: Random, counter: Row, level: Level, evidence: Evidence, at: datetime) -> Row:
    moment = half_hour(at)
    return rating(
        world.terms,
        dice,
        level,
        moment,
        world.until,
        subject=RatingSubject.COUNTER.value,
        counter_id=counter["id"],
        department_id=counter["department_id"],
        language="en" if dice.random() < 0.01 else "zh",
        channel=dice.choice(_CHANNELS[evidence]).value,
        evidence=evidence.value,
        submission_hash=submission_fingerprint(world.pepper, dice.randbytes(16)),
    )


def _when(world: World, dice: Random) -> datetime:
    """During opening hours, a little more often of late."""
    office = world.office
    begin = office.position(_start(world))
    end = office.position(world.until)
    return min(office.instant(begin + (end - begin) * dice.triangular(0, 1, 0.85)), world.until)


def _start(world: World) -> datetime:
    return instant_at(first_day(world.until), time(9))
