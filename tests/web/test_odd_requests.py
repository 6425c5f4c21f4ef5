"""Requests that no browser of an honest person makes: a clear answer, never a way to another site, never a 500."""

from __future__ import annotations

from typing import Any

import pytest

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


def test_a_host_that_is_none_gets_a_sentence(client: Any, world: World) -> None:
    answer = client.get("/", headers={"Host": "x" * 300})
    assert answer.status_code == 400
    assert "没有送全" in answer.text
