"""Filling: the same twice, only where nothing is, on both databases."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import create_app
from portal.commands import demo as command
from portal.demo import fill
from portal.demo.lives.dates import Terms
from portal.demo.opinions import rating
from portal.demo.rows import Row, row, table_of
from portal.demo.timeline import arrivals, first_day
from portal.extensions import Base, db
from portal.models import Attachment, Case, CaseTally, Event, Hall, Rating
from portal.rules.codes import parse_submission_key
from portal.rules.hours import HallHours
from portal.rules.vocabulary import Level
from portal.rules.workdays import instant_at, local_day
from portal.services import ratings, rollups, tallies
from portal.services.contacts import decrypt
from portal.services.hall_rules import hall_rules
from portal.services.places import poster_by_slug
from portal.services.submissions import Report, submit_case
from tests.databases import PostgresServer, SqliteTemplate, settings_for
from tests.demo_hall import DemoHall
from tests.world import World

# Salted or named by the store; what is encrypted is compared in the clear.
BY_CHANCE = {"password_hash", "file", "thumbnail"}
KEY = parse_submission_key("A" * 22)


def everything() -> dict[str, list[Row]]:
    """All rows of all tables."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(*table.columns).order_by(*table.primary_key)).mappings().all()
        found[table.name] = [_clear(dict(row)) for row in rows]
    return found


def _clear(values: Row) -> Row:
    shown = {name: value for name, value in values.items() if name not in BY_CHANCE}
    return shown | {name: decrypt(shown[name]) for name in ("contact_name", "contact_phone") if name in shown}


def _read(folder: Path) -> dict[str, list[Row]]:
    with create_app(settings_for(folder)).app_context():
        rows = everything()
        db.session.remove()
        db.engine.dispose()
    return rows


def test_the_same_seed_and_day_give_the_same_rows(demo_hall: DemoHall, tmp_path: Path) -> None:
    SqliteTemplate(tmp_path).copy(tmp_path)
    shutil.copyfile(demo_hall.folder / "keys.json", tmp_path / "keys.json")
    with create_app(settings_for(tmp_path)).app_context():
        fill.fill(demo_hall.until)
        db.session.remove()
        db.engine.dispose()
    first, second = _read(demo_hall.folder), _read(tmp_path)
    assert first.keys() == second.keys()
    for name, rows in first.items():
        assert rows == second[name], name
    assert len(first["event"]) > 30_000


def test_another_seed_gives_another_life(demo_hall: DemoHall, world: World) -> None:
    one, same, other = (_first_arrivals(demo_hall, seed) for seed in (1, 1, 2))
    assert one == same != other


def _first_arrivals(demo_hall: DemoHall, seed: int) -> list[Any]:
    made = fill.make_world(demo_hall.until, seed)
    return [*arrivals(made.rules.calendar, made.office, made.until, fill.dice_for(seed, "cases"))][:40]


def test_a_hall_that_is_there_is_left_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert not fill.is_empty()
    assert command._fill(None, 1) == 0
    assert "not the demo's" in capsys.readouterr().out
    assert len(db.session.scalars(select(Hall)).all()) == 2
    assert command._show() == 0
    assert "not the demo" in capsys.readouterr().out


def test_the_demo_is_filled_once_and_shown_by_command(demo_hall: DemoHall, tmp_path: Path, capsys: Any) -> None:
    with create_app(demo_hall.copy(tmp_path / "own")).app_context():
        before = db.session.scalar(select(func.count()).select_from(Event))
        assert command._fill(None, 1) == 0
        assert "already" in capsys.readouterr().out
        assert db.session.scalar(select(func.count()).select_from(Event)) == before
        assert command._show() == 0
        shown = capsys.readouterr().out
        for wanted in ("chenli", "/staff/", "/q/", "asked", "answered"):
            assert wanted in shown
        db.session.remove()
        db.engine.dispose()


def test_a_day_ends_when_the_hall_closes() -> None:
    assert command._end_of(date(2026, 10, 15)) == instant_at(date(2026, 10, 15), HallHours().closes)


@pytest.mark.parametrize("day", [date(2026, 2, 23), date(2026, 5, 3), date(2026, 10, 7), date(2026, 10, 10)])
def test_it_can_end_in_a_holiday_or_on_a_make_up_saturday(app: Flask, day: date) -> None:
    until = instant_at(day, HallHours().closes)
    made = fill.make_world(until, 1)
    came = arrivals(made.rules.calendar, made.office, until, fill.dice_for(1, "cases"))
    assert len(came) > 2000
    assert all(arrival.at <= until for arrival in came)
    assert local_day(came[0].at) >= first_day(until) - timedelta(days=1)
    assert {arrival.stop for arrival in came} >= {"late", "asked", "decline_pending", "restricted_late"}


@pytest.mark.postgres
def test_it_fills_a_postgresql_and_the_portal_goes_on_from_there(
    postgres: PostgresServer, demo_hall: DemoHall, tmp_path: Path
) -> None:
    url = postgres.clone()
    with create_app(settings_for(tmp_path, url)).app_context():
        told = fill.fill(demo_hall.until)
        assert told["cases"] == db.session.scalar(select(func.count()).select_from(Case))
        assert told["ratings"] == db.session.scalar(select(func.count()).select_from(Rating))
        columns = [getattr(Case, name) for name in tallies.KEY_COLUMNS]
        keys = [tallies.tally_key(found._asdict()) for found in db.session.execute(select(*columns))]
        assert db.session.scalar(select(func.sum(CaseTally.n))) == sum(key is not None for key in keys)
        for table, sums in rollups.counted().items():
            assert db.session.scalar(select(func.count()).select_from(table)) == sum(
                map(any, map(dict.values, sums.values()))
            )
        # Ids go on behind those that were given.
        receipt = submit_case(Report("又来了一次，还是不行。"), KEY, demo_hall.until)
        assert receipt.case_id == told["cases"] + 1
        db.session.remove()
        db.engine.dispose()


def test_an_invented_rating_is_one_as_the_portal_stores_it(world: World) -> None:
    poster = poster_by_slug("3m7kd2qa")
    assert poster is not None
    moment = instant_at(date(2026, 10, 8), HallHours().noon)
    given = {"level": "dissatisfied", "labels": [207], "words": "", "language": "zh"}
    stored = ratings.rate_counter(poster, **given, submission_key=KEY, at=moment)
    terms = Terms(hall_rules(world.hall))
    dice = fill.dice_for(1, "one rating")
    where = {"subject": "counter", "counter_id": poster.counter_id, "department_id": stored.department_id}
    more = where | {"language": "zh", "channel": 3, "evidence": "open", "submission_hash": stored.submission_hash}
    invented = rating(terms, dice, Level.DISSATISFIED, moment, moment + timedelta(hours=1), **more)
    found = db.session.execute(select(*table_of(Rating).columns).where(Rating.id == stored.id)).mappings().one()
    chosen = {"id", "labels", "words"}
    assert {k: v for k, v in invented.items() if k not in chosen} == {k: v for k, v in found.items() if k not in chosen}


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        row(Attachment, colour="red")
