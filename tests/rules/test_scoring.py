"""Scores: codes, tallies, rates with intervals, ranks."""

from decimal import Decimal
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.rules.scoring import (
    PUBLISHED,
    Tally,
    Weights,
    composite,
    rank,
    rate,
    satisfaction_rate,
    weights_from,
    wilson,
)
from portal.rules.vocabulary import Evidence, Level

tallies = st.dictionaries(st.sampled_from(Level), st.integers(0, 500)).map(Tally)
proportions = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_only_visits_and_a_case_s_own_reporter_count_in_the_published_score():
    assert frozenset({Evidence.VISIT, Evidence.CASE}) == PUBLISHED


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: the score interval.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(numerator, denominator, low, high):
    found = wilson(numerator, denominator)
    assert found == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # By hand with z = 2, where the roots come out even: (p + 2/n ± 2·sqrt(p(1-p)/n + 1/n²)) / (1 + 4/n).
        (1, 1, 1 / 5, 1.0),
        (0, 12, 0.0, 1 / 4),
        (12, 16, 1 / 2, 9 / 10),
        (2, 4, (1 - 0.5**0.5) / 2, (1 + 0.5**0.5) / 2),
    ],
)
def test_the_interval_is_the_one_worked_out_by_hand(numerator, denominator, low, high):
    assert wilson(numerator, denominator, z=2) == pytest.approx((low, high), abs=1e-12)


@given(proportions)
def test_the_interval_holds_the_share_and_stays_within_nought_and_one(proportion):
    numerator, denominator = proportion
    low, high = wilson(numerator, denominator)
    assert 0 <= low <= numerator / denominator <= high <= 1
    assert low < high


@given(proportions)
def test_the_interval_mirrors_when_success_and_failure_change_places(proportion):
    numerator, denominator = proportion
    low, high = wilson(numerator, denominator)
    other_low, other_high = wilson(denominator - numerator, denominator)
    assert isclose(low, 1 - other_high, abs_tol=1e-9)
    assert isclose(high, 1 - other_low, abs_tol=1e-9)


@given(proportions)
def test_the_bounds_are_where_the_score_test_just_rejects(proportion):
    # The definition itself: at a bound b the share is exactly z standard errors (of b) away.
    numerator, denominator = proportion
    share = numerator / denominator
    for bound in wilson(numerator, denominator):
        if 0 < bound < 1:
            distance = abs(share - bound)
            assert isclose(distance, 1.959963984540054 * (bound * (1 - bound) / denominator) ** 0.5, rel_tol=1e-6)


@given(proportions, st.integers(2, 20))
def test_more_of_the_same_narrows_the_interval(proportion, times):
    numerator, denominator = proportion
    low, high = wilson(numerator, denominator)
    more_low, more_high = wilson(numerator * times, denominator * times)
    assert more_high - more_low < high - low


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_proportion_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="proportion"):
        wilson(numerator, denominator)


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_under_five_no_number_is_shown_at_all(proportion):
    found = rate(*proportion)
    assert found.suppressed
    assert not found.is_empty
    assert [found.numerator, found.denominator, found.value, found.low, found.high] == [None] * 5


def test_five_are_enough_and_none_is_told_from_few():
    assert not rate(3, 5).suppressed
    assert rate(0, 0).is_empty
    assert rate(0, 0).value is None
    assert not rate(1, 1, minimum=0).suppressed
    assert rate(0, 0, minimum=0).suppressed


@given(tallies, st.decimals(0, 1, places=2))
def test_the_satisfaction_rate_shows_what_it_is_made_of(tally, weight):
    assume(tally.n >= 5)
    found = satisfaction_rate(tally, Weights(fairly_satisfied=weight))
    whole = tally.of(Level.VERY_SATISFIED) + tally.of(Level.SATISFIED)
    assert found.denominator == tally.n
    assert found.numerator == whole + weight * tally.of(Level.FAIRLY_SATISFIED)
    assert isclose(found.value, float(found.numerator) / tally.n)
    assert found.low <= found.value <= found.high


def test_a_fairly_satisfied_rating_counts_nine_tenths_exactly():
    tally = Tally({Level.SATISFIED: 3, Level.FAIRLY_SATISFIED: 3, Level.DISSATISFIED: 4})
    found = satisfaction_rate(tally)
    assert (found.numerator, found.denominator) == (Decimal("5.7"), 10)
    assert found.value == 0.57


