"""The whole way of a citizen and of staff by the keyboard alone, the focus to be seen at every step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.demo.people import PASSWORD
from tests.browser.keyboard import FOCUSED, Keyboard
from tests.browser.looking import People
from tests.browser.pages import PAGES, WORDS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(chromium: Browser, site: str, known: dict[str, str]) -> Iterator[People]:
    people = People(chromium, site, known)
    yield people
    people.close()


def next_step(keys: Keyboard) -> None:
    keys.go_to(".step:not([hidden]) button[data-does=next]")
    keys.press("Enter")


def write_day(keys: Keyboard, field: str, day: date) -> None:
    """Into a browser's date field, whose parts stand in the order of the browser's own language."""
    keys.go_to(field)
    for order in ("%m%d%Y", "%Y%m%d", "%d%m%Y"):
        keys.page.keyboard.type(day.strftime(order))
        if keys.page.input_value(field) == day.isoformat():
            return
        while keys.is_at(field):
            keys.press("Shift+Tab")
        keys.go_to(field)
    raise AssertionError("no order of day, month and year is taken")


def test_a_citizen_reports_and_follows_it_without_a_mouse(browse: Callable[..., Page], known: dict[str, str]) -> None:
    page = browse(360)
    keys = Keyboard(page)
    page.goto(f"/q/{known['slug']}")
    keys.open(".doors a.main")

    keys.write("#item_words", "异地就医")
    next_step(keys)
    keys.write("#words", WORDS)
    keys.go_to("input[name=obstacles][value=beyond_guide]")
    keys.press("Space")
    keys.go_to("input[name=trips]")
    keys.press("Space")
    next_step(keys)
    keys.go_to(".step:not([hidden]) details summary")
    keys.press("Enter")
    keys.write("#phone", "1390")
    next_step(keys)
    expect(page.locator("#phone")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("139 0000 000")
    next_step(keys)
    keys.open("#send", "Space")

    # Refused: the focus is on what is wrong, and each sentence leads to its field.
    expect(page.locator("#errors")).to_be_focused()
    keys.go_to("#errors a")
    keys.press("Enter")
    expect(page.locator("#phone")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("19900000000")
    next_step(keys)
    expect(page.locator("#review")).to_contain_text("居住证明")
    keys.open("#send")

    expect(page.locator("h1")).to_have_text("收到了")
    code = "".join(re.findall(r"\d{4}", page.locator(".key").inner_text()))
    number = page.locator("#facts dd").first.inner_text()
    keys.open("main form .btn.main")
    expect(page.locator("main")).to_contain_text(number)

    page.goto("/track")
    keys.write("#code", code)
    with page.expect_navigation():
        keys.press("Enter")
    keys.write("#say", "材料我可以再拍一张。")
    keys.open("form[data-draft] button:not([type])")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("再拍一张")


def test_a_citizen_rates_without_a_mouse(browse: Callable[..., Page], known: dict[str, str]) -> None:
    page = browse(360)
    keys = Keyboard(page)
    page.goto(f"/rate/{known['slug']}")
    keys.go_to("main form .btn.main")
    keys.press("Enter")
    # Nothing is chosen beforehand, and the browser leads to what is missing.
    expect(page.locator("#l5")).to_be_focused()
    keys.press("Space")
    keys.go_to("input[type=checkbox][name=labels_very_satisfied]")
    keys.press("Space")
    keys.open("main form .btn.main")
    expect(page.locator("main")).to_contain_text("非常满意")


def test_a_clerk_registers_a_case_without_a_mouse(browse: Callable[..., Page]) -> None:
    page = browse(1280)
    keys = Keyboard(page)
    page.goto("/staff/")
    keys.go_to("details:has(#login) > summary")
    keys.press("Enter")
    keys.write("#login", "lixiaowen")
    keys.write("#password", PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")

    keys.open("a[href*='tab=register']")
    keys.press("j", "j", "k")
    expect(page.locator("tr.here")).to_have_count(1)
    assert page.evaluate(FOCUSED)["ringed"]
    first = page.locator(".ledger tbody tr").first.locator("th a")
    expect(first).to_be_focused()
    with page.expect_navigation():
        keys.press("Enter")

    keys.open("#registration .btn.main")
    expect(page.locator("#errors")).to_be_focused()
    keys.go_to("#errors a")
    keys.press("Enter")
    expect(page.locator("#registration-plan")).to_be_focused()
    page.keyboard.type("今天和医保局核实，三天内给您回话。")
    write_day(keys, "#registration-rough_date", date.today() + timedelta(days=6))  # noqa: DTZ011
    keys.open("#registration .btn.main")
    expect(page.locator(".notice")).to_contain_text("登记好了")

    keys.open(".top form button")
    assert "/account/sign-in" in page.url


@pytest.mark.parametrize("name", ["landing", "inbox of triage"])
def test_one_key_leads_past_the_head_of_the_page(people: People, name: str) -> None:
    page = people.open(PAGES[name])
    keys = Keyboard(page)
    assert 'class="skip"' in keys.tab()
    box = page.locator(".skip").bounding_box()
    assert box
    assert box["height"] >= 24
    keys.press("Enter")
    keys.tab()
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


WALKED = [
    "home",
    "report",
    "track, answered",
    "rate",
    "solved",
    "public scores",
    "inbox of triage",
    "case to answer",
    "enter",
    "scores of the hall",
]


@pytest.mark.parametrize("name", WALKED)
def test_tab_goes_through_a_page_and_out_and_is_seen_all_the_way(people: People, name: str) -> None:
    page = people.open(PAGES[name])
    passed = Keyboard(page).walk()
    assert 'class="skip"' in passed[0]
    buttons = page.locator("main :is(button, a.btn):visible:not([tabindex='-1']):not(:disabled)").count()
    assert sum(("<button" in at or 'class="btn' in at) for at in passed) >= buttons


def test_a_focus_that_nobody_sees_is_found(people: People) -> None:
    page = people.open(PAGES["home"])
    page.evaluate(
        "document.querySelector('.doors a.main').addEventListener('focus', e => { e.target.style.outline = 'none' })"
    )
    with pytest.raises(AssertionError, match="nobody sees the focus"):
        Keyboard(page).walk()
