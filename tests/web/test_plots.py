"""Pictures stand on their numbers: same scale, a band, a gap where nothing may be shown."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.scoring import Rate, Tally, rate
from portal.rules.vocabulary import Level
from portal.web.plots import bar_of, forest_of, plot_of

some_rates = st.lists(
    st.integers(0, 60).flatmap(lambda n: st.integers(0, n).map(lambda good: rate(good, n))), max_size=30
)


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"[0-9.]+", path)]


@given(some_rates, st.sampled_from([264, 760]))
def test_every_shown_rate_is_a_point_inside_the_picture_and_no_hidden_one_is(rates: list[Rate], width: int) -> None:
    plot = plot_of(rates, 0, width=width)
    assert [point.y is not None for point in plot.points] == [found.value is not None for found in rates]
    assert all(30 <= point.x <= width - 8 for point in plot.points)
    assert all(8 <= point.y <= 96 for point in plot.points if point.y is not None)
    drawn = [number for path in (*plot.bands, *plot.lines, *plot.whiskers) for number in numbers(path)]
    assert all(0 <= number <= width for number in drawn)


@given(some_rates)
def test_labels_never_run_into_each_other_and_the_last_is_always_there(rates: list[Rate]) -> None:
    plot = plot_of(rates, 50, label_room=40)
    shown = [point.x for point in plot.points if point.anchor]
    assert all(second - first >= 37 for first, second in pairwise(shown))
    assert not rates or plot.points[-1].anchor


def test_a_gap_parts_the_line_and_a_lonely_point_has_a_whisker() -> None:
    shown, hidden = rate(9, 10), rate(1, 2)
    plot = plot_of([shown, hidden, shown, shown], 50)
    assert (len(plot.whiskers), len(plot.bands), len(plot.lines)) == (1, 1, 1)
    assert plot.points[1].y is None
    assert len(numbers(plot.lines[0])) == 4


def test_the_scale_is_the_one_asked_for() -> None:
    assert plot_of([rate(10, 10)], 50).ticks == ((100, 8.0), (75, 52.0), (50, 96.0))
    assert plot_of([rate(10, 10)], 50).points[0].y == 8.0
    assert plot_of([rate(15, 20)], 50).points[0].y == 52.0


def test_a_forest_line_runs_from_low_over_value_to_high() -> None:
    low, value, high = forest_of(rate(9, 10), 50)
    assert 6 <= low < value < high <= 394
    assert forest_of(rate(5, 10), 50)[1] == 6.0


def test_a_bar_has_a_part_for_every_level_somebody_chose() -> None:
    parts = bar_of(Tally({Level.VERY_SATISFIED: 3, Level.DISSATISFIED: 1}))
    assert [(level, start) for level, start, _width in parts] == [
        (Level.VERY_SATISFIED, 0.0),
        (Level.DISSATISFIED, 75.0),
    ]
    assert parts[1][2] == 24.4
    assert bar_of(Tally()) == ()
