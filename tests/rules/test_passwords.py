"""What a password must be, how long the next try waits, and one-time codes as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.codes import SYMBOLS
from portal.rules.passwords import (
    PasswordFault,
    format_reset_code,
    new_reset_code,
    normalised,
    parse_reset_code,
    password_fault,
    seconds_to_wait,
)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", PasswordFault.TOO_SHORT),
        ("abc-12345", PasswordFault.TOO_SHORT),
        ("早上七点的菜市场人最少", None),
        ("correct horse", None),
        ("x" * 201, PasswordFault.TOO_LONG),
        ("LiXiaowen!2026", PasswordFault.HAS_LOGIN),
        ("aaaaaaaaaaaa", PasswordFault.TOO_PLAIN),
        ("1212121212", PasswordFault.TOO_PLAIN),
        ("1234567890", PasswordFault.TOO_PLAIN),
        ("abcdefghijkl", PasswordFault.TOO_PLAIN),
        ("0987654321", PasswordFault.TOO_PLAIN),
        ("1234567809", None),
    ],
)
def test_a_new_password_is_long_and_not_one_of_the_first_guesses(password: str, fault: PasswordFault | None) -> None:
    assert password_fault(password, "lixiaowen") is fault


def test_the_same_characters_from_two_keyboards_are_the_same_password() -> None:
    assert normalised("cafe\u0301") == normalised("caf\u00e9")


def test_waiting_doubles_from_one_second_to_a_minute() -> None:
    assert [seconds_to_wait(failed) for failed in range(9)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert seconds_to_wait(10**9) == 60


@given(st.lists(st.integers(0, 31), min_size=16, max_size=16), st.booleans())
def test_a_one_time_code_is_read_back_from_its_printed_form(places: list[int], lower: bool) -> None:
    code = new_reset_code(lambda _: places.pop(0))
    printed = format_reset_code(code)
    assert parse_reset_code(printed.lower() if lower else printed) == code
    assert parse_reset_code(printed.replace("0", "O").replace("1", "l").replace("-", " ")) == code
    assert parse_reset_code(printed[:-1]) is None


def test_what_is_no_code_is_none() -> None:
    assert new_reset_code() != new_reset_code()
    assert set(new_reset_code()) <= set(SYMBOLS)
    assert [parse_reset_code(text) for text in ("", "u" * 16, "0" * 17, "中" * 16, "x" * 10_000)] == [None] * 5
