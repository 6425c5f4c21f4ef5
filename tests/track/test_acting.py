"""Every form of the track page: it acts, answers with the page again, survives a second tap, and loses no word."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Attachment, Case, Event, Message, Rating
from portal.rules.codes import new_submission_key
from portal.rules.vocabulary import Door, Level, Solved
from portal.services import sweeps
from portal.services.asking import ask_reporter, record_answer
from portal.services.complaints import record_complaint
from portal.services.follow_ups import reopen_case
from portal.services.proposals import decide_proposal, propose_decline
from portal.services.ratings import rate_case
from portal.services.reviewing import begin_review
from portal.services.tracking_acts import answer_reply
from tests.cases import (
    RECEIVED,
    ROUGH_DATE,
    answered_to_the_window,
    concluded_case,
    dispatched_case,
    make_case,
    recalled_case,
    registered_case,
)
from tests.checking import text_of
from tests.track.reporters import coded, key, picture, stranger
from tests.world import World

ACTS = ("messages", "urges", "withdrawal", "answer", "rating", "contact-deletion", "consent-withdrawal")


@pytest.fixture(autouse=True)
def clock(at: Any) -> Any:
    at(RECEIVED)
    return at


def key_of(page: Any, form: str) -> str:
    """The key that the form of that name carries on a page."""
    found = re.search(rf'action="/track/{form}".*?name="key" value="([^"]+)"', page.text, re.S)
    assert found is not None
    return found[1]


def test_the_page_says_where_it_stands_who_has_it_and_why_that_date(client: Any, world: World) -> None:
    case, code = coded(world, dispatched_case, item_id=world.items["异地就医备案"].id)
    page = client.post("/track/case", data={"code": code})
    words = text_of(page)
    assert "<h1>异地就医备案</h1>" in page.text
    assert "在市医保局手里" in words
    assert "10月12日（星期一）下班前答复您" in words
    assert "李晓雯接的，一直跟到底" in words
    assert "10月10日（星期六）调休上班，算一天" in words
    assert "工作单" not in words
    assert "市医保局" in words
    assert case.number in words


def test_words_are_said_once_however_often_they_are_sent(client: Any, world: World) -> None:
    case, code = coded(world)
    key = key_of(client.post("/track/case", data={"code": code}), "messages")
    for _ in range(3):
        page = client.post("/track/messages", data={"code": code, "key": key, "words": "补一句：她周五动手术。"})
        assert page.status_code == 200
        assert page.text.count("补一句：她周五动手术。") == 1
        assert 'role="status"' in page.text
    count = select(func.count()).where(Message.case_id == case.id)
    assert db.session.scalar(count) == 1
    assert key_of(page, "messages") != key


def test_other_words_under_the_same_key_arrive_too(client: Any, world: World) -> None:
    case, code = coded(world)
    key = new_submission_key()
    for words in ("第一句。", "回到上一页，又写了一句。", "第一句。", "回到上一页，又写了一句。"):
        page = client.post("/track/messages", data={"code": code, "key": key, "words": words})
        assert page.status_code == 200
        assert page.text.count(words) == 1
    photo = {"code": code, "key": key, "words": "第一句。", "photos": (io.BytesIO(picture()), "a.jpg")}
    client.post("/track/messages", data=photo)
    assert db.session.scalar(select(func.count()).where(Attachment.case_id == case.id)) == 1
    assert db.session.scalar(select(func.count()).where(Message.case_id == case.id)) == 3


def test_words_for_a_form_that_is_gone_meanwhile_are_given_back(client: Any, world: World) -> None:
    _, withdrawn = coded(world)
    client.post("/track/withdrawal", data={"code": withdrawn, "key": new_submission_key()})
    _, early = coded(world, dispatched_case)
    for code, form, more in ((withdrawn, "messages", {}), (early, "answer", {"solved": "no"}), (early, "rating", {})):
        words = f"我写了半天的话，{form} 的。"
        said = {"code": code, "key": new_submission_key(), "words": words, "level": "satisfied", **more}
        page = client.post(f"/track/{form}", data=said)
        assert page.status_code == 422
        assert f">{words}</textarea>" in page.text


def test_a_key_used_on_another_case_loses_no_words(client: Any, world: World) -> None:
    (_, first), (_, second) = coded(world), coded(world)
    key = new_submission_key()
    for code in (first, second, second):
        page = client.post("/track/messages", data={"code": code, "key": key, "words": "两件事都一样。"})
        assert page.text.count("两件事都一样。") == 1


def test_words_that_are_refused_stay_in_their_box_with_their_key(client: Any, world: World) -> None:
    _, code = coded(world)
    key = new_submission_key()
    for words, sentence in (("", "请写一句话"), ("字" * 1001, "多了 1 个字"), ("字" * 300_000, "多了 299000 个字")):
        page = client.post("/track/messages", data={"code": code, "key": key, "words": words})
        assert page.status_code == 422
        assert sentence in text_of(page)
        assert f"\n{words}</textarea>" in page.text
        assert key_of(page, "messages") == key


@pytest.mark.parametrize(
    "words", ["\x00\x08", "\u202e反过来", "👨‍👩‍👧 一家人", "<script>alert(1)</script>", "a\u0300" * 40]
)
def test_odd_characters_never_break_the_page(client: Any, world: World, words: str) -> None:
    _, code = coded(world)
    page = client.post("/track/messages", data={"code": code, "key": new_submission_key(), "words": f"好 {words}"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


def test_a_question_is_answered_on_top_and_the_clock_goes_on(client: Any, world: World) -> None:
    case, code = coded(world, dispatched_case)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="长期住还是临时来？")
    page = client.post("/track/case", data={"code": code})
    words = text_of(page)
    assert words.index("想问您一句") < words.index("已受理")
    assert "时间停着" in words
    assert "请在10月14日（星期三）下班前回答" in words
    answered = client.post(
        "/track/messages", data={"code": code, "key": key_of(page, "messages"), "words": "长期住，四年了。"}
    )
    assert "从现在起接着办" in text_of(answered)
    assert "想问您一句" not in text_of(answered)
    assert "时间停着" not in text_of(answered)


def test_an_answer_given_on_the_phone_stands_there_with_who_took_it_down(client: Any, world: World) -> None:
    case, code = coded(world, dispatched_case)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="长期住还是临时来？")
    record_answer(world.viewer("clerk"), case.number, version=case.version, words="电话里说：长期住，四年了。")
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "您（李晓雯代记）" in words
    assert "电话里说：长期住，四年了。" in words
    assert "想问您一句" not in words
    assert "时间停着" not in words


def test_a_review_asks_nothing_and_says_that_the_days_do_not_count(client: Any, world: World, clock: Any) -> None:
    case, code = coded(world, dispatched_case)
    begin_review(world.viewer("handler"), case.number, version=case.version, words="送去鉴定。", until=ROUGH_DATE)
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "专家评审的结果，10月15日之前有，等的这几天不算；出了结果接着办。" in words
    clock(datetime(2026, 11, 20, 2, 30, tzinfo=UTC))
    sweeps.run(datetime(2026, 11, 20, 2, 30, tzinfo=UTC))
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "专家评审的结果，原先说10月15日之前有，现在还没有。" in words
    assert "送去鉴定。" in words
    assert "现在在等评审结果，没有往下算" in words
    assert "时间停着" in words
    for wrong in ("想问您一句", "还没等到回答", "补充", "催一下"):
        assert wrong not in words


def test_a_case_that_came_back_to_the_window_says_so(client: Any, world: World) -> None:
    _, code = coded(world, answered_to_the_window)
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "市医保局答复了窗口，窗口接着给您办" in words
    assert "正在换一个单位来办" not in words
    assert "备案今天办好了" not in words
    _, code = coded(world, recalled_case)
    assert "正在换一个单位来办" in text_of(client.post("/track/case", data={"code": code}))


def test_urging_appears_when_late_and_says_when_it_was_done(client: Any, world: World, clock: Any) -> None:
    _, code = coded(world, dispatched_case)
    assert "催一下" not in client.post("/track/case", data={"code": code}).text
    clock(datetime(2026, 10, 15, 2, 30, tzinfo=UTC))
    late = client.post("/track/case", data={"code": code})
    assert "晚了 3 个工作日" in text_of(late)
    assert "催一下" in late.text
    for sentence in ("您催了一次", "今天已经催过一次了"):
        urged = client.post("/track/urges", data={"code": code})
        assert urged.status_code == 200
        assert sentence in text_of(urged)
        assert "您催过 1 次，上次是 10月15日 10:30" in text_of(urged)
        assert "催一下</button>" not in urged.text


def test_urging_too_early_is_refused_in_words(client: Any, world: World) -> None:
    _, code = coded(world)
    page = client.post("/track/urges", data={"code": code})
    assert page.status_code == 422
    assert "还没有过答应您的日子" in text_of(page)


def test_withdrawing_says_all_that_follows_and_asks_twice(client: Any, world: World) -> None:
    _, code = coded(world, dispatched_case)
    page = client.post("/track/case", data={"code": code})
    before_button = page.text[: page.text.index("想好了，撤回这件事")]
    assert "<summary>" in before_button[before_button.rindex("<details") :]
    for consequence in ("不再往下办", "市医保局会知道", "收不回来", "查询码看得到"):
        assert consequence in text_of(page)
    for _ in range(2):
        gone = client.post("/track/withdrawal", data={"code": code})
        assert gone.status_code == 200
        assert "您撤回了，不再往下办" in text_of(gone)
        assert "想好了，撤回这件事" not in gone.text


def test_a_no_is_told_what_happens_and_by_when(client: Any, world: World) -> None:
    case, code = coded(world, concluded_case)
    page = client.post("/track/case", data={"code": code})
    assert "在答应的日子里" in text_of(page)
    data = {"code": code, "key": key_of(page, "answer"), "solved": "no", "words": "刷卡还是不行"}
    for _ in range(2):
        said = client.post("/track/answer", data=data)
        assert said.status_code == 200
        assert "10月9日（星期五）下班前告诉您怎么再办" in text_of(said)
        assert said.text.count("刷卡还是不行") == 1
    assert db.session.get_one(Case, case.id).reporter_says == "no"


def test_nothing_chosen_keeps_the_words(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    for solved in ("", "perhaps"):
        page = client.post(
            "/track/answer", data={"code": code, "key": new_submission_key(), "solved": solved, "words": "还差一张表"}
        )
        assert page.status_code == 422
        assert "请选一项" in text_of(page)
        assert "还差一张表</textarea>" in page.text


def test_the_handling_is_rated_and_changed_once(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    page = client.post("/track/answer", data={"code": code, "key": new_submission_key(), "solved": "yes"})
    assert not re.search(r'name="level"[^>]*checked', page.text)  # nothing is chosen beforehand
    data = {"code": code, "key": key_of(page, "rating"), "level": "satisfied", "labels_satisfied": ["413"]}
    for _ in range(2):
        rated = client.post("/track/rating", data=data)
        assert "您评的是“满意”" in text_of(rated)
    changed = client.post(
        "/track/rating", data={"code": code, "key": key_of(rated, "rating"), "level": "dissatisfied", "words": "又坏了"}
    )
    assert "您评的是“不满意”" in text_of(changed)
    assert "不能再改了" in text_of(changed)
    rows = db.session.execute(select(Rating.level, Rating.assess_number, Rating.evidence).order_by(Rating.id)).all()
    assert [tuple(row) for row in rows] == [("satisfied", 1, "case"), ("dissatisfied", 2, "case")]


def test_a_decline_is_rated_as_every_answer_is(client: Any, world: World) -> None:
    case, code = coded(world)
    no = propose_decline(world.viewer("triage"), case.number, version=case.version, reason="不归这里", door=Door.COURT)
    triage = world.viewer("triage2")
    decide_proposal(triage, case.number, version=case.version, proposal_id=no.id, confirm=True)
    page = client.post("/track/case", data={"code": code})
    assert "这件事办得怎样？" in text_of(page)
    data = {"code": code, "key": key_of(page, "rating"), "level": "dissatisfied"}
    assert "您评的是“不满意”" in text_of(client.post("/track/rating", data=data))


def test_a_rating_is_not_called_changed_while_it_is_done_again(client: Any, world: World) -> None:
    case, code = coded(world, concluded_case)
    rate_case(case, level=Level.DISSATISFIED, labels=[], words="", submission_key=key(), at=RECEIVED)
    answer_reply(code, Solved.NO, "", key(), RECEIVED)
    medical, version = world.departments["medical"].id, db.session.get_one(Case, case.id).version
    reopen_case(world.viewer("triage"), case.number, version=version, department_id=medical, reason="再办一次。")
    words = text_of(client.post("/track/case", data={"code": code}))
    assert "您评的是“不满意”" in words
    assert "您已经改过一次" not in words


def test_a_rating_without_a_level_keeps_its_words(client: Any, world: World) -> None:
    _, code = coded(world, concluded_case)
    for data in ({"words": "说得清楚"}, {"level": "great", "words": "说得清楚"}):
        page = client.post("/track/rating", data={"code": code, "key": new_submission_key()} | data)
        assert page.status_code == 422
        assert "说得清楚</textarea>" in page.text
    other = {"level": Level.SATISFIED.value, "labels_satisfied": ["108"], "words": "说得清楚"}
    page = client.post("/track/rating", data={"code": code, "key": new_submission_key()} | other)
    assert page.status_code == 422
    assert "不是这个满意程度的" in text_of(page)


@pytest.mark.parametrize("code", ["", "12345", stranger()])
def test_no_photo_is_looked_at_without_a_right_code(client: Any, world: World, code: str) -> None:
    files = {"photos": (io.BytesIO(picture()), "a.jpg")}
    answer = client.post("/track/messages", data={"code": code, "key": new_submission_key(), "words": "看"} | files)
    assert answer.status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("code", ["", "12345", stranger()])
def test_without_a_right_code_nothing_is_done_and_the_words_come_back(
    client: Any, world: World, act: str, code: str
) -> None:
    make_case(world)
    events = db.session.scalar(select(func.count()).select_from(Event))
    data = {"code": code, "key": new_submission_key(), "words": "写了很久的话", "solved": "no", "level": "satisfied"}
    page = client.post(f"/track/{act}", data=data)
    assert page.status_code == 404
    if act in ("messages", "answer", "rating"):
        assert "写了很久的话</textarea>" in page.text
    assert db.session.scalar(select(func.count()).select_from(Event)) == events


def test_a_forged_key_is_made_anew(client: Any, world: World) -> None:
    case, code = coded(world)
    page = client.post("/track/messages", data={"code": code, "key": "../../etc", "words": "一句"})
    assert page.status_code == 200
    assert db.session.scalar(select(func.count()).where(Message.case_id == case.id)) == 1


# Photos


def test_photos_go_with_the_words_and_open_by_signed_addresses(client: Any, world: World) -> None:
    _, code = coded(world)
    files = [(io.BytesIO(picture()), "a.jpg"), (io.BytesIO(picture("maroon")), "b.jpg")]
    page = client.post(
        "/track/messages",
        data={"code": code, "key": new_submission_key(), "words": "", "photos": files},
        content_type="multipart/form-data",
    )
    assert page.status_code == 200
    addresses = re.findall(r'src="(/track/photos/[^"]+)"', page.text)
    assert len(addresses) == 4
    for address in addresses:
        assert code not in address
        photo = client.get(address)
        assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
        assert photo.headers["Cache-Control"] == "no-store"
        assert photo.data.startswith(b"\xff\xd8")


def test_a_forged_or_old_address_shows_no_photo(client: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, code = coded(world)
    page = client.post(
        "/track/messages",
        data={"code": code, "key": new_submission_key(), "words": "看", "photos": [(io.BytesIO(picture()), "a.jpg")]},
        content_type="multipart/form-data",
    )
    found = re.search(r'src="(/track/photos/[^"]+)"', page.text)
    assert found is not None
    name = db.session.scalars(select(Attachment.name)).one()
    assert client.get(found[1]).status_code == 200
    assert client.get(found[1][:-2] + "xx").status_code == 404
    assert client.get(f"/track/photos/{name}").status_code == 404
    from portal.blueprints.track import photos

    monkeypatch.setattr(photos, "GOOD_FOR", -1)
    assert client.get(found[1]).status_code == 404


def test_one_photo_that_cannot_be_read_loses_neither_the_words_nor_the_other(client: Any, world: World) -> None:
    _, code = coded(world)
    key = new_submission_key()
    heic = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64
    files = [(io.BytesIO(picture()), "good.jpg"), (io.BytesIO(heic), "手机.heic")]
    page = client.post(
        "/track/messages",
        data={"code": code, "key": key, "words": "两张照片", "photos": files},
        content_type="multipart/form-data",
    )
    assert page.status_code == 422
    assert "手机.heic" in text_of(page)
    assert "HEIC" in text_of(page)
    assert "两张照片</textarea>" in page.text
    assert "照片 1收下了" in text_of(page)
    page = client.post("/track/messages", data={"code": code, "key": key, "words": "两张照片"})
    assert page.status_code == 200
    assert page.text.count("/track/photos/") == 2


def test_a_kept_photo_can_be_left_out(client: Any, world: World) -> None:
    _, code = coded(world)
    key = new_submission_key()
    files = [(io.BytesIO(picture()), "wrong.jpg"), (io.BytesIO(b"not a photo"), "b.txt")]
    page = client.post(
        "/track/messages",
        data={"code": code, "key": key, "words": "", "photos": files},
        content_type="multipart/form-data",
    )
    found = re.search(r'name="drop" value="([^"]+)"', page.text)
    assert found is not None
    page = client.post("/track/messages", data={"code": code, "key": key, "words": "算了", "drop": found[1]})
    assert page.status_code == 200
    assert "/track/photos/" not in page.text


# A complaint


def test_in_a_complaint_staff_are_named_by_office_and_surname(client: Any, world: World) -> None:
    case, code = coded(world, registered_case)
    assert "李晓雯" in client.post("/track/case", data={"code": code}).text
    record_complaint(world.viewer("clerk"), case.number, version=case.version, words="3号窗口的人")
    page = client.post("/track/case", data={"code": code})
    assert "李晓雯" not in page.text
    assert "大厅 李**" in text_of(page)


def test_name_and_number_are_shown_masked_and_deleted_by_a_tap(client: Any, world: World) -> None:
    case, code = coded(world, dispatched_case, name="张三丰", phone="13812345678", may_tell_department=True)
    words = text_of(client.post("/track/case", data={"code": code}))
    assert all(said in words for said in ("我的联系方式 张** 138****5678", "您同意过让办事的部门知道您是谁。"))
    page = client.post("/track/consent-withdrawal", data={"code": code})
    assert "从现在起部门看不到您是谁" in text_of(page)
    assert "办事的部门看不到您是谁" in text_of(page)
    assert "/track/consent-withdrawal" not in page.text
    for _ in range(2):
        page = client.post("/track/contact-deletion", data={"code": code})
        assert page.status_code == 200
        assert "姓名和电话删掉了" in text_of(page)
        assert "我的联系方式" not in text_of(page)
    db.session.expire_all()
    assert (case.contact_name, case.contact_phone) == (None, None)


def test_who_left_no_contact_reads_nothing_about_it(client: Any, world: World) -> None:
    _, code = coded(world, dispatched_case)
    assert "我的联系方式" not in text_of(client.post("/track/case", data={"code": code}))
