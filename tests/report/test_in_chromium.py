"""Reporting in a real browser: four steps, a draft that survives, photos, a receipt; and all of it without script."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import Attachment, Case, Message, SolvedStory
from portal.rules.codes import code_fingerprint
from portal.services.installation import installation
from tests.chromium import open_context, violations
from tests.gateways.photo_samples import corners, write
from tests.reading_qr import read_codes
from tests.world import World

pytestmark = pytest.mark.browser

AT = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
WORDS = "窗口说少一份居住证明，要回老家开，可办事指南上写的是填承诺书。"
SCRIPTS = ("steps", "check", "draft", "send", "shrink", "upload", "photos", "find")


@pytest.fixture
def visit(chromium: Browser, world: World, at: Any, address: str) -> Iterator[Any]:
    """A person's phone with the form open: visit(java_script_enabled=False, …)."""
    at(AT)
    contexts: list[BrowserContext] = []

    def open_form(path: str = "/report?at=3m7kd2qa", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 360, "height": 740})
        context = open_context(chromium, address, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_form
    for context in contexts:
        context.close()


def go_on(page: Page) -> None:
    page.locator(".step:not([hidden]) [data-does=next]").click()


def to_the_end(page: Page, words: str = WORDS) -> None:
    go_on(page)
    page.fill("#words", words)
    go_on(page)
    go_on(page)


def received(page: Page) -> str:
    """The code of the receipt that is shown."""
    expect(page.locator("h1")).to_have_text("收到了")
    return "".join(page.locator(".key span").all_text_contents())


def cases() -> list[Case]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Case)))


def picture(width: int = 400, height: int = 300, name: str = "回执.jpg") -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": write(corners(width, height), "JPEG")}


def draft_of(page: Page) -> Any:
    return page.evaluate("localStorage.getItem('bc-report')")


def wait_for_draft(page: Page, part: str) -> None:
    """Until the draft holds it; not wait_for_function, which the page's policy forbids."""
    for _ in range(200):
        if part in (draft_of(page) or ""):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"no {part} in the draft")


def test_four_steps_lead_to_a_receipt_and_the_draft_is_gone(visit: Any, world: World) -> None:
    page = visit()
    expect(page.locator("#step-of")).to_have_text("第 1 步，共 4 步")
    page.fill("#item_words", "就医")
    page.get_by_label("异地就医备案").check()
    go_on(page)
    expect(page.locator("#step-2")).to_be_focused()
    page.fill("#words", WORDS)
    expect(page.locator("#words-note")).to_have_text(f"写了 {len(WORDS)} 字，最多 1000 字")
    page.get_by_label("要了办事指南上没有的东西").check()
    page.locator("[name=trips]").nth(1).check(force=True)
    go_on(page)
    page.get_by_text("愿意留个姓名或电话").click()
    page.fill("#name", "赵女士")
    page.fill("#phone", "138 0000 0000")
    go_on(page)
    for said in ("异地就医备案", WORDS, "要了办事指南上没有的东西", "赵女士", "138 0000 0000"):
        expect(page.locator("#review")).to_contain_text(said)
    page.click("#send")
    code = received(page)
    case = cases()[0]
    assert case.code_hmac == code_fingerprint(installation().keys.pepper, code)
    assert case.item_id == world.items["异地就医备案"].id
    assert (case.obstacles, case.trips, case.anonymous) == (["beyond_guide"], 2, False)
    assert draft_of(page) is None
    assert not page.context.cookies()


