"""The working-day calendar: which days count, on whose word, and how to count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from portal.rules.days import DayEntry, DayKind
from portal.rules.statutory import statutory_entries

# China has kept one offset the whole year since 1992, so a fixed zone is exact and needs no time-zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
ONE_DAY = timedelta(days=1)


class Authority(StrEnum):
    """Who says so; the first that has an entry for a day decides it."""

    HALL = "hall"
    ADMIN = "admin"
    NOTICE = "notice"
    LIBRARY = "library"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class DayMark:
    """What one day is: does it work, why, who says so, and is that only an estimate (按现行安排推算)?"""

    day: date
    works: bool
    reason: DayKind
    authority: Authority
    name: str = ""
    name_en: str = ""
    estimated: bool = False


Layer = Mapping[date, DayEntry]


def _layer(entries: Iterable[DayEntry]) -> Layer:
    return MappingProxyType({entry.day: entry for entry in entries})


@lru_cache(maxsize=512)
def _solar_rule(year: int) -> Layer:
    return _layer(statutory_entries(year))


def noticed_years(entries: Iterable[DayEntry]) -> frozenset[int]:
    """The years that a notice among these entries covers: those whose 1 January, 1 May and 1 October all rest.

    Every notice of the State Council names these three, while a stray line of the next year's notice (a make-up day in
    December) does not, so a part of a notice never passes for the whole.
    """
    rests = {entry.day for entry in entries if not entry.works}
    years = {day.year for day in rests}
    return frozenset(year for year in years if {date(year, month, 1) for month in (1, 5, 10)} <= rests)


@dataclass(frozen=True, eq=False)
class Calendar:
    """All that is known about days; made by `Calendar.of`, never changed afterwards."""

    hall: Layer = field(default_factory=dict)
    admin: Layer = field(default_factory=dict)
    notice: Layer = field(default_factory=dict)
    library: Layer = field(default_factory=dict)
    announced: frozenset[int] = frozenset()
    noticed: frozenset[int] = frozenset()
    seeded: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        hall: Iterable[DayEntry] = (),
        admin: Iterable[DayEntry] = (),
        notice: Iterable[DayEntry] = (),
        library: Iterable[DayEntry] = (),
        announced: Iterable[int] = (),
    ) -> Calendar:
        """A calendar from each authority's entries; `announced` are the years the library knows the official notice of.

        Within one authority the last entry for a day wins. An announced year without one entry in `library` was not
        loaded: it is treated as not announced rather than as a year without holidays.
        """
        notice_layer, library_layer = _layer(notice), _layer(library)
        seeded = frozenset(day.year for day in library_layer)
        return cls(
            hall=_layer(hall),
            admin=_layer(admin),
            notice=notice_layer,
            library=library_layer,
            announced=frozenset(announced) & seeded,
            noticed=noticed_years(notice_layer.values()),
            seeded=seeded,
        )

    def is_announced(self, year: int) -> bool:
        """Is the State Council's notice for this year known, from the library's data or imported?"""
        return year in self.announced or year in self.noticed

    def mark(self, day: date) -> DayMark:
        """What this day is: hall's own entry > administrator's > imported notice > library > the law's own rule.

        An imported notice that covers the year replaces the library's whole year, so that an estimate made before the
        notice cannot live on between its lines. In a year without any notice the days follow the weekend, the statutory
        days and their replacements (全国年节及纪念日放假办法, State Council Order 795), marked estimated.
        """
        entry, authority = self._entry(day)
        estimated = authority is Authority.RULE
        if entry is None:
            rests = day.weekday() >= 5
            kind = DayKind.WEEKEND if rests else DayKind.WORKDAY
            return DayMark(day, not rests, kind, authority, estimated=estimated)
        return DayMark(day, entry.works, entry.kind, authority, entry.name, entry.name_en, estimated)

    def _entry(self, day: date) -> tuple[DayEntry | None, Authority]:
        for layer, authority in (
            (self.hall, Authority.HALL),
            (self.admin, Authority.ADMIN),
            (self.notice, Authority.NOTICE),
        ):
            if day in layer:
                return layer[day], authority
        if day.year in self.noticed:
            return None, Authority.NOTICE
        if day.year in self.announced:
            return self.library.get(day), Authority.LIBRARY
        rule = self.library if day.year in self.seeded else _solar_rule(day.year)
        return rule.get(day), Authority.RULE

    def works(self, day: date) -> bool:
        """Is this a working day?"""
        entry, _ = self._entry(day)
        return day.weekday() < 5 if entry is None else entry.works

    def add_workdays(self, start: date, days: int) -> date:
        """The day on which a term of `days` working days ends.

        The day it starts never counts, whatever it is; the next working day is day 1 (Civil Code 201; Administrative
        Licensing Law 82: days are working days, without statutory holidays). Raises ValueError when days < 1.
        """
        if days < 1:
            raise ValueError("a term has at least one working day")
        day = start
        while days:
            day += ONE_DAY
            days -= self.works(day)
        return day

    def count_workdays(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 when `until` is not later."""
        return sum(self.works(day) for day in days_between(after + ONE_DAY, until))

    def strip(self, first: date, last: date) -> tuple[DayMark, ...]:
        """The marks of whole weeks, Monday to Sunday, that hold both days."""
        monday = first - timedelta(days=first.weekday())
        sunday = last + timedelta(days=6 - last.weekday())
        return tuple(self.mark(day) for day in days_between(monday, sunday))


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included; nothing when `last` is earlier."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def local_day(instant: datetime) -> date:
    """The day in Shanghai on which this instant falls. Raises ValueError for a naive datetime."""
    return _aware(instant).astimezone(SHANGHAI).date()


def local_time(instant: datetime) -> time:
    """The wall clock in Shanghai at this instant. Raises ValueError for a naive datetime."""
    return _aware(instant).astimezone(SHANGHAI).time()


def instant_at(day: date, clock: time) -> datetime:
    """The instant, in UTC, at which Shanghai's clocks show this time on this day."""
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant
