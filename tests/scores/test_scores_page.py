"""The scores of a hall for those who answer for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.models import CaseDay, Grant
from portal.rules.scoring import weights_from
from portal.rules.vocabulary import Evidence
from portal.services.installation import NAME, Installation
from tests.checking import text_of
from tests.scores.rated import TODAY, half_a_year, ratings_of, store
from tests.world import World


def fill(world: World) -> None:
    store(half_a_year(list(world.counters.values())) + ratings_of(world.counters["30"], [3, 0, 0, 0, 0]))


def rows_of(html: str, section: str) -> dict[str, list[str]]:
    """The rows of a section's table: the name, then the cells' words."""
    table = html[html.index(f'id="{section}"') :].split("</table>")[0]
    rows = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.DOTALL):
        cells = [" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in re.split(r"</t[hd]>", row)]
        rows[cells[0]] = cells[1:-1]
    return rows


def test_departments_come_first_with_rate_interval_n_levels_and_kinds(viewer: Any, world: World) -> None:
    store(
        ratings_of(world.counters["3"], [60, 20, 10, 6, 4])
        + ratings_of(world.counters["21"], [10, 0, 0, 0, 0])
        + ratings_of(world.counters["3"], [1, 1, 1, 1, 1], evidence=Evidence.OPEN)
    )
    answer = viewer.get("/scores/")
    assert answer.status_code == 200
    scores = rows_of(answer.text, "score")
    assert scores["市医保局"][:4] == ["89.0%", "81.4–93.7", "", "100"]
    assert scores["合计"][3] == "110"
    assert rows_of(answer.text, "levels")["市医保局"][:5] == ["60", "20", "10", "6", "4"]
    assert rows_of(answer.text, "kinds")["市医保局"][4:] == ["5", "1 · 1 · 1 · 1 · 1"]
    assert "6月1日至11月20日" in text_of(answer)


@pytest.mark.parametrize("by", ["hall", "department", "counter", "week"])
@pytest.mark.parametrize("months", ["1", "3", "6", "12"])
def test_every_question_has_a_whole_page_with_a_table_under_each_picture(
    viewer: Any, world: World, by: str, months: str
) -> None:
    fill(world)
    answer = viewer.get(f"/scores/?by={by}&months={months}")
    assert answer.status_code == 200
    assert "这个数怎么来的" in text_of(answer)
    assert (answer.text.count('role="img"') == 0) == (by == "counter")
    assert len(rows_of(answer.text, "score")) >= (1 if by == "hall" else 4)
    tabs = re.findall(r'<a href="([^"]+)" aria-current="true">', answer.text)
    assert len(tabs) == 2


def test_a_rate_never_stands_without_its_n_and_interval(viewer: Any, world: World) -> None:
    fill(world)
    for by in ("hall", "department", "counter", "week"):
        for name, cells in rows_of(viewer.get(f"/scores/?by={by}").text, "score").items():
            if cells[0].endswith("%"):
                assert re.fullmatch(r"[\d.]+–[\d.]+", cells[1]), name
                assert int(cells[3]) >= 5, name


def test_under_five_the_page_shows_neither_rate_nor_levels(viewer: Any, world: World) -> None:
    store(ratings_of(world.counters["3"], [0, 0, 0, 0, 3]) + ratings_of(world.counters["21"], [40, 0, 0, 0, 0]))
    answer = viewer.get("/scores/?by=counter")
    assert rows_of(answer.text, "score")["3号窗口 医保综合"][:2] == ["少于 5 份评价，不显示", "<5"]
    assert rows_of(answer.text, "levels")["3号窗口 医保综合"] == ["少于 5"]
    assert rows_of(answer.text, "levels")["21号窗口 不动产"] == ["不显示"]


def test_open_ratings_have_numbers_but_no_rate(viewer: Any, world: World) -> None:
    store(ratings_of(world.counters["3"], [50, 10, 5, 3, 2], evidence=Evidence.OPEN))
    answer = viewer.get("/scores/")
    assert rows_of(answer.text, "score")["市医保局"][0] == "还没有"
    assert rows_of(answer.text, "kinds")["市医保局"][4:] == ["70", "50 · 10 · 5 · 3 · 2"]
    assert not re.search(r"\d%", re.sub(r"95%|40%|50%|100%", "", text_of(answer)))


def test_set_aside_ratings_are_a_count(viewer: Any, world: World) -> None:
    store(
        ratings_of(world.counters["3"], [9, 0, 0, 0, 0])
        + ratings_of(world.counters["3"], [0, 0, 0, 0, 7], set_aside_reason="burst")
    )
    assert "另有 7 份评价存疑搁置，不计入，也不删除。" in text_of(viewer.get("/scores/"))


def test_one_department_of_weeks_and_counters_by_a_link_that_keeps_the_rest(viewer: Any, world: World) -> None:
    fill(world)
    land = world.departments["land"].id
    answer = viewer.get(f"/scores/?by=counter&months=3&dep={land}")
    assert [name for name in rows_of(answer.text, "score") if name != "合计"] == ["21号窗口 不动产"]
    assert f'value="{land}" selected' in answer.text
    assert f'href="/scores/?by=week&amp;months=3&amp;dep={land}"' in answer.text
    assert viewer.get(f"/scores/?by=week&dep={land}").status_code == 200


@pytest.mark.parametrize(
    "query", ["by=moon", "months=999", "months=abc", "dep=99999", "dep=x", "by=counter&dep=-1", "by=week&months="]
)
def test_an_address_that_makes_no_sense_is_taken_as_not_said(viewer: Any, world: World, query: str) -> None:
    assert viewer.get(f"/scores/?{query}").status_code == 200


def test_another_hall_is_as_if_it_did_not_exist(viewer: Any, world: World) -> None:
    assert viewer.get("/scores/?hall=BY").status_code == 404
    assert viewer.get("/scores/?hall=QC").status_code == 200
    assert "白鹭区" not in text_of(viewer.get("/scores/?by=hall"))


def test_who_sees_two_halls_changes_between_them(viewer: Any, world: World) -> None:
    db.session.add(Grant(staff_id=world.staff["viewer"].id, role="viewer", hall_id=world.other_hall.id))
    db.session.commit()
    answer = viewer.get("/scores/?hall=BY")
    assert answer.status_code == 200
    assert "区医保局" in text_of(answer)
    assert "hall=QC" in answer.text
    assert "白鹭区" in text_of(viewer.get("/scores/?by=hall"))


def test_only_viewer_oversight_and_manager_come_in(signed_in: Callable[[str], Any], client: Any, world: World) -> None:
    for name, status in (
        ("viewer", 200),
        ("oversight", 200),
        ("manager", 200),
        ("clerk", 403),
        ("handler", 403),
        ("administrator", 403),
    ):
        assert signed_in(name).get("/scores/").status_code == status, name
    assert client.get("/scores/").status_code == 303


def test_the_page_takes_the_same_statements_however_much_there_is(
    viewer: Any, world: World, count_statements: list[str]
) -> None:
    sent = []
    for _ in range(2):
        fill(world)
        viewer.get("/scores/")
        count_statements.clear()
        viewer.get("/scores/")
        sent.append(len(count_statements))
    assert sent[0] == sent[1] <= 12


def called_back(world: World, reached: int, contacted: int, solved: int) -> None:
    """So many people of counter 3 were reached in follow-up."""
    counter = world.counters["3"]
    place = {"hall_id": world.hall.id, "department_id": counter.department_id, "counter_id": counter.id}
    db.session.add(CaseDay(day=TODAY, reached=reached, contacted=contacted, solved=solved, **place))
    db.session.commit()


def weigh(app: Flask, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the installation have other weights."""
    here: Installation = app.extensions[NAME]
    settings = replace(here.settings, score_weights=weights_from(text))
    monkeypatch.setitem(app.extensions, NAME, Installation(settings, here.keys, here.files))


