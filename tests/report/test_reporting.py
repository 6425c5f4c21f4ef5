"""The form and its answer: what is typed is never lost, what is sent is kept once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.extensions import db
from portal.models import Attachment, Case, Complaint, Message
from portal.rules.codes import code_fingerprint, new_submission_key, parse_submission_key
from portal.services.attachments import stage_photo, staged
from portal.services.contacts import decrypt
from portal.services.installation import installation
from tests.checking import text_of
from tests.gateways.photo_samples import corners, png_of_one_colour, write
from tests.reading_qr import picture_of_path, read_codes
from tests.world import World

AT = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
WORDS = "窗口说少一份居住证明，要回老家开，可办事指南上写的是填承诺书。"


@pytest.fixture(autouse=True)
def _today(at: Any) -> None:
    at(AT)


def form(**fields: Any) -> dict[str, Any]:
    """What a browser would send for these answers."""
    return {"key": new_submission_key(), "at": "3m7kd2qa", "hall": "QC", "words": WORDS, **fields}


def upload(data: bytes, name: str = "回执.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def code_in(html: str) -> str:
    found = re.search(r'name="code" value="(\d{20})"', html)
    assert found, "no code on the receipt"
    return found[1]


def cases() -> list[Case]:
    db.session.expire_all()
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def test_the_form_sets_no_cookie_asks_at_most_twice_and_brings_a_fresh_key(
    client: Any, world: World, count_statements: list[str]
) -> None:
    first = client.get("/report?at=3m7kd2qa")
    db.session.remove()
    count_statements.clear()
    second = client.get("/report?at=3m7kd2qa")
    assert len(count_statements) <= 2, count_statements
    assert "Set-Cookie" not in second.headers
    keys = [re.search(r'name="key" value="([^"]+)"', r.get_data(as_text=True))[1] for r in (first, second)]  # type: ignore[index]
    assert keys[0] != keys[1]
    assert all(parse_submission_key(key) for key in keys)
    assert "3号窗口 医保综合" in text_of(second)


def test_a_report_of_words_alone_is_taken_with_six_statements(
    client: Any, world: World, count_statements: list[str]
) -> None:
    client.post("/report", data=form())
    db.session.remove()
    count_statements.clear()
    answer = client.post("/report", data=form())
    assert len(count_statements) <= 6, count_statements
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_receipt_has_dates_in_words_number_code_and_a_qr_that_opens_the_track_page(
    client: Any, world: World
) -> None:
    answer = client.post("/report", data=form(item_words="异地就医备案"))
    html, text = answer.get_data(as_text=True), text_of(answer)
    code = code_in(html)
    case = cases()[0]
    assert case.number in text
    assert case.code_hmac == code_fingerprint(installation().keys.pepper, code)
    assert "10月8日（星期四）下班前接手" in text
    assert "10月12日（星期一）下班前答复" in text
    assert "异地就医备案" in text
    assert "10月10日（星期六）调休上班，算一天" in text
    for group in range(0, 20, 4):
        assert f"<span>{code[group : group + 4]}</span>" in html
    box = re.search(r'class="qr" viewBox="([^"]+)"', html)[1]  # type: ignore[index]
    path = re.search(r'shape-rendering="crispEdges"><path d="([^"]+)"', html)[1]  # type: ignore[index]
    assert read_codes(picture_of_path(path, box)) == [f"http://localhost/track#{code}"]


@pytest.mark.parametrize(
    ("sent", "take_up", "reply"),
    [
        (
            AT,
            "为什么是 10月8日接手？10月8日收到，还来得及，当天 17:30 前做到。",
            "为什么是 10月12日答复？按10月8日接手算",
        ),
        # Monday at half past four: too late for the day, so noon of the next.
        (
            datetime(2026, 10, 12, 8, 30, tzinfo=UTC),
            "为什么是 10月13日接手？10月12日收到，当天来不及了，第二天起算 1 个工作日。到最后一天 12:00 为止。",
            "为什么是 10月16日答复？按10月13日接手算，第二天起算 3 个工作日。",
        ),
        (
            datetime(2026, 10, 11, 2, 0, tzinfo=UTC),
            "为什么是 10月12日接手？10月11日收到，那天休息，第二天起算 1 个工作日。到最后一天 12:00 为止。",
            "为什么是 10月15日答复？按10月12日接手算，第二天起算 3 个工作日。",
        ),
    ],
)
def test_both_promised_dates_of_the_receipt_say_why_they_are_those(
    client: Any, world: World, at: Any, sent: datetime, take_up: str, reply: str
) -> None:
    at(sent)
    answer = client.post("/report", data=form())
    said = re.sub(r"(?<=[^0-9]) | (?=[^0-9])", "", text_of(answer))
    for sentence in (take_up, reply):
        assert re.sub(r"(?<=[^0-9]) | (?=[^0-9])", "", sentence) in said
    assert answer.get_data(as_text=True).count('<ol class="strip"') == 2


def test_everything_chosen_is_kept(client: Any, world: World) -> None:
    client.post(
        "/report",
        data=form(
            item=str(world.items["医保关系转移"].id),
            item_words="转医保",
            application_number="QC-118",
            obstacles=["beyond_guide", "long_wait", "made_up"],
            trips="5",
            materials="handed_back",
            name="赵女士",
            phone="138 0000 0000",
            may_tell="y",
        ),
    )
    case = cases()[0]
    assert case.item_id == world.items["医保关系转移"].id
    assert case.obstacles == ["beyond_guide", "long_wait"]
    assert (case.trips, case.materials, case.application_number) == (5, "handed_back", "QC-118")
    assert (decrypt(case.contact_name), decrypt(case.contact_phone)) == ("赵女士", "13800000000")
    assert case.may_tell_department


def test_a_wrong_form_comes_back_whole_with_a_summary_that_leads_to_each_place(client: Any, world: World) -> None:
    key = new_submission_key()
    sent = form(
        key=key,
        words="",
        item_words="转医保",
        application_number="QC-118",
        obstacles=["beyond_guide", "long_wait"],
        trips="3",
        materials="not_handed_in",
        about="胸牌 0312",
        name="赵女士",
        phone="138",
        may_tell="y",
    )
    answer = client.post("/report", data=sent)
    html, text = answer.get_data(as_text=True), text_of(answer)
    assert answer.status_code == 422
    assert f'name="key" value="{key}"' in html
    for typed in ("转医保", "QC-118", "胸牌 0312", "赵女士", '"138"'):
        assert typed in html
    for chosen in ("beyond_guide", "long_wait", "3", "not_handed_in", "y"):
        assert f'value="{chosen}" checked' in html
    assert html.count(" checked") == 5
    assert "还差 2 处" in text
    assert 'href="#words"' in html
    assert 'href="#phone"' in html
    assert cases() == []


# Each of them typed into the box for words; what comes back is either taken or explained, never lost.
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("", 422, "请写一句发生了什么"),
        (" \u3000\t\n", 422, "请写一句发生了什么"),
        ("\u200b\u200d\u2060", 422, "请写一句发生了什么"),
        ("字" * 1001, 422, "多了 1 个字"),
        ("字" * 1_000_000, 422, "多了 999000 个字"),
        ("a" * 1_000_000, 422, "多了 999000 个字"),
        ("👨‍👩‍👧" * 300, 422, "个字，最多 1000 个字"),
    ],
    ids=["empty", "blank", "invisible", "one too many", "a megabyte", "one line", "families"],
)
def test_words_that_cannot_be_taken_are_explained_and_still_there(
    client: Any, world: World, words: str, status: int, says: str
) -> None:
    answer = client.post("/report", data=form(words=words))
    assert answer.status_code == status
    assert says in text_of(answer)
    assert words.strip("\u200b\u200d\u2060 \u3000\t\n") in answer.get_data(as_text=True)
    assert cases() == []


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("字" * 1000, "字" * 1000),
        ("控制\x00\x07\x1b[31m字符", "控制[31m字符"),
        ("从右\u202e到左\u2066的字\u2069", "从右到左的字"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("一家人👨‍👩‍👧来办的😤", "一家人👨‍👩‍👧来办的😤"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("<script>alert(1)</script>' OR 1=1 --", "<script>alert(1)</script>' OR 1=1 --"),
        ("我的身份证 11010519491231002X", "我的身份证 11010519491231002X"),
    ],
    ids=["a thousand", "control", "right to left", "zero width", "emoji", "lines", "markup", "an ID number"],
)
def test_odd_words_are_taken_clean(client: Any, world: World, words: str, kept: str) -> None:
    answer = client.post("/report", data=form(words=words))
    assert answer.status_code == 200
    assert cases()[0].words == kept


def test_a_number_that_looks_like_an_id_card_is_pointed_out_and_never_refused(client: Any, world: World) -> None:
    hint = "里面好像有身份证号或银行卡号"
    html = client.post("/report", data=form(words="我的身份证 11010519491231002X", phone="1")).get_data(as_text=True)
    assert re.search(r'id="sensitive">' + hint, html)
    html = client.post("/report", data=form(words="没有号码", phone="1")).get_data(as_text=True)
    assert re.search(r'id="sensitive" hidden>' + hint, html)


@pytest.mark.parametrize("name", ["item_words", "application_number", "about", "name", "phone"])
def test_every_short_field_says_by_how_much_it_is_too_long_and_cuts_nothing(
    client: Any, world: World, name: str
) -> None:
    long = "长" * 300
    answer = client.post("/report", data=form(**{name: long}))
    assert answer.status_code == 422
    assert f'value="{long}"' in answer.get_data(as_text=True)
    assert "请删掉一些" in text_of(answer)


@pytest.mark.parametrize("phone", ["13800000000", "010-62345678", "+44 20 7946 0958", "5550123", "0755 26543210 转 12"])
def test_telephone_numbers_people_have_are_taken(client: Any, world: World, phone: str) -> None:
    assert client.post("/report", data=form(phone=phone)).status_code == 200
    assert not cases()[0].anonymous


@pytest.mark.parametrize("phone", ["138", "不告诉你", "1380000000000", "+", "110"])
def test_a_number_that_reaches_nobody_is_asked_about(client: Any, world: World, phone: str) -> None:
    answer = client.post("/report", data=form(phone=phone))
    assert answer.status_code == 422
    assert "这个号码打不通" in text_of(answer)
    assert WORDS in answer.get_data(as_text=True)


@pytest.mark.parametrize("key", ["", "short", "x" * 22, "A" * 5000, "密钥"])
def test_a_page_without_its_key_is_sent_once_more_and_loses_nothing(client: Any, world: World, key: str) -> None:
    answer = client.post("/report", data=form(key=key, name="赵女士"))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请再按一次" in text_of(answer)
    assert WORDS in html
    fresh = re.search(r'name="key" value="([^"]+)"', html)[1]  # type: ignore[index]
    assert client.post("/report", data=form(key=fresh)).status_code == 200


@pytest.mark.parametrize("slug", ["zzzzzzzz", "", "../../etc", "<b>", "9" * 4000, "3M7KD2QA"])
def test_a_forged_slug_loses_no_report(client: Any, world: World, slug: str) -> None:
    assert client.post("/report", data=form(at=slug, hall="BY")).status_code == 200
    wanted = world.hall.id if slug == "3M7KD2QA" else world.other_hall.id
    assert cases()[0].hall_id == wanted


def test_a_retired_poster_opens_the_form_and_its_report_is_taken(client: Any, world: World) -> None:
    world.posters["3"].retired_at = AT
    db.session.commit()
    assert "3号窗口" in text_of(client.get("/report?at=3m7kd2qa"))
    assert client.post("/report", data=form()).status_code == 200
    assert cases()[0].counter_id == world.counters["3"].id


def test_without_a_poster_one_chooses_the_hall(client: Any, world: World) -> None:
    text = text_of(client.get("/report"))
    assert "清川市政务服务中心" in text
    assert "白鹭区政务服务中心" in text
    assert "白鹭区政务服务中心" in text_of(client.get("/report?hall=BY"))
    assert client.get("/report?at=zzzzzzzz").status_code == 200


def test_before_any_hall_is_set_up_it_says_so(client: Any) -> None:
    assert "还没有设好大厅" in text_of(client.get("/report"))
    assert client.post("/report", data=form()).status_code == 404


def test_a_double_tap_is_one_case_and_the_same_receipt(client: Any, world: World) -> None:
    sent = form()
    first = client.post("/report", data=sent)
    second = client.post("/report", data=sent)
    assert code_in(first.get_data(as_text=True)) == code_in(second.get_data(as_text=True))
    assert "没有变成两件" in text_of(second)
    assert len(cases()) == 1


def test_other_words_under_the_same_key_join_the_case(client: Any, world: World) -> None:
    sent = form()
    first = client.post("/report", data=sent)
    for _ in range(2):
        again = client.post("/report", data=sent | {"words": "今天又去了一次。"})
        assert code_in(first.get_data(as_text=True)) == code_in(again.get_data(as_text=True))
    assert "您后来添的也加进去了" not in text_of(again)
    assert db.session.scalars(select(Message.body)).all() == ["今天又去了一次。"]
    assert len(cases()) == 1


def test_once_it_is_kept_the_code_is_shown_no_more_and_opens_the_track_page(client: Any, world: World) -> None:
    sent = form()
    code = code_in(client.post("/report", data=sent).get_data(as_text=True))
    kept = client.post("/report/saved", data={"key": sent["key"], "code": code})
    assert (kept.status_code, kept.headers["Location"]) == (307, "/track/case")
    assert code not in kept.headers["Location"]
    again = client.post("/report", data=sent)
    html = again.get_data(as_text=True)
    assert code not in html
    assert code[:4] + "</span>" not in html
    assert "这里不再显示" in text_of(again)
    assert cases()[0].number in text_of(again)


@pytest.mark.parametrize("key", ["", "nonsense", "AAAAAAAAAAAAAAAAAAAAAA"])
def test_saving_what_was_never_sent_leads_to_the_track_page(client: Any, world: World, key: str) -> None:
    answer = client.post("/report/saved", data={"key": key, "code": "1" * 20})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/track")


def test_whom_it_concerns_is_told_apart_from_where(client: Any, world: World) -> None:
    answer = client.post("/report", data=form(about="胸牌 0312"))
    assert "由督办的人办" in text_of(answer)
    assert cases()[0].restricted
    assert cases()[0].counter_id == world.counters["3"].id
    assert db.session.scalars(select(Complaint.words)).one() == "胸牌 0312"


def test_an_anonymous_receipt_shows_no_hour_and_a_named_one_does(client: Any, world: World) -> None:
    assert "14:0" not in text_of(client.post("/report", data=form()))
    assert "14:06" in text_of(client.post("/report", data=form(name="赵女士")))


def test_photos_may_come_with_the_form(client: Any, world: World) -> None:
    pictures = [upload(write(corners(200 + n, 100), "JPEG")) for n in range(2)]
    answer = client.post("/report", data=form(photos=pictures))
    assert "2 张" in text_of(answer)
    assert db.session.scalar(select(func.count()).where(Attachment.case_id == cases()[0].id)) == 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.4 x", "这是 PDF 文件"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + bytes(300), "HEIC"),
        (b"", "这个文件是空的"),
        (b"hello", "这个文件不是照片"),
        (write(corners(400, 300), "JPEG")[:400], "没传全"),
        (png_of_one_colour(20000, 20000), "尺寸太大"),
        (b"\xff\xd8\xff" + bytes(9 * 1024 * 1024), "太大了"),
    ],
    ids=["pdf", "heic", "empty", "text", "cut", "bomb", "too big"],
)
def test_a_bad_photo_has_its_sentence_and_the_rest_stays(client: Any, world: World, data: bytes, says: str) -> None:
    sent = form(photos=[upload(data, "通知单.jpg"), upload(write(corners(), "JPEG"))])
    # In memory: the client's own file for a large body is left for the collector to close.
    files = [FileStorage(stream, name) for stream, name in sent["photos"]]
    boundary, body = encode_multipart(sent | {"photos": files})
    answer = client.post("/report", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')
    html, text = answer.get_data(as_text=True), text_of(answer)
    assert answer.status_code == 422
    assert "照片“通知单.jpg”：" in text
    assert says in text
    assert WORDS in html
    assert "照片 1 传好了" in text
    again = client.post("/report", data={key: value for key, value in sent.items() if key != "photos"} | {"sent": "1"})
    assert "1 张" in text_of(again)


def test_a_seventh_photo_is_too_many_and_one_can_be_taken_back(client: Any, world: World) -> None:
    sent = form(photos=[upload(write(corners(100 + n, 100), "JPEG")) for n in range(7)])
    answer = client.post("/report", data=sent)
    assert answer.status_code == 422
    assert "最多传 6 张" in text_of(answer)
    key = parse_submission_key(sent["key"]) or b""
    names = [photo.name for photo in staged(key)]
    assert len(names) == 6
    final = client.post("/report", data=form(key=sent["key"], drop=names[:2], sent="6"))
    assert "4 张" in text_of(final)


def test_photos_swept_in_the_meantime_are_told_of_and_never_hold_the_report_back(client: Any, world: World) -> None:
    answer = client.post("/report", data=form(sent="2"))
    assert answer.status_code == 200
    assert "有 2 张照片没有收到" in text_of(answer)


def test_a_cut_body_is_no_accident(client: Any, world: World) -> None:
    body = "--b\r\n" + 'Content-Disposition: form-data; name="words"\r\n\r\n' + WORDS[:10]
    for kind in ("multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=other"):
        answer = client.post("/report", data=body.encode(), content_type=kind)
        assert answer.status_code in (400, 422)
    assert cases() == []


def test_photos_are_staged_one_by_one_and_taken_back(client: Any, world: World) -> None:
    key = new_submission_key()
    jpeg = write(corners(), "JPEG")
    answer = client.post("/report/photos", data={"key": key, "photo": upload(jpeg)})
    name = answer.get_json()["name"]
    again = client.post("/report/photos", data={"key": key, "photo": upload(jpeg)})
    assert again.get_json() == {"name": name}
    stranger = client.post("/report/photos/remove", data={"key": new_submission_key(), "name": name})
    assert stranger.status_code == 204
    assert [photo.name for photo in staged(parse_submission_key(key) or b"")] == [name]
    client.post("/report/photos/remove", data={"key": key, "name": name})
    assert not staged(parse_submission_key(key) or b"")
    assert list(installation().files._everything()) == []


def test_a_bad_photo_is_told_to_the_script_in_a_sentence(client: Any, world: World) -> None:
    key = new_submission_key()
    answer = client.post("/report/photos", data={"key": key, "photo": upload(b"%PDF-1.4 x")})
    assert (answer.status_code, "PDF" in answer.get_json()["error"]) == (422, True)
    assert client.post("/report/photos", data={"key": key}).status_code == 422
    assert client.post("/report/photos", data={"key": "wrong", "photo": upload(b"x")}).status_code == 400


def test_items_are_found_by_a_piece_and_by_the_whole_page(client: Any, world: World) -> None:
    sent = form(item_words="就医", words="写了一半", name="赵女士")
    piece = client.post("/report/items", data=sent, headers={"HX-Request": "true"})
    assert piece.get_data(as_text=True).lstrip().startswith('<div id="items"')
    assert "异地就医备案" in text_of(piece)
    assert str(world.items["noise"].id) not in re.findall(r'value="(\d+)"', piece.get_data(as_text=True))
    whole = client.post("/report/items", data=sent)
    assert "异地就医备案" in text_of(whole)
    assert "写了一半" in whole.get_data(as_text=True)
    nothing = client.post("/report/items", data=sent | {"item_words": "造飞机"})
    assert "没有对得上的" in text_of(nothing)
    assert client.post("/report/items", data={}).status_code == 200


def test_choosing_a_language_keeps_what_is_being_written(client: Any, world: World) -> None:
    photo = upload(write(corners(), "JPEG"))
    answer = client.post("/report/items", data=form(words="写了一半", view="elder", photos=[photo]))
    html = answer.get_data(as_text=True)
    assert "写了一半" in html
    assert 'data-view="elder"' in html
    assert "照片 1 传好了" in html
    assert any("bc_view=elder" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_the_receipt_can_be_had_in_another_language_or_view(client: Any, world: World) -> None:
    sent = form()
    code = code_in(client.post("/report", data=sent).get_data(as_text=True))
    again = client.post("/report", data=sent | {"view": "elder", "lang": "zh"}).get_data(as_text=True)
    assert code_in(again) == code
    assert 'data-view="elder"' in again
    assert len(cases()) == 1


def test_a_bad_rating_becomes_a_report_with_the_fields_filled(client: Any, world: World) -> None:
    sent = {"at": "3m7kd2qa", "level": "very_dissatisfied", "labels": ["108", "113", "999", "x"], "words": "来回跑。"}
    answer = client.post("/report/from-rating", data=sent)
    html = answer.get_data(as_text=True)
    assert "3号窗口" in text_of(answer)
    assert "来回跑。</textarea>" in html
    for obstacle in ("beyond_guide", "sent_elsewhere"):
        assert f'value="{obstacle}" checked' in html
    assert html.count(" checked") == 2
    assert "data-fresh" not in html
    without = client.post("/report/from-rating", data=sent | {"words": ""}).get_data(as_text=True)
    assert "在办事指南之外增加新的审批条件。多头跑窗口和部门</textarea>" in without
    assert client.post("/report/from-rating", data={}).status_code == 200


def test_addresses_that_only_answer_posts_lead_back_when_opened_from_a_history(client: Any, world: World) -> None:
    for path in ("/report/items", "/report/from-rating", "/report/saved"):
        assert client.get(path).status_code == 303


def test_a_form_of_another_site_is_refused(client: Any, world: World) -> None:
    assert client.post("/report", data=form(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.post("/report", data=form(), headers={"Origin": "https://elsewhere.example"}).status_code == 400
    assert cases() == []


def test_no_key_and_no_code_is_ever_in_an_address(client: Any, world: World) -> None:
    sent = form()
    html = client.post("/report", data=sent).get_data(as_text=True)
    code = code_in(html)
    addresses = re.findall(r'(?:href|src|action|formaction)="([^"]*)"', html)
    assert addresses
    assert not [address for address in addresses if code in address or sent["key"] in address]


def test_a_photo_that_arrives_late_still_comes_along(client: Any, world: World) -> None:
    sent = form()
    client.post("/report", data=sent)
    stage_photo(parse_submission_key(sent["key"]) or b"", write(corners(), "JPEG"))
    assert "您后来添的也加进去了" in text_of(client.post("/report", data=sent))
    assert db.session.scalar(select(func.count()).where(Attachment.case_id == cases()[0].id)) == 1


def test_in_english_the_report_is_kept_as_english(client: Any, world: World) -> None:
    client.post("/report", data=form(lang="en"))
    assert cases()[0].language == "en"


def test_words_sent_again_to_a_case_that_is_over_stay_on_the_page_with_what_to_do(client: Any, world: World) -> None:
    sent = form()
    client.post("/report", data=sent)
    (case,) = cases()
    case.status, case.open = "withdrawn", False
    db.session.commit()
    answer = client.post("/report", data=sent | {"words": "窗口又改口了", "about": "3号窗口的人"})
    shown = text_of(answer)
    assert answer.status_code == 200
    assert "没有人看" in shown
    assert "收到了" not in shown
    assert "窗口又改口了" in shown
    assert "3号窗口的人" in shown
    assert case.number in shown
    assert "/report?at=3m7kd2qa" in answer.text
    assert not db.session.scalar(select(func.count()).select_from(Message))
