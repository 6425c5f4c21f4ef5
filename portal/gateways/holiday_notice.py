"""The official holiday notices as the holidays library has them: the calendar's seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

from portal.rules.days import DayEntry, LibraryDays, notice_entry
from portal.rules.statutory import Festival, statutory_entries

_FIRST_NOTICE, _LAST_LOOKED_AT = 2001, 2200
# No case is older; and how long an installation may live without a newer library before it forgets the moon.
_EARLIEST, _BEYOND = 2024, 10
_ONE_DAY = timedelta(days=1)
_NAMES = {
    "New Year's Day": Festival.NEW_YEAR,
    "Chinese New Year's Eve": Festival.SPRING_FESTIVAL,
    "Chinese New Year (Spring Festival)": Festival.SPRING_FESTIVAL,
    "Tomb-Sweeping Day": Festival.TOMB_SWEEPING,
    "Dragon Boat Festival": Festival.DRAGON_BOAT,
    "Mid-Autumn Festival": Festival.MID_AUTUMN,
    "Labor Day": Festival.LABOUR_DAY,
    "National Day": Festival.NATIONAL_DAY,
}
_ENGLISH = {
    Festival.NEW_YEAR: "New Year's Day",
    Festival.SPRING_FESTIVAL: "Spring Festival",
    Festival.TOMB_SWEEPING: "Tomb-Sweeping Day",
    Festival.LABOUR_DAY: "Labour Day",
    Festival.DRAGON_BOAT: "Dragon Boat Festival",
    Festival.MID_AUTUMN: "Mid-Autumn Festival",
    Festival.NATIONAL_DAY: "National Day",
}
# Any year in which no two festivals fall on one day gives every Chinese name.
_NAMING_YEAR = 2026


@cache
def announced_years() -> frozenset[int]:
    """The years whose official notice is in the library's data.

    Known by its make-up working days, which no rule can foresee: every notice since 2001 has them, and a year without
    one in the data is not announced, however many holidays the library works out for it.
    """
    return frozenset(day.year for day in _library(_FIRST_NOTICE, _LAST_LOOKED_AT).weekend_workdays)


@cache
def library_entries(year: int) -> tuple[DayEntry, ...]:
    """The days of a year that differ from plain weeks, in date order; never raises for 1990 to 2200.

    An announced year: every day of each holiday as the notice announces it (weekends between them too) and the make-up
    working days. Any other year: the statutory days and their replacements; the library knows the moon until 2100, so
    later years have the solar festivals only.
    """
    if year not in announced_years():
        return statutory_entries(year, _moon(year), _names())
    makeup = [notice_entry(day, True) for day in _library(year, year).weekend_workdays if day.year == year]
    return tuple(sorted([*_holidays(year), *makeup], key=lambda entry: entry.day))


def seed(first: int, last: int) -> tuple[DayEntry, ...]:
    """The entries of all years from `first` to `last`."""
    return tuple(entry for year in range(first, last + 1) for entry in library_entries(year))


@cache
def library_days() -> LibraryDays:
    """What the library says of the years this product can meet; the same until another version is installed."""
    years = announced_years()
    last = max(years) + _BEYOND
    return LibraryDays(seed(_EARLIEST, last), frozenset(year for year in years if year >= _EARLIEST))


def _library(first: int, last: int, *, language: str = "en_US", observed: bool = True) -> HolidayBase:
    # The language is named because the library otherwise follows the process's LANGUAGE.
    return country_holidays("CN", years=range(first, last + 1), language=language, observed=observed, expand=False)


def _festivals(year: int) -> Iterator[tuple[date, Festival]]:
    found = _library(year, year, observed=False)
    for day in sorted(found):
        for name in found.get_list(day):
            if name in _NAMES:
                yield day, _NAMES[name]


def _moon(year: int) -> dict[Festival, date]:
    dates: dict[Festival, date] = {}
    for day, festival in _festivals(year):
        dates.setdefault(festival, day)
    if Festival.SPRING_FESTIVAL in dates and year >= 2025:
        dates[Festival.SPRING_FESTIVAL] += _ONE_DAY
    return dates


@cache
def _names() -> dict[Festival, tuple[str, str]]:
    chinese = _library(_NAMING_YEAR, _NAMING_YEAR, language="zh_CN", observed=False)
    # The last day of each, since Spring Festival's first is New Year's Eve and has a name of its own.
    return {festival: (chinese[day], _ENGLISH[festival]) for day, festival in _festivals(_NAMING_YEAR)}


def _holidays(year: int) -> Iterator[DayEntry]:
    """Each unbroken rest that holds a festival, under the festival's name, as the notice counts its days."""
    library = _library(year - 1, year + 1)
    years = announced_years() & {year - 1, year, year + 1}
    named = {day: _names()[festival] for known in years for day, festival in _festivals(known)}

    def rests(day: date) -> bool:
        return day not in library.weekend_workdays and (day in library or day.weekday() >= 5)

    day = date(year, 1, 1)
    while day.year == year:
        name = _name_of_run(day, rests, named)
        if rests(day) and (name or day in library):
            yield notice_entry(day, False, *(name or ("", "")))
        day += _ONE_DAY


def _name_of_run(
    day: date, rests: Callable[[date], bool], named: Mapping[date, tuple[str, str]]
) -> tuple[str, str] | None:
    """The festival's own name, or the nearest one before, or else after, within the same unbroken rest."""
    for step in (-_ONE_DAY, _ONE_DAY):
        near = day
        while rests(near):
            if near in named:
                return named[near]
            near += step
    return None
