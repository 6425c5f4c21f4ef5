"""Telephone numbers as people write them, and as they are kept."""

import pytest

from portal.rules.phones import parse_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0086 13800000000", "13800000000"),
        ("010-62345678", "010-62345678"),
        ("(0755) 26543210", "0755-26543210"),
        ("010 6234 5678 转 12", "010-62345678 ext. 12"),
        ("62345678", "62345678"),
        ("5550123", "5550123"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("+852 2345 6789", "+852 2345 6789"),
    ],
)
def test_a_number_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert parse_phone(typed) == kept
    assert parse_phone(kept) == kept


@pytest.mark.parametrize(
    "typed", ["", "138", "13800", "1380000000", "138000000001", "abc", "+", "110", "12345", "9" * 500]
)
def test_what_nobody_answers_is_no_number(typed: str) -> None:
    assert parse_phone(typed) is None
