"""A department's work orders, and the paper form of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, WorkOrder
from portal.rules.vocabulary import Outcome
from portal.services import order_list
from portal.services.orders import acknowledge_order, answer_order, dispatch_case
from tests.cases import RECEIVED, dispatched_case, make_case, noise_cases, triaged_case
from tests.checking import text_of
from tests.world import World

SignedIn = Callable[..., Any]
URL = "/staff/orders"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def order_of(case: Case) -> WorkOrder:
    return db.session.scalars(select(WorkOrder).where(WorkOrder.case_id == case.id)).one()


def test_each_tray_shows_its_own_and_its_count(world: World, signed_in: SignedIn, at: Any) -> None:
    noise_cases(world)
    issued, signed, answered = (dispatched_case(world) for _ in range(3))
    handler = world.viewer("handler")
    acknowledge_order(handler, signed.number, 1, version=order_of(signed).version)
    answer_order(handler, answered.number, version=answered.version, public_reply="办好了。", outcome=Outcome.SOLVED)
    browser = signed_in("handler")
    for tray, case, others in (
        ("", issued, (signed, answered)),
        ("?tray=in_work", signed, (issued, answered)),
        ("?tray=answered", answered, (issued, signed)),
    ):
        html = browser.get(URL + tray).get_data(as_text=True)
        assert f"/staff/cases/{case.number}" in html
        assert not [other for other in others if other.number in html]
    said = text_of(browser.get(URL))
    assert "待签收1" in said
    assert "办理中1" in said
    assert "已超期0" in said
    at(RECEIVED + timedelta(days=20))
    late = signed_in("handler").get(URL + "?tray=late").get_data(as_text=True)
    assert issued.number in late
    assert signed.number in late
    assert answered.number not in late


@pytest.mark.parametrize("person", ["clerk", "triage", "follow_up", "oversight", "manager", "viewer", "administrator"])
def test_the_list_is_for_departments_alone(world: World, signed_in: SignedIn, person: str) -> None:
    assert signed_in(person).get(URL).status_code == 403


def test_a_department_sees_no_other_departments_orders(world: World, signed_in: SignedIn) -> None:
    case = dispatched_case(world)
    assert case.number not in signed_in("land_handler").get(URL).get_data(as_text=True)
    assert "这里没有工作单" in text_of(signed_in("land_handler").get(URL))


def test_long_lists_go_on_by_page(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_list, "PAGE", 2)
    numbers = {dispatched_case(world).number for _ in range(5)}
    browser, seen, url = signed_in("handler"), [], URL
    for _ in range(3):
        html = browser.get(url).get_data(as_text=True)
        seen += [number for number in numbers if f"/staff/cases/{number}" in html]
        following = html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
        url = following
    assert sorted(seen) == sorted(numbers)


@pytest.mark.parametrize("query", ["?tray=danced", "?after=x", "?after=99999999999999999999", "?tray=late&after=-1"])
def test_addresses_that_make_no_sense_are_taken_as_the_list(world: World, signed_in: SignedIn, query: str) -> None:
    assert signed_in("handler").get(URL + query).status_code == 200


def test_the_list_takes_eight_statements_at_most(
    world: World, signed_in: SignedIn, count_statements: list[str]
) -> None:
    for _ in range(3):
        dispatched_case(world)
    browser = signed_in("handler")
    browser.get(URL)
    count_statements.clear()
    browser.get(URL)
    assert len(count_statements) <= 8, count_statements


def test_the_paper_form_holds_the_order_and_nothing_of_the_person(world: World, signed_in: SignedIn) -> None:
    case = dispatched_case(world, name="贾三", phone="13812345678", may_tell_department=True)
    page = signed_in("handler").get(f"{URL}/{case.number}-1/print")
    said = text_of(page)
    assert page.status_code == 200
    assert f"工作单 {case.number}-1" in said
    assert case.words in said
    assert "请核实居住证明是否必需" in said
    assert "贾" not in said
    assert "5678" not in said


@pytest.mark.parametrize("number", ["{n}-2", "{n}", "{n}-x", "x-1", "{n}-99999", "-1"])
def test_a_paper_that_does_not_exist_is_a_404(world: World, signed_in: SignedIn, number: str) -> None:
    case = dispatched_case(world)
    assert signed_in("handler").get(f"{URL}/{number.format(n=case.number)}/print").status_code == 404


def test_a_paper_of_somebody_elses_case_is_a_404(world: World, signed_in: SignedIn) -> None:
    case = dispatched_case(world)
    assert signed_in("land_handler").get(f"{URL}/{case.number}-1/print").status_code == 404
    assert signed_in("viewer").get(f"{URL}/{case.number}-1/print").status_code == 403


def test_an_anonymous_paper_shows_the_day_and_no_hour(world: World, signed_in: SignedIn) -> None:
    make_case(world)
    case = triaged_case(world)
    assert case.anonymous
    dispatch_case(
        world.viewer("triage"), case.number, version=case.version, department_id=world.departments["medical"].id
    )
    html = signed_in("handler").get(f"{URL}/{case.number}-1/print").get_data(as_text=True)
    row = html[html.index("反映时间") :]
    assert row.index("10月8日") < row.index("渠道")
    assert "14:" not in row[: row.index("渠道")]
