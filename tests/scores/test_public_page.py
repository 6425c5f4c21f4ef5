"""The same numbers for everyone: halls and departments, up to last Sunday, with how they are made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from portal.rules.vocabulary import Evidence
from tests.checking import text_of
from tests.scores.rated import TODAY, half_a_year, ratings_of, store
from tests.world import World

LAST_WEEK = TODAY - timedelta(days=8)


def test_anyone_reads_it_without_signing_in(client: Any, world: World, at: Any) -> None:
    at(TODAY)
    store(
        ratings_of(world.counters["3"], [60, 20, 10, 6, 4], LAST_WEEK)
        + ratings_of(world.counters["21"], [10, 0, 0, 0, 0], LAST_WEEK)
        + ratings_of(world.counters["3"], [0, 0, 0, 0, 30], LAST_WEEK, evidence=Evidence.OPEN)
    )
    answer = client.get("/scores/public")
    assert answer.status_code == 200
    text = text_of(answer)
    for fact in (
        "清川市政务服务中心",
        "市医保局",
        "89.0%",
        "81.4–93.7，100 份",
        "扫海报的 30 份",
        "11月15日",
        "怎么来的",
    ):
        assert fact in text
    assert "Set-Cookie" not in answer.headers
    assert "3号窗口" not in text


def test_what_came_after_last_sunday_waits(client: Any, world: World, at: Any) -> None:
    at(TODAY)
    store(ratings_of(world.counters["3"], [60, 0, 0, 0, 0], TODAY))
    assert "还没有计分的评价" in text_of(client.get("/scores/public"))
    at(TODAY + timedelta(days=3))
    assert "60 份" in text_of(client.get("/scores/public"))


def test_both_pages_show_the_same_numbers_for_the_same_days(client: Any, world: World, at: Any) -> None:
    from portal.services.score_scope import months_until, published_until, whole_scope
    from portal.services.scores import department_sheet

    at(TODAY)
    store(half_a_year(list(world.counters.values())))
    sheet = department_sheet(whole_scope(world.hall), months_until(published_until(TODAY), 6))
    text = text_of(client.get("/scores/public"))
    shown = [line for line in sheet.lines if line.score.rate.value is not None]
    assert shown
    for line in shown:
        assert f"{line.score.rate.value * 100:.1f}%" in text
        assert f"{line.score.n} 份" in text


def test_a_hall_with_a_small_department_tells_nothing_of_it(client: Any, world: World, at: Any) -> None:
    at(TODAY)
    store(
        ratings_of(world.counters["3"], [0, 0, 0, 0, 2], LAST_WEEK)
        + ratings_of(world.counters["21"], [30, 0, 0, 0, 0], LAST_WEEK)
    )
    text = text_of(client.get("/scores/public"))
    assert re.search("市医保局 ?满意率 ?少于 5", text)
    assert "30 份" not in text


def test_it_stands_before_any_hall_and_before_any_rating(client: Any, app: Any, at: Any) -> None:
    assert "还没有设好大厅" in text_of(client.get("/scores/public"))


def test_it_stands_before_any_rating(client: Any, world: World) -> None:
    assert "还没有计分的评价" in text_of(client.get("/scores/public"))
