"""The geometry of the scores' pictures; the SVG itself is in templates/components/plots.html."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.rules.scoring import Rate, Tally
from portal.rules.vocabulary import Level

LEFT, RIGHT, TOP, BOTTOM = 30.0, 8.0, 8.0, 96.0
FOREST_LEFT, FOREST_WIDTH = 6.0, 388.0


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of a series: where it stands, its label's anchor (none when it would run into its neighbour's)."""

    x: float
    y: float | None
    label_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A series with its 95 % band; gaps where nothing may be shown."""

    width: int
    points: tuple[Point, ...]
    bands: tuple[str, ...]
    lines: tuple[str, ...]
    whiskers: tuple[str, ...]
    ticks: tuple[tuple[int, float], ...]


def plot_of(rates: Sequence[Rate], floor: int, *, width: int = 264, label_room: int = 38) -> Plot:
    """Rates from left to right between `floor` and 100 per cent; a point without neighbours keeps its own whisker."""
    places = list(_across(len(rates), width))
    step = -(-len(rates) * label_room // int(width - LEFT))
    runs = [list(run) for shown, run in groupby(range(len(rates)), key=lambda at: rates[at].value is not None) if shown]
    return Plot(
        width,
        tuple(_point(places, at, found, floor, step) for at, found in enumerate(rates)),
        tuple(_band(run, places, rates, floor) for run in runs if len(run) > 1),
        tuple("M" + " ".join(_at(places[at], rates[at].value, floor) for at in run) for run in runs if len(run) > 1),
        tuple(_whisker(places[run[0]], rates[run[0]], floor) for run in runs if len(run) == 1),
        tuple((value, _y(value / 100, floor)) for value in (100, (100 + floor) // 2, floor)),
    )


def forest_of(found: Rate, floor: int) -> tuple[float, float, float]:
    """Where low, value and high of a shown rate stand on a line 400 wide from `floor` to 100 per cent."""
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    low, value, high = ((bound * 100 - floor) / (100 - floor) for bound in (found.low, found.value, found.high))
    return (_forest(low), _forest(value), _forest(high))


def bar_of(tally: Tally) -> tuple[tuple[Level, float, float], ...]:
    """Level, start and width of each part of a bar 100 wide, best first, a hair apart."""
    parts, start = [], 0.0
    for level in Level:
        share = 100 * tally.of(level) / tally.n if tally.n else 0.0
        if share:
            parts.append((level, round(start, 2), round(max(share - 0.6, 0.4), 2)))
        start += share
    return tuple(parts)


def _across(count: int, width: int) -> Iterator[float]:
    room = width - LEFT - RIGHT
    for at in range(count):
        yield LEFT + (room * at / (count - 1) if count > 1 else room / 2)


def _y(share: float, floor: int) -> float:
    return round(TOP + (100 - share * 100) / (100 - floor) * (BOTTOM - TOP), 1)


def _forest(share: float) -> float:
    return round(FOREST_LEFT + min(max(share, 0.0), 1.0) * FOREST_WIDTH, 1)


def _point(places: Sequence[float], at: int, found: Rate, floor: int, step: int) -> Point:
    """Labels count back from the last point, which is the one looked for."""
    last, x = len(places) - 1, places[at]
    y = None if found.value is None else _y(found.value, floor)
    if (last - at) % step:
        return Point(round(x, 1), y, x, "")
    if at == last and last:
        return Point(round(x, 1), y, round(x + 6, 1), "end")
    if at == 0 and last:
        return Point(round(x, 1), y, round(x - 6, 1), "start")
    return Point(round(x, 1), y, round(x, 1), "middle")


def _at(x: float, share: float | None, floor: int) -> str:
    return f"{x:.1f} {_y(share or 0.0, floor)}"


def _band(run: Sequence[int], places: Sequence[float], rates: Sequence[Rate], floor: int) -> str:
    upper = [_at(places[at], rates[at].high, floor) for at in run]
    lower = [_at(places[at], rates[at].low, floor) for at in reversed(run)]
    return "M" + " ".join(upper + lower) + "z"


def _whisker(x: float, found: Rate, floor: int) -> str:
    return f"M{x:.1f} {_y(found.high or 0.0, floor)}V{_y(found.low or 0.0, floor)}"
