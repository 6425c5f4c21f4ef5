"""`portal calendar`: what dates are counted by, changed from the console."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.commands.calendar import covered, read_notice
from portal.rules.days import notice_entry


def test_a_notice_is_read(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("\ufeffday,works,name\n2027-01-01,rest,元旦\n2027-01-10,work,元旦\n", encoding="utf-8")
    first, second = read_notice(file)
    assert (first.day, first.works, first.name) == (date(2027, 1, 1), False, "元旦")
    assert second.works


@pytest.mark.parametrize("line", ["2027-13-01,rest,x", "2027-01-01,maybe,x", "nonsense"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(f"day,works,name\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_notice(file)


def test_a_year_of_which_the_file_names_single_days_is_told_apart() -> None:
    whole = [notice_entry(date(2029, month, 1), False) for month in (1, 5, 10)]
    told = covered([notice_entry(date(2028, 12, 30), True), *whole])
    assert told.startswith("2029 replaced, single days of 2028")


def test_a_day_is_set_listed_and_taken_back(console: Any) -> None:
    assert console("calendar", "day", "2026-12-01", "rest", "--hall", "QC", "--name", "馆庆")[0] == 0
    assert console("calendar", "day", "2026-12-05", "work", "--name", "加班")[0] == 0
    year = ("list", "--year", "2026")
    _, lines = console("calendar", *year)
    assert "2026-12-05 work admin 加班" in lines
    assert lines[-1] == "2026-12-01 rest QC 馆庆"
    _, lines = console("calendar", *year, "--hall", "BY")
    assert "2026-12-05 work admin 加班" in lines
    assert "2026-12-01" not in " ".join(lines)
    console("calendar", "day", "2026-12-05", "usual")
    assert "2026-12-05" not in " ".join(console("calendar", *year)[1])


def test_a_year_without_notice_is_listed_as_an_estimate(console: Any) -> None:
    _, lines = console("calendar", "list", "--year", "2031")
    assert lines[0] == "2031-01-01 rest rule 元旦 (an estimate)"


def test_a_notice_is_imported_from_the_console(console: Any, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("day,works,name\n2027-01-10,work,元旦\n", encoding="utf-8")
    status, lines = console("calendar", "import", str(file))
    assert (status, lines[0][:37]) == (0, "1 days imported: single days of 2027 ")
    file.write_text("day,works\n2027-01-10,perhaps\n", encoding="utf-8")
    status, lines = console("calendar", "import", str(file))
    assert (status, "line 2" in lines[0]) == (1, True)


def test_a_profile_is_chosen_edited_and_shown(console: Any) -> None:
    words = ("profile", "--hall", "QC", "by_cause", "--set", "solve.hard_to_do=8", "--set", "near_days=2")
    status, lines = console("calendar", *words)
    assert (status, lines[0], lines[-1]) == (0, "QC goes by by_cause", "The date of 0 cases moved, each with an event.")
    _, shown = console("calendar", "profile", "--hall", "QC")
    assert {"solve=7", "solve.withheld=3", "solve.hard_to_do=8", "near_days=2"} <= set(shown)
    console("calendar", "profile", "--hall", "QC", "--as-shipped")
    assert "near_days=1" in console("calendar", "profile", "--hall", "QC")[1]


def test_hours_are_changed_and_shown(console: Any) -> None:
    console("calendar", "hours", "--hall", "QC", "--closes", "18:00")
    assert console("calendar", "hours", "--hall", "QC")[1] == ["QC opens 09:00, noon 12:00, closes 18:00, cutoff 16:00"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("hours", "--hall", "QC", "--closes", "8"), "hours.closes: is not a time HH:MM"),
        (("hours", "--hall", "QC", "--closes", "08:00"), "opens, then noon and cutoff, then closes"),
        (("profile", "--hall", "QC", "--set", "solve"), "'solve' is not NAME=VALUE"),
        (("profile", "--hall", "QC", "--set", "solve=0"), "solve.days: is not a whole number from 1"),
        (("day", "2026-12-01", "rest", "--hall", "XX"), "there is no hall 'XX'"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(console: Any, words: tuple[str, ...], told: str) -> None:
    status, lines = console("calendar", *words)
    assert status == 1
    assert told in lines[-1]
