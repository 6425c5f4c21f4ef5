"""Making, renewing and retiring posters, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Counter, Event, Grant, Poster
from portal.rules.codes import parse_slug
from portal.rules.vocabulary import PosterPurpose
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.places import general_posters, poster_by_slug, poster_instead_of
from portal.services.poster_shelf import (
    Wanted,
    floors_of,
    living_posters,
    load_posters,
    managed_halls,
    printable_posters,
    shelf,
)
from portal.services.posters import SUCCESSOR_NEW, create_posters, possible_successors, renew_posters, retire_poster
from tests.world import World

NOW = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)  # already the 9th in China
LANDING, REPORT, RATE = PosterPurpose.LANDING, PosterPurpose.REPORT, PosterPurpose.RATE


def poster(number: str) -> Poster:
    db.session.expire_all()
    return db.session.scalars(select(Poster).where(Poster.number == number)).one()


def events() -> list[tuple[str, dict[str, Any], int | None]]:
    rows = db.session.scalars(select(Event).where(Event.object_kind == "poster").order_by(Event.seq))
    return [(row.action, row.data, row.staff_id) for row in rows]


def places(world: World, **wanted: Any) -> list[tuple[str, str]]:
    lines = shelf(world.hall, Wanted(**wanted))
    return [
        (line.counter.number if line.counter else "hall", line.poster.number if line.poster else "") for line in lines
    ]


def add_counters(world: World) -> None:
    for number, floor, department in (("4", "2", "medical"), ("A5", "2", "land"), ("22", "3", "land")):
        sort_key = {"A5": 5}.get(number) or int(number)
        db.session.add(
            Counter(
                hall_id=world.hall.id,
                department_id=world.departments[department].id,
                number=number,
                sort_key=sort_key,
                name=f"{number}号窗口",
                name_en=f"Counter {number}",
                floor=floor,
            )
        )
    db.session.commit()


# The shelf


def test_the_shelf_lists_the_hall_and_each_counter_with_or_without_poster(any_world: World) -> None:
    add_counters(any_world)
    assert places(any_world) == [
        ("hall", ""),
        ("3", "QC-0001"),
        ("4", ""),
        ("A5", ""),
        ("21", "QC-0002"),
        ("22", ""),
        ("30", "QC-0003"),
    ]


def test_the_shelf_is_chosen_by_floor_department_range_and_state(any_world: World) -> None:
    add_counters(any_world)
    medical = any_world.departments["medical"].id
    assert places(any_world, floor="2") == [("4", ""), ("A5", "")]
    assert places(any_world, department_id=medical) == [("3", "QC-0001"), ("4", "")]
    assert places(any_world, first="A5", last="21") == [("A5", ""), ("21", "QC-0002")]
    assert places(any_world, first="20") == [("21", "QC-0002"), ("22", ""), ("30", "QC-0003")]
    assert places(any_world, state="living") == [("3", "QC-0001"), ("21", "QC-0002"), ("30", "QC-0003")]
    assert places(any_world, state="missing", floor="3") == [("22", "")]
    assert places(any_world, state="retired") == []
    assert floors_of(any_world.hall) == ["1", "2", "3"]


def test_a_counter_that_is_gone_is_missing_nothing_but_keeps_what_hangs_there(any_world: World) -> None:
    add_counters(any_world)
    for counter in db.session.scalars(select(Counter).where(Counter.number.in_(("4", "21")))):
        counter.retired_at = NOW
    db.session.commit()
    assert places(any_world, first="4", last="21") == [("A5", ""), ("21", "QC-0002")]
    assert places(any_world, first="4", last="21", state="missing") == [("A5", "")]


def test_only_managed_halls_are_shown(any_world: World) -> None:
    assert [hall.code for hall in managed_halls(any_world.viewer("manager"))] == ["QC"]
    for other in ("clerk", "handler", "oversight", "viewer", "administrator", "noise_clerk"):
        assert managed_halls(any_world.viewer(other)) == []
    db.session.add(Grant(staff_id=any_world.staff["viewer"].id, role="manager"))
    db.session.commit()
    assert [hall.code for hall in managed_halls(any_world.viewer("viewer"))] == ["QC", "BY"]


def test_a_poster_of_another_hall_does_not_exist_for_a_manager(any_world: World) -> None:
    manager = any_world.viewer("manager")
    assert [p.number for p in load_posters(manager, ["QC-0003", "QC-0001"])] == ["QC-0001", "QC-0003"]
    for numbers in (["QC-0004"], ["QC-0001", "QC-0004"], ["QC-9999"]):
        with pytest.raises(NotFound):
            load_posters(manager, numbers)
    with pytest.raises(NotFound):
        load_posters(any_world.viewer("clerk"), ["QC-0001"])


# Making


def test_a_poster_is_made_for_each_counter_that_lacks_one(any_world: World) -> None:
    add_counters(any_world)
    manager = any_world.viewer("manager")
    everywhere = [None, *db.session.scalars(select(Counter.id))]
    made = create_posters(manager, any_world.hall, everywhere, LANDING, NOW)
    # QC-0004 hangs in the other hall: numbers are unique everywhere.
    assert made == ["QC-0005", "QC-0006", "QC-0007", "QC-0008"]
    assert places(any_world, state="missing") == []
    new = poster("QC-0006")
    assert (new.version, new.made_on, new.purpose, new.retired_at) == (1, date(2026, 10, 9), "landing", None)
    assert parse_slug(new.slug) == new.slug
    assert [event[0] for event in events()] == ["create_poster"] * 4
    assert events()[0] == ("create_poster", {"number": "QC-0005"}, any_world.staff["manager"].id)
    assert poster("QC-0005").counter_id is None
    assert general_posters()[any_world.hall.id].number == "QC-0005"


def test_making_again_is_refused_and_makes_nothing(any_world: World) -> None:
    with pytest.raises(Refused):
        create_posters(any_world.viewer("manager"), any_world.hall, [any_world.counters["3"].id], LANDING, NOW)
    assert events() == []


def test_each_purpose_is_a_poster_of_its_own_and_a_hall_cannot_be_rated(any_world: World) -> None:
    manager, third = any_world.viewer("manager"), any_world.counters["3"].id
    assert create_posters(manager, any_world.hall, [third, None], RATE, NOW) == ["QC-0005"]
    assert places(any_world, purpose="rate", state="living") == [("3", "QC-0005")]
    assert ("hall", "") not in places(any_world, purpose="rate")
    assert create_posters(manager, any_world.hall, [third], REPORT, NOW) == ["QC-0006"]


def test_counters_of_another_hall_and_counters_that_are_gone_get_none(any_world: World) -> None:
    any_world.counters["3"].retired_at = NOW
    db.session.commit()
    wanted = [any_world.counters["3"].id, any_world.counters["noise"].id]
    with pytest.raises(Refused):
        create_posters(any_world.viewer("manager"), any_world.hall, wanted, RATE, NOW)


def test_nobody_makes_posters_in_a_hall_they_do_not_manage(any_world: World) -> None:
    for name, hall in (("manager", any_world.other_hall), ("clerk", any_world.hall), ("administrator", any_world.hall)):
        with pytest.raises(NotFound):
            create_posters(any_world.viewer(name), hall, [None], LANDING, NOW)
    assert len(living_posters()) == 4


def test_the_first_poster_of_a_new_hall_takes_the_halls_letters(any_world: World) -> None:
    db.session.delete(any_world.posters["noise"])
    db.session.add(Grant(staff_id=any_world.staff["viewer"].id, role="manager", hall_id=any_world.other_hall.id))
    db.session.commit()
    made = create_posters(any_world.viewer("viewer"), any_world.other_hall, [None], LANDING, NOW)
    assert made == ["BY-0001"]


def test_two_who_take_the_same_number_are_told_and_nothing_is_made(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, hall = any_world.viewer("manager"), any_world.hall
    # The slug is drawn after the number was read: the moment another manager's poster comes in between.
    monkeypatch.setattr("portal.services.posters.new_slug", lambda: any_world.posters["21"].slug)
    with pytest.raises(Conflict):
        create_posters(manager, hall, [None], LANDING, NOW)
    assert len(living_posters()) == 4
    assert events() == []


# A new version

FIRST = {"QC-0001": 1, "QC-0002": 1}


def test_a_new_version_keeps_the_slug_and_the_purpose(any_world: World) -> None:
    before = poster("QC-0001").slug
    renewed = renew_posters(any_world.viewer("manager"), ["QC-0001", "QC-0002"], FIRST, NOW)
    assert renewed == ["QC-0001", "QC-0002"]
    after = poster("QC-0001")
    assert (after.slug, after.version, after.made_on, after.purpose) == (before, 2, date(2026, 10, 9), "landing")
    assert poster("QC-0003").version == 1
    assert [event[:2] for event in events()] == [
        ("renew_poster", {"number": "QC-0001"}),
        ("renew_poster", {"number": "QC-0002"}),
    ]
    assert poster_by_slug(before) is after


def test_a_retired_poster_is_neither_renewed_nor_printed(any_world: World) -> None:
    manager = any_world.viewer("manager")
    retire_poster(manager, "QC-0001", "", NOW)
    assert [p.number for p in printable_posters(manager, ["QC-0001", "QC-0002"])] == ["QC-0002"]
    assert renew_posters(manager, ["QC-0001", "QC-0002"], FIRST, NOW) == ["QC-0002"]
    assert poster("QC-0001").version == 1
    for numbers in (["QC-0001"], [], ["QC-0002"] * 3001):
        with pytest.raises(Refused):
            renew_posters(manager, numbers, FIRST, NOW)
        with pytest.raises(Refused):
            printable_posters(manager, numbers)


def test_of_two_people_who_renew_the_second_is_told_and_nothing_changes(any_world: World) -> None:
    manager = any_world.viewer("manager")
    renew_posters(manager, ["QC-0001"], FIRST, NOW)
    for seen in (FIRST, {"QC-0002": 1}):
        with pytest.raises(Conflict):
            renew_posters(manager, ["QC-0002", "QC-0001"], seen, NOW)
    assert (poster("QC-0001").version, poster("QC-0002").version) == (2, 1)
    assert len(events()) == 1


# Retiring


def test_retiring_for_a_new_one_makes_it_with_another_slug(any_world: World) -> None:
    heir = retire_poster(any_world.viewer("manager"), "QC-0001", SUCCESSOR_NEW, NOW)
    assert heir == "QC-0005"
    old, new = poster("QC-0001"), poster("QC-0005")
    assert (old.retired_at, old.replaced_by_id) == (NOW, new.id)
    assert (new.counter_id, new.purpose, new.version) == (old.counter_id, "landing", 1)
    assert new.slug != old.slug
    assert [event[:2] for event in events()] == [
        ("create_poster", {"number": "QC-0005"}),
        ("retire_poster", {"number": "QC-0001", "replaced_by": "QC-0005"}),
    ]
    found = poster_by_slug(old.slug)
    assert found is not None
    assert poster_instead_of(found) is new


def test_retiring_in_favour_of_another_poster_of_the_hall(any_world: World) -> None:
    manager = any_world.viewer("manager")
    assert [p.number for p in possible_successors(poster("QC-0001"))] == ["QC-0002", "QC-0003"]
    assert retire_poster(manager, "QC-0001", "QC-0003", NOW) == "QC-0003"
    assert poster("QC-0001").replaced_by_id == poster("QC-0003").id


@pytest.mark.parametrize("successor", ["QC-0001", "QC-0004", "QC-0002", "QC-9999", "x"])
def test_what_is_retired_foreign_or_itself_cannot_take_its_place(any_world: World, successor: str) -> None:
    manager = any_world.viewer("manager")
    retire_poster(manager, "QC-0002", "", NOW)
    with pytest.raises(Refused):
        retire_poster(manager, "QC-0001", successor, NOW)
    assert poster("QC-0001").retired_at is None


def test_a_counter_that_is_gone_gets_no_new_poster(any_world: World) -> None:
    any_world.counters["3"].retired_at = NOW
    db.session.commit()
    with pytest.raises(Refused):
        retire_poster(any_world.viewer("manager"), "QC-0001", SUCCESSOR_NEW, NOW)


def test_the_second_who_retires_a_poster_is_told(any_world: World) -> None:
    manager = any_world.viewer("manager")
    retire_poster(manager, "QC-0001", "QC-0002", NOW)
    with pytest.raises(Conflict):
        retire_poster(manager, "QC-0001", "", NOW + timedelta(minutes=1))
    assert poster("QC-0001").retired_at == NOW
    assert poster("QC-0001").replaced_by_id == poster("QC-0002").id
    assert [event[0] for event in events()] == ["retire_poster"]


def test_only_its_manager_retires_a_poster(any_world: World) -> None:
    for name, number in (("manager", "QC-0004"), ("clerk", "QC-0001"), ("oversight", "QC-0001")):
        with pytest.raises(NotFound):
            retire_poster(any_world.viewer(name), number, "", NOW)
    assert len(living_posters()) == 4
