"""Filling an empty database with the invented hall, in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from random import Random

from sqlalchemy import exists, select

from portal.demo.hall import make_places, write_places, write_posters
from portal.demo.people import make_people, write_people
from portal.demo.rows import Row, row, write_rows
from portal.extensions import db
from portal.models import Event, Hall
from portal.services.transaction import write

FILLED = "demo_filled"
SEED = 20260101


def is_empty() -> bool:
    """Whether nobody has set up a hall here yet: only then may the demo be filled in."""
    return not db.session.scalar(select(exists(select(Hall.id))))


def filled_with() -> dict[str, object] | None:
    """What the demo was filled with (seed, until, counts), or None when this is no demo."""
    return db.session.scalar(select(Event.data).where(Event.action == FILLED).limit(1))


def dice_for(seed: int, purpose: str) -> Random:
    """Chance that comes out the same every time, apart for each purpose so that one part does not shift another."""
    return Random(f"{seed} {purpose}")  # noqa: S311 (nothing secret here)


def fill(until: datetime, seed: int = SEED) -> Counter[str]:
    """Write the whole demo as it stands at `until` (UTC); how many rows of each table. For an empty database only."""
    places = make_places(until, dice_for(seed, "places"))
    people = make_people(places, until)
    counts: Counter[str] = Counter(posters=len(places.posters))
    with write() as session:
        write_places(session, places)
        write_people(session, people)
        events = write_posters(session, places, people.id_of("gaojie"))
        told = {"seed": seed, "until": until.isoformat(), "counts": dict(counts)}
        events.append(row(Event, at=until, actor="system", action=FILLED, object_kind="hall", data=told))
        write_rows(session, Event, _in_order(events))
    return counts


def _in_order(events: list[Row]) -> list[Row]:
    """The events in the order they happened, numbered."""
    ordered = sorted(events, key=lambda event: event["at"])
    return [event | {"seq": number} for number, event in enumerate(ordered, start=1)]
