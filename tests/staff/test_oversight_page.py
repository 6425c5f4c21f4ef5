"""The page of oversight: whom it shows what, and that it tells on nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.models import Case
from portal.rules.vocabulary import Cause, Door, Solved
from portal.services.complaints import record_complaint
from portal.services.follow_ups import record_follow_up
from portal.services.proposals import propose_decline
from tests.cases import (
    RECEIVED,
    add_staff,
    concluded_case,
    dispatched_case,
    make_case,
    noise_cases,
    registered_case,
    triaged_case,
)
from tests.checking import text_of
from tests.world import World

SignedIn = Callable[..., Any]
URL = "/staff/oversight"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def complained(world: World, **about: Any) -> Case:
    case = registered_case(world)
    record_complaint(world.viewer("oversight"), case.number, version=case.version, **about)
    return case


def part(html: str, title: str) -> str:
    """The section under that heading."""
    rest = html[html.index(title, html.index("<section")) :]
    return rest[: rest.index("</section>")]


def test_each_list_holds_what_it_says(world: World, signed_in: SignedIn, at: Any) -> None:
    noise_cases(world)
    unknown = complained(world, words="戴眼镜的那位")
    withheld = triaged_case(world, cause=Cause.WITHHELD, by="oversight")
    unsolved = concluded_case(world, name="张三", phone="13812345678")
    record_follow_up(
        world.viewer("follow_up"), unsolved.number, version=unsolved.version, reached=True, solved=Solved.NO
    )
    proposed = make_case(world)
    propose_decline(
        world.viewer("clerk"), proposed.number, version=proposed.version, reason="不归这里", door=Door.COURT
    )
    late = dispatched_case(world)
    at(RECEIVED + timedelta(days=20))
    html = signed_in("oversight").get(URL).get_data(as_text=True)
    assert unknown.number in part(html, "要查明说的是谁")
    assert withheld.number not in part(html, "要查明说的是谁")
    assert unsolved.number in part(html, "等定再办不再办")
    assert unknown.number in part(html, "单独办的")
    assert withheld.number in part(html, "单独办的")
    assert late.number in part(html, "超期的和督办的")
    assert proposed.number in part(html, "等第二个人确认")


def test_the_first_thing_is_what_there_is_and_how_many_each_a_way_to_its_part(
    world: World, signed_in: SignedIn, at: Any
) -> None:
    complained(world, words="戴眼镜的那位")
    for _ in range(2):
        dispatched_case(world)
    at(RECEIVED + timedelta(days=20))
    html = signed_in("oversight").get(URL).get_data(as_text=True)
    ways = re.findall(r'<a href="#([a-z]+)"><span>([^<]+)</span><span>(\d+)</span></a>', html)
    assert [(where, count) for where, _label, count in ways] == [
        ("unidentified", "1"), ("restricted", "1"), ("red", "2"), ("delays", "1"),
    ]  # fmt: skip
    for where, label, _count in ways:
        assert f'<h2 id="{where}">{label}' in html


def test_departments_are_counted_without_a_word_of_whom(world: World, signed_in: SignedIn, at: Any) -> None:
    late = [dispatched_case(world) for _ in range(2)]
    at(RECEIVED + timedelta(days=20))
    html = signed_in("oversight").get(URL).get_data(as_text=True)
    delays = part(html, "哪些单位拖着")
    assert "市医保局" in delays
    assert 'class="n">2<' in delays
    assert not [case for case in late if case.number in delays]


def test_nobody_sees_a_case_about_themselves_or_their_line(world: World, signed_in: SignedIn) -> None:
    suspect = add_staff(world, "suspect", "oversight", "office")
    colleague = add_staff(world, "colleague", "oversight", "office")
    assert suspect.department_id == colleague.department_id
    case = complained(world, staff_id=suspect.id)
    assert case.number in signed_in("oversight").get(URL).get_data(as_text=True)
    for person in ("suspect", "colleague"):
        assert case.number not in signed_in(person).get(URL).get_data(as_text=True)


@pytest.mark.parametrize("person", ["clerk", "triage", "handler", "follow_up", "manager", "viewer", "administrator"])
def test_the_page_is_for_oversight_alone(world: World, signed_in: SignedIn, person: str) -> None:
    assert signed_in(person).get(URL).status_code == 403


def test_a_heading_counts_also_what_is_not_shown(world: World, signed_in: SignedIn, at: Any) -> None:
    for _ in range(52):
        make_case(world)
    at(RECEIVED + timedelta(days=20))
    red = part(signed_in("oversight").get(URL).get_data(as_text=True), "超期的和督办的 52")
    assert red.count("/staff/cases/") == 50
    assert "只列了前 50 件" in red


def test_an_empty_desk_says_so(world: World, signed_in: SignedIn) -> None:
    said = text_of(signed_in("oversight").get(URL))
    assert "没有要督办的" in said
    assert "现在没有单位超期" in said


def test_the_page_takes_twelve_statements_at_most(
    world: World, signed_in: SignedIn, count_statements: list[str], at: Any
) -> None:
    complained(world, words="某人")
    dispatched_case(world)
    at(RECEIVED + timedelta(days=20))
    browser = signed_in("oversight")
    browser.get(URL)
    count_statements.clear()
    browser.get(URL)
    assert len(count_statements) <= 12, len(count_statements)
