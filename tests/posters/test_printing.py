"""The PDF a manager prints: every page read again, and every code opens its own counter's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest

from portal.extensions import db
from portal.models import Counter
from portal.rules import qr
from portal.rules.vocabulary import PosterPurpose
from portal.services.poster_sheets import poster_url
from portal.services.poster_shelf import living_posters
from portal.services.posters import create_posters, retire_poster
from tests.checking import text_of
from tests.reading_qr import opened, read_codes, read_pages, wrong_pages
from tests.world import World

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
MANY = 108


@pytest.fixture
def full_hall(world: World) -> World:
    """108 counters, each with its poster."""
    for number in range(1, MANY + 1):
        if str(number) not in world.counters:
            counter = Counter(
                hall_id=world.hall.id,
                number=str(number),
                sort_key=number,
                name=f"{number}号窗口",
                name_en=f"Counter {number}",
                label="综合",
                floor=str(1 + number // 40),
            )
            db.session.add(counter)
    db.session.commit()
    ids = [counter.id for counter in db.session.query(Counter).filter_by(hall_id=world.hall.id)]
    create_posters(world.viewer("manager"), world.hall, ids, PosterPurpose.LANDING, NOW)
    return world


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def urls(*numbers: str) -> list[str]:
    return [qr.dense(poster_url(p)) for p in living_posters() if not numbers or p.number in numbers]


def test_108_posters_are_one_pdf_whose_every_code_opens_its_own_counter(
    manager: Any, client: Any, full_hall: World
) -> None:
    answer = manager.get("/posters/print?hall=QC")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="posters-QC-0005-QC-0109.pdf"'
    assert len(answer.data) <= 1_000_000
    posters = [poster for poster in living_posters() if poster.hall_id == full_hall.hall.id]
    assert len(posters) == pages_of(answer.data) == MANY
    assert wrong_pages(answer.data, [qr.dense(poster_url(poster)) for poster in posters]) == []
    for poster in posters:
        assert poster.counter is not None
        page = client.get(urlsplit(qr.dense(poster_url(poster))).path)
        assert f"您在 {poster.counter.name} {poster.counter.label}" in text_of(page)
        assert f"/report?at={poster.slug}" in page.text


def test_the_filter_decides_what_is_printed(manager: Any, full_hall: World) -> None:
    answer = manager.get("/posters/print?hall=QC&first=7&last=9")
    wanted = [p for p in living_posters() if p.counter and p.counter.number in ("7", "8", "9")]
    assert wrong_pages(answer.data, [qr.dense(poster_url(poster)) for poster in wanted], dpi=100) == []


def test_the_ticked_ones_are_printed_in_the_order_of_the_counters(
    manager: Any, world: World, send: Callable[..., Any]
) -> None:
    answer = send(manager, "/posters/print", poster=["QC-0003", "QC-0001"])
    assert wrong_pages(answer.data, urls("QC-0001", "QC-0003"), dpi=100) == []
    answer = manager.get("/posters/print?poster=QC-0003&poster=QC-0001")
    assert wrong_pages(answer.data, urls("QC-0001", "QC-0003"), dpi=100) == []
    one = manager.get("/posters/print?poster=QC-0002")
    assert one.headers["Content-Disposition"] == 'inline; filename="posters-QC-0002.pdf"'


def test_a_retired_poster_is_never_printed(manager: Any, world: World, send: Callable[..., Any]) -> None:
    retire_poster(world.viewer("manager"), "QC-0001", "", NOW)
    for answer in (
        manager.get("/posters/print"),
        send(manager, "/posters/print", poster=["QC-0001", "QC-0002", "QC-0003"]),
        manager.get("/posters/print?state=living"),
    ):
        assert read_pages(answer.data, 100) == [[url] for url in urls("QC-0002", "QC-0003")]
    for address in ("/posters/print?poster=QC-0001", "/posters/print?state=retired"):
        answer = manager.get(address)
        assert answer.status_code == 303
        assert "停用的海报不再印" in text_of(manager.get(answer.location))


def test_more_than_a_hall_has_is_refused_in_a_sentence(
    manager: Any, world: World, send: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    for address in ("/posters/print", "/posters/versions"):
        answer = send(manager, address, poster=[f"QC-{number}" for number in range(40_000)])
        assert answer.status_code == 303
        assert "一次最多选 3000 张海报" in text_of(manager.get(answer.location))
    assert caplog.text == ""


def test_nothing_ticked_is_said_and_keeps_the_filter(manager: Any, world: World, send: Callable[..., Any]) -> None:
    answer = send(manager, "/posters/print?floor=1")
    assert (answer.status_code, answer.location) == (303, "/posters/?floor=1")
    assert "没有选中可以印的海报" in text_of(manager.get(answer.location))


def test_a_manager_prints_no_poster_of_another_hall(manager: Any, world: World, send: Callable[..., Any]) -> None:
    for address in (
        "/posters/print?poster=QC-0004",
        "/posters/print?poster=QC-0001&poster=QC-0004",
        "/posters/print?hall=BY",
        "/posters/QC-0004",
        "/posters/QC-0004/preview.png",
        "/posters/QC-0004/retirement",
        "/posters/?hall=BY",
    ):
        assert manager.get(address).status_code == 404, address
    assert send(manager, "/posters/print", poster=["QC-0004"]).status_code == 404
    assert send(manager, "/posters/versions", poster=["QC-0004"]).status_code == 404
    assert send(manager, "/posters/new?hall=BY", counter=["hall"]).status_code == 404
    assert send(manager, "/posters/QC-0004/retirement", successor="none").status_code == 404


ADDRESSES = ("/posters/", "/posters/print", "/posters/QC-0001", "/posters/QC-0001/preview.png")


@pytest.mark.parametrize("name", ["clerk", "triage", "handler", "follow_up", "oversight", "viewer", "administrator"])
def test_nobody_but_a_manager_comes_in(signed_in: Callable[[str], Any], world: World, name: str) -> None:
    browser = signed_in(name)
    for address in (*ADDRESSES, "/posters/QC-0001/retirement"):
        assert browser.get(address).status_code == 403, address


def test_a_stranger_is_sent_to_sign_in(client: Any, world: World) -> None:
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/account/sign-in")


def test_the_preview_is_the_page_that_would_be_printed(manager: Any, world: World) -> None:
    answer = manager.get("/posters/QC-0002/preview.png")
    assert answer.mimetype == "image/png"
    picture = opened(answer.data)
    assert read_codes(picture) == urls("QC-0002")
    assert picture.width < picture.height


def test_the_language_of_the_paper_is_chosen_apart_from_that_of_the_page(manager: Any, world: World) -> None:
    def words(address: str) -> str:
        with pypdfium2.PdfDocument(manager.get(address).data) as document:
            return str(document[0].get_textpage().get_text_range())

    assert "3号窗口" in words("/posters/print?poster=QC-0001")
    assert "Counter 3" in words("/posters/print?poster=QC-0001&language=en")
    assert "3号窗口" in words("/posters/print?poster=QC-0001&language=xx")
    world.hall.poster_texts = {"language": "en"}
    db.session.commit()
    assert "Counter 3" in words("/posters/print?poster=QC-0001")
    assert "3号窗口" in words("/posters/print?poster=QC-0001&language=zh")
