"""Requests that no browser of an honest person makes: a clear answer, never a way to another site, never a 500."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.services.sessions import begin_session
from portal.services.transaction import write
from tests.world import World

BROKEN_PART = b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("//another.example/", "/another.example/"),
        ("///another.example", "/another.example"),
        ("/\\another.example", "/%5Canother.example"),
        ("/a\r\nSet-Cookie: b=c", "/a%0D%0ASet-Cookie:%20b=c"),
        ("/a?b", "/a%3Fb"),
        ("/q/3m7kd2qa", "/q/3m7kd2qa"),
    ],
)
def test_choosing_a_language_never_leads_to_another_site(client: Any, world: World, path: str, way: str) -> None:
    # As a server hands it over: ours strips the slashes, others do not.
    answer = client.get("/", query_string={"lang": "en"}, environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 303
    assert answer.headers["Location"] == way


def test_the_links_of_an_error_page_stay_here(client: Any, world: World) -> None:
    page = client.get("/", environ_overrides={"PATH_INFO": "//another.example/no-such-page"})
    assert page.status_code in (308, 404)
    assert 'href="//' not in page.text


@pytest.mark.parametrize("address", ["/account/sign-in", "/account/reset"])
def test_a_part_without_a_name_is_a_broken_form(client: Any, world: World, address: str) -> None:
    answer = client.post(address, data=BROKEN_PART, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/q/%00", None),
        ("/report?at=%00&hall=%00", None),
        ("/rate/%00", None),
        ("/solved?department=%00&hall=%00", None),
        ("/scores/public?hall=%00", None),
        ("/report", {"key": "A" * 22, "hall": "\0", "at": "\0", "words": "没办成的事，要留住", "drop": "\0"}),
        ("/report/items", {"key": "A" * 22, "hall": "\0", "item_words": "医\0保"}),
        ("/report/photos/remove", {"key": "A" * 22, "name": "\0"}),
        ("/report/photos/remove", {"key": "A" * 22, "name": [str(number) for number in range(40_000)]}),
        ("/track/case", {"code": "\0"}),
        ("/track/messages", {"key": "A" * 22, "code": "\0", "drop": "\0"}),
        ("/track/claim", {"key": "A" * 22, "claim": "\0"}),
        ("/rate/3m7kd2qa", {"key": "A" * 22, "level": "\0", "words": "\0"}),
    ],
)
def test_a_sign_that_no_database_keeps_is_no_fault_of_ours(
    any_app: Flask, any_world: World, address: str, form: dict[str, Any] | None
) -> None:
    visitor = any_app.test_client()
    answer = visitor.get(address) if form is None else visitor.post(address, data=form)
    assert answer.status_code < 500
    assert "要留住" not in str(form) or "要留住" in answer.text or answer.status_code == 200


@pytest.mark.parametrize("address", ["cases/%00", "photos/%00", "orders/%00/print", "?q=%00&hall=%00&dep=%00"])
def test_nor_is_it_in_the_address_of_a_case(any_app: Flask, any_world: World, at: Any, address: str) -> None:
    at(datetime(2026, 10, 8, 6, 6, tzinfo=UTC))
    visitor = any_app.test_client()
    with write():
        secret = begin_session(any_world.staff["clerk"].id, clock.now())
    visitor.set_cookie("bc_staff", secret)
    assert visitor.get(f"/staff/{address}").status_code < 500


def test_a_fault_of_ours_is_logged_without_what_was_typed(
    app: Flask, client: Any, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble() -> None:
        raise ValueError(f"cannot read {request.form['words']}")

    stumble.policy = vars(app.view_functions["report.submit"])["policy"]  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "report.submit", stumble)
    answer = client.post("/report", data={"words": "窗口让我再来一趟"})
    assert answer.status_code == 500
    assert "窗口让我再来一趟" in answer.text
    assert "report.submit: ValueError" in caplog.text
    assert "in stumble" in caplog.text
    assert "再来一趟" not in caplog.text


def test_a_statement_without_end_makes_no_line_without_end(
    app: Flask, client: Any, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble() -> None:
        raise OperationalError("SELECT " + "?, " * 300_000, {}, Exception("too many variables"))

    stumble.policy = vars(app.view_functions["report.submit"])["policy"]  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "report.submit", stumble)
    assert client.post("/report", data={"words": "窗口让我再来一趟"}).status_code == 503
    assert "too many variables" in caplog.text
    assert len(caplog.text) < 2000


def test_a_host_that_is_none_gets_a_sentence(client: Any, world: World) -> None:
    answer = client.get("/", headers={"Host": "x" * 300})
    assert answer.status_code == 400
    assert "没有送全" in answer.text
