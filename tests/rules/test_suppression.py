"""No small count is shown, and none can be had by subtraction along a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.scoring import MINIMUM
from portal.rules.suppression import suppressed

tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 9), st.integers(0, 60)), min_size=width, max_size=width),
        min_size=1,
        max_size=7,
    )
)


def cells_and_lines(table):
    cells = {(row, column): count for row, line in enumerate(table) for column, count in enumerate(line)}
    rows = [[(row, column) for column in range(len(table[0]))] for row in range(len(table))]
    columns = [[(row, column) for row in range(len(table))] for column in range(len(table[0]))]
    return cells, rows + columns


@given(tables)
def test_no_count_from_one_to_four_is_shown_and_nought_always_is(table):
    cells, lines = cells_and_lines(table)
    hidden = suppressed(cells, lines)
    assert {cell for cell, count in cells.items() if 0 < count < MINIMUM} <= hidden
    assert not {cell for cell, count in cells.items() if count == 0} & hidden


@given(tables)
def test_what_a_line_hides_is_two_cells_or_more_and_five_or_more_unless_it_hides_all(table):
    cells, lines = cells_and_lines(table)
    hidden = suppressed(cells, lines)
    for line in lines:
        inside = [cell for cell in line if cell in hidden]
        shown = [cell for cell in line if cell not in hidden and cells[cell]]
        if inside and shown:
            assert len(inside) > 1
            assert sum(cells[cell] for cell in inside) >= MINIMUM


@given(st.lists(st.integers(MINIMUM, 50), min_size=1, max_size=6))
def test_where_nothing_is_small_nothing_is_hidden(counts):
    cells = dict(enumerate(counts))
    assert suppressed(cells, [list(cells)]) == frozenset()


def test_one_small_month_takes_the_smallest_other_with_it():
    assert suppressed({"may": 3, "june": 30, "july": 12}, [["may", "june", "july"]]) == {"may", "july"}


def test_without_a_total_beside_it_only_the_small_one_goes():
    assert suppressed({"may": 3, "june": 30}, []) == {"may"}


def test_two_lines_share_what_they_hide_where_they_can():
    # Small in May and July for one office: another office loses May and July, not two other months.
    months = {"small": [9, 3, 12, 4], "other": [18, 21, 17, 22], "large": [80, 90, 85, 88]}
    cells = {(office, month): count for office, counts in months.items() for month, count in enumerate(counts)}
    lines = [[(office, month) for month in range(4)] for office in months]
    lines += [[(office, month) for office in months] for month in range(4)]
    assert suppressed(cells, lines) == {("small", 1), ("small", 3), ("other", 1), ("other", 3)}


def test_what_is_forced_counts_as_hidden_and_needs_a_companion():
    assert suppressed({"a": 50, "b": 60, "c": 70}, [["a", "b", "c"]], forced=["b"]) == {"a", "b"}


def test_a_subtraction_that_would_tell_is_found_without_the_rule():
    counts = {"a": 2, "b": 40, "c": 30}
    shown = [count for cell, count in counts.items() if count >= MINIMUM]
    assert sum(counts.values()) - sum(shown) == 2, "hiding the small one alone tells it"
    hidden = suppressed(counts, [list(counts)])
    assert sum(counts[cell] for cell in hidden) == 32


def test_a_key_of_nought_is_a_key_like_any_other():
    assert suppressed({0: 3, 1: 9, 2: 8}, [[0, 1, 2]]) == {0, 2}
    assert suppressed({0: 6, 1: 3, 2: 8}, [[0, 1, 2]]) == {0, 1}
