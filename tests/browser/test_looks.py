"""What one sees on certain pages and a sentence about a whole page cannot say: nothing runs into its neighbour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

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
