"""What one sees on certain pages and a sentence about a whole page cannot say: nothing runs into its neighbour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.browser.looking import SIDEWAYS

pytestmark = pytest.mark.browser

# Every piece of text with the boxes it is drawn in; two pieces whose letters meet cannot be read. A box is taller than
# its letters, and checkVisibility() takes hidden text inside a picture for visible.
COLLIDING = """selector => {
  const seen = [];
  const hidden = (e) => !e.checkVisibility() || getComputedStyle(e).display === 'none' || e.closest('.vh, thead');
  for (const root of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let n = texts.nextNode(); n; n = texts.nextNode()) {
      if (!n.data.trim() || hidden(n.parentElement) || hidden(n.parentElement.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(n);
      for (const box of range.getClientRects()) if (box.width > 1) seen.push([box, n.data.trim()]);
    }
  }
  const low = (a, b) => a.top + a.height / 4 < b.bottom - b.height / 4;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && low(a, b) && low(b, a);
  const found = [];
  seen.forEach(([a, x], i) => seen.slice(i + 1).forEach(([b, y]) => { if (meet(a, b)) found.push(x + ' | ' + y); }));
  return found;
}"""


def colliding(page: Page, selector: str) -> list[str]:
    """Pairs of texts that are drawn over each other."""
    found: list[str] = page.evaluate(COLLIDING, selector)
    return found


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_figure_of_the_public_scores_runs_into_another(
    browse: Callable[..., Page], language: str, elder: bool
) -> None:
    page = browse(360, language=language, elder=elder)
    page.goto("/scores/public")
    assert colliding(page, "table, .plot") == []
    page.evaluate("document.querySelectorAll('.plot text').forEach(text => text.setAttribute('x', 99))")
    assert colliding(page, "table, .plot")


def test_text_in_a_picture_is_never_larger_than_that_around_it(browse: Callable[..., Page]) -> None:
    drawn = """() => [...document.querySelectorAll('figure .plot')].map(svg =>
      parseFloat(getComputedStyle(svg).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    page = browse(1280)
    page.goto("/scores/public")
    sizes = page.evaluate(drawn)
    assert sizes
    assert max(sizes) < 17


def test_a_work_order_is_read_on_a_phone_as_well_as_on_paper(
    browse: Callable[..., Page], known: dict[str, str]
) -> None:
    page = sign_in(browse(360), "chenli")
    page.goto(f"/staff/orders/{known['order']}/print")
    width = "selector => Math.min(...[...document.querySelectorAll(selector)].map(e => e.clientWidth))"
    assert page.evaluate(width, ".form-table td") > 180
    assert page.evaluate(width, ".form-table th") > 90
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    assert page.evaluate("getComputedStyle(document.querySelector('.form-table tr')).display") == "table-row"


def test_what_a_citizen_takes_home_is_printed_large(browse: Callable[..., Page], known: dict[str, str]) -> None:
    page = sign_in(browse(360), "lixiaowen")
    page.goto("/staff/cases/new")
    page.locator("label:has([name=channel][value=window])").click()
    for name, words in (("words", "照片照了三回都说不合格"), ("plan", "今天下午回话"), ("rough_date", known["soon"])):
        page.fill(f"[name={name}]", words)
    page.click(".btn.main")
    page.wait_for_selector(".a5")
    assert page.evaluate(SIDEWAYS) == []
    page.emulate_media(media="print")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.a5 dd')).fontSize)") >= 16


def test_a_printed_case_is_what_happened_and_nothing_to_press(
    browse: Callable[..., Page], known: dict[str, str]
) -> None:
    page = sign_in(browse(1280), "zhoumin")
    page.goto(f"/staff/cases/{known['case_judged']}")
    pressed = page.locator("main :is(summary, button, select, textarea), #next, #others")
    seen = "all => all.filter(e => e.checkVisibility()).length"
    assert pressed.evaluate_all(seen) > 5
    page.emulate_media(media="print")
    assert pressed.evaluate_all(seen) == 0
    assert page.locator("#log").is_visible()


def test_on_a_phone_what_happened_has_the_whole_width(browse: Callable[..., Page], known: dict[str, str]) -> None:
    page = sign_in(browse(360), "zhoumin")
    page.goto(f"/staff/cases/{known['case_judged']}")
    assert page.locator(".log td:last-child").evaluate_all("all => Math.min(...all.map(e => e.clientWidth))") > 300


ROW = "document.querySelector('.ledger tbody tr').getBoundingClientRect()"


def test_the_first_case_is_seen_on_a_phone_and_filters_unfold_when_asked_for_or_chosen(
    browse: Callable[..., Page],
) -> None:
    page = sign_in(browse(360), "zhoumin")
    page.goto("/staff/")
    assert page.evaluate(f"{ROW}.top") < 320
    assert page.locator("#win").is_hidden()
    page.keyboard.press("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#cause").select_option("hard_to_do")
    with page.expect_response(lambda answer: "cause=hard_to_do" in answer.url):
        page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**cause=hard_to_do**")
    assert page.locator("#cause").is_visible()
    page.reload()
    assert page.locator("#cause").is_visible()


def test_without_script_every_filter_is_at_hand(browse: Callable[..., Page]) -> None:
    page = sign_in(browse(360, scripts=False), "zhoumin")
    page.goto("/staff/")
    assert page.locator("#win").is_visible()


def test_the_tabs_are_one_row_that_shows_the_current_one(browse: Callable[..., Page]) -> None:
    page = sign_in(browse(360), "zhoumin")
    page.goto("/staff/?tab=follow_up")
    current = page.locator("main .tabs [aria-current]").bounding_box()
    assert current
    assert 0 <= current["x"] <= 360 - current["width"]
    assert page.locator("main .tabs").bounding_box()["height"] < 60


@pytest.mark.parametrize(("login", "address"), [("zhoumin", "/staff/"), ("chenli", "/staff/orders?tray=in_work")])
def test_a_row_at_a_desk_is_two_lines(browse: Callable[..., Page], login: str, address: str) -> None:
    page = sign_in(browse(1280), login)
    page.goto(address)
    heights = page.locator(".ledger tbody tr").evaluate_all("rows => rows.map(row => row.clientHeight)")
    assert heights
    assert max(heights) < 65


def test_filters_stand_in_one_row_in_english(browse: Callable[..., Page]) -> None:
    page = sign_in(browse(1280, language="en"), "zhoumin")
    page.goto("/staff/")
    tops = page.locator("[role=search] .in, [role=search] .btn").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().top / 20))"
    )
    assert len(set(tops)) == 1


def test_only_what_is_done_is_green(browse: Callable[..., Page]) -> None:
    page = sign_in(browse(1280), "zhoumin")
    colour = "getComputedStyle(document.querySelector('.empty > .i')).color"
    green = "getComputedStyle(document.querySelector('.light:not([class*=\" \"])')).color"
    page.goto("/staff/")
    done = page.evaluate(green)
    page.goto("/staff/?q=火星上的事")
    assert page.evaluate(colour) != done


def test_the_reasons_on_a_phone_stand_with_their_numbers_and_a_wider_table_shows_that_it_goes_on(
    browse: Callable[..., Page],
) -> None:
    page = sign_in(browse(360), "qianjin")
    page.goto("/scores/?by=department")
    number = page.locator("#labels ~ * tbody td:last-child").first.bounding_box()
    assert number
    assert number["x"] + number["width"] <= 360
    assert "linear-gradient" in page.locator(".scroll").first.evaluate("e => getComputedStyle(e).backgroundImage")