@given(tallies, st.decimals(0, 1, places=2))
def test_the_interval_of_a_weighted_score_is_never_too_narrow(tally, weight):
    # The standard error of the scores themselves is at most that of a yes-or-no with the same mean.
    assume(tally.n > 0)
    scores = {Level.VERY_SATISFIED: 1.0, Level.SATISFIED: 1.0, Level.FAIRLY_SATISFIED: float(weight)}
    mean = float(tally.satisfied(Weights(fairly_satisfied=weight))) / tally.n
    variance = sum(tally.of(level) * (scores.get(level, 0.0) - mean) ** 2 for level in Level) / tally.n
    assert variance <= mean * (1 - mean) + 1e-9


@given(tallies, tallies)
def test_tallies_add_up(one, other):
    assert (one + other).n == one.n + other.n
    assert (one + other).satisfied() == one.satisfied() + other.satisfied()


def test_the_composite_is_the_one_worked_out_by_hand():
    # 0.1 * 18/20 + 0.4 * 16.5/20 + 0.5 * 15/20
    found = composite(rate(18, 20), rate(Decimal("16.5"), 20), rate(15, 20))
    assert found.value == pytest.approx(0.795)
    weights = Weights(contact=Decimal(0), satisfaction=Decimal("0.25"), solve=Decimal("0.75"))
    assert composite(rate(18, 20), rate(10, 20), rate(15, 20), weights).value == pytest.approx(0.6875)


@given(proportions, proportions, proportions)
def test_the_composite_lies_within_its_interval_and_among_its_parts(contact, satisfaction, solve):
    parts = [rate(*part) for part in (contact, satisfaction, solve)]
    found = composite(*parts)
    assert (found is None) == any(part.suppressed for part in parts)
    if found is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert min(p.value for p in parts) - 1e-9 <= found.value <= max(p.value for p in parts) + 1e-9


def test_a_part_without_weight_need_not_be_there():
    weights = Weights(contact=Decimal(0), satisfaction=Decimal(0), solve=Decimal(1))
    assert composite(rate(0, 0), rate(3, 4), rate(5, 10), weights).value == 0.5
    assert composite(rate(5, 10), rate(5, 10), rate(3, 4), weights) is None


def test_weights_are_read_as_a_setting_writes_them():
    assert weights_from("") == Weights()
    assert weights_from("fairly_satisfied=0.8") == Weights(fairly_satisfied=Decimal("0.8"))
    told = weights_from("contact=0.2, satisfaction=0.3\nsolve=0.5")
    assert told == Weights(contact=Decimal("0.2"), satisfaction=Decimal("0.3"))


@pytest.mark.parametrize(
    "text",
    ["contact=0.2", "fairly=0.9", "fairly_satisfied", "fairly_satisfied=2", "fairly_satisfied=-0.1", "solve=nan"],
)
def test_weights_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match=r"is not one of|add up|between"):
        weights_from(text)


def test_weights_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="add up"):
        Weights(contact=Decimal("0.2"))
    with pytest.raises(ValueError, match="between"):
        Weights(fairly_satisfied=Decimal("1.1"))


def test_few_ratings_do_not_win_by_luck():
    ranked = rank([("lucky", rate(6, 6)), ("steady", rate(190, 200)), ("tiny", rate(4, 4)), ("poor", rate(10, 100))])
    assert [(entry.place, entry.key) for entry in ranked] == [(1, "steady"), (2, "lucky"), (3, "poor"), (None, "tiny")]


def test_equal_lower_ends_share_a_place():
    ranked = rank([("a", rate(9, 10)), ("b", rate(10, 10)), ("c", rate(9, 10)), ("d", rate(5, 10))])
    assert [(entry.place, entry.key) for entry in ranked] == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]


@given(st.lists(proportions, max_size=20))
def test_a_ranking_keeps_everyone_and_never_puts_a_lower_bound_first(given_proportions):
    ranked = rank([(place, rate(*proportion)) for place, proportion in enumerate(given_proportions)])
    assert sorted(entry.key for entry in ranked) == list(range(len(given_proportions)))
    lows = [entry.rate.low for entry in ranked if entry.place is not None]
    assert lows == sorted(lows, reverse=True)
    assert all(entry.rate.suppressed == (entry.place is None) for entry in ranked)
