"""The five stages as the reporter sees them: what is behind, where it stands, and one thing to do at a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.extensions import db
from portal.rules.codes import new_submission_key
from tests.cases import RECEIVED, concluded_at_the_window, concluded_case
from tests.checking import text_of
from tests.track.reporters import coded
from tests.world import World

FOLDED = r"<details[^>]*><summary>再说一句</summary>"


@pytest.fixture(autouse=True)
def clock(at: Any) -> Any:
    at(RECEIVED)
    return at


def drawn(page: Any) -> list[str]:
    """How each stage is drawn."""
    road = page.text[page.text.index('<ol class="stage"') :]
    return re.findall(r'<li(?: class="(\w+)")?(?: aria-current="step")?>\s*<div class="stack">\s*<h2>', road)


def answer(client: Any, code: str, solved: str) -> Any:
    """Say so, once."""
    return client.post("/track/answer", data={"code": code, "key": new_submission_key(), "solved": solved})


def test_what_was_done_on_the_spot_is_behind_and_a_confirmed_case_is_behind_whole(client: Any, world: World) -> None:
    _, code = coded(world, concluded_at_the_window)
    page = client.post("/track/case", data={"code": code})
    assert drawn(page) == ["done", "done", "done", "now", ""]
    assert "窗口直接给您办了" in text_of(page)
    closed = answer(client, code, "yes")
    assert drawn(closed) == ["done"] * 5
    assert "已回访，办完了" in text_of(closed)


def test_a_no_nobody_has_decided_on_is_not_behind(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    answer(client, code, "yes")
    assert drawn(answer(client, code, "no")) == ["done"] * 4 + ["now"]


def test_a_decision_that_is_late_is_owed_and_never_promised_for_a_day_gone_by(
    client: Any, world: World, clock: Any
) -> None:
    _, code = coded(world, concluded_case)
    assert "10月9日（星期五）下班前告诉您。" in text_of(answer(client, code, "no"))
    clock(datetime(2026, 10, 12, 2, tzinfo=UTC))
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "本该 10月9日（星期五）告诉您。" in words
    assert "下班前告诉您" not in words


def test_an_answer_is_asked_for_before_anything_else(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    page = client.post("/track/case", data={"code": code})
    assert 'action="/track/rating"' not in page.text
    assert re.search(FOLDED, page.text)
    said = answer(client, code, "partly")
    assert 'action="/track/rating"' in said.text
    assert not re.search(FOLDED, said.text)


def test_words_refused_while_an_answer_is_awaited_are_in_sight(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    refused = client.post("/track/messages", data={"code": code, "key": new_submission_key(), "words": "字" * 1001})
    assert re.search(r"<details[^>]* open><summary>再说一句</summary>", refused.text)


def test_each_law_stands_on_a_line_of_its_own(client: Any, world: World) -> None:
    basis = "办事指南第3条\n《行政许可法》第三十二条"
    case, code = coded(world, concluded_case)
    case.basis = basis
    db.session.commit()
    page = client.post("/track/case", data={"code": code})
    assert re.search(rf'<p class="note words">依据：{basis}</p>', page.text)


def test_in_english_an_office_and_a_name_are_two_things(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    page = client.post("/track/case", data={"code": code, "lang": "en"})
    assert "Chenli, Medical Insurance Bureau" in text_of(page)
