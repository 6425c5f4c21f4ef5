"""How alike two texts are."""

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.likeness import likeness, pairs, share_found


def test_pairs_pass_over_case_width_and_punctuation() -> None:
    assert pairs("异地 就医") == pairs("异地就医") == {"异地", "地就", "就医"}
    assert pairs("ＡＢ，c") == {"ab", "bc"}
    assert pairs("医") == {"医"}
    assert pairs(" ，。") == frozenset()


def test_the_share_found_is_of_what_was_wanted() -> None:
    assert share_found(pairs("就医"), "异地就医备案") == 1
    assert share_found(pairs("异地看病"), "异地就医备案") == 1 / 3
    assert share_found(frozenset(), "异地就医备案") == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_between_nothing_and_the_same_and_has_no_sides(one: str, other: str) -> None:
    a, b = pairs(one), pairs(other)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == (1 if a else 0)
