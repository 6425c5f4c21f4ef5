"""Every page there is, in a real browser, as the person it is for: to be seen, pressed, heard and read in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.looking import CHINESE, FINGER, LOW, PRESSED, SIDEWAYS, People, faults_in
from tests.browser.pages import NO_PAGE, PAGES, Visit
from tests.chromium import violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(chromium: Browser, site: str, known: dict[str, str]) -> Iterator[People]:
    people = People(chromium, site, known)
    yield people
    people.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_for_everyone(people: People, name: str) -> None:
    assert list(faults_in(people, PAGES[name])) == []


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "1"


def readable_rules(app: Flask) -> dict[str, str]:
    """The rules that answer a GET, each with its endpoint."""
    return {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def rules_of(app: Flask, visits: Iterable[Visit]) -> set[str]:
    """The rules that the visits' addresses are found by."""
    address, found = app.url_map.bind("localhost"), set()
    for visit in visits:
        if visit.sent is None and visit.status not in (404, 405):
            path = visit.path.split("?")[0].format_map(_Anything())
            found.add(address.match(path, method="GET", return_rule=True)[0].rule)
    return found


def test_no_rule_that_shows_a_page_is_missing(app: Flask) -> None:
    pages = {rule for rule, endpoint in readable_rules(app).items() if endpoint not in NO_PAGE}
    assert pages - rules_of(app, PAGES.values()) - {"/q", "/Q"} == set()
    some = {name: visit for name, visit in PAGES.items() if visit.path != "/privacy"}
    assert pages - rules_of(app, some.values()) == {"/q", "/Q", "/privacy"}


@pytest.mark.parametrize("endpoint", NO_PAGE)
def test_what_is_not_in_the_list_is_no_page(people: People, app: Flask, endpoint: str) -> None:
    visit = NO_PAGE[endpoint]
    page = people.page_of(visit.who)
    path = visit.path.format_map(people.facts)
    assert app.url_map.bind("localhost").match(path.split("?")[0])[0] == endpoint
    answer = page.request.get(people.site + path, max_redirects=0)
    assert answer.status == visit.status
    assert visit.status == 303 or "html" not in answer.headers["content-type"]


PLANTED = """() => {
  const add = (tag, text, style) => {
    const e = Object.assign(document.createElement(tag), { className: 'in', innerHTML: text });
    document.querySelector('main').append(Object.assign(e.style, style) && e);
  };
  add('input', '', { height: '30px', minHeight: 0 });
  add('p', '没有译成英文<b lang="zh-Hans">本来就是中文</b>', { width: '400px', color: '#aaa', background: '#fff' });
}"""


def test_planted_faults_are_found(people: People) -> None:
    page = people.open(Visit("", "/"), language="en")
    assert violations(page) + page.evaluate(SIDEWAYS) + page.evaluate(CHINESE) + page.evaluate(LOW, [PRESSED, 44]) == []
    page.evaluate(PLANTED)
    page.evaluate("console.error('planted')")
    assert {fault.split(":")[0] for fault in violations(page)} >= {"label", "color-contrast"}
    assert page.evaluate(SIDEWAYS)
    assert page.evaluate(CHINESE) == ["P: 没有译成英文"]
    assert len(page.evaluate(LOW, [PRESSED, FINGER])) == 1
    assert people.complained(Visit("", "/")) == ["planted"]


def test_a_page_that_breaks_its_own_policy_is_heard(people: People) -> None:
    page = people.open(Visit("", "/"))
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: '1' }))")
    assert any("Content Security Policy" in text for text in people.complained(Visit("", "/")))
