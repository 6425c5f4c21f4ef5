"""Where a report belongs, and the item somebody means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.extensions import db
from portal.models import Hall, ServiceItem
from portal.services.places import place_of, search_items
from tests.world import World

AT = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "code", "hall", "counter"),
    [
        ("3m7kd2qa", "", "hall", "3"),
        ("3M7KD2QA", "BY", "hall", "3"),
        ("abcd1234", "QC", "other_hall", "noise"),
        ("", "BY", "other_hall", None),
        ("zzzzzzzz", "QC", "hall", None),
    ],
)
def test_the_poster_says_where_and_else_the_hall_of_the_code(
    any_world: World, slug: str, code: str, hall: str, counter: str | None
) -> None:
    place = place_of(slug, code)
    assert place is not None
    assert place.hall.id == getattr(any_world, hall).id
    assert (place.counter.id if place.counter else None) == (any_world.counters[counter].id if counter else None)


def test_of_several_halls_none_is_guessed_and_an_only_one_needs_no_code(any_world: World) -> None:
    assert place_of("zzzzzzzz", "") is None
    assert place_of("", "nothing") is None
    other = db.session.get_one(Hall, any_world.other_hall.id)
    for row in (*[any_world.posters["noise"], any_world.counters["noise"], any_world.items["noise"]],):
        db.session.delete(row)
    db.session.flush()
    place = place_of("", other.code)
    assert place is not None
    assert place.hall.id == other.id


def found(world: World, text: str) -> list[str]:
    return [item.name for item in search_items(world.hall.id, text)]


@pytest.fixture
def items(any_world: World) -> World:
    """More items, so that the order matters."""
    medical = any_world.departments["medical"].id
    for name, name_en, code in (
        ("异地就医备案变更", "Change of a filing for treatment elsewhere", "QC01002000"),
        ("异地就医费用手工报销", "Reimbursement of treatment elsewhere", "QC01003000"),
        ("已停办的异地就医", "Retired", "QC01004000"),
    ):
        db.session.add(
            ServiceItem(hall_id=any_world.hall.id, department_id=medical, name=name, name_en=name_en, code=code)
        )
    db.session.commit()
    retired = next(item for item in search_items(any_world.hall.id, "已停办") if item.name.startswith("已"))
    retired.retired_at = AT
    db.session.commit()
    return any_world


def test_a_part_of_a_name_finds_it_the_shortest_first(items: World) -> None:
    assert found(items, "异地就医") == ["异地就医备案", "异地就医备案变更", "异地就医费用手工报销"]
    assert found(items, "报销") == ["异地就医费用手工报销"]
    assert found(items, "医") == ["异地就医备案", "医保关系转移", "异地就医备案变更", "异地就医费用手工报销"]


def test_a_sentence_finds_what_it_is_about(items: World) -> None:
    assert found(items, "我来给老人办异地就医备案，跑了三趟了") == ["异地就医备案", "异地就医备案变更"]


def test_english_and_the_official_code_find_it_too(items: World) -> None:
    assert "异地就医备案" in found(items, "registering for treatment")
    assert found(items, "QC01003000")[0] == "异地就医费用手工报销"


@pytest.mark.parametrize("text", ["", " ", "，。", "造飞机", "%", "_", "'; DROP TABLE", "长" * 100_000])
def test_what_names_nothing_finds_nothing(items: World, text: str) -> None:
    assert found(items, text) == []


def test_another_halls_item_is_never_found(items: World) -> None:
    assert items.items["noise"].id not in [item.id for item in search_items(items.hall.id, "异地就医备案")]
    assert [item.id for item in search_items(items.other_hall.id, "异地就医备案")] == [items.items["noise"].id]
