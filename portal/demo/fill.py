"""Filling an empty database with the invented hall, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.demo.album import make_album
from portal.demo.board import solved_stories
from portal.demo.cases import in_order, live, write_cases, written
from portal.demo.hall import Places, make_places, write_places, write_posters
from portal.demo.lives.dates import Terms
from portal.demo.lives.life import REPORTER, Life
from portal.demo.office import Office
from portal.demo.people import make_people, write_people
from portal.demo.ratings import counter_ratings, events_of
from portal.demo.rows import Row, analyse, row, write_rows
from portal.demo.timeline import first_day
from portal.demo.world import World
from portal.extensions import db
from portal.models import Attachment, Event, Hall, Rating, SolvedStory
from portal.rules.workdays import local_day
from portal.services import rollups, tallies
from portal.services.hall_rules import hall_rules
from portal.services.installation import installation
from portal.services.search import index_cases
from portal.services.transaction import write

FILLED = "demo_filled"
SEED = 20260101
# Dates are counted beyond the end: what is still running then is due later.
_AHEAD = timedelta(days=90)


def is_empty() -> bool:
    """Whether nobody has set up a hall here yet: only then may the demo be filled in."""
    return not db.session.scalar(select(exists(select(Hall.id))))


def filled_with() -> dict[str, Any] | None:
    """What the demo was filled with (seed, until, counts), or None when this is no demo."""
    return db.session.scalar(select(Event.data).where(Event.action == FILLED).limit(1))


def fill(until: datetime, seed: int = SEED) -> dict[str, int]:
    """Write the whole demo as it stands at `until` (UTC); how many there are of each thing. For an empty database only.

    The same seed and instant give the same rows, except for what is encrypted, salted or named by chance.
    """
    world = make_world(until, seed)
    with ThreadPoolExecutor(1) as aside:
        # The photos are made anew in child processes: meanwhile the cases happen.
        album_soon = aside.submit(make_album, installation().files)
        live(world, dice_for(seed, "cases"), seed)
        album = album_soon.result()
    with write() as session:
        _write_hall(session, world)
        events = write_posters(session, world.places, world.people.id_of("gaojie"))
        events += write_cases(session, world.lives)
        photos = list(album.pages(world.lives, dice_for(seed, "photos")))
        write_rows(session, Attachment, photos)
        stories = solved_stories(world, dice_for(seed, "solved"))
        write_rows(session, SolvedStory, stories)
        ratings = _write_ratings(session, world, dice_for(seed, "ratings"))
        counts = _counts(world, ratings=len(ratings), photos=len(photos), solved=len(stories))
        told = {"seed": seed, "until": until.isoformat(), "counts": counts}
        events += events_of(world, dice_for(seed, "set aside"), ratings)
        events.append(row(Event, at=until, actor="system", action=FILLED, object_kind="hall", data=told))
        _write_events(session, events)
        index_cases((life.case["id"], _texts(life, world.places)) for life in world.lives)
        tallies.recount()
        rollups.recount()
        analyse(session)
    return counts


def make_world(until: datetime, seed: int) -> World:
    """The hall, its people and its rules, before anything has happened."""
    places = make_places(until, dice_for(seed, "places"))
    rules = hall_rules(Hall(**places.hall))
    office = Office(rules.calendar, first_day(until) - timedelta(days=40), local_day(until + _AHEAD))
    return World(places, make_people(places, until), Terms(rules), office, until, installation().keys.pepper)


def dice_for(seed: int, purpose: str) -> Random:
    """Chance that comes out the same every time, apart for each purpose so that one part does not shift another."""
    return Random(f"{seed} {purpose}")  # noqa: S311 (nothing secret here)


def _write_hall(session: Session, world: World) -> None:
    write_places(session, world.places)
    write_people(session, world.people)


def _write_ratings(session: Session, world: World, dice: Random) -> list[Row]:
    """Those of counters and those of cases, numbered in the order they were given."""
    own = [(rating["rated_at"], rating) for life in world.lives for rating in life.ratings]
    rows = in_order([*own, *((rating["rated_at"], rating) for rating in counter_ratings(world, dice))])
    for number, rating in enumerate(rows, start=1):
        rating["id"] = number
    write_rows(session, Rating, rows)
    return rows


def _write_events(session: Session, events: list[Row]) -> None:
    """Numbered in the order they were written; each case's own stay in their order."""
    by_case: dict[int | None, list[Row]] = {}
    for event in events:
        by_case.setdefault(event["case_id"] or -len(by_case) - 1, []).append(event)
    rows = in_order(pair for own in by_case.values() for pair in written(own, "at"))
    write_rows(session, Event, [event | {"seq": number} for number, event in enumerate(rows, start=1)])


def _texts(life: Life, places: Places) -> Iterator[str]:
    case = life.case
    item = next((i["name"] for i in places.items.values() if i["id"] == case["item_id"]), "")
    yield from (case["number"], case["words"], case["item_words"], item)
    yield from (message["body"] for message in life.messages if message["author"] == REPORTER)


def _counts(world: World, **more: int) -> dict[str, int]:
    return {
        "departments": len(world.places.departments),
        "counters": len(world.places.counters),
        "items": len(world.places.items),
        "staff": len(world.people.staff),
        "posters": len(world.places.posters),
        "cases": len(world.lives),
        **more,
    }
