"""What the law alone says about a year's days, for years whose official notice is not out yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.rules.days import DayEntry, DayKind


class Festival(StrEnum):
    """The seven holidays of all citizens (全国年节及纪念日放假办法, article 2)."""

    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    TOMB_SWEEPING = "tomb_sweeping"
    LABOUR_DAY = "labour_day"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"


# Which days of each: first day counted from the festival's date, number of days. Order 795 of November 2024, in force
# from 2025: Spring Festival starts on New Year's Eve and has four days, Labour Day two.
_DAYS = {
    Festival.NEW_YEAR: (0, 1),
    Festival.SPRING_FESTIVAL: (-1, 4),
    Festival.TOMB_SWEEPING: (0, 1),
    Festival.LABOUR_DAY: (0, 2),
    Festival.DRAGON_BOAT: (0, 1),
    Festival.MID_AUTUMN: (0, 1),
    Festival.NATIONAL_DAY: (0, 3),
}


def statutory_entries(
    year: int,
    moon: Mapping[Festival, date] | None = None,
    names: Mapping[Festival, tuple[str, str]] | None = None,
) -> tuple[DayEntry, ...]:
    """The statutory days of a year and the working days given for those on a weekend; no make-up days. In date order.

    `moon` gives the dates that follow the moon and the sun (Spring Festival's is the first day of the first month);
    those not given are left out. Source: Order 795, articles 2 and 6 (a holiday on a weekend is 补假): the replacement
    is the first free working day afterwards. Two festivals on one weekend day give two days back, as the notice for
    2009 did (3 October); two on one working day give nothing further: the law promises none.
    """
    holidays = _holidays(year, moon or {})
    called = names or {}
    taken: dict[date, DayEntry] = {}
    for day, festival in holidays:
        taken.setdefault(day, DayEntry(day, False, DayKind.HOLIDAY, *called.get(festival, ("", ""))))
    for day, festival in holidays:
        if day.weekday() >= 5:
            free = _free_workday(day, taken)
            taken[free] = DayEntry(free, False, DayKind.REPLACEMENT, *called.get(festival, ("", "")))
    return tuple(taken[day] for day in sorted(taken))


def _holidays(year: int, moon: Mapping[Festival, date]) -> list[tuple[date, Festival]]:
    starts = {
        Festival.NEW_YEAR: date(year, 1, 1),
        Festival.LABOUR_DAY: date(year, 5, 1),
        Festival.NATIONAL_DAY: date(year, 10, 1),
        **moon,
    }
    return sorted(
        (start + timedelta(days=_DAYS[festival][0] + offset), festival)
        for festival, start in starts.items()
        for offset in range(_DAYS[festival][1])
    )


def _free_workday(day: date, taken: Mapping[date, DayEntry]) -> date:
    while day.weekday() >= 5 or day in taken:
        day += timedelta(days=1)
    return day
