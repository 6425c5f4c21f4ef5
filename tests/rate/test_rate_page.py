"""The rating page: five faces, nothing chosen, no script, nothing lost, the same thanks for a replay."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.data import labels_of, rating_labels
from portal.extensions import db
from portal.models import Poster, Rating
from portal.rules.vocabulary import Level
from tests.checking import text_of
from tests.world import World

SLUG = "3m7kd2qa"
URL = f"/rate/{SLUG}"
NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)


def key_in(answer: Any) -> str:
    found = re.search(r'name="key" value="([^"]{22})"', answer.text)
    assert found, "the page carries no key"
    return found[1]


def filled(client: Any, **more: Any) -> dict[str, Any]:
    bad = {"level": "dissatisfied", "labels_dissatisfied": ["208", "213"], "words": "来了三趟，每趟都少一样。"}
    return {"key": key_in(client.get(URL)), **bad} | more


def stored() -> list[Rating]:
    return list(db.session.scalars(select(Rating).order_by(Rating.id)))


def test_five_faces_with_words_and_none_chosen(client: Any, world: World) -> None:
    answer = client.get(URL)
    text = text_of(answer)
    assert len(re.findall(r'type="radio" name="level"', answer.text)) == 5
    assert "checked" not in answer.text
    for fact in ("3号窗口", "医保综合", "照实说就好，不评也没关系。", "窗口的人看不到是谁评的。", "清川市政务服务中心"):
        assert fact in text


def test_every_official_label_stands_under_its_level_three_at_once_the_rest_folded(client: Any, world: World) -> None:
    html = client.get(URL).text
    for level in Level:
        part = html[html.index(f'id="labels_{level}"') :]
        part = part[: part.index("</details>")]
        at_once, folded = part.split("<details>")
        ticks = [re.findall(r'value="(\d+)"', half) for half in (at_once, folded)]
        official = [str(label.code) for label in labels_of(level)]
        assert ticks == [official[:3], official[3:]]
    assert html.count('type="checkbox"') == len(rating_labels())


def test_no_cookie_no_script_and_one_statement(client: Any, world: World, count_statements: list[str]) -> None:
    client.get(URL)
    count_statements.clear()
    answer = client.get(URL)
    assert len(count_statements) == 1
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert client.post(URL, data=filled(client)).headers.getlist("Set-Cookie") == []


def test_a_slug_may_be_typed_in_capitals_and_with_lookalikes(client: Any, world: World) -> None:
    assert "3号窗口" in text_of(client.get("/rate/3M7KD2QA"))
    assert "9号" not in text_of(client.get("/rate/3M7KD2QA"))


def test_a_bad_rating_is_thanked_and_leads_to_a_report_with_the_fields_filled(client: Any, world: World) -> None:
    answer = client.post(URL, data=filled(client))
    assert answer.status_code == 200
    text = text_of(answer)
    for fact in ("收到了", "不满意", "没有提供材料清单", "窗口人员业务不熟练", "来了三趟", "转成反映，有人接着办"):
        assert fact in text
    form = answer.text[answer.text.index('action="/report/from-rating"') :].split("</form>")[0]
    assert re.findall(r'name="(\w+)" value="([^"]*)"', form) == [
        ("at", SLUG),
        ("level", "dissatisfied"),
        ("labels", "208"),
        ("labels", "213"),
        ("words", "来了三趟，每趟都少一样。"),
    ]
    (kept,) = stored()
    assert (kept.level, kept.labels, kept.evidence) == ("dissatisfied", [208, 213], "open")


def test_the_report_it_leads_to_takes_what_was_written(client: Any, world: World) -> None:
    thanks = client.post(URL, data=filled(client))
    form = thanks.text[thanks.text.index('action="/report/from-rating"') :].split("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    report = client.post("/report/from-rating", data=fields)
    assert report.status_code == 200
    assert "来了三趟，每趟都少一样。" in report.text


def test_the_thanks_say_honestly_what_becomes_of_it(client: Any, world: World) -> None:
    text = text_of(client.post(URL, data=filled(client, level="very_satisfied", words="")))
    for fact in ("单独列出，不算进公布的满意率", "看不到是谁评的", "只记到半小时", "不能改"):
        assert fact in text
    assert "转成反映" not in text


def test_a_replay_gets_the_same_thanks_and_stores_nothing_more(client: Any, world: World) -> None:
    data = filled(client)
    first = client.post(URL, data=data)
    again = client.post(URL, data=data | {"level": "very_satisfied", "words": "改主意了"})
    assert again.status_code == 200
    assert text_of(again) == text_of(first)
    assert len(stored()) == 1


def test_ticks_left_behind_at_another_level_are_not_taken_for_this_one(client: Any, world: World) -> None:
    answer = client.post(URL, data=filled(client, labels_very_satisfied=["510"]))
    assert answer.status_code == 200
    assert stored()[0].labels == [208, 213]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"level": ""}, "请选一个满意程度。"),
        ({"level": "excellent"}, "请从五个满意程度里选一个。"),
        ({"labels_dissatisfied": ["208", "999"]}, "选的原因里有一项不是这个满意程度的"),
        ({"labels_dissatisfied": ["510"]}, "选的原因里有一项不是这个满意程度的"),
        ({"labels_dissatisfied": ["２０８", "x" * 50]}, "选的原因里有一项不是这个满意程度的"),
        ({"words": "很" * 503}, "请删去 3 个字"),
        ({"key": ""}, "请再按一次“交上去”"),
        ({"key": "not one of ours"}, "请再按一次“交上去”"),
    ],
)
def test_what_is_wrong_is_said_and_everything_is_kept(
    client: Any, world: World, wrong: dict[str, Any], sentence: str
) -> None:
    data = filled(client, **wrong)
    answer = client.post(URL, data=data)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert data["words"] in answer.text
    if "level" not in wrong:
        assert 'value="dissatisfied" required checked' in answer.text
    if "labels_dissatisfied" not in wrong:
        assert 'value="208" checked' in answer.text
    assert 'value="213" checked' in answer.text or "labels_dissatisfied" in wrong
    assert stored() == []
    again = data | {"level": "dissatisfied", "labels_dissatisfied": ["208"], "words": "好", "key": key_in(answer)}
    assert client.post(URL, data=again).status_code == 200


def test_a_ticked_label_under_more_is_open_when_it_comes_back(client: Any, world: World) -> None:
    answer = client.post(URL, data=filled(client, words="很" * 501))
    assert answer.text.count("<details open>") == 1


@pytest.mark.parametrize(
    "words", ["\u202e\u200b", "a" * 1_000_000, "字" * 350_000, "👨‍👩‍👧 好", "\x00\x07", "<b>&amp;"]
)
def test_strange_words_never_break_the_page(client: Any, world: World, words: str) -> None:
    answer = client.post(URL, data=filled(client, words=words))
    assert answer.status_code in (200, 422)
    assert "<b>&amp;" not in answer.text


def test_a_key_counts_once_for_all_counters(client: Any, world: World) -> None:
    data = filled(client)
    client.post(URL, data=data)
    client.post("/rate/9x2vbn4c", data=data)
    assert len(stored()) == 1


def test_an_unknown_slug_explains_itself(client: Any, world: World) -> None:
    for slug in ("zzzzzzzz", "3m7kd2qb", "short", "x" * 300):
        answer = client.get(f"/rate/{slug}")
        assert answer.status_code == 404
        assert "请再扫一次" in text_of(answer)


def test_a_retired_poster_leads_on_and_a_page_opened_before_still_counts(client: Any, world: World) -> None:
    data = filled(client)
    old = world.posters["3"]
    new = Poster(
        slug="nnnn2222", number="QC-0100", hall_id=old.hall_id, counter_id=old.counter_id, purpose="landing", version=2
    )
    new.made_on = NOW.date()
    db.session.add(new)
    db.session.flush()
    old.retired_at, old.replaced_by_id = NOW, new.id
    db.session.commit()
    answer = client.get(URL)
    assert answer.status_code == 410
    assert "停用了" in text_of(answer)
    assert 'href="/rate/nnnn2222"' in answer.text
    assert client.post(URL, data=data).status_code == 200
    assert len(stored()) == 1


def test_a_counter_out_of_use_gives_the_words_back(client: Any, world: World) -> None:
    data = filled(client)
    world.counters["3"].retired_at = NOW
    db.session.commit()
    assert "已经撤了" in text_of(client.get(URL))
    answer = client.post(URL, data=data)
    assert answer.status_code == 410
    assert "来了三趟，每趟都少一样。" in answer.text
    assert stored() == []


def test_a_poster_of_the_whole_hall_asks_for_a_counter(client: Any, world: World) -> None:
    db.session.add(
        Poster(slug="hhhh2222", number="QC-0101", hall_id=world.hall.id, purpose="landing", made_on=NOW.date())
    )
    db.session.commit()
    answer = client.get("/rate/hhhh2222")
    assert answer.status_code == 404
    assert "请扫您办事那个窗口的二维码" in text_of(answer)


def test_another_site_cannot_rate_for_somebody(client: Any, world: World) -> None:
    data = filled(client)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post(URL, data=data, headers=headers).status_code == 400
    assert stored() == []


def test_rating_takes_six_statements(client: Any, world: World, count_statements: list[str]) -> None:
    client.post(URL, data=filled(client))
    data = filled(client)
    count_statements.clear()
    client.post(URL, data=data)
    assert len(count_statements) <= 6, count_statements
