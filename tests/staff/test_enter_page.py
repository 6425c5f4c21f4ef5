"""Entering a case for somebody at the window or on the phone, and the slip."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Case, Claim, Complaint
from portal.rules.codes import claim_fingerprint, new_submission_key, parse_claim
from portal.services.installation import installation
from tests.cases import RECEIVED, actions_of, public_words
from tests.checking import text_of
from tests.reading_qr import picture_of_path, read_codes
from tests.world import World

SignedIn = Callable[..., Any]
Send = Callable[..., Any]
URL = "/staff/cases/new"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def heard(world: World, **fields: Any) -> dict[str, Any]:
    return {
        "key": new_submission_key(),
        "channel": "window",
        "words": "来了三趟都说少一份居住证明。",
        "place": f"QC:{world.counters['3'].id}",
        "item_words": "异地就医备案",
        "plan": "先跟医保局核实",
        "rough_date": "2026-10-15",
    } | fields


def the_case() -> Case:
    return db.session.scalars(select(Case)).one()


def claim_on(page: Any) -> str:
    found = re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", text_of(page))
    assert found, "no claim on the slip"
    return found[0]


def test_a_clerk_enters_a_case_and_hands_over_the_slip(world: World, signed_in: SignedIn, send: Send) -> None:
    page = send(signed_in("clerk"), URL, URL, **heard(world))
    assert page.status_code == 200
    case = the_case()
    assert (case.channel, case.status, case.counter_id) == ("window", "registered", world.counters["3"].id)
    assert (case.item_id, case.owner_id) == (world.items["异地就医备案"].id, world.staff["clerk"].id)
    assert case.poster_id is None
    assert case.code_hmac is None
    assert public_words(case) == ["先跟医保局核实"]
    claim = parse_claim(claim_on(page))
    assert isinstance(claim, str)
    kept = db.session.scalars(select(Claim)).one()
    assert kept.claim_hash == claim_fingerprint(installation().keys.pepper, claim)
    said = text_of(page)
    assert case.number in said
    assert "第一次答复" in said
    assert "10月15日" in said
    assert world.hall.phone in said


def test_the_clerk_is_asked_where_the_person_is_and_not_how_it_was_written(world: World, signed_in: SignedIn) -> None:
    said = text_of(signed_in("clerk").get(URL))
    assert re.search("人在哪儿 ?在窗口 ?在电话里", said)
    assert "代填" not in said


def test_a_slip_leaves_out_what_nobody_said(world: World, signed_in: SignedIn, send: Send) -> None:
    said = text_of(send(signed_in("clerk"), URL, URL, **heard(world, item_words="", place="")))
    assert "事情" not in said
    assert "没写办什么事" not in said
    named = text_of(send(signed_in("clerk"), URL, URL, **heard(world, item_words="不知道叫什么")))
    assert "事情不知道叫什么" in named


def test_entered_after_four_the_slip_says_the_day_that_is_counted(
    world: World, signed_in: SignedIn, send: Send, at: Any
) -> None:
    # Monday 12 October, 16:40: three working days from then end on Thursday, and nothing moves afterwards.
    at(datetime(2026, 10, 12, 8, 40, tzinfo=UTC))
    said = text_of(send(signed_in("clerk"), URL, URL, **heard(world, rough_date="2026-10-16")))
    assert "第一次答复10月15日（星期四） 17:30 前" in said


def test_the_slips_code_opens_the_page_of_claims_with_the_claim_behind_a_hash(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    html = send(signed_in("clerk"), URL, URL, **heard(world)).get_data(as_text=True)
    drawn = re.search(r'<svg class="qr" viewBox="([^"]+)".*?<path d="([^"]+)"', html, re.DOTALL)
    assert drawn
    (read,) = read_codes(picture_of_path(unescape(drawn[2]), drawn[1]))
    address, _hash, claim = read.partition("#")
    assert address == f"{installation().settings.public_url}/track/claim"
    assert isinstance(parse_claim(claim), str)


def test_the_page_is_for_clerks_alone(world: World, signed_in: SignedIn) -> None:
    for person in ("triage", "handler", "follow_up", "oversight", "manager", "viewer", "administrator"):
        assert signed_in(person).get(URL).status_code == 403
        assert signed_in(person).post(URL, data=heard(world)).status_code == 403
    assert signed_in("clerk").post(URL, data=heard(world)).status_code == 400
    assert db.session.scalar(select(func.count(Case.id))) == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_only_the_halls_of_the_clerk_are_offered(world: World, signed_in: SignedIn, language: str) -> None:
    html = signed_in("clerk", language).get(URL).get_data(as_text=True)
    assert f'value="QC:{world.counters["21"].id}"' in html
    assert f'value="BY:{world.counters["noise"].id}"' not in html
    assert '<option value="不动产转移登记">' in html


def test_a_counter_of_another_hall_is_nobodys_to_name(world: World, signed_in: SignedIn, send: Send) -> None:
    answer = send(signed_in("clerk"), URL, URL, **heard(world, place=f"BY:{world.counters['noise'].id}"))
    assert answer.status_code == 404
    assert "来了三趟" in answer.get_data(as_text=True)
    send(signed_in("clerk"), URL, URL, **heard(world, place=f"QC:{world.counters['noise'].id}"))
    assert the_case().counter_id is None


def test_what_is_missing_is_named_all_at_once_and_the_rest_kept(world: World, signed_in: SignedIn, send: Send) -> None:
    wrong = heard(world, channel="", words="", plan="", rough_date="下周", phone="12", obstacles=["refused"], trips="3")
    answer = send(signed_in("clerk"), URL, URL, **wrong)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "还差 5 处" in text_of(answer)
    assert 'value="refused" checked' in html
    assert 'value="3" checked' in html
    assert wrong["key"] in html
    assert db.session.scalar(select(func.count(Case.id))) == 0


def test_bad_input_is_never_an_error_of_ours(world: World, signed_in: SignedIn, send: Send) -> None:
    long = dict.fromkeys(("words", "item_words", "about", "person", "plan", "key"), "\u202e\x00" + "坏" * 5000)
    odd = {"place": "QC:99999999999999", "trips": "99", "materials": "eaten", "obstacles": ["x"], "channel": "pigeon"}
    answer = send(signed_in("clerk"), URL, URL, **(heard(world) | long | odd))
    assert answer.status_code == 422
    assert "请删去" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "most"),
    [("words", 1000), ("item_words", 80), ("application_number", 40), ("about", 200), ("person", 40), ("plan", 500)],
)
def test_what_is_too_long_is_said_and_kept_to_the_last_letter(
    world: World, signed_in: SignedIn, send: Send, name: str, most: int
) -> None:
    page = send(signed_in("clerk"), URL, URL, **heard(world, **{name: "长" * (most + 3)}))
    assert page.status_code == 422
    assert "长" * (most + 3) in page.text
    assert "3 个字" in text_of(page)
    assert not db.session.scalars(select(Case)).all()


def test_a_complaint_goes_to_oversight_and_the_slip_is_printed_all_the_same(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    clerk = signed_in("clerk")
    page = send(clerk, URL, URL, **heard(world, about="3号窗口的何某"))
    assert claim_on(page)
    assert "由督办单独办" in text_of(page)
    case = the_case()
    assert case.restricted
    assert db.session.scalars(select(Complaint.words)).one() == "3号窗口的何某"
    assert clerk.get(f"/staff/cases/{case.number}").status_code == 404
    assert f"/staff/cases/{case.number}" not in page.get_data(as_text=True)


def test_a_double_tap_is_one_case_with_the_newer_slip(world: World, signed_in: SignedIn, send: Send) -> None:
    clerk, form = signed_in("clerk"), heard(world)
    first = claim_on(send(clerk, URL, URL, **form))
    second = claim_on(send(clerk, URL, URL, **form))
    assert first != second
    assert actions_of(the_case()).count("case_submitted") == 1
    assert actions_of(the_case()).count("claim_voided") == 1


def test_a_form_brought_back_by_the_browser_does_not_swallow_the_next_person(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    clerk, form = signed_in("clerk"), heard(world)
    first = parse_claim(claim_on(send(clerk, URL, URL, **form)))
    number = the_case().number
    other = form | {"words": "第二个人：营业执照变更跑了四趟。", "person": "李四", "phone": "13912345678"}
    answer = send(clerk, URL, URL, **other)
    assert answer.status_code == 409
    html, said = answer.get_data(as_text=True), text_of(answer)
    assert number in said
    assert "再按一次" in said
    assert all(typed in html for typed in ("营业执照变更跑了四趟", "李四", "13912345678", "先跟医保局核实"))
    fresh = re.search(r'name="key" value="([^"]+)"', html)
    assert fresh
    assert fresh[1] != form["key"]
    second = parse_claim(claim_on(send(clerk, URL, URL, **other | {"key": fresh[1]})))
    assert db.session.scalar(select(func.count(Case.id))) == 2
    live = db.session.scalars(select(Claim.claim_hash).where(Claim.voided_at.is_(None)).order_by(Claim.id)).all()
    pepper = installation().keys.pepper
    assert live == [claim_fingerprint(pepper, str(claim)) for claim in (first, second)]


def test_contact_is_kept_when_somebody_leaves_it(world: World, signed_in: SignedIn, send: Send) -> None:
    clerk = signed_in("clerk")
    send(clerk, URL, URL, **heard(world, channel="phone", person="张三", phone="138 1234 5678", may_tell="y"))
    case = the_case()
    assert (case.anonymous, case.may_tell_department, case.channel) == (False, True, "phone")
    assert "138****5678" in text_of(clerk.get(f"/staff/cases/{case.number}"))
