"""Codes, numbers and keys."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.codes import (
    CLAIM_LENGTH,
    SYMBOLS,
    CodeFault,
    claim_fingerprint,
    code_fingerprint,
    damm_digit,
    format_case_number,
    format_claim,
    format_code,
    format_poster_number,
    new_case_number,
    new_claim,
    new_slug,
    new_submission_key,
    order_number,
    parse_case_number,
    parse_claim,
    parse_code,
    parse_slug,
    parse_submission_key,
    submission_fingerprint,
    tracking_code,
)

PEPPER = b"p" * 32
keys = st.binary(min_size=16, max_size=16)
codes = keys.map(lambda key: tracking_code(PEPPER, key))
claims = st.integers(0).map(lambda seed: new_claim(random.Random(seed).randrange))
FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")
SPOKEN = str.maketrans(string.digits, "零一二三四五六七八九")


def test_the_check_digit_is_damm_s():
    # The example of Damm's dissertation and of every description of it: 572 has check digit 4.
    assert damm_digit("572") == "4"
    assert damm_digit("5724") == "0"
    assert damm_digit("5727") != "0"


@given(st.text(string.digits, min_size=1, max_size=30), st.data())
def test_every_single_wrong_digit_is_caught(digits, data):
    right = digits + damm_digit(digits)
    place = data.draw(st.integers(0, len(right) - 1))
    for wrong in set(string.digits) - {right[place]}:
        assert damm_digit(right[:place] + wrong + right[place + 1 :]) != "0"


@given(st.text(string.digits, min_size=1, max_size=30))
def test_every_adjacent_swap_is_caught(digits):
    right = digits + damm_digit(digits)
    for place in range(len(right) - 1):
        if right[place] != right[place + 1]:
            swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
            assert damm_digit(swapped) != "0"


@given(keys)
def test_a_tracking_code_is_twenty_digits_and_the_same_for_the_same_key(key):
    code = tracking_code(PEPPER, key)
    assert len(code) == 20
    assert code.isdigit()
    assert code == tracking_code(PEPPER, key)
    assert code != tracking_code(b"q" * 32, key)


def test_a_tracking_code_never_changes_from_release_to_release():
    # Worked out apart from this code, with openssl and a big-number calculator: receipts on paper depend on it.
    assert tracking_code(PEPPER, bytes(16)) == "10363409485985557010"


@given(codes)
def test_a_code_survives_every_way_of_writing_it(code):
    for written in (
        code,
        format_code(code),
        format_code(code).replace(" ", "-"),
        format_code(code).replace(" ", "－"),
        f"  {format_code(code)}\n",
        "\u3000".join(format_code(code).translate(FULL_WIDTH).split()),
        code.translate(SPOKEN),
        code.replace("1", "幺").replace("2", "两").replace("0", "〇"),
    ):
        assert parse_code(written) == code


@given(codes)
def test_a_code_is_found_in_what_was_pasted(code):
    assert parse_code(f"查询码：{format_code(code)}") == code
    assert parse_code(f"https://example.cn/track#{code}") == code
    assert parse_code(f"编号 1234-5678，查询码 {format_code(code)}，请收好") == code


@given(codes, st.integers(0, 19), st.integers(1, 9))
def test_a_code_with_one_wrong_digit_says_so(code, place, by):
    wrong = str((int(code[place]) + by) % 10)
    assert parse_code(format_code(code[:place] + wrong + code[place + 1 :])) is CodeFault.CHECK_DIGIT


@given(codes)
def test_what_is_wrong_with_a_code_is_told_apart(code):
    assert parse_code("") is CodeFault.EMPTY
    assert parse_code(" - \u3000") is CodeFault.EMPTY
    assert parse_code(code[:-1]) is CodeFault.TOO_SHORT
    assert parse_code(code + "0") is CodeFault.TOO_LONG
    assert parse_code("1" * 1_000_000) is CodeFault.TOO_LONG
    assert parse_code(code[:-1] + "x") is CodeFault.NOT_DIGITS
    assert parse_code("我忘了") is CodeFault.NOT_DIGITS


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_right_code_or_a_reason(text):
    found = parse_code(text)
    assert isinstance(found, CodeFault) or (len(found) == 20 and damm_digit(found) == "0")


def test_a_fault_never_passes_for_a_code():
    assert not any(isinstance(fault, str) for fault in CodeFault)


@given(codes, keys)
def test_what_is_stored_differs_by_pepper_and_by_purpose(code, key):
    assert len(code_fingerprint(PEPPER, code)) == 64
    assert code_fingerprint(PEPPER, code) != code_fingerprint(b"q" * 32, code)
    assert code_fingerprint(PEPPER, code) != claim_fingerprint(PEPPER, code)
    assert len(submission_fingerprint(PEPPER, key)) == 64


def test_a_short_pepper_is_refused():
    with pytest.raises(ValueError, match="pepper"):
        tracking_code(b"short", bytes(16))


def test_a_fresh_submission_key_is_read_back_and_no_two_are_alike():
    fresh = {new_submission_key() for _ in range(100)}
    assert len({parse_submission_key(key) for key in fresh}) == 100
    assert all(len(parse_submission_key(key)) == 16 for key in fresh)


@given(st.text(max_size=30) | st.text(string.ascii_letters + string.digits + "-_=", min_size=20, max_size=24))
def test_a_forged_submission_key_is_none_or_sixteen_bytes(text):
    key = parse_submission_key(text)
    assert key is None or len(key) == 16


def test_a_submission_key_has_exactly_one_spelling():
    key = "A" * 22
    assert parse_submission_key(key) == bytes(16)
    assert [parse_submission_key("A" * 21 + last) for last in "BCDP"] == [None] * 4
    assert parse_submission_key("A" * 21 + "+") is None


@given(st.integers(0))
def test_a_slug_is_read_as_printed_and_as_people_type_it(seed):
    slug = new_slug(random.Random(seed).randrange)
    assert len(slug) == 8
    assert set(slug) <= set(SYMBOLS)
    typed = slug.upper().replace("0", "O").replace("1", "I")
    assert parse_slug(slug) == parse_slug(typed) == parse_slug(f" {slug[:4]}-{slug[4:]} ") == slug
    assert parse_slug(slug.replace("1", "l").replace("0", "o")) == slug


@pytest.mark.parametrize(
    "forged", ["", "abc", "abcdefgh9", "uuuuuuuu", "../../et", "abcd efg", "编号编号编号编号", "a" * 9999]
)
def test_a_forged_slug_is_none(forged):
    assert parse_slug(forged) is None


@given(st.integers(0, 9 * 10**7 - 1))
def test_a_case_number_is_read_back_however_it_is_written(draw):
    number = new_case_number(lambda below: draw % below)
    assert len(number) == 9
    digits = number.replace("-", "")
    assert digits[0] != "0"
    assert format_case_number(digits) == number
    for written in (number, digits, f"{digits[:4]} {digits[4:]}", digits.translate(FULL_WIDTH), f" {number}\n"):
        assert parse_case_number(written) == number


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "0123-4567", "abcd-efgh", "1" * 9999])
def test_what_is_no_case_number_is_none(text):
    assert parse_case_number(text) is None


def test_a_work_order_is_numbered_under_its_case():
    assert order_number("1234-5678", 2) == "1234-5678-2"


@given(claims)
def test_a_claim_is_read_as_printed_and_as_people_type_it(claim):
    assert len(claim) == CLAIM_LENGTH
    assert parse_claim(claim) == parse_claim(format_claim(claim)) == claim
    assert parse_claim(format_claim(claim).replace("0", "O").replace("1", "L")) == claim


@given(claims)
def test_every_single_wrong_symbol_and_adjacent_swap_of_a_claim_is_caught(claim):
    for place in range(CLAIM_LENGTH):
        for wrong in set(SYMBOLS) - {claim[place]}:
            assert parse_claim(claim[:place] + wrong + claim[place + 1 :]) is CodeFault.CHECK_DIGIT
    for place in range(CLAIM_LENGTH - 1):
        if claim[place] != claim[place + 1]:
            swapped = claim[:place] + claim[place + 1] + claim[place] + claim[place + 2 :]
            assert parse_claim(swapped) is CodeFault.CHECK_DIGIT


@given(claims)
def test_what_is_wrong_with_a_claim_is_told_apart(claim):
    assert parse_claim(" ") is CodeFault.EMPTY
    assert parse_claim(claim[:-1]) is CodeFault.TOO_SHORT
    assert parse_claim(claim + "0") is CodeFault.TOO_LONG
    assert parse_claim(claim[:-1] + "u") is CodeFault.NOT_DIGITS


def test_a_poster_number_looks_as_printed():
    assert format_poster_number("QC", 3) == "QC-0003"
