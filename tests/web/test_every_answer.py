"""What holds for every address of the product, whoever asks and whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from flask import Flask, url_for
from flask_wtf import FlaskForm
from werkzeug.routing import Rule
from werkzeug.test import encode_multipart
from wtforms.fields.core import UnboundField

from portal.blueprints.track.photos import photo_url
from portal.services.attachments import bind_staged, stage_photo
from portal.services.receipts import fingerprint_of
from portal.services.solved_publishing import publish_solved
from portal.services.transaction import write
from portal.web.guards import FORM_BYTES, Policy
from tests.cases import RECEIVED, concluded_case, dispatched_case
from tests.gateways.photo_samples import jpeg_with_everything
from tests.world import World

SignedIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def policy_of(app: Flask, rule: Rule) -> Policy:
    found: Policy = vars(app.view_functions[rule.endpoint])["policy"]
    return found


@pytest.fixture
def known(world: World, app: Flask) -> dict[str, list[Any]]:
    """For each piece of an address what may stand there: of each kind of thing one that is."""
    concluded, going = concluded_case(world), dispatched_case(world)
    photo = stage_photo(b"k" * 16, jpeg_with_everything())
    with write():
        bind_staged(fingerprint_of(b"k" * 16), concluded.id)
    story = publish_solved(
        world.viewer("manager"), concluded.number, version=concluded.version, title="备案", problem="卡", done="办成了"
    )
    with app.test_request_context():
        token = photo_url(photo).rsplit("/", 1)[1]
    return {
        "number": ["QC-0001", concluded.number, going.number, f"{going.number}-1"],
        "slug": ["3m7kd2qa"],
        "step": ["notes"],
        "story_id": [story.id],
        "name": [photo.name],
        "token": [token],
    }


def addresses(app: Flask, rule: Rule, known: dict[str, list[Any]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    for values in product(*(known[name] for name in names)):
        with app.test_request_context():
            yield str(url_for(rule.endpoint, **dict(zip(names, values, strict=True)))) if names else rule.rule


def answers(app: Flask, world: World, signed_in: SignedIn, rule: Rule, known: dict[str, list[Any]]) -> Iterator[Any]:
    """What the address answers, to each person for whom it may be; to anybody if it is open to all."""
    people = list(world.staff) if policy_of(app, rule).kind == "staff" else [""]
    for address, person in product(addresses(app, rule, known), people):
        yield (signed_in(person) if person else app.test_client()).get(address)


def test_no_answer_is_kept_by_a_browser_or_says_where_it_lies_here(
    app: Flask, world: World, signed_in: SignedIn, known: dict[str, list[Any]]
) -> None:
    unseen = []
    for rule in rules(app, "GET"):
        seen = list(answers(app, world, signed_in, rule, known))
        for answer in seen:
            assert answer.headers["Cache-Control"] == "no-store", rule
            assert not {"ETag", "Last-Modified"} & set(answer.headers.keys()), rule
            name = answer.headers.get("Content-Disposition", "posters-")
            assert "posters-" in name, (rule, name)
        if all(answer.status_code >= 400 for answer in seen):
            unseen.append(rule.rule)
    # Without a slug there is nothing to land on.
    assert unseen == ["/q", "/Q"]


def test_what_the_product_is_made_of_is_kept_for_as_long_as_it_is_the_same(client: Any, world: World) -> None:
    style = re.search(r'href="(/static/[^"]+)"', client.get("/").text)
    assert style is not None
    assert "immutable" in client.get(style[1]).headers["Cache-Control"]
    assert client.get(style[1].split("?")[0]).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff", "/staff//", "/posters//", "/account//sign-in", "/scores", "//staff//"])
def test_a_forged_host_leads_nowhere(client: Any, path: str) -> None:
    answer = client.get(path, query_string={"a": "b"}, headers={"Host": "evil.test"})
    assert answer.status_code in (308, 404)
    way = answer.headers.get("Location", "/")
    assert way.startswith("/")
    assert not way.startswith("//")
    assert "evil.test" not in answer.text


def every_field() -> set[str]:
    """The names of all fields of all forms, and of those that are read without one."""
    kinds: list[type[Any]] = [FlaskForm]
    found = {"drop", "name", "key", "code", "field", "poster", "counter", "version", "cases"}
    for kind in kinds:
        kinds += kind.__subclasses__()
        found |= {name for name, field in vars(kind).items() if isinstance(field, UnboundField)}
    return found


def test_a_file_in_the_place_of_a_text_is_nothing_and_breaks_no_form(
    app: Flask, world: World, signed_in: SignedIn, known: dict[str, list[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    for rule in rules(app, "POST"):
        staff = policy_of(app, rule).kind == "staff" or policy_of(app, rule).token
        for address, person in product(addresses(app, rule, known), list(world.staff) if staff else [""]):
            visitor = signed_in(person) if person else app.test_client()
            files = {name: (BytesIO(b"hello"), "a.txt") for name in every_field()}
            text = {"csrf_token": token_of(visitor)} if person else {}
            answer = visitor.post(address, data=files | text, content_type="multipart/form-data")
            assert answer.status_code < 500, (rule, person)
    assert "unexpected" not in caplog.text


def token_of(visitor: Any) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/account/").text)
    assert found is not None
    return found[1]


def send_parts(client: Any, parts: dict[str, str]) -> Any:
    """As a form with photos; in memory, since the client's own file for a large body is left for the collector."""
    boundary, body = encode_multipart(parts)
    return client.post("/report", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_text_beside_photos_has_the_room_that_text_has(client: Any, world: World) -> None:
    for parts in ({"words": "x" * (FORM_BYTES + 1)}, {f"words{n}": "x" * 1_000_000 for n in range(9)}):
        answer = send_parts(client, parts)
        assert answer.status_code == 413
        assert len(answer.data) < 20_000
    long = "字" * 1_000_000
    back = send_parts(client, {"at": "3m7kd2qa", "words": long})
    assert back.status_code == 422
    assert long in back.text
