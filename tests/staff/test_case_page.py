"""The page of one case: what it shows to whom, and what each person may do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Complaint
from portal.rules.vocabulary import Cause, Complexity, Outcome, Solved
from portal.services.asking import ask_reporter
from portal.services.attachments import bind_staged, stage_photo
from portal.services.complaints import identify_complaint, record_complaint
from portal.services.follow_ups import record_follow_up
from portal.services.notes import write_note
from portal.services.orders import dispatch_case
from portal.services.proposals import propose_not_permitted
from portal.services.receipts import fingerprint_of
from portal.services.transaction import write
from portal.services.triage import triage_case
from tests.cases import (
    RECEIVED,
    concluded_case,
    dispatched_case,
    make_case,
    noise_cases,
    registered_case,
    triaged_case,
)
from tests.checking import text_of
from tests.gateways.photo_samples import jpeg_with_everything
from tests.world import World

SignedIn = Callable[..., Any]
STATES = (make_case, registered_case, triaged_case, dispatched_case, concluded_case)
READERS = ("clerk", "triage", "follow_up", "oversight", "manager")


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def url(case: Case, step: str = "") -> str:
    return f"/staff/cases/{case.number}" + (f"/{step}" if step else "")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("make", STATES)
@pytest.mark.parametrize("reader", READERS)
def test_everybody_who_may_read_gets_a_whole_page_in_every_state(
    world: World, signed_in: SignedIn, make: Any, reader: str, language: str
) -> None:
    noise_cases(world)
    case = make(world, name="张三", phone="13812345678", item_id=world.items["异地就医备案"].id)
    page = signed_in(reader, language).get(url(case))
    assert page.status_code == 200
    said = text_of(page)
    assert case.words in said
    assert ("异地就医备案" if language == "zh-CN" else "Registering for treatment elsewhere") in said


@pytest.mark.parametrize("stranger", ["handler", "land_handler", "noise_clerk"])
def test_a_case_that_is_not_theirs_does_not_exist_for_them(world: World, signed_in: SignedIn, stranger: str) -> None:
    assert signed_in(stranger).get(url(make_case(world))).status_code == 404


@pytest.mark.parametrize("person", ["viewer", "administrator"])
def test_who_reads_no_cases_at_all_is_told_so(world: World, signed_in: SignedIn, person: str) -> None:
    assert signed_in(person).get(url(make_case(world))).status_code == 403


def test_who_is_not_signed_in_is_led_to_sign_in(world: World, client: Any) -> None:
    answer = client.get(url(make_case(world)))
    assert answer.status_code == 303
    assert "/account/" in answer.location


def test_own_words_come_first_then_the_clock_then_the_next_step(world: World, signed_in: SignedIn) -> None:
    html = signed_in("clerk").get(url(make_case(world))).get_data(as_text=True)
    places = [html.index(mark) for mark in ('id="own"', 'id="clock"', 'id="next"', 'id="talk"', 'id="log"')]
    assert places == sorted(places)


def test_what_the_hall_makes_of_it_stands_below_the_words_by_name(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("triage").get(url(triaged_case(world)))
    html, said = answer.get_data(as_text=True), text_of(answer)
    assert html.index('class="said') < html.index("<dt>原因</dt>") < html.index('id="clock"')
    for named in ("原因 ?很难办", "复杂程度 ?一般", "大概有结果 ?10月15日（星期四）"):
        assert re.search(named, said), named


def test_other_deeds_stand_under_a_heading_of_their_own(world: World, signed_in: SignedIn) -> None:
    html = signed_in("triage").get(url(triaged_case(world))).get_data(as_text=True)
    assert (
        html.index("派出</button>")
        < html.index('<h3 id="others">别的做法</h3>')
        < html.index('<details id="conclusion"')
    )


def test_the_clock_says_the_date_and_why(world: World, signed_in: SignedIn, at: Any) -> None:
    case = dispatched_case(world)
    at(RECEIVED + timedelta(days=4))
    said = text_of(signed_in("triage").get(url(case)))
    assert "签收的日子：10月9日（星期五） 17:30" in said
    assert "10月8日派出，第二天起算 1 个工作日" in said
    assert "超 2 天" in said
    assert "按“标准”时限" in said


def test_a_stopped_clock_says_for_what_and_until_when(world: World, signed_in: SignedIn) -> None:
    case = dispatched_case(world)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="老人是长期住吗？")
    said = text_of(signed_in("handler").get(url(case)))
    assert "等本人补充" in said
    assert "请本人说清情况，时限停下" in said
    assert "等本人回答，到10月14日（星期三）" in said
    assert "的日子停着" in said


NEXT = [
    ("clerk", make_case, "登记，告诉本人"),
    ("clerk", registered_case, "这一件现在不等您"),
    ("triage", registered_case, "为什么没办成"),
    ("triage", triaged_case, "请选一个单位"),
    ("handler", dispatched_case, "签收"),
    ("triage", dispatched_case, "在市医保局手里"),
]


@pytest.mark.parametrize(("person", "make", "words"), NEXT)
def test_the_next_step_is_that_of_this_person(
    world: World, signed_in: SignedIn, person: str, make: Any, words: str
) -> None:
    html = signed_in(person).get(url(make(world))).get_data(as_text=True)
    assert words in html
    assert html.count('class="btn main"') <= 1


def test_the_second_person_sees_what_would_be_told_and_the_first_cannot_decide(
    world: World, signed_in: SignedIn
) -> None:
    case = triaged_case(world, cause=Cause.NOT_PERMITTED)
    propose_not_permitted(
        world.viewer("triage"), case.number, version=case.version, public_reply="这样办不了。", basis="条例第九条"
    )
    second = text_of(signed_in("triage2").get(url(case)))
    assert "这样办不了。" in second
    assert "条例第九条" in second
    assert "定下来" in second
    first = text_of(signed_in("triage").get(url(case)))
    assert "等第二个人确认" in first
    assert "定下来" not in first


def test_an_anonymous_persons_acts_show_the_day_and_no_hour(world: World, signed_in: SignedIn) -> None:
    said = text_of(signed_in("clerk").get(url(make_case(world))))
    assert "匿名" in said
    assert "10月8日 扫码" in said
    assert "14:0" not in said
    named = text_of(signed_in("clerk").get(url(make_case(world, name="张三"))))
    assert "10月8日 14:06 扫码" in named


def test_name_and_number_are_masked_until_somebody_says_why(world: World, signed_in: SignedIn, send: Any) -> None:
    case = make_case(world, name="张三", phone="13812345678")
    clerk = signed_in("clerk")
    before = clerk.get(url(case)).get_data(as_text=True)
    assert "138****5678" in before
    assert "13812345678" not in before
    refused = send(clerk, url(case, "contact-reveals"), url(case), reason=" ")
    assert refused.status_code == 422
    assert "13812345678" not in refused.get_data(as_text=True)
    shown = send(clerk, url(case, "contact-reveals"), url(case), reason="回访")
    assert shown.status_code == 200
    assert "13812345678" in shown.get_data(as_text=True)
    after = clerk.get(url(case))
    assert "13812345678" not in after.get_data(as_text=True)
    assert "看了姓名和电话回访" in text_of(after)


def test_a_department_learns_nothing_of_a_person_who_did_not_allow_it(
    world: World, signed_in: SignedIn, send: Any
) -> None:
    case = dispatched_case(world, name="张三", phone="13812345678")
    handler = signed_in("handler")
    html = handler.get(url(case)).get_data(as_text=True)
    assert "没有同意让部门知道" in html
    assert "5678" not in html
    assert "张三" not in html
    assert "张*" not in html
    assert send(handler, url(case, "contact-reveals"), url(case), reason="想问问").status_code == 422
    told = dispatched_case(world, name="李四", phone="13912345678", may_tell_department=True)
    assert "139****5678" in handler.get(url(told)).get_data(as_text=True)


def test_who_is_complained_about_is_for_oversight_alone(world: World, signed_in: SignedIn) -> None:
    case = registered_case(world)
    record_complaint(world.viewer("clerk"), case.number, version=case.version, words="戴眼镜的那位")
    oversight = text_of(signed_in("oversight").get(url(case)))
    assert "戴眼镜的那位" in oversight
    assert "待查明" in oversight
    assert "查明说的是谁" in oversight
    assert signed_in("clerk").get(url(case)).status_code == 404


def test_the_handler_oversight_trusts_sees_no_word_of_the_complaint(world: World, signed_in: SignedIn) -> None:
    case = registered_case(world)
    record_complaint(world.viewer("clerk"), case.number, version=case.version, words="戴眼镜的那位")
    identify_complaint(
        world.viewer("oversight"),
        case.number,
        version=case.version,
        complaint_id=_complaint_id(case),
        department_id=world.departments["land"].id,
    )
    sent = _sent_by_oversight(world, case)
    html = signed_in("handler").get(url(sent)).get_data(as_text=True)
    assert sent.words in html
    assert "戴眼镜" not in html
    assert "反映的对象" not in html
    assert "市自然资源局" not in html


def test_internal_notes_stand_apart_from_what_the_person_reads(world: World, signed_in: SignedIn) -> None:
    case = concluded_case(world)
    html = signed_in("triage").get(url(case)).get_data(as_text=True)
    assert "内部，本人看不到" in html
    assert html.index('class="inside"') < html.index("窗口清单已改")


def test_photos_are_for_those_who_may_see_the_case(world: World, signed_in: SignedIn) -> None:
    case, key = make_case(world), b"k" * 16
    photo = stage_photo(key, jpeg_with_everything())
    with write():
        bind_staged(fingerprint_of(key), case.id)
    html = signed_in("clerk").get(url(case)).get_data(as_text=True)
    assert f"/staff/photos/{photo.name}/thumb" in html
    for path in (f"/staff/photos/{photo.name}", f"/staff/photos/{photo.name}/thumb"):
        answer = signed_in("clerk").get(path)
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert answer.get_data().startswith(b"\xff\xd8")
        assert signed_in("handler").get(path).status_code == 404
        assert signed_in("noise_clerk").get(path).status_code == 404
    assert signed_in("clerk").get("/staff/photos/../../keys.json").status_code == 404


def test_what_happened_is_told_newest_first_in_words(world: World, signed_in: SignedIn) -> None:
    case = concluded_case(world, name="张三", phone="13812345678")
    record_follow_up(
        world.viewer("follow_up"),
        case.number,
        version=case.version,
        reached=True,
        contacted=False,
        solved=Solved.NO,
        note="又要了一份材料",
    )
    said = text_of(signed_in("triage").get(url(case)))
    told = ["电话回访：没解决，单位没有联系过本人", "又要了一份材料", "办结：已解决", "市医保局签收", "派给市医保局"]
    places = [said.index(sentence) for sentence in told]
    assert places == sorted(places)


@pytest.mark.parametrize("person", ["clerk", "triage", "handler", "oversight", "follow_up", "manager"])
def test_a_page_takes_fifteen_statements_at_most(
    world: World, signed_in: SignedIn, person: str, count_statements: list[str]
) -> None:
    noise_cases(world)
    makes = [make for make in STATES if person != "handler" or make in (dispatched_case, concluded_case)]
    cases = [make(world, name="张三", phone="13812345678") for make in makes]
    for case in cases:
        write_note(world.viewer("triage"), case.number, body="记一句")
    browser = signed_in(person)
    browser.get(url(cases[0]))
    for case in cases:
        count_statements.clear()
        assert browser.get(url(case)).status_code == 200
        assert len(count_statements) <= 15, (case.status, count_statements)


def test_the_busiest_page_takes_fifteen_statements_at_most(
    world: World, signed_in: SignedIn, count_statements: list[str]
) -> None:
    case = concluded_case(world, name="张三", phone="13812345678")
    record_follow_up(
        world.viewer("follow_up"), case.number, version=case.version, reached=True, contacted=True, solved=Solved.NO
    )
    record_complaint(world.viewer("clerk"), case.number, version=case.version, words="戴眼镜的那位")
    record_complaint(
        world.viewer("oversight"), case.number, version=case.version, staff_id=world.staff["land_handler"].id
    )
    browser = signed_in("oversight")
    browser.get(url(case))
    count_statements.clear()
    said = text_of(browser.get(url(case)))
    assert "何田" in said
    assert "再办一次" in said
    assert len(count_statements) <= 15, len(count_statements)


def test_htmx_gets_the_talk_alone(world: World, signed_in: SignedIn) -> None:
    case = make_case(world)
    answer = signed_in("clerk").get(url(case), headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert html.lstrip().startswith("<section")
    assert 'id="talk"' in html
    assert "<main" not in html
    assert "HX-Request" in answer.headers["Vary"]


def test_a_page_that_answered_a_post_can_be_loaded_again(world: World, signed_in: SignedIn) -> None:
    case = make_case(world)
    answer = signed_in("clerk").get(url(case, "registration"))
    assert answer.status_code == 303
    assert answer.location == url(case)


def test_an_unknown_number_is_an_ordinary_404(world: World, signed_in: SignedIn, app: Flask) -> None:
    for number in ("0000-0000", "x" * 500, "1'--", "%00"):
        assert signed_in("clerk").get(f"/staff/cases/{number}").status_code == 404


def _complaint_id(case: Case) -> int:
    return db.session.scalars(select(Complaint.id).where(Complaint.case_id == case.id)).one()


def _sent_by_oversight(world: World, case: Case) -> Case:
    oversight = world.viewer("oversight")
    triage_case(
        oversight,
        case.number,
        version=case.version,
        cause=Cause.HARD_TO_DO,
        sub_reason="",
        complexity=Complexity.NORMAL,
    )
    dispatch_case(oversight, case.number, version=case.version, department_id=world.departments["medical"].id)
    return case


def test_a_conclusion_shows_its_outcome_where_no_clock_runs(world: World, signed_in: SignedIn) -> None:
    case = concluded_case(world)
    assert case.outcome == Outcome.SOLVED
    assert "已解决" in text_of(signed_in("clerk").get(url(case)))


def test_name_and_number_are_deleted_for_who_asks_at_the_window(world: World, signed_in: SignedIn, send: Any) -> None:
    case = make_case(world, name="张三", phone="13812345678", may_tell_department=True)
    clerk = signed_in("clerk")
    page = text_of(clerk.get(url(case)))
    assert "本人要求删姓名、电话" in page
    assert "先给领取条" in page
    refused = send(clerk, url(case, "contact-rights"), url(case), version=case.version)
    assert refused.status_code == 422
    assert "请选本人要求的是哪一样" in text_of(refused)
    done = send(clerk, url(case, "contact-rights"), url(case), version=case.version, right="delete")
    assert done.status_code == 303
    after = text_of(clerk.get(url(case)))
    assert "李晓雯删掉了姓名和电话，是本人要求的" in after
    assert "本人要求删姓名、电话" not in after
    assert "匿名，可在进度页回话" in after
