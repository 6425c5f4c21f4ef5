"""What the inbox counts is what it lists, and nobody counts or finds what is not for them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import NO_DATE, Case, Complaint, Proposal, WorkOrder
from portal.rules.keyset import place_after
from portal.services.inbox import PAGE, Wanted, excerpt, list_cases
from portal.services.inbox_tabs import Reach, Tab, count_tabs, in_tab, reach_of, tabs_of
from portal.services.search import index_case
from portal.services.transaction import write
from portal.services.visibility import Tree
from tests.cases import (
    answered_to_the_window,
    dispatched_case,
    make_case,
    noise_cases,
    recalled_case,
    registered_case,
)
from tests.world import World

# Monday 12 October 2026, 14:30 in Shanghai.
NOW = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
CAST = ("clerk", "triage", "handler", "land_handler", "follow_up", "oversight", "manager")


@pytest.fixture(autouse=True)
def now(at: Callable[[datetime], None]) -> None:
    at(NOW)


def reach(world: World, name: str) -> Reach:
    return reach_of(world.viewer(name), world.hall.id, Tree())


def numbers(world: World, name: str, **wanted: Any) -> list[str]:
    return [line.case.number for line in list_cases(reach(world, name), Wanted(**wanted), NOW).lines]


def scatter(world: World, count: int) -> None:
    """Cases in every state, held by anybody, due around now, some restricted, some with a proposal waiting."""
    dice = random.Random(count)
    units = [world.departments["medical"], world.departments["land"], None]
    with write() as session:
        for _ in range(count):
            unit = dice.choice(units)
            status = dice.choice(["submitted", "registered", "dispatched", "dispatched", "concluded", "closed"])
            due = dice.choice([None, NOW + timedelta(minutes=dice.randint(-3000, 3000)), NOW, NOW.replace(hour=4)])
            case = Case(
                number=f"{dice.randint(10**7, 10**8 - 1)}",
                hall_id=dice.choice([world.hall.id, world.hall.id, world.other_hall.id]),
                channel="qr",
                words="",
                received_at=NOW,
                received_on=NOW.date(),
                clock_from=NOW,
                due_at=due,
                due_sort=due or NO_DATE,
                status=status,
                open=status in ("submitted", "registered", "dispatched"),
                waiting=dice.choice([None, None, "needs_information"]),
                holder_id=unit.id if unit else None,
                restricted=dice.random() < 0.2,
                take_up_promised_at=NOW,
                reply_promised_at=NOW,
                submission_hash=str(dice.random()),
            )
            session.add(case)
            session.flush()
            hang_on(dice, world, case)


def hang_on(dice: random.Random, world: World, case: Case) -> None:
    if case.holder_id is not None:
        order = WorkOrder(
            case_id=case.id,
            position=1,
            department_id=case.holder_id,
            issued_by_id=world.staff["triage"].id,
            issued_at=NOW,
            entrusted=dice.random() < 0.5,
            due_sort=NO_DATE,
        )
        db.session.add(order)
    if case.restricted and dice.random() < 0.5:
        about = dice.choice([world.staff["handler"].id, world.staff["oversight"].id, None])
        db.session.add(Complaint(case_id=case.id, staff_id=about, created_at=NOW))
    if dice.random() < 0.2:
        kind = dice.choice(["decline", "conclude_not_permitted"])
        proposer = dice.choice([world.staff["triage"].id, world.staff["clerk"].id])
        db.session.add(Proposal(case_id=case.id, kind=kind, data={}, proposed_by_id=proposer, proposed_at=NOW))


def test_what_each_tab_counts_is_what_it_holds(any_world: World) -> None:
    scatter(any_world, 150)
    seen = dict.fromkeys(Tab, 0)
    for name in CAST:
        mine = reach(any_world, name)
        counts = count_tabs(mine, NOW)
        for tab in Tab:
            wanted = select(func.count()).select_from(Case).where(mine.cases(), in_tab(tab, mine.viewer, NOW))
            assert counts[tab] == db.session.scalar(wanted), (name, tab)
            seen[tab] += counts[tab]
        hidden = set(Tab) - set(tabs_of(mine))
        assert not [tab for tab in hidden if counts[tab] and mine.holders is None]
    assert all(seen.values()), f"a tab was never tried: {seen}"


def test_pages_hold_each_case_once_in_the_order_they_are_due(any_world: World) -> None:
    scatter(any_world, 200)
    mine, place, found = reach(any_world, "triage"), "", []
    while True:
        listing = list_cases(mine, Wanted(tab=Tab.OPEN, after=place), NOW)
        found += [(line.case.due_sort, line.case.id) for line in listing.lines]
        assert len(listing.lines) <= PAGE
        if not (place := listing.next_place):
            break
    assert found == sorted(found)
    assert len(set(found)) == len(found) == count_tabs(mine, NOW)[Tab.OPEN] > PAGE


def test_a_page_keeps_its_place_when_cases_come_and_go(any_world: World) -> None:
    scatter(any_world, 200)
    mine = reach(any_world, "triage")
    first = list_cases(mine, Wanted(), NOW)
    with write():
        first.lines[0].case.open = False
    second = list_cases(mine, Wanted(after=first.next_place), NOW)
    assert second.lines
    assert not {line.case.id for line in first.lines} & {line.case.id for line in second.lines}


@pytest.mark.parametrize("after", ["x", "-1", "9" * 300, "1e3.5", "0.0.0", "'; DROP TABLE staff", "１.１"])
def test_a_place_that_is_none_begins_at_the_top_and_says_so(any_world: World, after: str) -> None:
    case = registered_case(any_world)
    listing = list_cases(reach(any_world, "triage"), Wanted(after=after), NOW)
    assert listing.lost
    assert [line.case.number for line in listing.lines] == [case.number]


def test_a_forged_place_far_away_is_an_empty_page(any_world: World) -> None:
    registered_case(any_world)
    after = place_after(datetime(9999, 12, 31, tzinfo=UTC), 10**18 - 1)
    assert list_cases(reach(any_world, "triage"), Wanted(after=after), NOW).lines == []


def test_a_handlers_inbox_is_what_their_department_holds(any_world: World) -> None:
    noise_cases(any_world)
    case = dispatched_case(any_world)
    assert numbers(any_world, "handler") == [case.number]
    (line,) = list_cases(reach(any_world, "handler"), Wanted(), NOW).lines
    assert (line.case.holder.name if line.case.holder else "", line.handler, line.proposed) == ("市医保局", None, False)
    assert tabs_of(reach(any_world, "handler"))[:2] == [Tab.OPEN, Tab.TODAY]


def test_what_came_back_to_the_window_waits_there_again(any_world: World) -> None:
    noise_cases(any_world)
    waits = {make(any_world).number for make in (registered_case, recalled_case, answered_to_the_window)}
    out = dispatched_case(any_world)
    for name in ("clerk", "triage"):
        lines = list_cases(reach(any_world, name), Wanted(tab=Tab.DISPATCH), NOW).lines
        assert {line.case.number for line in lines} == waits
        assert all(line.can_be_sent for line in lines)
        assert count_tabs(reach(any_world, name), NOW)[Tab.DISPATCH] == 3
    assert numbers(any_world, "handler") == [out.number]
    assert {line.can_be_sent for line in list_cases(reach(any_world, "handler"), Wanted(), NOW).lines} == {False}


@pytest.mark.parametrize("noon", ["11:30", "14:30"])
def test_what_is_due_by_the_halls_own_noon_today_says_the_hour(any_world: World, noon: str) -> None:
    with write():
        any_world.hall.hours = any_world.hall.hours | {"noon": noon}
    # After the cutoff, so that it is taken up by the next noon.
    friday = NOW.replace(day=9, hour=9)
    by_noon = make_case(any_world, received_at=friday)
    by_closing = make_case(any_world, due_at=None)
    with write():
        by_closing.due_at = by_closing.due_sort = NOW.replace(day=10, hour=9, minute=30)
        by_closing.due_kind = "reply"
    saturday = NOW.replace(day=10, hour=1)
    lines = list_cases(reach(any_world, "triage"), Wanted(), saturday).lines
    assert {line.case.number: line.ends_early for line in lines} == {by_noon.number: True, by_closing.number: False}
    after = list_cases(reach(any_world, "triage"), Wanted(), saturday.replace(hour=8)).lines
    assert not any(line.ends_early for line in after)


def test_another_hall_is_not_in_it(any_world: World) -> None:
    noise, mine = make_case(any_world, hall=any_world.other_hall), make_case(any_world)
    assert numbers(any_world, "clerk") == [mine.number]
    elsewhere = reach_of(any_world.viewer("clerk"), any_world.other_hall.id, Tree())
    assert list_cases(elsewhere, Wanted(), NOW).lines == []
    assert set(count_tabs(elsewhere, NOW).values()) == {0}
    assert noise.number != mine.number


def test_a_restricted_case_is_counted_and_listed_only_for_whom_it_exists(any_world: World) -> None:
    case = make_case(any_world, restricted=True)
    for name in CAST:
        expected = [case.number] if name == "oversight" else []
        assert numbers(any_world, name) == expected
        assert count_tabs(reach(any_world, name), NOW)[Tab.OPEN] == len(expected)
    with write():
        index_case(case.id, "居住证明")
    assert numbers(any_world, "clerk", tab=None, query="居住证明") == []
    assert numbers(any_world, "oversight", tab=None, query="居住证明") == [case.number]


def test_filters_narrow_by_department_counter_cause_and_kind(any_world: World) -> None:
    dispatched, free = dispatched_case(any_world), registered_case(any_world)
    general = registered_case(any_world, counter_id=any_world.counters["30"].id)
    by_item = registered_case(
        any_world, counter_id=any_world.counters["30"].id, item_id=any_world.items["不动产转移登记"].id
    )
    praise = make_case(any_world, kind="praise", counter_id=any_world.counters["21"].id)
    medical, land = any_world.departments["medical"].id, any_world.departments["land"].id
    assert set(numbers(any_world, "triage", department_id=medical)) == {dispatched.number, free.number}
    assert set(numbers(any_world, "triage", department_id=land)) == {by_item.number, praise.number}
    assert numbers(any_world, "triage", counter_id=any_world.counters["21"].id) == [praise.number]
    assert numbers(any_world, "triage", cause="hard_to_do") == [dispatched.number]
    assert numbers(any_world, "triage", kind="praise") == [praise.number]
    assert general.number in numbers(any_world, "triage")


def test_a_search_finds_words_of_two_characters_also_in_what_is_over(any_world: World) -> None:
    here, over = make_case(any_world), make_case(any_world, status="closed", open=False, due_at=None)
    with write():
        index_case(here.id, here.number, "老旧小区加装电梯")
        index_case(over.id, over.number, "电梯年检")
    assert numbers(any_world, "triage", tab=None, query="电梯") == [here.number, over.number]
    assert numbers(any_world, "triage", query="电梯") == [here.number]
    assert numbers(any_world, "triage", tab=None, query=over.number.replace("-", "")) == [over.number]
    assert numbers(any_world, "triage", tab=None, query="扶梯") == []


def test_the_excerpt_shows_the_part_that_matched() -> None:
    words = "前面说了很多别的事情。" * 10 + "最后房东也要来。" + "后面又说了一些。" * 10
    said = excerpt(words, "房东")
    assert said.hit == "房东"
    assert said.before.startswith("…")
    assert said.after.startswith("也要来")
    assert said.after.endswith("…")
    assert excerpt("短短一句", "没有").before == "短短一句"
    assert len(excerpt(words, "").before) == 61
    assert excerpt("一行\n\n又一行", "").before == "一行 又一行"
