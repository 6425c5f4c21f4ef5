"""The main job in a real browser, with and without scripts: scan, report, answer, rate, print, see."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.reading_qr import read_codes

pytestmark = pytest.mark.browser

WORDS = "我妈下周要做手术，来办异地就医备案，3号窗口说少一份居住证明，跑了三趟还是这句话。"
REPLY = "备案今天办好了，去定点医院可以直接刷卡结算。居住证明不是必需的，窗口说错了，向您道歉。"
CODE = re.compile(r"\d{4}")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it: large, noisy, upright by EXIF only."""
    picture = Image.effect_noise((1600, 1200), 80).convert("RGB")
    marks = Image.Exif()
    marks[0x0112] = 6
    file = tmp_path / "指南.jpg"
    picture.save(file, "JPEG", quality=90, exif=marks)
    return file


def poster_of_counter_3(site: str, browse: Callable[..., Page]) -> str:
    """The path under the QR of counter 3, as the manager sees it."""
    manager = sign_in(browse(1280), "gaojie")
    manager.goto("/posters/?first=3&last=3")
    number = manager.locator("table a").first.get_attribute("href")
    manager.goto(str(number))
    found = re.search(r"/q/[0-9a-z]{8}", manager.locator("main").inner_text().lower())
    assert found
    return found.group()


def report_with_scripts(page: Page, photo: Path) -> None:
    page.fill("#item_words", "异地就医")
    page.locator(".step:visible button[data-does=next]").click()
    page.fill("#words", WORDS)
    page.locator("input[name=obstacles][value=beyond_guide]").check()
    page.locator("input[name=trips][value='3']").check(force=True)
    page.locator("input[name=photos]").set_input_files(photo)
    expect(page.locator(".photos")).to_contain_text("传好了")
    page.locator(".step:visible button[data-does=next]").click()
    page.locator(".step:visible button[data-does=next]").click()
    expect(page.locator("#review")).to_contain_text("居住证明")
    page.locator("#send").click()


def report_without_scripts(page: Page, photo: Path) -> None:
    page.fill("#words", WORDS)
    page.locator("input[name=obstacles][value=beyond_guide]").check()
    page.locator("input[name=photos]").set_input_files(photo)
    page.locator("#send").click()


def number_and_code(page: Page) -> tuple[str, str]:
    expect(page.locator("h1")).to_have_text("收到了")
    code = "".join(CODE.findall(page.locator(".key").inner_text()))
    number = page.locator("#facts dd").first.inner_text()
    assert len(code) == 20
    assert re.fullmatch(r"\d{4}-\d{4}", number)
    return number, code


def register(page: Page, number: str) -> None:
    page.goto(f"/staff/cases/{number}")
    expect(page.locator("blockquote.said")).to_contain_text("居住证明")
    page.fill("#registration textarea[name$=plan]", "今天和医保局核实要不要居住证明，三天内给您回话。")
    page.fill("#registration input[name$=rough_date]", (date.today() + timedelta(days=5)).isoformat())  # noqa: DTZ011
    page.locator("#registration .btn.main").click()


def triage_and_dispatch(page: Page, number: str) -> None:
    page.goto(f"/staff/cases/{number}")
    page.locator("#triage input[value=hard_to_do]").check(force=True)
    page.locator("#triage .btn.main").click()
    expect(page.locator("#dispatch")).to_be_visible()
    page.locator("#dispatch select[name$=department_id]").select_option(label="市医保局")
    page.locator("#dispatch .btn.main").click()


def acknowledge_and_answer(page: Page, number: str, photo: Path) -> None:
    page.goto(f"/staff/cases/{number}")
    page.locator("#acknowledgement .btn.main").click()
    expect(page.locator("#answer")).to_be_visible()
    page.fill("#answer textarea[name$=public_reply]", REPLY)
    page.set_input_files("#answer input[name=photos]", photo)
    page.fill("#answer textarea[name$=internal_note]", "窗口清单旧了，已通知改。")
    page.locator("#answer select[name$=outcome]").select_option("solved")
    page.locator("#answer .btn.main").click()


def read_and_rate(page: Page, code: str) -> None:
    page.goto("/track")
    page.fill("input[name=code]", " ".join(CODE.findall(code)))
    page.locator("main form .btn.main").click()
    expect(page.locator("main")).to_contain_text("向您道歉")
    assert code not in page.url
    sample = page.locator("blockquote:has-text('向您道歉') + .photos details")
    sample.locator("summary").click()
    expect(sample.locator("img[alt='照片 1']")).to_have_js_property("complete", True)
    assert sample.locator("img[alt='照片 1']").evaluate("picture => picture.naturalHeight > picture.naturalWidth")
    page.locator("input[name=solved][value=yes]").check()
    page.locator("form[action$='/track/answer'] .btn").click()
    expect(page.locator("main")).not_to_contain_text("窗口清单旧了")
    page.locator("label[for=l5]").click()
    page.locator("form[action$='/track/rating'] .btn").click()
    expect(page.locator("main")).to_contain_text("非常满意")


