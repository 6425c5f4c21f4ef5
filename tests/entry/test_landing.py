"""What a scanned poster opens."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.extensions import db
from portal.models import Poster
from tests.checking import text_of
from tests.world import World

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
COMPRESSED_PAGE, COMPRESSED_VISIT, REQUESTS, STATEMENTS = 8_000, 30_000, 5, 2


def retire(poster: Poster, replaced_by: Poster | None = None) -> None:
    poster.retired_at = NOW
    poster.replaced_by_id = replaced_by.id if replaced_by else None
    db.session.commit()


def add_poster(world: World, slug: str, counter: str | None = "3", **more: Any) -> Poster:
    of = {"hall_id": world.hall.id, "counter_id": world.counters[counter].id if counter else None}
    usual = {"number": f"QC-9{slug[:3]}", "purpose": "landing", "made_on": date(2026, 10, 1)}
    poster = Poster(slug=slug, **(usual | of | more))
    db.session.add(poster)
    db.session.commit()
    return poster


def links(answer: Any) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', answer.get_data(as_text=True)))


def test_a_poster_names_the_counter_and_offers_three_choices(client: Any, world: World) -> None:
    answer = client.get("/q/3m7kd2qa")
    text = text_of(answer)
    assert answer.status_code == 200
    assert "3号窗口 医保综合" in text
    assert {"/report?at=3m7kd2qa", "/rate/3m7kd2qa", "/track"} <= links(answer)
    for promise in ("不收费，不登录，不要身份证号", "0300-555 0123", "9:00–17:30", "110", "清川市政务服务管理局"):
        assert promise in text


@pytest.mark.parametrize(
    "address",
    ["/q/t5r8w0zy", "/Q/T5R8W0ZY", "/q/T5R8W0ZY", "/Q/t5r8wozy", "/q/t5r8wOzy", "/Q/T5R8W0ZY/", "/q/t5r8-w0zy"],
)
def test_the_same_poster_opens_however_its_address_is_typed(client: Any, world: World, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "30号窗口" in text_of(answer)
    assert "/report?at=t5r8w0zy" in links(answer)


@pytest.mark.parametrize("typed", ["/q/9x2vbn4c", "/q/abcd1234", "/q/abcdi234", "/q/abcdl234"])
def test_i_and_l_are_read_as_one(client: Any, world: World, typed: str) -> None:
    place = "21号窗口" if "9x2" in typed else "白鹭区政务服务中心"
    assert place in text_of(client.get(typed))


def test_a_landing_asks_the_database_at_most_twice(client: Any, world: World, count_statements: list[str]) -> None:
    client.get("/q/3m7kd2qa")
    db.session.expunge_all()
    count_statements.clear()
    assert client.get("/Q/9X2VBN4C").status_code == 200
    assert len(count_statements) <= STATEMENTS, count_statements


@pytest.mark.parametrize("choice", ["", "elder", "en"])
def test_the_page_and_the_first_visit_are_small(client: Any, world: World, choice: str) -> None:
    if choice:
        client.get(f"/q/3m7kd2qa?{'lang' if choice == 'en' else 'view'}={choice}")
    answer = client.get("/q/3m7kd2qa")
    html = answer.get_data(as_text=True)
    page = len(gzip.compress(answer.data))
    assert page <= COMPRESSED_PAGE
    wanted = re.findall(r'<link [^>]*href="([^"]+)"', html) + re.findall(r'src="([^"]+)"', html)
    files = [client.get(file) for file in set(wanted)]
    assert files
    assert all(file.status_code == 200 for file in files)
    assert 1 + len(files) <= REQUESTS
    assert page + sum(len(gzip.compress(file.data)) for file in files) <= COMPRESSED_VISIT


def test_no_script_is_loaded_and_no_cookie_set(client: Any, world: World) -> None:
    for address in ("/q/3m7kd2qa", "/Q/3M7KD2QA", "/", "/q/zzzzzzzz", "/privacy", "/accessibility"):
        answer = client.get(address)
        assert "<script" not in answer.text
        assert not answer.headers.getlist("Set-Cookie"), address


def test_what_happens_next_follows_the_halls_own_profile_and_hours(client: Any, world: World, at: Any) -> None:
    at(NOW)
    standard = text_of(client.get("/q/3m7kd2qa"))
    assert "登记后 3 个工作日内" in standard
    assert "登记后 5 个工作日内" in standard
    assert "16:00 以后说的，下个工作日中午前登记" in standard
    world.hall.profile_code, world.hall.rules_version = "by_cause", 71
    world.hall.hours = {"opens": "08:30", "noon": "12:00", "closes": "18:00", "cutoff": "15:30"}
    db.session.commit()
    by_cause = text_of(client.get("/q/3m7kd2qa"))
    assert "登记后 7 个工作日内" in by_cause
    assert "登记后 5 个工作日内" not in by_cause
    assert "15:30 以后说的" in by_cause
    assert "8:30–18:00" in by_cause


def test_the_day_of_the_first_reply_is_named(client: Any, world: World, at: Any) -> None:
    # Thursday 8 October 10:00; Saturday the 10th is a make-up working day: Friday, Saturday, Monday.
    at(NOW)
    assert "最晚 10月12日（星期一）给您第一次答复" in text_of(client.get("/q/3m7kd2qa"))
    # A day later, on Friday: Saturday, Monday, Tuesday.
    at(datetime(2026, 10, 9, 2, 0, tzinfo=UTC))
    assert "最晚 10月13日（星期二）给您第一次答复" in text_of(client.get("/q/3m7kd2qa"))


@pytest.mark.parametrize(
    ("purpose", "there"), [("report", "/report?at=n3wn3wn3"), ("rate", "/rate/n3wn3wn3")], ids=["report", "rate"]
)
def test_a_poster_with_one_purpose_goes_straight_there(client: Any, world: World, purpose: str, there: str) -> None:
    add_poster(world, "n3wn3wn3", purpose=purpose)
    answer = client.get("/Q/N3WN3WN3")
    assert answer.status_code == 303
    assert answer.location == there


def test_the_halls_own_poster_offers_no_counter_to_rate(client: Any, world: World) -> None:
    add_poster(world, "ha11ha11", None)
    answer = client.get("/q/ha11ha11")
    assert "/report?at=ha11ha11" in links(answer)
    assert not any(link.startswith("/rate/") for link in links(answer))
    assert "清川市政务服务中心" in text_of(answer)


def test_a_counter_that_is_gone_cannot_be_rated_but_reported(client: Any, world: World) -> None:
    world.counters["3"].retired_at = NOW
    db.session.commit()
    answer = client.get("/q/3m7kd2qa")
    assert "这个窗口已经撤了" in text_of(answer)
    assert "/report?at=3m7kd2qa" in links(answer)
    assert "/rate/3m7kd2qa" not in links(answer)


def test_a_retired_poster_says_so_and_leads_to_what_replaces_it(client: Any, world: World) -> None:
    newest = add_poster(world, "n3wn3wn3", "21")
    between = add_poster(world, "b3tw33n0", "21")
    retire(between, newest)
    retire(world.posters["3"], between)
    answer = client.get("/q/3m7kd2qa")
    assert answer.status_code == 410
    assert "这张海报停用了" in text_of(answer)
    assert "21号窗口的新海报接替" in text_of(answer)
    assert {"/report?at=n3wn3wn3", "/rate/n3wn3wn3", "/track", "/q/n3wn3wn3"} <= links(answer)


def test_a_retired_poster_leads_to_the_counters_newest(client: Any, world: World) -> None:
    add_poster(world, "01d01d01", made_on=date(2026, 9, 2))
    add_poster(world, "n3wn3wn3", made_on=date(2026, 10, 2))
    add_poster(world, "0n1yrat3", made_on=date(2026, 10, 5), purpose="rate")
    add_poster(world, "ha11ha11", None, made_on=date(2026, 10, 6))
    retire(world.posters["3"])
    answer = client.get("/q/3m7kd2qa")
    assert "3号窗口还在" in text_of(answer)
    assert "/report?at=n3wn3wn3" in links(answer)


def test_a_retired_poster_of_a_counter_that_is_gone_leads_to_the_hall(client: Any, world: World) -> None:
    add_poster(world, "n3wn3wn3")
    world.counters["3"].retired_at = NOW
    retire(world.posters["3"])
    assert "/report?hall=QC" in links(client.get("/q/3m7kd2qa"))
    add_poster(world, "ha11ha11", None)
    answer = client.get("/q/3m7kd2qa")
    assert "/report?at=ha11ha11" in links(answer)
    assert not any(link.startswith("/rate/") for link in links(answer))


def test_two_retired_posters_that_replace_each_other_still_lead_on(client: Any, world: World) -> None:
    retire(world.posters["3"], world.posters["21"])
    retire(world.posters["21"], world.posters["3"])
    answer = client.get("/q/3m7kd2qa")
    assert answer.status_code == 410
    assert "/report?hall=QC" in links(answer)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/q/zzzzzzzz", "对不上任何一张海报"),
        ("/q/3m7kd2q", "多了或少了"),
        ("/q/3m7kd2qaa", "多了或少了"),
        ("/q/3m7kd2q%20", "多了或少了"),
        ("/q/%E6%B5%B7%E6%8A%A5", "多了或少了"),
        ("/q/%00", "多了或少了"),
        ("/q", "多了或少了"),
        ("/Q/", "多了或少了"),
        ("/q/" + "3" * 5000, "多了或少了"),
    ],
)
def test_an_address_of_no_poster_says_what_is_wrong_and_leads_on(
    client: Any, world: World, address: str, says: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert says in text_of(answer)
    assert {"/report?hall=QC", "/report?hall=BY", "/track"} <= links(answer)
    assert "0300-555 0123" in text_of(answer)


def test_every_link_to_a_place_on_the_page_has_its_place(client: Any, world: World) -> None:
    retire(world.posters["21"])
    for address in ("/q/3m7kd2qa", "/q/9x2vbn4c", "/q/zzzzzzzz", "/", "/privacy", "/accessibility"):
        html = client.get(address).text
        assert {link[1:] for link in links_within(html)} <= set(re.findall(r'id="([^"]+)"', html)), address
    assert 'id="doors"' in client.get("/q/3m7kd2qa").text


def links_within(html: str) -> set[str]:
    return set(re.findall(r'href="(#[^"]+)"', html))


def test_the_link_back_keeps_the_poster_when_the_view_is_changed(client: Any, world: World) -> None:
    answer = client.get("/Q/3M7KD2QA?view=elder")
    assert answer.status_code == 303
    assert answer.location == "/Q/3M7KD2QA"
    assert 'data-view="elder"' in client.get(answer.location).text
