"""The gallery in a real browser: axe finds nothing, nothing scrolls sideways, fingers hit, keys answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import violations
from tests.web.component_gallery import PAGES, ROOT, show

pytestmark = pytest.mark.browser

CITIZEN = [name for name in PAGES if name not in ("inbox.html", "case.html", "paper.html")]
VIEWS = [("zh", "", 360, "light"), ("zh", "", 1280, "dark"), ("zh", "elder", 360, "dark"), ("en", "", 320, "light")]


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Any]:
    """Open a page of the gallery: opened(name, language, view, width, scheme)."""
    pages: list[Page] = []

    def open_page(name: str, language: str = "zh", view: str = "", width: int = 1280, scheme: Any = "light") -> Page:
        file = tmp_path / name
        file.write_text(show(name, language, view, f"{ROOT}/static/"), encoding="utf-8")
        page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        pages.append(page)
        page.goto(file.as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize(("language", "view", "width", "scheme"), VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    opened: Any, name: str, language: str, view: str, width: int, scheme: str
) -> None:
    page = opened(name, language, view, width, scheme)
    assert violations(page) == []
    if name != "paper.html":  # a sheet of paper keeps its millimetres
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_a_planted_fault(opened: Any) -> None:
    page = opened("landing.html")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')")
    assert [fault for fault in violations(page) if fault.startswith("label")]


PRESSED = ".btn, .in, .choice, summary, .seg label, .top a, .foot a, .back, .doors a"
SMALL = """([pressed, least]) => [...document.querySelectorAll(pressed)]
  .filter(e => e.offsetParent && !e.closest('.vh') && e.getBoundingClientRect().height < least - .5)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(("view", "least"), [("", 44), ("elder", 60)])
@pytest.mark.parametrize("name", CITIZEN)
def test_what_a_finger_presses_is_large_enough(opened: Any, name: str, view: str, least: int) -> None:
    assert opened(name, "zh", view, 360).evaluate(SMALL, [PRESSED, least]) == []


def test_elder_view_has_no_small_print(opened: Any) -> None:
    smallest = """() => Math.min(...[...document.querySelectorAll('body *')]
      .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    for name in CITIZEN:
        assert opened(name, "zh", "elder", 360).evaluate(smallest) >= 18


def test_a_face_opens_its_own_part_without_script(opened: Any) -> None:
    page = opened("rate.html", width=360)
    assert page.locator(".faces > div:visible").count() == 0
    page.click("label[for=l1]")
    assert page.locator(".faces > div:visible").count() == 1
    assert page.is_visible(".faces > .l1")


def test_the_ledger_answers_keys_and_counts_what_is_picked(opened: Any) -> None:
    page = opened("inbox.html")
    assert page.inner_text(".bar b") == "已选 1 件"
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text(".bar b") == "已选 2 件"
    assert page.inner_text(".bar .main") == "派出 2 件"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.hash") == "#B3M9-40TZ"
    page.keyboard.press("Enter")
    assert page.url.endswith("#B3M9-40TZ")
    page.click("[data-does=unpick]")
    assert not page.is_visible(".bar")


def test_keys_are_letters_again_where_one_writes(opened: Any) -> None:
    page = opened("inbox.html")
    page.keyboard.press("/")
    page.keyboard.type("jkx?")
    assert page.input_value("#q") == "jkx?"
    assert not page.is_visible("#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("j")
    assert page.locator("tr.here").count() == 0
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")


def test_the_receipt_prints_on_one_sheet_and_only_what_belongs_on_paper(opened: Any) -> None:
    page = opened("receipt.html")
    page.emulate_media(media="print")
    assert page.is_visible(".key")
    assert page.is_visible(".qr")
    for gone in (".btn >> nth=0", ".foot", ".top nav"):
        assert not page.is_visible(gone)
    assert page.pdf(format="A5").count(b"/Type /Page\n") == 1


def test_each_paper_prints_on_its_own_sheet(opened: Any) -> None:
    assert opened("paper.html").pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2
