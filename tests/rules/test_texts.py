"""Cleaning text and finding numbers that do not belong in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.codes import format_code, tracking_code
from portal.rules.texts import Cleaned, SensitiveKind, clean, clean_line, is_bank_card, is_id_card, sensitive_numbers

# Dense in what makes trouble, so that neighbours meet.
TROUBLE = (
    "a 张\n\r\t\u200b\u200c\u200d\ufe0f\ufe0e👨👩🏽🏴❤"
    "\u0301\u0327\u202e\u2066\ufeff\u180eᠠ\u2329\U000e0067\U000e007f\ud800\u3000\x00é"
)
troubled = st.text(TROUBLE, max_size=40) | st.text(st.characters(), max_size=40)

FAMILY = "👨\u200d👩\u200d👧"
RAINBOW = "🏳\ufe0f\u200d🌈"
NURSE = "👩🏽\u200d⚕\ufe0f"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def cleaned(text):
    return clean(text, 1000).text


@given(troubled)
def test_cleaning_twice_changes_nothing(text):
    assert cleaned(cleaned(text)) == cleaned(text)
    line = clean_line(text, 100).text
    assert clean_line(line, 100).text == line


@given(troubled)
def test_clean_text_can_be_stored_and_hides_nothing(text):
    result = cleaned(text)
    result.encode("utf-8")
    assert unicodedata.is_normalized("NFC", result)
    for character in result:
        assert character == "\n" or unicodedata.category(character) != "Cc"
        assert character not in "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    assert result == result.strip()
    assert "\n\n\n\n" not in result


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1).filter(lambda t: t.strip()))
def test_letters_figures_and_signs_survive_but_for_normalising(text):
    visible = unicodedata.normalize("NFC", text)
    assert sorted(set(visible) - set(cleaned(text)) - set("\u115f\u1160\u3164\uffa0\u2800")) == []


@given(troubled, st.integers(1, 20))
def test_the_limit_counts_code_points_after_cleaning_and_nothing_is_cut(text, limit):
    result = clean(text, limit)
    assert result.text == cleaned(text)
    assert result.too_long_by == max(0, len(result.text) - limit)


@pytest.mark.parametrize("emoji", [FAMILY, RAINBOW, NURSE, ENGLAND, "❤\ufe0f\u200d🔥", "🇨🇳", "1\ufe0f\u20e3", "👍🏽"])
def test_an_emoji_made_of_several_signs_stays_whole(emoji):
    assert cleaned(f"好{emoji}的") == f"好{emoji}的"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张\u200d三", "张三"),
        ("👨\u200d三", "👨三"),
        ("👨\u200d\u200d👩", "👨👩"),
        ("\u200d👩", "👩"),
        ("a\ufe0f\u200d👩", "a\ufe0f👩"),
        ("a\U000e0067\U000e007fb", "ab"),
        ("金\u202e额\u202c", "金额"),
        ("身\u200b份\ufeff证", "身份证"),
        ("e\u0301", "é"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("a\tb\x00c\x1b[0m", "a bc[0m"),
        ("行末  \u3000\n下", "行末\n下"),
        ("一\n\n\n二", "一\n\n\n二"),
        ("一\n\n\n\n\n\n二", "一\n\n\n二"),
        ("\n \u3000前后\n\n", "前后"),
        ("\ud83d坏", "坏"),
        ("𬱖某和\ue000", "𬱖某和\ue000"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("ᠠ\u180eᠠ x\u180ey", "ᠠ\u180eᠠ xy"),
        ("z" + "\u0335" * 50, "z" + "\u0335" * 8),
    ],
)
def test_cleaning_by_example(text, expected):
    assert cleaned(text) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n\u3000\n", "\u200b\u200d\ufeff", "\u3164\u2800", "\ufe0f", "\x00\x01"])
def test_what_shows_nothing_is_empty(text):
    assert clean(text, 10) == clean_line(text, 10) == Cleaned("", 0)


def test_a_character_beyond_the_basic_plane_counts_once():
    assert clean("𬱖" * 10, 10).too_long_by == 0
    assert clean("𬱖" * 11, 10).too_long_by == 1


@pytest.mark.parametrize(
    "unit", ["办", " ", "\n", "\u0301\u0327", "\u200d", "👨\u200d", "1 ", "1", "\U000e0041", "\ufe0f", "1234 ", "\r"]
)
def test_a_megabyte_of_anything_is_cleaned_without_growing(unit):
    text = unit * (1_000_000 // len(unit))
    result = clean(text, 1000)
    assert len(result.text) <= len(text)
    assert len(sensitive_numbers(text)) == 0


def test_a_line_has_no_line_ends():
    assert clean_line(" 张 \n\n 三\t丰 ", 10).text == "张 三 丰"


# The example GB 11643-1999 gives itself. By hand: the digits times the weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2
# sum to 167 = 15 * 11 + 2, and the check sign for a remainder of 2 is X.
ID = "11010519491231002X"


def luhn_complete(digits):
    return next(digits + last for last in "0123456789" if is_bank_card(digits + last))


def kinds(text):
    return [number.kind for number in sensitive_numbers(text)]


def test_the_standard_s_own_identity_number_is_known_and_a_wrong_one_is_not():
    assert is_id_card(ID)
    assert not is_id_card("110105194912310021")
    assert not is_id_card("11010519491331002X")


def test_luhn_knows_a_published_test_number():
    assert is_bank_card("4111111111111111")
    assert not is_bank_card("4111111111111112")
    assert not is_bank_card("411111111111111")


@pytest.mark.parametrize(
    "written",
    [ID, ID.lower(), "110105 19491231 002X", "110105-1949-1231-002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_an_identity_number_is_found_and_its_place_told(written):
    text = f"我叫张三，{written}，住清川。"
    (found,) = sensitive_numbers(text)
    assert found.kind is SensitiveKind.ID_CARD
    assert text[found.start : found.end] == written


@given(st.integers(10**14, 10**18 - 1).map(lambda rest: luhn_complete("6" + str(rest)[:17])))
def test_a_bank_card_is_found_written_together_and_in_fours(card):
    if is_id_card(card):
        return
    assert kinds(f"卡号{card}，请退到这张卡") == [SensitiveKind.BANK_CARD]
    grouped = " ".join(card[start : start + 4] for start in range(0, len(card), 4))
    assert kinds(f"卡号 {grouped}。") == [SensitiveKind.BANK_CARD]


@given(st.binary(min_size=16, max_size=16))
def test_our_own_tracking_code_is_neither(key):
    code = tracking_code(b"p" * 32, key)
    for written in (code, format_code(code), format_code(code).replace(" ", "-"), format_code(code) + " 谢谢"):
        assert kinds(f"我的查询码是{written}") == []


@pytest.mark.parametrize(
    "text", ["13812345678", "010-62345678", "1234-5678", "2026年10月8日", "办件编号 20261008000123456", "", "𬱖" * 20]
)
def test_phones_dates_and_application_numbers_are_left_alone(text):
    assert kinds(text) == []


def test_several_numbers_come_in_order():
    assert kinds(f"{luhn_complete('622202123456789')}和{ID}") == [SensitiveKind.BANK_CARD, SensitiveKind.ID_CARD]