def scored(page: Page) -> int:
    """How many ratings the headline of the medical insurance bureau counts."""
    page.goto("/scores/?by=department")
    figure = page.locator("figure", has_text="市医保局").first.inner_text()
    found = re.search(r"([\d,]+)份", figure.replace(" ", ""))
    assert found, figure
    return int(found.group(1).replace(",", ""))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_report_is_heard_answered_rated_and_seen(
    browse: Callable[..., Page], site: str, photo: Path, scripts: bool
) -> None:
    address = poster_of_counter_3(site, browse)
    viewer = sign_in(browse(1280), "qianjin")
    before = scored(viewer)

    citizen = browse(360, scripts=scripts)
    citizen.goto(address)
    citizen.locator(".doors a.main").click()
    citizen.wait_for_url("**/report?*")  # and its scripts: until they run, all steps stand on the page
    (report_with_scripts if scripts else report_without_scripts)(citizen, photo)
    number, code = number_and_code(citizen)
    citizen.locator("main form .btn.main").click()
    expect(citizen.locator("main")).to_contain_text(number)
    assert citizen.locator("main").inner_text().count("照片") >= 1

    register(sign_in(browse(1280, scripts=scripts), "lixiaowen"), number)
    triage_and_dispatch(sign_in(browse(1280, scripts=scripts), "zhoumin"), number)
    acknowledge_and_answer(sign_in(browse(1280, scripts=scripts), "chenli"), number, photo)
    read_and_rate(citizen, code)
    assert scored(viewer) == before + 1


def test_the_manager_prints_108_posters_that_open_their_counters(browse: Callable[..., Page], site: str) -> None:
    manager = sign_in(browse(1280), "gaojie")
    answer = manager.request.get("/posters/print?first=1&last=108")
    assert answer.headers["content-type"] == "application/pdf"
    pdf = pypdfium2.PdfDocument(answer.body())
    assert len(pdf) >= 108
    assert len(answer.body()) <= 1_000_000
    picture = pdf[2].render(scale=150 / 72).to_pil()
    (url,) = read_codes(picture)
    citizen = browse(360)
    citizen.goto(url.replace(url.split("/Q/")[0], site))
    expect(citizen.locator("h1")).to_contain_text("窗口")


def test_a_code_scanned_from_the_receipt_opens_the_case_and_leaves_no_trace(
    browse: Callable[..., Page], site: str, photo: Path
) -> None:
    address = poster_of_counter_3(site, browse)
    citizen = browse(360)
    citizen.goto(address.replace("/q/", "/report?at="))
    report_with_scripts(citizen, photo)
    number, code = number_and_code(citizen)
    shot = citizen.locator(".qr").screenshot()
    (url,) = read_codes(Image.open(io.BytesIO(shot)).resize((600, 600)))
    assert url.endswith("#" + code)
    phone = browse(360)
    phone.goto("/track#" + code)
    expect(phone.locator("main")).to_contain_text(number)
    assert code not in phone.url


def test_one_who_was_turned_away_by_a_bad_rating_reports_in_one_tap(browse: Callable[..., Page], site: str) -> None:
    address = poster_of_counter_3(site, browse)
    citizen = browse(360)
    citizen.goto(address.replace("/q/", "/rate/"))
    assert citizen.locator("input[name=level]:checked").count() == 0
    citizen.locator("label[for=l1]").click()
    citizen.locator("input[type=checkbox][value='109']").check()
    citizen.locator("main form .btn.main").click()
    citizen.locator("form[action$='/report/from-rating'] button").click()
    assert citizen.locator("input[name=obstacles][value=beyond_guide]").is_checked()


def test_a_page_whose_scripts_do_not_load_is_whole(browse: Callable[..., Page], site: str, photo: Path) -> None:
    address = poster_of_counter_3(site, browse)
    citizen = browse(360)
    citizen.route("**/*.js*", lambda route: route.abort())
    citizen.goto(address)
    citizen.locator(".doors a.main").click()
    report_without_scripts(citizen, photo)
    number_and_code(citizen)


def test_a_draft_survives_a_closed_page_and_a_dead_network(browse: Callable[..., Page], site: str) -> None:
    address = poster_of_counter_3(site, browse).replace("/q/", "/report?at=")
    citizen: Any = browse(360)
    citizen.goto(address)
    citizen.locator(".step:visible button[data-does=next]").click()
    citizen.fill("#words", WORDS)
    citizen.wait_for_timeout(600)
    again = citizen.context.new_page()
    citizen.close()
    again.goto(address)
    expect(again.locator("#restored")).to_be_visible()
    assert again.locator("#words").input_value() == WORDS
    again.context.set_offline(True)
    while again.locator("#send").is_hidden():
        again.locator(".step:visible button[data-does=next]").click()
    again.locator("#send").click()
    expect(again.locator("#sending")).to_contain_text("没有网")
    again.context.set_offline(False)
    again.locator("#send").click()
    number_and_code(again)
    again.goto(address)
    assert again.locator("#words").input_value() == ""
