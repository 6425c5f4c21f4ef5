"""What is searched for, and in what form it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.bigrams import BORDER, find_in, folded, grams, phrases

TEXTS = st.text("医保报销办事ＡaéÉ１1，。 -\n\U0002cc56😀�", max_size=12) | st.text(max_size=12)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("异地就医 备案！", "异地就医备案"),
        ("ＡＢＣ１２３", "abc123"),
        ("1008-0314", "10080314"),
        ("“办不成事”", "办不成事"),
        ("Straße", "strasse"),
        ("（，。；）", ""),
        ("\U0002cc56\ue000", "\U0002cc56\ue000"),
    ],
)
def test_case_width_spaces_and_punctuation_do_not_matter(text: str, kept: str) -> None:
    assert folded(text) == kept


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(TEXTS, max_size=4))
def test_grams_are_plain_words_that_no_tokeniser_splits(texts: list[str]) -> None:
    assert all(gram.isascii() and gram.isalnum() and gram == gram.lower() for gram in grams(texts))


def test_no_pair_stands_on_both_sides_of_a_border() -> None:
    one, two = grams(["甲乙"]), grams(["乙丙"])
    both = grams(["甲乙", "乙丙"])
    assert both[:4] == [one[0], BORDER, two[0], BORDER]


def test_a_word_of_one_character_asks_for_that_character() -> None:
    assert phrases("电 梯井") == [[grams(["电"])[-1]], grams(["梯井"])[:1]]
    assert phrases("，。 -") == []


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_found_in_a_text_is_what_was_asked_for(before: str, word: str, after: str) -> None:
    word = "".join(word.split())
    found = find_in(before + word + after, word)
    # A text is folded sign by sign, to know its places: what only signs together become is not found.
    if folded(word) and folded(word) == "".join(map(folded, word)):
        assert found is not None
    if found is not None:
        assert folded(word) in folded((before + word + after)[found[0] : found[1]])


def test_the_part_that_matched_is_given_in_the_texts_own_characters() -> None:
    text = "第三趟说：房东，也要来。"
    start, end = find_in(text, "房东也要") or (0, 0)
    assert text[start:end] == "房东，也要"
    assert find_in(text, "没有的 房东") == (5, 7)
    assert find_in(text, "没有的") is None
    assert find_in(text, "！") is None
