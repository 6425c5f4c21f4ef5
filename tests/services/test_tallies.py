"""The tallies equal a recount, whatever is done to cases, by however many at once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select
from sqlalchemy.orm.attributes import flag_modified

from portal.extensions import db
from portal.models import NO_DATE, Case, CaseTally
from portal.rules import codes
from portal.services.errors import Conflict, Refused
from portal.services.tallies import NO_DAY, TallyKey, count_in, recount, tally_key
from portal.services.transaction import write
from tests.world import World

NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
STATUSES = ("submitted", "registered", "dispatched", "concluded", "closed")


def row_of(world: World, **more: Any) -> dict[str, Any]:
    return {
        "number": codes.new_case_number(),
        "hall_id": world.hall.id,
        "channel": "qr",
        "words": "今天又来，还是这句话。",
        "received_at": NOW,
        "received_on": NOW.date(),
        "clock_from": NOW,
        "due_at": NOW,
        "due_sort": NOW,
        "take_up_promised_at": NOW,
        "reply_promised_at": NOW,
        "submission_hash": codes.new_submission_key(),
        "status": "submitted",
        "restricted": False,
    } | more


def stored() -> dict[TallyKey, int]:
    rows = db.session.scalars(select(CaseTally).execution_options(populate_existing=True))
    found = {TallyKey(row.hall_id, row.holder_id, row.status, row.waiting, row.due_on): row.n for row in rows}
    db.session.commit()
    return found


def counted() -> dict[TallyKey, int]:
    columns = Case.__table__.columns
    keys = (tally_key(row._asdict()) for row in db.session.execute(select(*columns)))
    return dict(Counter(key for key in keys if key is not None))


def test_a_key_has_local_day_and_stand_ins_for_none(any_world: World) -> None:
    late_in_the_evening = datetime(2026, 10, 8, 16, 30, tzinfo=UTC)
    assert tally_key(row_of(any_world, due_at=late_in_the_evening)) == TallyKey(
        any_world.hall.id, 0, "submitted", "", date(2026, 10, 9)
    )
    assert tally_key(row_of(any_world, due_at=None, waiting="needs_information")) == TallyKey(
        any_world.hall.id, 0, "submitted", "needs_information", NO_DAY
    )
    assert tally_key(row_of(any_world, restricted=True)) is None


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_of_changes_they_equal_a_recount(any_world: World, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        try:
            with write() as session:
                for _ in range(dice.randint(1, 3)):
                    _do_something(dice, any_world)
                    if dice.random() < 0.3:
                        session.flush()
                if dice.random() < 0.2:
                    raise Refused("no")
        except Refused:
            pass
        assert stored() == counted()
    assert all(n > 0 for n in stored().values()), "an empty place stayed"


def _do_something(dice: random.Random, world: World) -> None:
    case = _some_case(dice)
    choice = dice.choice(["core", "orm", "change", "change", "change", "touch", "delete", "savepoint", "restrict"])
    if choice == "core" or case is None:
        values = row_of(world, due_at=dice.choice([NOW, None]), due_sort=NOW)
        db.session.execute(insert(Case), [values])
        count_in(values)
    elif choice == "orm":
        db.session.add(Case(**row_of(world, hall_id=world.other_hall.id)))
    elif choice == "touch":
        flag_modified(case, "status")
    elif choice == "delete":
        db.session.delete(case)
    elif choice == "restrict":
        case.restricted = not case.restricted
    elif choice == "savepoint":
        with db.session.begin_nested() as savepoint:
            _change(dice, world, case)
            db.session.flush()
            if dice.random() < 0.5:
                savepoint.rollback()
    else:
        _change(dice, world, case)


def _change(dice: random.Random, world: World, case: Case) -> None:
    case.status = dice.choice(STATUSES)
    case.holder_id = dice.choice([None, *(d.id for d in world.departments.values())])
    case.waiting = dice.choice([None, "needs_information"])
    due = dice.choice([None, NOW + timedelta(days=dice.randint(-9, 9))])
    case.due_at, case.due_sort = due, due or NO_DATE
    if dice.random() < 0.5:
        flag_modified(case, "status")


def _some_case(dice: random.Random) -> Case | None:
    ids = db.session.scalars(select(Case.id).order_by(Case.id)).all()
    return db.session.get(Case, dice.choice(ids)) if ids else None


def test_a_recount_repairs_what_was_written_past_the_orm(any_world: World) -> None:
    with write() as session:
        session.execute(insert(Case), [row_of(any_world) for _ in range(5)])
        session.execute(insert(Case), [row_of(any_world, restricted=True)])
    assert stored() != counted()
    with write():
        recount()
    assert stored() == counted()
    assert sum(stored().values()) == 5
    with write() as session:
        session.execute(delete(Case))
        recount()
    assert stored() == {}


def test_a_change_that_came_second_is_not_counted(any_app: Flask, any_world: World) -> None:
    with write() as session:
        session.add(Case(**row_of(any_world, number="1000-0001")))
    mine = db.session.scalars(select(Case)).one()

    def be_first() -> None:
        with any_app.app_context(), write():
            db.session.scalars(select(Case)).one().status = "registered"

    other = threading.Thread(target=be_first)
    other.start()
    other.join()
    with pytest.raises(Conflict), write():
        mine.status = "withdrawn"
    assert stored() == counted()
    assert [key.status for key in stored()] == ["registered"]


def test_writers_at_the_same_time_lose_no_count(any_app: Flask, any_world: World) -> None:
    def insert_and_change(hand: int) -> None:
        dice = random.Random(hand)
        with any_app.app_context():
            for _ in range(10):
                with write() as session:
                    case = Case(**row_of(any_world))
                    session.add(case)
                for _ in range(2):
                    with write():
                        _change(dice, any_world, case)

    hands = [threading.Thread(target=insert_and_change, args=(hand,)) for hand in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert stored() == counted()
    assert sum(stored().values()) == 40
