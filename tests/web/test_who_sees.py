"""Whatever a citizen may write or choose that is kept says who will see it, right there and not only in the notice."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from portal.rules.codes import new_submission_key
from tests.cases import RECEIVED, concluded_case, dispatched_case
from tests.checking import LABELLED, VOID
from tests.track.reporters import coded
from tests.world import World

SAYS = ("看得到", "看到", "看不到")
# What moves things and says nothing: keys, photos to take back.
SILENT = {"drop", "view", "lang"}


class Described(HTMLParser):
    """Every control of the forms in main, with the ids that describe it or what it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, str, str]] = []
        self.controls: list[tuple[str, set[str]]] = []
        self.texts: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        here = (tag, found.get("id", ""), found.get("aria-describedby", ""))
        asked = tag in LABELLED and found.get("type") != "hidden" and found.get("name", "") not in SILENT
        if asked and any(outer[0] == "form" for outer in self.stack):
            around = " ".join(described for _, _, described in [*self.stack, here])
            self.controls.append((found["name"], set(around.split())))
        if tag not in VOID:
            self.stack.append(here)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        for _, name, _ in self.stack:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def untold(html: str) -> set[str]:
    """The names of the fields that do not say who will see them."""
    page = Described(html)
    assert page.controls
    return {
        name
        for name, ids in page.controls
        if not any(word in page.texts.get(described, "") for described in ids for word in SAYS)
    }


@pytest.fixture(autouse=True)
def now(at: Any) -> None:
    at(RECEIVED)


@pytest.mark.parametrize("path", ["/report?at=3m7kd2qa", "/rate/3m7kd2qa"])
def test_every_field_of_a_report_and_a_rating_says_who_sees_it(client: Any, world: World, path: str) -> None:
    assert untold(client.get(path).text) == set()


def test_the_items_that_were_found_say_it_too(client: Any, world: World) -> None:
    sent = {"key": new_submission_key(), "at": "3m7kd2qa", "item_words": "医保"}
    page = client.post("/report/items", data=sent)
    assert 'name="item"' in page.text
    assert untold(page.text) == set()


def test_every_field_of_the_tracking_page_says_who_sees_it(client: Any, world: World) -> None:
    _, waiting = coded(world, dispatched_case)
    assert untold(client.post("/track/case", data={"code": waiting}).text) == set()
    _, code = coded(world, concluded_case)
    assert untold(client.post("/track/case", data={"code": code}).text) == set()
    said = {"code": code, "key": new_submission_key(), "solved": "partly"}
    rated = client.post("/track/answer", data=said)
    assert 'name="level"' in rated.text
    assert untold(rated.text) == set()


def test_a_field_that_says_nothing_is_found() -> None:
    form = '<main><form><p id="h">大厅看得到</p><input name="a" aria-describedby="h"><input name="b"></form></main>'
    assert untold(form) == {"b"}