def test_nothing_but_the_words_is_asked_for_and_they_are(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    go_on(page)
    expect(page.locator("#step-of")).to_have_text("第 2 步，共 4 步")
    expect(page.locator("#words-err")).to_have_text("请写一句发生了什么，十个字也行。")
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#words")).to_have_attribute("aria-describedby", re.compile(r"\bwords-err\b"))
    page.fill("#words", WORDS)
    expect(page.locator("#words-err")).to_be_empty()
    assert page.get_attribute("#words", "aria-invalid") is None
    go_on(page)
    go_on(page)
    page.click("#send")
    received(page)
    assert cases()[0].anonymous


def test_a_number_that_reaches_nobody_is_asked_about_before_the_step_is_left(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.fill("#words", WORDS)
    go_on(page)
    page.get_by_text("愿意留个姓名或电话").click()
    page.fill("#phone", "1390")
    go_on(page)
    expect(page.locator("#step-of")).to_have_text("第 3 步，共 4 步")
    expect(page.locator("#phone-err")).to_contain_text("这个号码打不通")
    expect(page.locator("#phone")).to_be_focused()
    page.fill("#phone", "555 0123")
    go_on(page)
    page.click("#send")
    received(page)


def test_what_is_read_over_has_its_unit_and_leads_back_to_where_it_was_written(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.fill("#words", WORDS)
    page.locator("[name=trips]").nth(2).check(force=True)
    page.set_input_files("#photos", [picture()])
    expect(page.locator("[name=staged]")).to_have_count(1)
    go_on(page)
    page.get_by_text("愿意留个姓名或电话").click()
    page.fill("#name", "赵女士")
    go_on(page)
    expect(page.locator("#review .words")).to_have_text([WORDS, "3 趟", "赵女士", "1 张"])
    page.get_by_role("link", name="改 跑了几趟").click()
    expect(page.locator("#trips")).to_be_focused()
    expect(page.locator("#step-of")).to_have_text("第 2 步，共 4 步")
    page.go_back()
    expect(page.locator("#step-of")).to_have_text("第 4 步，共 4 步")
    page.get_by_role("link", name="改 姓名").click()
    expect(page.locator("#name")).to_be_focused()


def test_the_phones_own_back_goes_one_step_back(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    page.go_back()
    expect(page.locator("#step-of")).to_have_text("第 3 步，共 4 步")
    page.get_by_role("button", name="上一步").click()
    expect(page.locator("#step-of")).to_have_text("第 2 步，共 4 步")
    assert page.input_value("#words") == WORDS


def test_a_dead_network_keeps_everything_and_the_second_try_makes_one_case(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#sending")).to_contain_text("现在没有网")
    expect(page.locator("#send")).to_be_enabled()
    assert page.input_value("#words") == WORDS
    page.context.set_offline(False)
    page.click("#send")
    received(page)
    assert len(cases()) == 1


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    key = page.input_value("[name=key]", strict=True)
    # The server takes it in, and the line dies before the answer.
    lost = page.context.request.post("/report", form={"key": key, "at": "3m7kd2qa", "words": WORDS})
    assert lost.ok
    page.click("#send")
    received(page)
    expect(page.locator("main")).to_contain_text("没有变成两件")
    assert len(cases()) == 1


def test_a_closed_page_comes_back_with_its_draft_and_one_tap_wipes_it(visit: Any, world: World) -> None:
    page = visit()
    key = page.input_value("[name=key]")
    page.fill("#item_words", "给老人办异地看病")
    go_on(page)
    page.fill("#words", WORDS)
    page.get_by_label("等了很久没有结果").check()
    wait_for_draft(page, "long_wait")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/report?at=9x2vbn4c")
    expect(again.locator("#restored")).to_be_visible()
    assert again.input_value("[name=key]") == key
    assert again.input_value("[name=at]") == "9x2vbn4c"
    assert again.input_value("#words") == WORDS
    assert again.is_checked("[value=long_wait]")
    again.locator("#restored [data-does=wipe]").click()
    again.wait_for_url("**/report?at=9x2vbn4c**")
    expect(again.locator("#restored")).to_be_hidden()
    assert again.input_value("#words") == ""
    assert again.input_value("[name=key]") != key
    assert draft_of(again) is None


def test_an_old_draft_and_a_broken_one_are_left_alone(visit: Any, world: World) -> None:
    page = visit()
    for stored in ("{", "null", '{"at":1,"fields":[["words","old"]]}', '{"at":"x"}'):
        page.evaluate("text => localStorage.setItem('bc-report', text)", stored)
        page.reload()
        expect(page.locator("#step-of")).to_have_text("第 1 步，共 4 步")
        expect(page.locator("#restored")).to_be_hidden()
        assert page.input_value("#words") == ""


def test_two_quick_taps_make_one_case(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    page.dblclick("#send")
    received(page)
    assert len(cases()) == 1
    assert db.session.scalars(select(Message)).all() == []


def test_photos_go_up_one_by_one_smaller_and_can_be_taken_back(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.fill("#words", WORDS)
    noisy = Image.effect_noise((2400, 1800), 90).convert("RGB")
    page.set_input_files(
        "#photos",
        [{"name": "大.jpg", "mimeType": "image/jpeg", "buffer": write(noisy, "JPEG")}, picture(), picture(500)],
    )
    expect(page.locator(".photos .words")).to_have_count(3)
    expect(page.locator(".photos progress")).to_have_count(0)
    expect(page.locator(".photos img")).to_have_count(3)
    page.get_by_role("button", name="删掉 照片 2").click()
    expect(page.locator("[name=staged]")).to_have_count(2)
    page.set_input_files("#photos", [{"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}])
    expect(page.locator(".photos .err")).to_have_text("照片 4\n没收下")
    expect(page.locator("#photo-note")).to_contain_text("照片 4 这是 PDF 文件")
    with page.expect_file_chooser():
        page.get_by_role("button", name="换一张 照片 4").click()
    expect(page.locator(".photos .err")).to_have_count(0)
    expect(page.locator("#photo-note")).to_be_empty()
    go_on(page)
    go_on(page)
    page.click("#send")
    received(page)
    expect(page.locator("#facts")).to_contain_text("2 张")
    kept = db.session.scalars(select(Attachment).where(Attachment.case_id == cases()[0].id)).all()
    assert sorted(photo.width for photo in kept) == [500, 1600]


def test_a_photo_that_did_not_go_up_is_tried_again_and_a_seventh_is_too_many(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.context.set_offline(True)
    page.set_input_files("#photos", [picture()])
    again = page.get_by_role("button", name="再传 照片 1")
    expect(again).to_be_visible()
    page.context.set_offline(False)
    again.click()
    expect(page.locator("[name=staged]")).to_have_count(1)
    page.set_input_files("#photos", [picture(200 + n) for n in range(6)])
    expect(page.locator("#photo-note")).to_contain_text("最多传 6 张")
    expect(page.locator("[name=staged]")).to_have_count(6)


def test_photos_of_a_draft_come_back_with_it(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.fill("#words", WORDS)
    page.set_input_files("#photos", [picture()])
    expect(page.locator("[name=staged]")).to_have_count(1)
    wait_for_draft(page, "staged")
    page.reload()
    expect(page.locator("[name=staged]")).to_have_count(1)
    to_the_end(page)
    page.click("#send")
    received(page)
    expect(page.locator("#facts")).to_contain_text("1 张")


def test_a_mistake_opens_its_step_and_the_summary_leads_there(visit: Any, world: World) -> None:
    page = visit()
    go_on(page)
    page.fill("#words", "字" * 1003)
    expect(page.locator("#words-note")).to_have_text("多了 3 字，请删掉一些")
    go_on(page)
    page.get_by_text("愿意留个姓名或电话").click()
    page.fill("#phone", "138 0000 000")
    go_on(page)
    page.click("#send")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("#step-of")).to_have_text("第 2 步，共 4 步")
    page.locator("#errors a[href='#phone']").click()
    expect(page.locator("#phone")).to_be_focused()
    page.fill("#phone", "")
    page.get_by_role("button", name="上一步").click()
    page.fill("#words", WORDS)
    go_on(page)
    go_on(page)
    page.click("#send")
    received(page)


def test_solved_problems_are_offered_quietly(visit: Any, world: World) -> None:
    db.session.add(
        SolvedStory(
            hall_id=world.hall.id,
            title="办异地就医备案被要居住证明",
            problem="窗口说少一份居住证明，要回老家开。",
            done="填了承诺书，当天备案。",
            published_on=AT.date(),
        )
    )
    db.session.commit()
    page = visit()
    go_on(page)
    page.fill("#words", WORDS)
    page.locator("#words").blur()
    page.get_by_text("有人遇到过差不多的").click()
    expect(page.locator("#similar")).to_contain_text("填了承诺书，当天备案。")


def test_the_slip_is_a_picture_with_a_code_one_can_scan(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    page.click("#send")
    code = received(page)
    page.get_by_role("button", name="存图").click()
    address = page.get_attribute("#slip img", "src") or ""
    slip = Image.open(BytesIO(base64.b64decode(address.partition(",")[2])))
    assert read_codes(slip.convert("L")) == [f"http://localhost/track#{code}"]
    page.get_by_role("button", name="复制").click()
    expect(page.locator("#told")).not_to_be_empty()


def test_once_kept_the_track_page_opens_and_going_back_shows_no_code(visit: Any, world: World) -> None:
    page = visit()
    to_the_end(page)
    page.click("#send")
    code = received(page)
    page.get_by_role("button", name="我存好了，去看进度").click()
    expect(page.locator("main")).to_contain_text(cases()[0].number)
    assert code not in page.url
    assert cases()[0].sealed_at is not None


def without_script(page: Page) -> None:
    page.fill("#item_words", "就医")
    page.get_by_role("button", name="看看大厅里叫什么").click()
    page.get_by_label("异地就医备案").check()
    page.set_input_files("#photos", [picture()])
    page.get_by_role("button", name="送出").click()
    expect(page.locator("#errors")).to_contain_text("请写一句发生了什么")
    expect(page.locator("main")).to_contain_text("照片 1 传好了")
    page.fill("#words", WORDS)
    page.get_by_role("button", name="送出").click()
    received(page)


def test_the_whole_way_without_script(visit: Any, world: World) -> None:
    page = visit(java_script_enabled=False)
    without_script(page)
    case = cases()[0]
    assert case.item_id == world.items["异地就医备案"].id
    assert len(db.session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()) == 1
    page.get_by_role("button", name="我存好了，去看进度").click()
    expect(page.locator("main")).to_contain_text(case.number)


def test_the_whole_way_when_no_script_arrives(visit: Any, world: World) -> None:
    page = visit("/healthz")
    page.route("**/*.js*", lambda route: route.abort())
    page.goto("/report?at=3m7kd2qa")
    without_script(page)


@pytest.mark.parametrize("missing", SCRIPTS)
def test_any_one_script_may_be_missing(visit: Any, world: World, missing: str) -> None:
    page = visit("/healthz")
    page.route(f"**/report-{missing}.js*", lambda route: route.abort())
    page.goto("/report?at=3m7kd2qa")
    if missing == "steps":
        page.fill("#words", WORDS)
        page.set_input_files("#photos", [picture()])
    else:
        go_on(page)
        page.fill("#words", WORDS)
        page.set_input_files("#photos", [picture()])
        expect(page.locator(".photos progress")).to_have_count(0)
        go_on(page)
        go_on(page)
    page.get_by_role("button", name="送出").click()
    received(page)
    expect(page.locator("#facts")).to_contain_text("1 张")


def test_the_keyboard_alone_is_enough(visit: Any, world: World) -> None:
    page = visit()
    page.locator("#item_words").focus()
    page.keyboard.type("转医保")
    page.keyboard.press("Enter")
    expect(page.locator("#step-2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("来回补了三次材料。")
    for step in (3, 4):
        page.locator(".step:not([hidden]) [data-does=next]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#step-{step}")).to_be_focused()
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    received(page)
    assert cases()[0].words == "来回补了三次材料。"


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [("", 360, "light"), ("", 1280, "dark"), ("&view=elder", 320, "light"), ("&lang=en", 320, "dark")],
)
def test_axe_finds_nothing_in_any_step_and_nothing_scrolls_sideways(
    visit: Any, world: World, path: str, width: int, scheme: str
) -> None:
    page = visit(f"/report?at=3m7kd2qa{path}", viewport={"width": width, "height": 740}, color_scheme=scheme)

    def check() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.fill("#item_words", "就医" if "en" not in path else "medical")
    expect(page.locator("#items input")).not_to_have_count(0)
    check()
    go_on(page)
    page.fill("#words", WORDS)
    page.set_input_files(
        "#photos", [picture(), {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}]
    )
    expect(page.locator(".photos progress")).to_have_count(0)
    check()
    go_on(page)
    for fold in page.locator(".step:not([hidden]) summary").all():
        fold.click()
    page.fill("#phone", "138")
    go_on(page)
    expect(page.locator("#phone-err")).to_be_visible()
    check()
    page.fill("#phone", "138 0000 000")
    go_on(page)
    check()
    page.click("#send")
    expect(page.locator("#errors")).to_be_visible()
    check()
    page.fill("#phone", "")
    go_on(page)
    page.click("#send")
    expect(page.locator(".key")).to_be_visible()
    page.locator("[data-does=save]").click()
    for fold in page.locator("details summary").all():
        fold.click()
    check()
