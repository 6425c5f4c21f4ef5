"""Who a reporter is: masked for all, revealed for a reason that is kept."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import Case
from portal.services.case_page import open_case_page
from portal.services.contacts import can_reveal, masked_contact, reveal_contact
from portal.services.errors import NotFound, Refused
from portal.services.visibility import load_case
from tests.cases import RECEIVED, actions_of, dispatched_case, event_of, make_case, noise_cases
from tests.world import World

NAME, PHONE = "张三丰", "13812345678"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def test_pages_show_a_surname_and_the_ends_of_a_number(any_world: World) -> None:
    noise_cases(any_world)
    case = make_case(any_world, name=NAME, phone=PHONE)
    shown = masked_contact(case)
    assert (shown.name, shown.phone) == ("张**", "138****5678")
    assert NAME.encode() not in (case.contact_name or b"")
    assert masked_contact(make_case(any_world)).name == ""


def test_a_contact_is_revealed_for_a_reason_and_leaves_an_event(any_world: World) -> None:
    case = make_case(any_world, name=NAME, phone=PHONE)
    with pytest.raises(Refused):
        reveal_contact(any_world.viewer("clerk"), case.number, " \u200b")
    assert actions_of(case) == []
    found = reveal_contact(any_world.viewer("clerk"), case.number, "回电话问材料")
    assert (found.name, found.phone) == (NAME, PHONE)
    event = event_of(case, "contact_revealed")
    assert (event.staff_id, event.data) == (any_world.staff["clerk"].id, {})
    page = open_case_page(any_world.viewer("clerk"), case.number, RECEIVED)
    assert [(line.event.action, line.note) for line in page.kept.happened] == [("contact_revealed", "回电话问材料")]


@pytest.mark.parametrize("allowed", [True, False])
def test_the_department_learns_who_it_is_only_when_the_reporter_allowed_it(any_world: World, allowed: bool) -> None:
    case = dispatched_case(any_world, name=NAME, phone=PHONE, may_tell_department=allowed)
    handler = any_world.viewer("handler")
    assert can_reveal(handler, case) is allowed
    if allowed:
        assert reveal_contact(handler, case.number, "约时间").phone == PHONE
    else:
        with pytest.raises(Refused):
            reveal_contact(handler, case.number, "约时间")
        assert "contact_revealed" not in actions_of(case)


def test_who_left_nothing_cannot_be_revealed(any_world: World) -> None:
    case = make_case(any_world)
    assert not can_reveal(any_world.viewer("clerk"), case)
    with pytest.raises(Refused):
        reveal_contact(any_world.viewer("clerk"), case.number, "回电话")


@pytest.mark.parametrize("name", ["manager", "viewer", "administrator", "land_handler", "noise_clerk"])
def test_who_may_not_reveal_does_not(any_world: World, name: str) -> None:
    case: Case = dispatched_case(any_world, name=NAME, phone=PHONE, may_tell_department=True)
    with pytest.raises(NotFound):
        reveal_contact(any_world.viewer(name), case.number, "看看")
    assert not can_reveal(any_world.viewer(name), case)
    assert load_case(any_world.viewer("clerk"), case.number) is case
