"""What dates are counted by: portal calendar import, day, list, profile, hours. Each change counts open dates again."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from portal.commands import Failed, app_context, hall_named
from portal.rules.days import DayEntry, notice_entry
from portal.rules.plain_data import BadData
from portal.rules.presets import PRESETS
from portal.rules.workdays import local_day, noticed_years

if TYPE_CHECKING:
    from portal.models import Hall
    from portal.services.calendars import ListedDay

FILE = "a UTF-8 CSV with the columns day (YYYY-MM-DD), works (work or rest), name, and if wanted name_en"
WORKS = {"work": True, "rest": False, "usual": None}
TIMES = ("opens", "noon", "closes", "cutoff")
SET = "STEP=DAYS, STEP.CAUSE=DAYS, STEP.clock=noon …; without --set, what there is to set is printed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    importing = verbs.add_parser("import", help="put the State Council's notice of a year in place")
    importing.add_argument("file", type=Path, help=FILE)
    importing.add_argument("--source", default="", help="where it was published, for the record")
    importing.set_defaults(act=_import)
    day = verbs.add_parser("day", help="let one day work or rest, in one hall or as the administrator's entry for all")
    day.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD")
    day.add_argument("works", choices=list(WORKS), help="usual: take the entry back")
    day.add_argument("--hall", default="", help="the hall's code; without it the entry is for all halls")
    day.add_argument("--name", default="", help="what the day is called, for the page that explains a date")
    day.add_argument("--name-en", default="")
    day.set_defaults(act=_day)
    listing = verbs.add_parser("list", help="the days of a year that differ from a plain week, and who says so")
    listing.add_argument("--year", type=int, help="this year unless given")
    listing.add_argument("--hall", default="", help="as they are in this hall")
    listing.set_defaults(act=_list)
    _add_terms(verbs)


def _add_terms(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    profile = verbs.add_parser("profile", help="show or change a hall's deadline profile")
    profile.add_argument("code", nargs="?", choices=list(PRESETS), help="go by this preset")
    profile.add_argument("--hall", required=True, help="the hall's code")
    profile.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help=SET)
    profile.add_argument("--as-shipped", action="store_true", help="forget what the hall changed in this preset")
    profile.set_defaults(act=_profile)
    hours = verbs.add_parser("hours", help="show or change when a hall opens, closes and takes up no more that day")
    hours.add_argument("--hall", required=True, help="the hall's code")
    for name in TIMES:
        hours.add_argument(f"--{name}", metavar="HH:MM")
    hours.set_defaults(act=_hours)


def run(args: argparse.Namespace) -> int:
    with app_context():
        try:
            for line in args.act(args):
                print(line)
        except BadData as error:
            raise Failed(str(error)) from error
    return 0


def _import(args: argparse.Namespace) -> list[str]:
    from portal.services.calendars import import_notice

    try:
        entries = read_notice(args.file)
    except (OSError, ValueError) as error:
        raise Failed(f"{args.file}: {error}") from error
    moved = import_notice(entries, args.source)
    return [f"{len(entries)} days imported: {covered(entries)}.", _moved(moved)]


def _day(args: argparse.Namespace) -> list[str]:
    from portal.services.calendars import set_day

    hall_id = hall_named(args.hall).id if args.hall else None
    moved = set_day(args.day, WORKS[args.works], name=args.name, name_en=args.name_en, hall_id=hall_id)
    return [f"{args.day} {args.works} in {args.hall or 'all halls'}.", _moved(moved)]


def _list(args: argparse.Namespace) -> list[str]:
    from portal import clock
    from portal.services.calendars import listed_days

    year = args.year or local_day(clock.now()).year
    return [_line(listed) for listed in listed_days(year, hall_named(args.hall) if args.hall else None)]


def _line(listed: ListedDay) -> str:
    mark = listed.mark
    words = [str(mark.day), "work" if mark.works else "rest", listed.hall or mark.authority.value, mark.name]
    return " ".join([word for word in words if word] + ["(an estimate)"] * mark.estimated)


def _profile(args: argparse.Namespace) -> list[str]:
    from portal.rules.profile_edits import settings_of
    from portal.services.hall_rules import profile_of
    from portal.services.profiles import change_profile

    hall = hall_named(args.hall)
    code, told = args.code or hall.profile_code, []
    if args.code or args.settings or args.as_shipped:
        told = [_moved(change_profile(hall.id, code, map(_pair, args.settings), as_shipped=args.as_shipped))]
    lines = [f"{name}={value}" for name, value in settings_of(profile_of(hall.id, code))]
    return [f"{hall.code} goes by {code}", *lines, *told]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Failed(f"{text!r} is not NAME=VALUE")
    return name.strip(), value.strip()


def _hours(args: argparse.Namespace) -> list[str]:
    from portal.services.profiles import change_hours

    hall = hall_named(args.hall)
    given = {name: getattr(args, name) for name in TIMES if getattr(args, name) is not None}
    told = [_moved(change_hours(hall.id, given))] if given else []
    return [_clock(hall), *told]


def _clock(hall: Hall) -> str:
    return f"{hall.code} " + ", ".join(f"{name} {time}" for name, time in hall.hours.items())


def _moved(cases: int) -> str:
    return f"The date of {cases} cases moved, each with an event."


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
