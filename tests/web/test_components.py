"""The layouts and macros by themselves: whole pages, well formed, wired, and small."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import render_template_string

from tests.checking import Page
from tests.web.component_gallery import PAGES, ROOT, Field, at, make_app, show, thing

STATIC = ROOT / "static"
VENDORED = [STATIC / "vendor", STATIC / "fonts", ROOT.parent / "tests" / "vendor"]


def macro(source: str, **values: object) -> str:
    with make_app().test_request_context("/"):
        return render_template_string(source, **values)


@pytest.mark.parametrize("view", ["", "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_gallery_is_whole(name: str, language: str, view: str) -> None:
    html = show(name, language, view)
    assert Page(html).check(whole=True) == []
    assert re.search(r"&amp;(lt|gt|quot|#\d+);", html) is None


def test_a_field_says_its_hint_and_its_error_and_keeps_what_was_typed() -> None:
    field = Field("mobile", '13 <b>"8', ["号码少了几位。"])
    html = macro("{% from 'components/fields.html' import text %}{{ text(f, '手机号', hint='可以不填。') }}", f=field)
    assert 'aria-describedby="mobile-hint mobile-err"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="13 &lt;b&gt;&#34;8"' in html


def test_a_password_is_never_written_back() -> None:
    html = macro(
        "{% from 'components/fields.html' import text %}{{ text(f, '密码', type='password') }}", f=Field("pw", "secret")
    )
    assert "secret" not in html


def test_a_text_keeps_its_first_empty_line() -> None:
    html = macro("{% from 'components/fields.html' import area %}{{ area(f, '话') }}", f=Field("w", "\n二"))
    assert re.search(r">\n\n二</textarea>", html)


@pytest.mark.parametrize(
    ("data", "multiple", "on"),
    [(2, False, ["2"]), ("2", False, ["2"]), (["1", "2"], True, ["1", "2"]), (None, False, []), (12, False, [])],
)
def test_only_the_given_answers_are_chosen(data: object, multiple: bool, on: list[str]) -> None:
    field = Field("trips", data, choices=[("1", "一"), ("2", "二")])
    source = "{% from 'components/fields.html' import choices %}{{ choices(f, '几趟', multiple=m) }}"
    html = macro(source, f=field, m=multiple)
    assert re.findall(r'value="(\d+)" checked', html) == on


def test_the_summary_of_errors_leads_to_every_wrong_field() -> None:
    page = show("report.html")
    links = re.findall(r'<li><a href="#([\w-]+)">', page)
    assert links == ["words", "mobile"]
    assert all(f'id="{link}"' in page for link in links)
    assert "还差 3 处" in page


def test_no_face_is_chosen_beforehand_and_every_face_opens_its_own_part() -> None:
    page = show("rate.html")
    assert page.count('type="radio"') == 5
    assert " checked" not in page
    css = (STATIC / "css" / "citizen.css").read_text(encoding="utf-8")
    for number in range(1, 6):
        assert f'id="l{number}"' in page
        assert f'class="l{number}"' in page
        assert f"#l{number}:checked ~ .l{number}" in css


@pytest.mark.parametrize("state", ["on_time", "near", "late", "hold", "over"])
def test_a_light_always_has_its_words(state: str) -> None:
    html = macro("{% from 'components/state.html' import light %}{{ light(s, '剩 2 天') }}", s=state)
    name = "light" if state == "on_time" else f"light {state}"
    assert html == f'<span class="{name}">剩 2 天</span>'


def test_an_anonymous_act_shows_the_day_without_the_hour() -> None:
    said = [thing(speaker="您", at=at(8, 14, 6), words="话", day_only=True)]
    html = macro("{% from 'components/state.html' import thread %}{{ thread(m) }}", m=said)
    assert "14:0" not in html
    assert "06:06" not in html


def test_every_icon_asked_for_is_drawn() -> None:
    icons = (ROOT / "templates/components/icons.html").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  '(\w+)':", icons, re.M))
    asked = set()
    for path in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r"\bicon\('(\w+)'\)", path.read_text(encoding="utf-8")))
    assert {"mark", "next"} <= asked
    assert asked - drawn == set()


@pytest.mark.parametrize("folder", VENDORED, ids=lambda p: p.name)
def test_what_others_made_is_byte_for_byte_what_they_published(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").split("\n")
    listed = dict(reversed(line.split("  ", 1)) for line in lines if line)
    assert {path.name for path in folder.iterdir()} - {"SHA256SUMS"} == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_style_and_the_scripts_stay_small() -> None:
    def sent(name: str) -> int:
        return len(gzip.compress((STATIC / name).read_bytes(), 6))

    assert sent("css/citizen.css") <= 6_000
    assert sent("css/staff.css") <= 3_000
    for script in (STATIC / "js").glob("*.js"):
        assert script.stat().st_size <= 4_096, script.name


def test_a_citizens_page_asks_for_one_style_sheet_and_no_script() -> None:
    page = show("landing.html")
    assert page.count('rel="stylesheet"') == 1
    assert "<script" not in page
    assert len(gzip.compress(page.encode(), 6)) <= 8_000
