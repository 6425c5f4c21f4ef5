"""The page of one case: what it shows to whom, and what each person may do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.models import Case
from tests.cases import (
    RECEIVED,
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
STATES = (make_case, registered_case, triaged_case, dispatched_case, concluded_case)
READERS = ("clerk", "triage", "follow_up", "oversight", "manager")


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def url(case: Case, step: str = "") -> str:
    return f"/staff/cases/{case.number}" + (f"/{step}" if step else "")


@pytest.mark.parametrize("make", STATES)
@pytest.mark.parametrize("reader", READERS)
def test_everybody_who_may_read_gets_a_whole_page_in_every_state(
    world: World, signed_in: SignedIn, make: Any, reader: str
) -> None:
    noise_cases(world)
    case = make(world, name="张三", phone="13812345678", item_id=world.items["异地就医备案"].id)
    page = signed_in(reader).get(url(case))
    assert page.status_code == 200
    said = text_of(page)
    assert case.words in said
    assert "异地就医备案" in said
    assert "下一步" in said
