"""Opening a page of the list as the person it is for, and all that can be wrong with how it looks there."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page

from portal.rules.codes import new_submission_key
from tests.browser.conftest import sign_in
from tests.browser.pages import Visit
from tests.chromium import open_context, violations

PHONE, SMALL_PHONE, DESK = 360, 320, 1280
FINGER, ELDER_FINGER, ELDER_PRINT = 44, 60, 18

PRESSED = ".btn, .in, .choice, summary, .seg label, .faces > label, .top a, .top button, .foot a, .back, .doors a"
LOW = """([pressed, least]) => [...document.querySelectorAll(pressed)]
  .filter(e => e.offsetParent && !e.closest('.vh') && e.getBoundingClientRect().height < least - .5)
  .map(e => Math.round(e.getBoundingClientRect().height) + ' px: ' + e.outerHTML.slice(0, 120))"""
SMALL_PRINT = """least => [...document.querySelectorAll('body *')]
  .filter(e => e.offsetParent && !e.closest('svg') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < least - .01)
  .map(e => getComputedStyle(e).fontSize + ': ' + e.outerHTML.slice(0, 120))"""
SIDEWAYS = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + .5).slice(0, 3)
  .map(e => Math.round(e.getBoundingClientRect().right) + ' px: ' + e.outerHTML.slice(0, 120))"""
# What is Chinese is marked so (WCAG 3.1.2); everything else on an English page is ours to say in English.
CHINESE = """() => {
  const cjk = /[\\u3001-\\u303f\\u3400-\\u9fff\\uff01-\\uff60]/, found = [];
  const marked = (e) => e.closest('[lang|=zh]') && e.closest('[lang]').lang.startsWith('zh');
  if (cjk.test(document.title) && !document.querySelector('main [lang|=zh]')) found.push('title: ' + document.title);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = texts.nextNode(); n; n = texts.nextNode()) {
    const e = n.parentElement;
    if (cjk.test(n.data) && !marked(e) && !e.closest('textarea, script')) found.push(e.tagName + ': ' + n.data.trim());
  }
  for (const e of document.body.querySelectorAll('*')) for (const a of e.attributes) {
    if (cjk.test(a.value) && a.name !== 'value' && !marked(e)) found.push(e.tagName + ' ' + a.name + ': ' + a.value);
  }
  return found.map(text => text.slice(0, 160));
}"""
SEND = """([address, fields]) => {
  const form = document.createElement('form');
  const token = document.querySelector('input[name=csrf_token]');
  form.method = 'post';
  form.action = address;
  for (const [name, value] of Object.entries({ ...(token && { csrf_token: token.value }), ...fields })) {
    const field = document.createElement('textarea');
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


class People:
    """Each person's browser, opened and signed in when first needed, and all that their browser complained about."""

    def __init__(self, chromium: Browser, site: str, facts: dict[str, str]) -> None:
        self.chromium, self.site, self.facts = chromium, site, facts
        self.pages: dict[str, Page] = {}
        self.complaints: list[str] = []

    def page_of(self, who: str) -> Page:
        """The person's page; its language and view are those of the last visit."""
        if who not in self.pages:
            page = open_context(self.chromium, self.site).new_page()
            self.pages[who] = sign_in(page, who) if who else page
            page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.pages[who]

    def close(self) -> None:
        """Close them all."""
        for page in self.pages.values():
            page.context.close()

    def open(self, visit: Visit, *, language: str = "zh", view: str = "") -> Page:
        """The page of a visit, answered with the status it should have."""
        page = self.page_of(visit.who)
        self._choose(page.context, language, view)
        page.set_viewport_size({"width": PHONE, "height": 800})
        page.emulate_media(color_scheme="light")
        values = {**self.facts, "fresh": new_submission_key()}
        path = visit.path.format_map(values)
        if visit.sent is None:
            answer = page.goto(path)
        else:
            self._stand_on_a_form(page, visit)
            fields = {name: value.format_map(values) for name, value in visit.sent.items()}
            with page.expect_navigation() as navigation:
                page.evaluate(SEND, [path, fields])
            answer = navigation.value
        assert answer
        assert answer.status == visit.status, f"{path}: {answer.status} {page.inner_text('main')[:300]}"
        return page

    def _stand_on_a_form(self, page: Page, visit: Visit) -> None:
        """A form can only be sent from a page of ours; staff's carry the token that stands on all of theirs."""
        if visit.is_staff and not page.query_selector("input[name=csrf_token]"):
            page.goto("/account/" if visit.who else "/account/sign-in")
        elif not page.url.startswith(self.site):
            page.goto("/track")

    def _choose(self, context: BrowserContext, language: str, view: str) -> None:
        context.clear_cookies(name="bc_view")
        chosen = {"bc_lang": language, **({"bc_view": view} if view else {})}
        context.add_cookies([{"name": name, "value": value, "url": self.site} for name, value in chosen.items()])

    def complained(self, visit: Visit) -> list[str]:
        """What the browser said since the last visit, but for its remark that a page is an error page."""
        usual = f"the server responded with a status of {visit.status} "
        said = [text for text in self.complaints if visit.status < 400 or usual not in text]
        self.complaints.clear()
        return said


def faults_in(people: People, visit: Visit) -> Iterator[str]:
    """Everything wrong with a page: in light and dark, large and English, on phones and at a desk."""
    people.complaints.clear()
    page = people.open(visit)
    yield from _said("zh 360 light", violations(page), [] if visit.is_paper else page.evaluate(SIDEWAYS))
    if not visit.is_staff:
        yield from _said("zh 360 fingers", page.evaluate(LOW, [PRESSED, FINGER]))
        yield from _said("zh 320", _sideways(page, SMALL_PHONE))
    page.emulate_media(color_scheme="dark")
    yield from _said("zh 1280 dark", _sideways(page, DESK), violations(page))
    if not visit.is_staff:
        page = people.open(visit, view="elder")
        yield from _said(
            "elder 360", violations(page), page.evaluate(SIDEWAYS), page.evaluate(SMALL_PRINT, ELDER_PRINT)
        )
        yield from _said("elder 360 fingers", page.evaluate(LOW, [PRESSED, ELDER_FINGER]))
    page = people.open(visit, language="en")
    yield from _said("en 360", violations(page), [] if visit.is_paper else page.evaluate(SIDEWAYS))
    yield from _said("en words", page.evaluate(CHINESE))
    if not visit.is_staff:
        yield from _said("en 320", _sideways(page, SMALL_PHONE))
    yield from _said("en 1280", _sideways(page, DESK))
    yield from _said("console", people.complained(visit))


def _sideways(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


def _said(where: str, *findings: list[str]) -> Iterator[str]:
    for found in findings:
        yield from (f"{where}: {fault}" for fault in found)
