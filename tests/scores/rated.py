"""Half a year of ratings and answered cases for the tests of scores, written past the services and recounted."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from portal.data import labels_of
from portal.extensions import db
from portal.models import Counter, Rating
from portal.rules.vocabulary import Evidence, Level
from portal.rules.workdays import local_day
from portal.services.rollups import recount
from portal.services.transaction import write

# Friday 20 November 2026, 10:00 in Shanghai.
TODAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BEST_FIRST = list(Level)


def row_of(counter: Counter, level: Level, at: datetime = TODAY, **more: Any) -> dict[str, Any]:
    """A stored rating of a counter."""
    return {
        "hall_id": counter.hall_id,
        "subject": "counter",
        "counter_id": counter.id,
        "department_id": counter.department_id,
        "level": level,
        "labels": [],
        "labels_version": 2,
        "evidence": Evidence.VISIT,
        "rated_at": at,
        "rated_on": local_day(at),
        "submission_hash": secrets.token_hex(32),
        "superseded": False,
        "set_aside_reason": None,
    } | more


def store(rows: list[dict[str, Any]]) -> None:
    """Insert ratings and count them."""
    with write():
        db.session.execute(insert(Rating.__table__), rows)  # type: ignore[arg-type]
        recount()


def ratings_of(counter: Counter, counts: list[int], at: datetime = TODAY, **more: Any) -> list[dict[str, Any]]:
    """So many of each level, best first."""
    return [
        row_of(counter, level, at, **more)
        for level, count in zip(BEST_FIRST, counts, strict=True)
        for _ in range(count)
    ]


def half_a_year(counters: list[Counter], seed: int = 1, most: int = 40) -> list[dict[str, Any]]:
    """Uneven ratings of all kinds: each counter has its own level, numbers and few set aside."""
    dice, rows = random.Random(seed), []
    for counter in counters:
        quality, busy = dice.uniform(0.3, 0.97), dice.randint(0, most)
        for month in range(6):
            for _ in range(busy):
                at = TODAY - timedelta(days=30 * month + dice.randint(0, 20), hours=dice.randint(0, 6))
                level = BEST_FIRST[min(4, int(dice.expovariate(1 / (2.2 * (1.1 - quality)))))]
                labels = [label.code for label in dice.sample(labels_of(level), dice.choice([0, 0, 1, 2]))]
                kind = dice.choice([Evidence.VISIT, Evidence.VISIT, Evidence.OPEN, Evidence.CASE, Evidence.ON_SITE])
                aside = "burst" if dice.random() < 0.01 else None
                rows.append(row_of(counter, level, at, labels=labels, evidence=kind, set_aside_reason=aside))
    return rows
