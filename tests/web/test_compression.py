"""Text goes out compressed; answers to a POST never do."""

from __future__ import annotations

import gzip
from typing import Any

from tests.world import World

GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_and_a_style_sheet_are_compressed_for_those_who_take_it(client: Any, world: World) -> None:
    sheet = client.get("/static/css/citizen.css", headers=GZIP)
    assert sheet.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sheet.data) == client.get("/static/css/citizen.css").data
    assert "Accept-Encoding" in sheet.headers["Vary"]


def test_an_answer_to_a_post_is_not_compressed(client: Any, world: World) -> None:
    answer = client.post("/no-such-page", headers=GZIP)
    assert "Content-Encoding" not in answer.headers
    assert len(answer.data) > 600
