"""What went wrong, as a page: whom to ring, and the way back to where one works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.world import World


def test_a_stranger_can_ring_with_one_tap(client: Any, world: World) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert 'href="tel:03005550123"' in page.text.partition("<main")[2].partition("</main>")[0]
    assert 'data-view="staff"' not in page.text


def test_staff_stay_among_their_own_pages_and_find_back_to_their_first(
    signed_in: Callable[..., Any], world: World
) -> None:
    for path, status in (("/scores/", 403), ("/staff/cases/0000-0000", 404)):
        page = signed_in("clerk").get(path)
        assert page.status_code == status
        assert 'data-view="staff"' in page.text
        assert '<a href="/staff/">回到您的工作页</a>' in page.text


def test_a_fault_of_ours_asks_for_nothing_more(
    app: Flask, signed_in: Callable[..., Any], world: World, monkeypatch: Any
) -> None:
    def stumble() -> None:
        raise ValueError

    stumble.policy = vars(app.view_functions["staff.inbox"])["policy"]  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "staff.inbox", stumble)
    page = signed_in("clerk").get("/staff/")
    assert page.status_code == 500
    assert 'data-view="staff"' not in page.text
