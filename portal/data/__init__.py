"""Tables that come with the portal, as files a hall can read and correct; loaded once, typed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.rules.vocabulary import Cause, Level, Obstacle

_HERE = Path(__file__).parent
# The first labels of a level show at once, the rest under “更多”.
LABELS_SHOWN_FIRST = 3


@dataclass(frozen=True, slots=True)
class RatingLabel:
    """One official label of a level. The list is versioned; a code is never given a new meaning."""

    version: int
    level: Level
    code: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SubReason:
    """A finer reason under one of the three causes."""

    code: str
    cause: Cause
    name: str
    name_en: str


@cache
def rating_labels() -> tuple[RatingLabel, ...]:
    """Every label of every version, in official order."""
    return tuple(
        RatingLabel(int(row["version"]), Level(row["level"]), int(row["code"]), row["zh"], row["en"])
        for row in _rows("rating_labels.csv")
    )


@cache
def labels_version() -> int:
    """The version that new ratings are given."""
    return max(label.version for label in rating_labels())


@cache
def labels_of(level: Level, version: int | None = None) -> tuple[RatingLabel, ...]:
    """The labels of one level in one version of the list (the newest unless given)."""
    wanted = labels_version() if version is None else version
    return tuple(label for label in rating_labels() if label.level is level and label.version == wanted)


@cache
def obstacle_of_label() -> dict[int, Obstacle]:
    """What a bad rating's label says about where it is stuck: many of them are the obstacles in other words."""
    return {int(row["label"]): Obstacle(row["obstacle"]) for row in _rows("label_obstacles.csv")}


@cache
def sub_reasons() -> tuple[SubReason, ...]:
    """The sub-reasons every installation starts with, by cause; from then on its own table counts."""
    return tuple(SubReason(row["code"], Cause(row["cause"]), row["zh"], row["en"]) for row in _rows("sub_reasons.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
