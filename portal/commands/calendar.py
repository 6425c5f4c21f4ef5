"""Imports the State Council's holiday notice of a year, and counts every open date again."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from portal.commands import app_context
from portal.rules.days import DayEntry, notice_entry
from portal.rules.workdays import noticed_years

HELP = "a UTF-8 CSV with the columns day (YYYY-MM-DD), works (work or rest), name, and if wanted name_en"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`portal calendar import FILE`."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    importing = verbs.add_parser("import", help="put an official notice in place")
    importing.add_argument("file", type=Path, help=HELP)
    importing.add_argument("--source", default="", help="where it was published, for the record")


def run(args: argparse.Namespace) -> int:
    """Read the file, import it, and say what moved."""
    from portal.services.calendars import import_notice

    try:
        entries = read_notice(args.file)
    except (OSError, ValueError) as error:
        print(f"portal calendar: {args.file}: {error}")
        return 1
    with app_context():
        moved = import_notice(entries, args.source)
    print(f"{len(entries)} days imported: {covered(entries)}.")
    print(f"The date of {moved} cases moved, each with an event.")
    return 0


def covered(entries: list[DayEntry]) -> str:
    """Which years the file replaces, and of which it only names some days."""
    whole = noticed_years(entries)
    parts = {entry.day.year for entry in entries} - whole
    told = [f"{year} replaced" for year in sorted(whole)]
    told += [f"single days of {year} (1 January, 1 May and 1 October do not all rest)" for year in sorted(parts)]
    return ", ".join(told)


def read_notice(file: Path) -> list[DayEntry]:
    """The days of a notice. Raises ValueError that names the line, OSError."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = [_entry(row, number) for number, row in enumerate(csv.DictReader(lines), start=2)]
    if not found:
        raise ValueError("there is no day in it")
    return found


def _entry(row: dict[str, str], number: int) -> DayEntry:
    try:
        day = date.fromisoformat((row.get("day") or "").strip())
        works = {"work": True, "rest": False}[(row.get("works") or "").strip().lower()]
    except (ValueError, KeyError):
        raise ValueError(f"line {number} is not like 2027-01-01,rest,…") from None
    return notice_entry(day, works, (row.get("name") or "").strip(), (row.get("name_en") or "").strip())
