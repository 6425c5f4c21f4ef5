"""The pages where a manager chooses, makes, renews and retires posters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.extensions import db
from portal.models import Counter, Event, Grant, Poster
from tests.checking import text_of
from tests.world import World


def ticked(html: str) -> list[str]:
    return re.findall(r'name="(?:poster|counter)" value="([^"]+)" checked', html)


def boxes(html: str) -> list[str]:
    return re.findall(r'name="(?:poster|counter)" value="([^"]+)"', html)


def seen_on(page: Any) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def the(number: str) -> Poster:
    db.session.expire_all()
    return db.session.query(Poster).filter_by(number=number).one()


def test_the_list_shows_each_poster_and_the_place_without_one(manager: Any, world: World) -> None:
    text = text_of(manager.get("/posters/"))
    assert "3 张海报，1 处还没有" in text
    for fact in ("QC-0001", "第 1 版", "9月1日", "在用", "整个大厅", "还没有海报", "21号窗口"):
        assert fact in text
    assert "QC-0004" not in text
    assert "白鹭区" not in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("floor=1&first=3&last=21", ["QC-0001", "QC-0002"]),
        ("state=missing", ["hall"]),
        ("state=missing&purpose=rate&last=3", ["3"]),
        ("first=21", ["QC-0002", "QC-0003"]),
        ("floor=9", []),
        ("state=nonsense&purpose=nonsense&department=x", ["hall", "QC-0001", "QC-0002", "QC-0003"]),
        ("department=99999999999999999999", ["hall", "QC-0001", "QC-0002", "QC-0003"]),
        ("first=%00&last=%F0%9F%99%82&page=99", ["QC-0001", "QC-0002", "QC-0003"]),
    ],
)
def test_the_filter_is_an_address_and_nonsense_in_it_does_no_harm(
    manager: Any, world: World, query: str, shown: list[str]
) -> None:
    answer = manager.get(f"/posters/?{query}")
    assert answer.status_code == 200
    named = {str(counter.id): counter.number for counter in world.counters.values()}
    numbers = {str(p.number) for p in world.posters.values()} | {"hall"}
    assert [box if box in numbers else named[box] for box in boxes(answer.text)] == shown


def test_all_or_none_are_picked_by_a_link_that_keeps_the_filter(manager: Any, world: World) -> None:
    page = manager.get("/posters/?first=21").text
    assert ticked(page) == []
    (link,) = re.findall(r'href="([^"]*pick=all)"', page)
    everything = manager.get(link.replace("&amp;", "&")).text
    assert ticked(everything) == ["QC-0002", "QC-0003"]
    assert "已选 2 处" in everything
    assert 'href="/posters/?first=21">一张也不选' in everything


def test_where_no_counter_lacks_a_poster_the_list_says_so_and_offers_no_way_out_of_a_filter(
    manager: Any, world: World, send: Callable[..., Any]
) -> None:
    send(manager, "/posters/new", "/posters/?state=missing", counter="hall")
    text = text_of(manager.get("/posters/?state=missing"))
    assert "每个窗口都有海报了" in text
    assert "不筛了" not in text
    narrowed = text_of(manager.get("/posters/?state=missing&floor=9"))
    assert "没有这样的海报" in narrowed
    assert "不筛了" in narrowed


def test_a_manager_of_several_halls_sees_one_at_a_time(manager: Any, world: World) -> None:
    db.session.add(Grant(staff_id=world.staff["manager"].id, role="manager", hall_id=world.other_hall.id))
    db.session.commit()
    assert boxes(manager.get("/posters/?hall=BY").text) == ["hall", "QC-0004"]
    assert 'href="/posters/?hall=BY"' in manager.get("/posters/").text


def test_posters_are_made_for_the_ticked_counters(manager: Any, world: World, send: Callable[..., Any]) -> None:
    counter = str(world.counters["3"].id)
    answer = send(manager, "/posters/new?purpose=rate", purpose="rate", counter=[counter, "nonsense", "-1"])
    assert answer.location == "/posters/?purpose=rate"
    assert "做好了 1 张海报（QC-0005）" in text_of(manager.get(answer.location))
    assert (the("QC-0005").purpose, the("QC-0005").counter_id) == ("rate", world.counters["3"].id)
    again = send(manager, "/posters/new", purpose="rate", counter=[counter])
    assert "没有要做的" in text_of(manager.get(again.location))


def test_a_new_version_is_made_from_the_list_and_from_the_poster(
    manager: Any, world: World, send: Callable[..., Any]
) -> None:
    slug = the("QC-0001").slug
    seen = seen_on(manager.get("/posters/"))
    answer = send(manager, "/posters/versions", poster=["QC-0001", "QC-0002"], seen=seen)
    assert "出了新版：2 张海报（QC-0001 – QC-0002）" in text_of(manager.get(answer.location))
    again = send(manager, "/posters/versions", poster=["QC-0001", "QC-0002"], seen=seen)
    assert "刚才已经有人出了新版" in text_of(manager.get(again.location))
    seen = seen_on(manager.get("/posters/QC-0001"))
    send(manager, "/posters/versions?hall=QC", page="/posters/QC-0001", poster="QC-0001", seen=seen)
    assert (the("QC-0001").version, the("QC-0002").version, the("QC-0003").version) == (3, 2, 1)
    assert the("QC-0001").slug == slug


def test_a_form_without_its_token_changes_nothing(manager: Any, world: World) -> None:
    for address, fields in (
        ("/posters/versions", {"poster": "QC-0001"}),
        ("/posters/new", {"counter": "hall"}),
        ("/posters/QC-0001/retirement", {"successor": "none"}),
    ):
        assert manager.post(address, data=fields).status_code == 400
    assert db.session.query(Event).filter_by(object_kind="poster").count() == 0


def test_retiring_asks_first_and_wants_an_answer(manager: Any, world: World, send: Callable[..., Any]) -> None:
    page = manager.get("/posters/QC-0001/retirement")
    assert "checked" not in page.text
    assert "扫它的人去哪里" in text_of(page)
    assert the("QC-0001").retired_at is None
    for said in ({}, {"successor": "nonsense"}):
        refused = send(manager, "/posters/QC-0001/retirement", "/posters/QC-0001/retirement", **said)
        assert refused.status_code == 422
    assert the("QC-0001").retired_at is None


def test_a_poster_is_retired_for_a_new_one_and_its_old_code_leads_there(
    manager: Any, client: Any, world: World, send: Callable[..., Any]
) -> None:
    address = "/posters/QC-0001/retirement"
    answer = send(manager, address, address, successor="new")
    assert (answer.status_code, answer.location) == (303, "/posters/QC-0001")
    page = text_of(manager.get(answer.location))
    assert "QC-0001 停用了。接替它的是 QC-0005" in page
    assert "印这一张" not in page
    assert f"/q/{the('QC-0005').slug}" in client.get("/Q/3M7KD2QA").text
    assert "QC-0001" in text_of(manager.get("/posters/?state=retired"))
    assert manager.get(address).status_code == 409
    assert send(manager, address, "/posters/", successor="none").status_code == 409


def test_a_poster_is_retired_in_favour_of_a_chosen_one(manager: Any, world: World, send: Callable[..., Any]) -> None:
    address = "/posters/QC-0001/retirement"
    for nothing in ({"other": "QC-0004"}, {"other": "QC-9999"}, {"other": ""}, {}):
        answer = send(manager, address, address, successor="other", **nothing)
        assert answer.status_code == 422
        assert "请选由哪一张接替" in text_of(answer)
        assert re.search('value="other" checked', answer.text)
    assert the("QC-0001").retired_at is None
    assert send(manager, address, address, successor="other", other="QC-0002").status_code == 303
    assert the("QC-0001").replaced_by_id == the("QC-0002").id


def test_what_would_be_wrong_on_paper_is_said_before_printing(manager: Any, world: World) -> None:
    world.counters["21"].label = "不动产🙂"
    db.session.commit()
    text = text_of(manager.get("/posters/"))
    assert "只有这台机器打得开" in text
    assert "QC-0002 里有印不出来的字，会印成〓：🙂" in text
    assert "QC-0001 里有" not in text
    assert "🙂" in text_of(manager.get("/posters/QC-0002"))


def test_a_poster_of_a_counter_that_is_gone_should_be_retired(manager: Any, world: World) -> None:
    world.counters["21"].retired_at = world.staff["manager"].created_at
    db.session.commit()
    text = text_of(manager.get("/posters/"))
    assert "窗口已撤" in text
    assert "该停用了" in text
    assert "给同一个地方做一张新的" not in text_of(manager.get("/posters/QC-0002/retirement"))


def test_the_list_asks_as_often_for_many_counters_as_for_few(
    manager: Any, world: World, count_statements: list[str]
) -> None:
    def statements() -> int:
        db.session.expunge_all()
        count_statements.clear()
        manager.get("/posters/")
        return len(count_statements)

    few, hall = statements(), world.hall.id
    for number in range(200, 260):
        name = f"{number}号窗口"
        db.session.add(Counter(hall_id=hall, number=str(number), sort_key=number, name=name, name_en="", floor="2"))
    db.session.commit()
    assert statements() == few <= 8
