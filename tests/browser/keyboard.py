"""A person who has no mouse: Tab, Space, Enter and letters, and an eye on where they are."""

from __future__ import annotations

from playwright.sync_api import Page

# The ring may be drawn on what stands for a field that is hidden itself: its label, or the words beside it.
FOCUSED = """() => {
  const e = document.activeElement;
  const seen = (o) => o && o.getBoundingClientRect().width > 2 && o.getBoundingClientRect().height > 2;
  const drawn = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const ringed = (o) => seen(o) && drawn(getComputedStyle(o));
  const around = [e, e.nextElementSibling, e.parentElement, ...(e.labels || [])].filter(ringed);
  const inside = around.some(o => { const r = o.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight; });
  return { at: e === document.body ? '' : e.outerHTML.slice(0, 160), ringed: around.length > 0, inside: inside };
}"""
FAR = 250


class Keyboard:
    """The keys of one page; every step of Tab must show where it went."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab(self) -> str:
        """One step on; what has the focus now, nothing when the page is left."""
        self.page.keyboard.press("Tab")
        now = self.page.evaluate(FOCUSED)
        assert not now["at"] or (now["ringed"] and now["inside"]), f"nobody sees the focus: {now}"
        at: str = now["at"]
        return at

    def go_to(self, selector: str) -> None:
        """Tab on until there."""
        for _ in range(FAR):
            self.tab()
            if self.is_at(selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    def is_at(self, selector: str) -> bool:
        """Whether the focus is there."""
        found: bool = self.page.evaluate("selector => document.activeElement.matches(selector)", selector)
        return found

    def write(self, selector: str, words: str) -> None:
        """Go to a field and write."""
        self.go_to(selector)
        self.page.keyboard.type(words)

    def open(self, selector: str, key: str = "Enter") -> None:
        """Go to a link or a button that opens another page, and press it."""
        self.go_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def walk(self) -> list[str]:
        """Tab through the whole page and out of it again: what was passed."""
        passed: list[str] = []
        while at := self.tab():
            passed.append(at)
            assert len(passed) < FAR * 4, f"no way out of {at}"
        return passed
