"""The track page in a real browser: the code after # leaves the address, photos and drafts work, axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.extensions import db
from portal.models import Case
from portal.services.claims import issue_claim
from tests.cases import RECEIVED, concluded_case, dispatched_case, registered_case
from tests.chromium import open_context, violations
from tests.track.reporters import coded, picture
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser, world: World, at: Any, address: str) -> Iterator[Page]:
    at(RECEIVED)
    context = open_context(chromium, address, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, code: str) -> None:
    page.goto(f"{address}/track#{code}")
    page.wait_for_url("**/track/case")
    page.wait_for_load_state()


def lead_to(world: World, lead: Any) -> tuple[Case, str]:
    case, code = coded(world, lead)
    # The server's thread has a connection of its own.
    db.session.commit()
    return case, code


def test_a_scanned_code_opens_the_case_and_is_nowhere_in_an_address(phone: Page, address: str, world: World) -> None:
    case, code = lead_to(world, dispatched_case)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    opened(phone, address, code)
    expect(phone.locator("main")).to_contain_text(case.number)
    assert len(asked) > 2
    assert not [url for url in asked if code in url.split("#")[0]]
    assert code not in phone.url
    phone.go_back()
    assert code not in phone.url
    assert not phone.context.cookies()


@pytest.mark.parametrize("options", [{}, {"locale": "en-GB"}], ids=["zh", "en"])
@pytest.mark.parametrize("view", ["", "elder"])
def test_all_twenty_digits_are_in_sight_and_repeated_in_groups(
    chromium: Browser, world: World, at: Any, address: str, options: dict[str, Any], view: str
) -> None:
    at(RECEIVED)
    context = open_context(chromium, address, viewport={"width": 320, "height": 740}, **options)
    if view:
        context.add_cookies([{"name": "bc_view", "value": view, "url": address}])
    page = context.new_page()
    page.goto("/track")
    page.fill("#code", "4821 0937 5561 2048 7730")
    assert page.evaluate(
        "(() => { const box = document.getElementById('code'); return box.scrollWidth <= box.clientWidth; })()"
    )
    expect(page.locator("#read span")).to_have_text(["4821", "0937", "5561", "2048", "7730"])
    context.close()


@pytest.mark.parametrize(("path", "sentence"), [("/track", "请输入查询码"), ("/track/claim", "请输入领取条上的号")])
def test_an_empty_box_is_answered_in_our_words_and_not_by_the_browser(
    phone: Page, address: str, path: str, sentence: str
) -> None:
    phone.goto(address + path)
    phone.locator("main form .btn.main").click()
    expect(phone.locator("main .err")).to_contain_text(sentence)


def test_a_scanned_claim_becomes_a_code(phone: Page, address: str, world: World) -> None:
    case = registered_case(world)
    claim = issue_claim(world.viewer("clerk"), case.number)
    db.session.commit()
    phone.goto(f"{address}/track/claim#{claim}")
    expect(phone.locator(".key")).to_be_visible()
    assert claim not in phone.url
    phone.get_by_role("button", name="我存好了").click()
    expect(phone.locator("main")).to_contain_text(case.number)


def test_photos_go_up_while_one_writes_and_a_draft_survives(
    phone: Page, address: str, world: World, tmp_path: Path
) -> None:
    _, code = lead_to(world, dispatched_case)
    opened(phone, address, code)
    file = tmp_path / "paper.jpg"
    file.write_bytes(picture("navy", (900, 700)))
    phone.fill("#say", "窗口给的单子在照片里。")
    opened(phone, address, code)
    assert phone.input_value("#say") == "窗口给的单子在照片里。"
    phone.set_input_files("#pick", file)
    expect(phone.locator("#shots")).to_contain_text("传好了")
    phone.get_by_role("button", name="发出去").click()
    expect(phone.locator("#done")).to_be_visible()
    assert phone.input_value("#say") == ""
    photos = phone.locator(".thread .photos details")
    expect(photos).to_have_count(1)
    photos.locator("summary").click()
    expect(photos.locator("> img")).to_be_visible()


def test_everything_works_without_script(
    chromium: Browser, address: str, world: World, at: Any, tmp_path: Path
) -> None:
    at(RECEIVED)
    case, code = lead_to(world, concluded_case)
    context = open_context(chromium, address, java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/track")
    page.fill("#code", " ".join(code[start : start + 4] for start in range(0, 20, 4)))
    page.get_by_role("button", name="看看办到哪一步了").click()
    assert case.number in page.content()
    file = tmp_path / "paper.jpg"
    file.write_bytes(picture())
    page.locator("summary", has_text="再说一句").click()
    page.fill("#say", "没有脚本也行。")
    page.set_input_files("#pick", file)
    page.get_by_role("button", name="发出去").click()
    assert "没有脚本也行。" in page.content()
    page.get_by_label("没解决，请再办").check()
    page.get_by_role("button", name="就这样回复").click()
    assert "您说没解决，记下了" in page.content()
    context.close()


HEAD = """[...document.querySelectorAll('.top a, .top button:not(.vh)')].map((e) => {
  const { x, y, height } = e.getBoundingClientRect();
  return [e.textContent, Math.round(x), Math.round(y), height, getComputedStyle(e).textDecorationLine];
})"""


@pytest.mark.parametrize("options", [{}, {"locale": "en-GB"}], ids=["zh", "en"])
@pytest.mark.parametrize("view", ["", "elder"])
def test_the_head_stands_alike_on_every_page(
    chromium: Browser, world: World, at: Any, address: str, options: dict[str, Any], view: str
) -> None:
    at(RECEIVED)
    _, code = lead_to(world, dispatched_case)
    context = open_context(chromium, address, viewport={"width": 360, "height": 740}, **options)
    if view:
        context.add_cookies([{"name": "bc_view", "value": view, "url": address}])
    page = context.new_page()
    page.goto("/track")
    head = page.evaluate(HEAD)
    assert len(head) == 3
    page.goto("/report?at=3m7kd2qa")
    assert page.evaluate(HEAD) == head
    opened(page, address, code)
    assert page.evaluate(HEAD) == head
    context.close()


def test_paper_holds_no_question_that_cannot_be_opened_there(phone: Page, address: str, world: World) -> None:
    _, code = lead_to(world, concluded_case)
    opened(phone, address, code)
    expect(phone.locator("details:not([open])")).not_to_have_count(0)
    phone.emulate_media(media="print")
    expect(phone.locator("summary:visible")).to_have_count(0)
    expect(phone.locator("form:visible")).to_have_count(0)


@pytest.mark.parametrize("view", ["", "elder"])
@pytest.mark.parametrize("lead", [dispatched_case, concluded_case])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    phone: Page, address: str, world: World, lead: Any, view: str
) -> None:
    _, code = lead_to(world, lead)
    if view:
        phone.context.add_cookies([{"name": "bc_view", "value": view, "url": address}])
    opened(phone, address, code)
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
