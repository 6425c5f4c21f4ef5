"""`portal calendar import` reads a notice, or says which line it cannot read, and tells what it replaces."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
