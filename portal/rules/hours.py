"""A hall's clock: when it opens, the noon of its deadlines, when it closes, and what is too late for today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from portal.rules.plain_data import BadData, clock, mapping

CLOSES, NOON = "closes", "noon"
_NAMES = ("opens", "noon", "closes", "cutoff")


@dataclass(frozen=True, slots=True)
class HallHours:
    """Local times in Shanghai; what comes at `cutoff` or later is taken up on the next working day.

    Raises BadData unless it opens before noon and cutoff, and closes no earlier than either.
    """

    opens: time = time(9, 0)
    noon: time = time(12, 0)
    closes: time = time(17, 30)
    cutoff: time = time(16, 0)

    def __post_init__(self) -> None:
        if not (self.opens < self.noon <= self.closes and self.opens < self.cutoff <= self.closes):
            raise BadData("hours", "wanted: opens, then noon and cutoff, then closes")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> HallHours:
        """From {"opens": "09:00", …}; a time left out keeps its default. Raises BadData."""
        given = mapping(data, "hours", _NAMES)
        return cls(**{name: clock(text, f"hours.{name}") for name, text in given.items()})

    def to_json(self) -> dict[str, str]:
        """The four times as "HH:MM"."""
        return {name: f"{getattr(self, name):%H:%M}" for name in _NAMES}

    def ends_early(self, clock: time) -> bool:
        """Whether a term that ends at this time of its last day ends before the hall closes: then the hour is told."""
        return clock < self.closes

    def at(self, name: str) -> time:
        """The time of day that a step means by "closes", "noon" or "HH:MM". Raises BadData."""
        if name == CLOSES:
            return self.closes
        return self.noon if name == NOON else clock(name, "clock")
