"""/solved: read by anyone, searched without a trace in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.extensions import db
from portal.models import SolvedStory
from tests.checking import text_of
from tests.world import World


@pytest.fixture
def stories(world: World) -> list[SolvedStory]:
    rows = [
        SolvedStory(
            hall_id=world.hall.id,
            department_id=world.departments["land" if n % 2 else "medical"].id,
            title=f"第{n}件：{'过户缺房本' if n % 2 else '备案被要居住证明'}",
            problem="窗口说少一份材料。",
            done="核对办事指南，当天办好了。",
            tip="去之前先看办事指南。",
            published_on=date(2026, 9, 1),
        )
        for n in range(25)
    ]
    rows.append(
        SolvedStory(
            hall_id=world.other_hall.id,
            title="别处的居住证明",
            problem="别处",
            done="别处",
            published_on=date(2026, 9, 1),
        )
    )
    db.session.add_all(rows)
    db.session.commit()
    return rows


def test_the_list_is_read_in_pages_and_by_department(client: Any, stories: list[SolvedStory]) -> None:
    text = text_of(client.get("/solved?hall=QC"))
    assert "第24件" in text
    assert "第4件" not in text
    assert "别处的居住证明" not in text
    second = text_of(client.get(f"/solved?hall=QC&after={stories[5].id}"))
    assert "第4件" in second
    assert "回到最前" in second
    land = text_of(client.get("/solved?hall=QC&department=land"))
    assert "过户缺房本" in land
    assert "备案被要居住证明" not in land
    assert "别处的居住证明" in text_of(client.get("/solved?hall=BY"))


def test_a_search_goes_by_post_and_keeps_what_was_typed(client: Any, stories: list[SolvedStory]) -> None:
    answer = client.post("/solved", data={"hall": "QC", "words": "居住证明"})
    assert 'value="居住证明"' in answer.get_data(as_text=True)
    assert "备案被要居住证明" in text_of(answer)
    assert "过户缺房本" not in text_of(answer)
    assert "最像的 12 件在这里" in text_of(answer)
    few = client.post("/solved", data={"hall": "BY", "words": "居住证明"})
    assert "找到 1 件，最像的在前。" in text_of(few)
    assert "没有找到一样的" in text_of(client.post("/solved", data={"hall": "QC", "words": "造飞机"}))
    assert client.post("/solved", data={"hall": "QC", "words": "长" * 100_000}).status_code == 200


def test_a_story_tells_what_was_wrong_what_was_done_and_a_tip(client: Any, stories: list[SolvedStory]) -> None:
    text = text_of(client.get(f"/solved/{stories[0].id}"))
    for words in ("窗口说少一份材料。", "当天办好了。", "去之前先看办事指南。"):
        assert words in text
    assert client.get("/solved/999999").status_code == 404
    assert client.get("/solved/99999999999999999999").status_code == 404


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=99999999999999999999", "item=x", "department=no", "hall=no"]
)
def test_odd_addresses_show_the_list(client: Any, stories: list[SolvedStory], query: str) -> None:
    assert "第24件" in text_of(client.get(f"/solved?{query}"))


def test_an_empty_list_says_why(client: Any, world: World) -> None:
    assert "还没有写出来的事" in text_of(client.get("/solved"))


def test_the_form_is_offered_stories_like_what_is_being_written(client: Any, stories: list[SolvedStory]) -> None:
    answer = client.post("/report/similar", data={"hall": "QC", "at": "", "words": "非要居住证明"})
    assert "备案被要居住证明" in text_of(answer)
    assert "照样可以送出" in text_of(answer)
    assert text_of(client.post("/report/similar", data={"hall": "QC", "words": "造飞机"})) == ""
    assert client.post("/report/similar", data={}).status_code == 200
