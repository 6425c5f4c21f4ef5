"""`portal reasons`: one more, one less, and all of them."""

from __future__ import annotations

from typing import Any


def test_a_reason_is_added_listed_and_retired(console: Any) -> None:
    named = ("--cause", "hard_to_do", "--name", "停不了车", "--name-en", "Nowhere to park")
    assert console("reasons", "add", "no_parking", *named, "--hall", "QC")[0] == 0
    assert console("reasons", "add", "queue", *named)[0] == 0
    lines = console("reasons", "list")[1]
    assert "hard_to_do no_parking QC 停不了车" in lines
    assert "hard_to_do queue all 停不了车" in lines
    assert "withheld late all 拖着不办，超过期限" in lines
    assert console("reasons", "retire", "late")[0] == 0
    assert "withheld late all 拖着不办，超过期限 (retired)" in console("reasons", "list")[1]


def test_what_cannot_be_is_told_in_a_sentence(console: Any) -> None:
    named = ("--cause", "withheld", "--name", "晚了", "--name-en", "Late")
    assert console("reasons", "add", "late", *named)[0] == 1
    assert console("reasons", "add", "later", *named, "--hall", "XX") == (1, ["portal: there is no hall 'XX'"])
    assert console("reasons", "retire", "nothing")[0] == 1
