"""When cases come in: six months of mornings and evenings, and what stands still at the end for a visitor to find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from portal.demo.office import DAY, Office
from portal.rules.vocabulary import CaseKind
from portal.rules.workdays import Calendar, days_between, instant_at, local_day

MONTHS = timedelta(days=183)
_A_WORKING_DAY, _A_REST_DAY = 18.5, 3.8
# Monday's are those of the weekend as well.
_WEEKDAYS = (1.22, 1.06, 1.0, 0.95, 0.86, 0.9, 0.9)
_FIRST_MONTH, _LAST_MONTH = 0.85, 1.15
_AT_HOME = 0.12
_SUGGESTIONS, _PRAISES = 0.035, 0.025

# What a visitor finds standing still: where, how many working days after it came in, and of which department.
_SCENES = (
    ("submitted", 0.1, ""),
    ("submitted", 0.3, ""),
    ("submitted", 0.6, "medical"),
    ("submitted", 1.7, ""),
    ("registered", 0.45, ""),
    ("registered", 0.7, ""),
    ("registered", 1.9, "medical"),
    ("triaged", 0.8, ""),
    ("dispatched", 0.9, "medical"),
    ("dispatched", 1.0, "medical"),
    ("dispatched", 1.1, "police"),
    ("dispatched", 3.1, ""),
    ("acknowledged", 1.5, "medical"),
    ("acknowledged", 2.5, "medical"),
    ("acknowledged", 4.3, "medical"),
    ("acknowledged", 5.0, "medical"),
    ("acknowledged", 5.0, ""),
    ("late", 7.5, "medical"),
    ("late", 8.6, ""),
    ("late", 6.8, "land"),
    ("asked", 2.2, "medical"),
    ("asked", 3.4, ""),
    ("decline_pending", 0.6, ""),
    ("decline_pending", 1.1, ""),
    ("no_pending", 2.2, "medical"),
    ("no_pending", 2.8, ""),
    ("concluded", 2.2, ""),
    ("concluded", 2.4, "medical"),
    ("concluded", 3.6, ""),
    ("unreached", 3.5, ""),
    ("unreached", 4.2, ""),
    ("not_solved", 4.0, ""),
    ("not_solved", 3.0, "medical"),
    ("restricted_submitted", 0.2, ""),
    ("restricted_submitted", 1.4, ""),
    ("restricted_registered", 0.9, ""),
    ("restricted_dispatched", 1.6, ""),
    ("restricted_acknowledged", 2.6, ""),
    ("restricted_late", 7.2, ""),
)


@dataclass(frozen=True)
class Arrival:
    """A case that comes in, perhaps one that is to stand still somewhere."""

    at: datetime
    kind: CaseKind = CaseKind.REPORT
    stop: str = ""
    department: str = ""


def first_day(until: datetime) -> date:
    """The day on which the invented life begins."""
    return local_day(until - MONTHS)


def arrivals(calendar: Calendar, office: Office, until: datetime, dice: Random) -> list[Arrival]:
    """Every case of the six months, in the order they come in."""
    came = [Arrival(at, _kind(dice)) for at in _instants(calendar, office, until, dice) if at < until]
    end = office.position(until)
    for stop, days, department in _SCENES:
        at = office.instant(end - days * DAY - dice.uniform(0, 12))
        came.append(Arrival(at, stop=stop, department=department))
    return sorted(came, key=lambda arrival: arrival.at)


def _instants(calendar: Calendar, office: Office, until: datetime, dice: Random) -> Iterator[datetime]:
    first, last = first_day(until), local_day(until)
    for day in days_between(first, last):
        works = calendar.works(day)
        grown = _FIRST_MONTH + (_LAST_MONTH - _FIRST_MONTH) * ((day - first) / MONTHS)
        usual = (_A_WORKING_DAY * _WEEKDAYS[day.weekday()] if works else _A_REST_DAY) * grown
        for _ in range(max(0, round(dice.gauss(usual, usual**0.5)))):
            at_home = not works or dice.random() < _AT_HOME
            yield _at_home(day, dice) if at_home else _in_the_hall(day, office, dice)


def _in_the_hall(day: date, office: Office, dice: Random) -> datetime:
    """Most come in the middle of the morning or after the midday rest."""
    start = office.position(instant_at(day, time(9)))
    morning = dice.random() < 0.58
    minutes = dice.triangular(0, 179, 75) if morning else 180 + dice.triangular(0, 239, 70)
    return office.instant(start + minutes)


def _at_home(day: date, dice: Random) -> datetime:
    """Over noon, in the evening, some early."""
    early, noon, evening = (6.5, 8.9), (12.1, 13.4), (17.6, 23.3)
    low, high = dice.choices([early, noon, evening], [15, 25, 60])[0]
    return instant_at(day, time(0)) + timedelta(seconds=round(dice.uniform(low, high) * 3600))


def _kind(dice: Random) -> CaseKind:
    chance = dice.random()
    if chance < _SUGGESTIONS:
        return CaseKind.SUGGESTION
    return CaseKind.PRAISE if chance < _SUGGESTIONS + _PRAISES else CaseKind.REPORT
