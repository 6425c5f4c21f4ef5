"""One day as some authority has it, and why it works or rests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any


class DayKind(StrEnum):
    """Why a day works or rests."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    MAKEUP = "makeup"
    HOLIDAY = "holiday"
    REPLACEMENT = "replacement"
    HALL_OPEN = "hall_open"
    HALL_CLOSED = "hall_closed"
    ADMIN_OPEN = "admin_open"
    ADMIN_CLOSED = "admin_closed"


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day as some authority has it."""

    day: date
    works: bool
    kind: DayKind
    name: str = ""
    name_en: str = ""


def hall_entry(day: date, works: bool, name: str = "", name_en: str = "") -> DayEntry:
    """A hall's own day, such as a local festival or an open Saturday."""
    return DayEntry(day, works, DayKind.HALL_OPEN if works else DayKind.HALL_CLOSED, name, name_en)


def admin_entry(day: date, works: bool, name: str = "", name_en: str = "") -> DayEntry:
    """A day entered by an administrator for all halls."""
    return DayEntry(day, works, DayKind.ADMIN_OPEN if works else DayKind.ADMIN_CLOSED, name, name_en)


def notice_entry(day: date, works: bool, name: str = "", name_en: str = "") -> DayEntry:
    """A day of an official notice: a make-up working day (调休上班), or a day of the holiday it announces."""
    return DayEntry(day, works, DayKind.MAKEUP if works else DayKind.HOLIDAY, name, name_en)


@dataclass(frozen=True, slots=True)
class LibraryDays:
    """All that a holidays library says: the days that differ from plain weeks, the years whose notice it knows."""

    entries: tuple[DayEntry, ...]
    announced: frozenset[int]

    @property
    def digest(self) -> str:
        """Another text as soon as one day or year differs."""
        return sha256(json.dumps(self.to_json(), ensure_ascii=False).encode()).hexdigest()

    def to_json(self) -> list[Any]:
        """As plain data: the years, and each day as [date, works, kind, name, name in English]."""
        rows = [[e.day.isoformat(), e.works, e.kind.value, e.name, e.name_en] for e in self.entries]
        return [sorted(self.announced), rows]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> LibraryDays:
        """Back from `to_json`."""
        years, rows = data
        entries = (DayEntry(date.fromisoformat(day), works, DayKind(kind), *names) for day, works, kind, *names in rows)
        return cls(tuple(entries), frozenset(years))
