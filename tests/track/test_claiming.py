"""A claim slip becomes a tracking code on the person's own phone, once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Claim
from portal.rules.codes import format_claim, new_claim, new_submission_key, parse_code
from portal.services.claims import issue_claim, reissue_claim
from tests.cases import RECEIVED, actions_of, event_of, registered_case
from tests.checking import text_of
from tests.world import World


@pytest.fixture(autouse=True)
def now(at: Any) -> None:
    at(RECEIVED)


def slip(world: World) -> tuple[Case, str]:
    case = registered_case(world)
    return case, issue_claim(world.viewer("clerk"), case.number)


def code_on(page: Any) -> str:
    found = re.search(r'name="code" value="(\d{20})"', page.text)
    assert found is not None
    return found[1]


def test_a_claim_becomes_a_code_that_opens_the_case(client: Any, world: World) -> None:
    case, claim = slip(world)
    page = client.post("/track/claim", data={"claim": format_claim(claim), "key": new_submission_key()})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    code = code_on(page)
    assert parse_code(code) == code
    assert case.number in client.post("/track/case", data={"code": code}).text
    assert event_of(case, "claim_used").actor == "reporter"
    used = db.session.scalars(select(Claim.used_at).where(Claim.case_id == case.id)).one()
    assert used is not None
    assert db.session.get_one(Case, case.id).code_hmac is not None


def test_a_lost_answer_costs_nothing_but_a_second_use_is_told(client: Any, world: World) -> None:
    case, claim = slip(world)
    key = new_submission_key()
    first = code_on(client.post("/track/claim", data={"claim": claim, "key": key}))
    assert code_on(client.post("/track/claim", data={"claim": claim, "key": key})) == first
    english = client.post("/track/claim", data={"claim": claim, "key": key, "lang": "en"})
    assert code_on(english) == first
    client.post("/track/claim", data={"claim": claim, "key": key, "lang": "zh"})
    other = client.post("/track/claim", data={"claim": claim, "key": new_submission_key()})
    assert other.status_code == 422
    assert "已经用过了" in text_of(other)
    assert world.hall.phone in text_of(other)
    assert actions_of(case).count("claim_used") == 1


def test_once_kept_the_slip_shows_no_code_any_more(client: Any, world: World) -> None:
    case, claim = slip(world)
    key = new_submission_key()
    code = code_on(client.post("/track/claim", data={"claim": claim, "key": key}))
    saved = client.post("/track/claim/saved", data={"code": code})
    assert saved.status_code == 200
    assert case.number in saved.text
    again = client.post("/track/claim", data={"claim": claim, "key": key})
    assert again.status_code == 422
    assert code not in again.text


def test_a_voided_claim_is_told_and_the_new_one_works(client: Any, world: World) -> None:
    case, old = slip(world)
    new = reissue_claim(world.viewer("clerk"), case.number)
    page = client.post("/track/claim", data={"claim": old, "key": new_submission_key()})
    assert page.status_code == 422
    assert "已经作废" in text_of(page)
    assert client.post("/track/claim", data={"claim": new, "key": new_submission_key()}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "请输入领取条上的号"),
        ("ABC", 422, "还少几位"),
        ("ABCDEFGHJK", 422, "写多了"),
        ("ABC!EFGHJ", 422, "别的符号"),
        ("x" * 1_000_000, 422, "写多了"),
    ],
)
def test_each_fault_of_a_claim_has_its_sentence(
    client: Any, world: World, typed: str, status: int, sentence: str
) -> None:
    page = client.post("/track/claim", data={"claim": typed, "key": new_submission_key()})
    assert page.status_code == status
    assert sentence in text_of(page)
    assert f'value="{typed}"' in page.text


def test_a_slip_of_the_finger_and_an_unknown_claim_are_told_apart(client: Any, world: World) -> None:
    _, claim = slip(world)
    wrong = ("0" if claim[0] != "0" else "1") + claim[1:]
    page = client.post("/track/claim", data={"claim": wrong, "key": new_submission_key()})
    assert (page.status_code, "可能写错了" in text_of(page)) == (422, True)
    page = client.post("/track/claim", data={"claim": new_claim(), "key": new_submission_key()})
    assert (page.status_code, "没有这个领取号" in text_of(page)) == (404, True)


def test_a_claim_and_a_code_never_stand_in_an_address(client: Any, world: World) -> None:
    _, claim = slip(world)
    page = client.post("/track/claim", data={"claim": claim, "key": new_submission_key()})
    code = code_on(page)
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', page.text):
        assert code not in address
        assert claim not in address


def test_one_page_used_for_two_slips_and_a_report_gives_three_codes(client: Any, world: World) -> None:
    key = new_submission_key()
    codes = []
    for _ in range(2):
        case, claim = slip(world)
        codes.append(code_on(client.post("/track/claim", data={"claim": claim, "key": key})))
        assert case.number in client.post("/track/case", data={"code": codes[-1]}).text
    report = client.post("/report", data={"key": key, "words": "同一部手机又反映了一件。"})
    assert report.status_code == 200
    codes.append(code_on(report))
    assert len(set(codes)) == 3
