"""The layouts and macros by themselves: whole pages, well formed, wired, and small."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import render_template_string

from portal.rules.deadlines import Pause, due
from portal.rules.explanations import explain, week_strip
from portal.rules.hours import HallHours
from portal.rules.lights import Light, LightCode
from portal.rules.presets import STANDARD
from portal.rules.profiles import StepKind
from tests.checking import Page
from tests.web.component_gallery import CALENDAR, PAGES, ROOT, Field, make_app, october, promised, show, thing

STATIC = ROOT / "static"


@pytest.fixture(autouse=True)
def in_october(at: Any) -> None:
    at(october(15, 10))


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
    assert 'type="password" id="pw" name="pw" value=""' in html
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


WHY = "{% from 'components/explain.html' import why %}{{ why(e, origin) }}"


def sentence(kind: StepKind, start: datetime, *pauses: Pause, origin: str | None = None) -> str:
    return re.sub("</?span[^>]*>", "", marked_up(kind, start, *pauses, origin=origin))


def marked_up(kind: StepKind, start: datetime, *pauses: Pause, origin: str | None = None) -> str:
    return macro(WHY, e=explain(promised(kind, start, *pauses)), origin=origin)


def test_a_date_explains_its_make_up_day_and_its_sunday() -> None:
    assert sentence(StepKind.SOLVE, october(8, 14)) == (
        "10月8日受理，第二天起算 5 个工作日。10月10日（星期六）调休上班，算一天。10月11日（星期日）休息，不算。"
    )


def test_a_date_explains_a_holiday_as_one_rest() -> None:
    early = datetime(2026, 9, 30, 2, tzinfo=UTC)
    assert sentence(StepKind.SOLVE, early, origin="submitted") == (
        "9月30日收到，第二天起算 5 个工作日。10月10日（星期六）调休上班，算一天。10月1日至10月7日国庆节放假，不算。"
        "10月11日（星期日）休息，不算。"
    )


def test_no_date_breaks_at_the_end_of_a_line() -> None:
    said = marked_up(StepKind.SOLVE, datetime(2026, 9, 30, 2, tzinfo=UTC))
    for date_said in ("9月30日", "10月10日（星期六）", "10月1日", "10月7日", "10月11日（星期日）"):
        assert f'<span class="nb">{date_said}</span>' in said


def test_a_date_of_the_same_day_counts_nothing() -> None:
    assert sentence(StepKind.REGISTER, october(8, 10)) == "10月8日收到，还来得及，当天 17:30 前做到。"
    assert sentence(StepKind.REGISTER, october(8, 17)) == (
        "10月8日收到，当天来不及了，第二天起算 1 个工作日。到最后一天 12:00 为止。"
    )
    assert sentence(StepKind.REGISTER, october(11, 10)).startswith("10月11日收到，那天休息，第二天起算 1 个工作日。")


@pytest.mark.parametrize(("noon", "told"), [("11:30", "11:30"), ("14:30", "14:30")])
def test_the_hour_is_told_by_the_halls_own_noon(noon: str, told: str) -> None:
    hours = HallHours.from_json({"noon": noon})
    found = explain(due(STANDARD, StepKind.DISPATCH, october(8, 14), CALENDAR, hours))
    assert macro(WHY, e=found, origin=None).endswith(f"到最后一天 {told} 为止。")
    solved = explain(due(STANDARD, StepKind.SOLVE, october(8, 14), CALENDAR, HallHours.from_json({"closes": "16:30"})))
    assert "为止" not in macro(WHY, e=solved, origin=None)


def test_a_clock_that_stands_still_says_so_and_how_much_is_left() -> None:
    said = sentence(StepKind.SOLVE, october(8, 14), Pause(october(12, 9)))
    assert said.endswith("现在在等补充，没有往下算；补上以后还有 2 个工作日。")


def test_a_pause_that_is_over_is_named_by_its_days() -> None:
    said = sentence(StepKind.SOLVE, october(8, 14), Pause(october(12, 9), october(13, 10)))
    assert "10月13日（星期二）在等补充，停着没算" in said


def test_a_review_is_not_called_a_wait_for_the_reporter() -> None:
    stopped = sentence(StepKind.SOLVE, october(8, 14), Pause(october(12, 9), None, "expert_review"))
    assert stopped.endswith("现在在等评审结果，没有往下算；出了结果还有 2 个工作日。")
    over = sentence(StepKind.SOLVE, october(8, 14), Pause(october(12, 9), october(13, 10), "expert_review"))
    assert "10月13日（星期二）在等评审结果，停着没算" in over
    assert "补充" not in stopped + over


def test_a_year_without_a_notice_is_said_to_be_an_estimate() -> None:
    said = sentence(StepKind.SOLVE, datetime(2027, 3, 1, 2, tzinfo=UTC))
    assert said.endswith("2027 年的放假通知还没出来，日子按现行安排推算，通知出来后可能调整。")


def test_many_weekends_are_said_once() -> None:
    said = sentence(StepKind.UNCONFIRMED_CLOSE, october(19, 10), Pause(october(20, 9), october(27, 10)))
    assert said.count("休息，不算") == 1
    assert "周末休息，不算" in said


def test_every_day_of_the_strip_says_its_word_and_its_whole_date() -> None:
    weeks = week_strip(promised(StepKind.SOLVE, october(8, 14)), date(2026, 10, 15), CALENDAR)
    html = macro("{% from 'components/explain.html' import strip %}{{ strip(w, origin='submitted') }}", w=weeks)
    items = re.findall(r'<li class="([\w ]+)".*?datetime="([\d-]+)".*?class="x">(.*?)</span>.*?</time>(.*?)</li>', html)
    told = {day: (css, whole, re.sub("<.*?>", "", rest)) for css, day, whole, rest in items}
    assert len(told) == 14
    assert told["2026-10-06"] == ("rest out", "10月6日（星期二）", "休 国庆节")
    assert told["2026-10-08"] == ("got", "10月8日（星期四）", "收到")
    assert told["2026-10-10"] == ("count", "10月10日（星期六）", "班第2天")
    assert told["2026-10-14"] == ("due", "10月14日（星期三）", "第5天")
    assert told["2026-10-15"] == ("past today", "10月15日（星期四）", "今天")


def test_today_is_named_on_a_day_of_rest_too() -> None:
    weeks = week_strip(promised(StepKind.SOLVE, october(8, 14)), date(2026, 10, 11), CALENDAR)
    html = macro("{% from 'components/explain.html' import strip %}{{ strip(w, origin='submitted') }}", w=weeks)
    assert re.search(
        r'<li class="rest today" aria-current="date"><time datetime="2026-10-11">.*</time><span>今天', html
    )


@pytest.mark.parametrize(
    ("found", "html"),
    [
        (Light(LightCode.IN_TIME, days_left=3), '<span class="light">剩 3 天</span>'),
        (Light(LightCode.NEAR, days_left=1), '<span class="light near">剩 1 天</span>'),
        (Light(LightCode.NEAR, due_today=True), '<span class="light near">今天到期</span>'),
        (Light(LightCode.LATE, days_over=2), '<span class="light late">超 2 天</span>'),
        (Light(LightCode.LATE), '<span class="light late">已超期</span>'),
        (Light(LightCode.LATE, days_left=2), '<span class="light late">两次说没解决</span>'),
        (Light(LightCode.WAITING), '<span class="light hold">等补充</span>'),
        (Light(LightCode.OVER), '<span class="light over">已了结</span>'),
    ],
)
def test_the_light_of_a_date_says_its_working_days(found: Light, html: str) -> None:
    assert macro("{% from 'components/state.html' import due_light %}{{ due_light(l) }}", l=found) == html


def test_an_anonymous_act_shows_the_day_without_the_hour() -> None:
    said = [thing(speaker="您", at=october(8, 14, 6), words="话", day_only=True)]
    html = macro("{% from 'components/state.html' import thread %}{{ thread(m) }}", m=said)
    assert "10月8日" in html
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


# What the WebViews of Chromium 61 do not know; one such word makes them drop the rule it stands in.
TOO_NEW = (
    r"(margin|padding|border)-(inline|block)|[{;]\s*inset:|:(is|where|has)\(|\b(min|max|clamp)\(|&|@layer|@container"
)


def test_old_webviews_understand_the_style() -> None:
    for name in ("citizen.css", "staff.css"):
        css = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text(encoding="utf-8"), flags=re.DOTALL)
        css = css.replace("@supports not (inset: 0)", "")
        assert re.findall(TOO_NEW, css) == []
    assert re.search(TOO_NEW, "p { margin-inline: 0 }")
    assert re.search(TOO_NEW, "p { width: min(1px, 2px) }")
