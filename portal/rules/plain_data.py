"""Reading settings that people edit (JSON) strictly: a typing error is told, never guessed around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time
from enum import StrEnum
from typing import Any, TypeVar

Word = TypeVar("Word", bound=StrEnum)

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class BadData(ValueError):
    """A setting does not make sense; `place` names it, for a form to put the message beside it."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


def mapping(value: Any, place: str, known: Iterable[str]) -> Mapping[str, Any]:
    """The value, when it is a mapping with no key but the known ones."""
    if not isinstance(value, Mapping):
        raise BadData(place, "is not a mapping")
    if unknown := set(value) - set(known):
        raise BadData(place, f"unknown {sorted(map(str, unknown))}")
    return value


def clock(value: Any, place: str) -> time:
    """A local time of day written "HH:MM"."""
    if not isinstance(value, str) or not (found := _CLOCK.fullmatch(value)):
        raise BadData(place, "is not a time HH:MM")
    return time(int(found[1]), int(found[2]))


def whole(value: Any, place: str, least: int, most: int) -> int:
    """A whole number within bounds; True is no number."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadData(place, f"is not a whole number from {least} to {most}")
    return value


def flag(value: Any, place: str) -> bool:
    """True or False, and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise BadData(place, "is neither true nor false")
    return value


def word(kind: type[Word], value: Any, place: str) -> Word:
    """One of the enumeration's codes."""
    try:
        return kind(value)
    except ValueError:
        raise BadData(place, f"unknown code {value!r}") from None


def words(kind: type[Word], value: Any, place: str) -> frozenset[Word]:
    """Several codes, as a list."""
    if not isinstance(value, list):
        raise BadData(place, "is not a list")
    return frozenset(word(kind, item, place) for item in value)