def test_the_composite_stands_with_its_parts_its_interval_and_its_formula(viewer: Any, world: World) -> None:
    store(ratings_of(world.counters["3"], [8, 4, 5, 0, 3]))
    called_back(world, reached=20, contacted=18, solved=15)
    answer = viewer.get("/scores/")
    assert "综合分 = 0.1 × 响应率 + 0.4 × 满意率 + 0.5 × 解决率。" in text_of(answer)
    row = rows_of(answer.text, "composite")["市医保局"]
    assert row[:6] == ["90%", "18/20", "82.5%", "75%", "15/20", "79.5"]
    low, high = map(float, row[6].split("–"))
    assert low < 79.5 < high


def test_other_weights_give_other_numbers_and_are_printed(
    app: Flask, viewer: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(ratings_of(world.counters["3"], [8, 4, 5, 0, 3]))
    called_back(world, reached=20, contacted=18, solved=15)
    weigh(app, monkeypatch, "fairly_satisfied=0.6 contact=0 satisfaction=0.5 solve=0.5")
    answer = viewer.get("/scores/")
    words = text_of(answer)
    assert "满意率 =（非常满意 + 满意 + 0.6 × 基本满意）÷ n。" in words
    assert "综合分 = 0 × 响应率 + 0.5 × 满意率 + 0.5 × 解决率。" in words
    assert rows_of(answer.text, "score")["市医保局"][0] == "75.0%"
    assert rows_of(answer.text, "composite")["市医保局"][5] == "75.0"
    assert "0.6 × 基本满意" in text_of(viewer.get("/scores/public"))


def test_without_a_part_there_is_no_composite(viewer: Any, world: World) -> None:
    store(ratings_of(world.counters["3"], [40, 0, 0, 0, 0]))
    called_back(world, reached=4, contacted=4, solved=4)
    row = rows_of(viewer.get("/scores/").text, "composite")["市医保局"]
    assert row == ["不显示", "100.0%", "不显示", "没有"]
