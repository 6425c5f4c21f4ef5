"""The code is the only key: typed in any writing, wrong ones explained, never in an address, log or cookie."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.models import Event
from portal.rules.codes import damm_digit, format_code
from portal.services import wrong_codes
from tests.cases import noise_cases
from tests.checking import text_of
from tests.track.reporters import RECEIVED, coded, stranger
from tests.world import World


@pytest.fixture(autouse=True)
def now(at: Any) -> None:
    at(RECEIVED)


def test_the_page_asks_for_the_code_and_nothing_else(client: Any, world: World) -> None:
    page = client.get("/track")
    assert page.status_code == 200
    assert 'inputmode="numeric"' in page.text
    assert 'autocomplete="off"' in page.text
    assert "Set-Cookie" not in page.headers


def test_a_right_code_opens_its_own_case_in_any_writing(client: Any, world: World) -> None:
    noise_cases(world)
    case, code = coded(world)
    full_width = "".join(chr(0xFF10 + int(digit)) for digit in code)
    for written in (code, format_code(code), "-".join(format_code(code).split()), full_width, f"查询码：{code}。"):
        page = client.post("/track/case", data={"code": written})
        assert page.status_code == 200
        assert case.number in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请输入查询码"),
        ("4821 0937 5561 2048 77", "还少 2 位"),
        ("4821 0937 5561 2048 7730 1", "多了 1 位"),
        ("4821 O937 5561 2048 7730", "有别的字"),
        ("x" * 1_000_000, "有别的字"),
        ("\u202e\u200b\x00", "有别的字"),
    ],
)
def test_each_fault_has_its_sentence_and_what_was_typed_stays(
    client: Any, world: World, typed: str, sentence: str
) -> None:
    page = client.post("/track/case", data={"code": typed})
    assert page.status_code == 422
    assert sentence in text_of(page)
    if typed.isprintable():
        assert f'value="{typed}"' in page.text


def test_a_slip_of_the_finger_shows_what_was_read_to_lay_beside_the_receipt(client: Any, world: World) -> None:
    _, code = coded(world)
    wrong = code[:5] + str((int(code[5]) + 1) % 10) + code[6:]
    page = client.post("/track/case", data={"code": wrong})
    assert page.status_code == 422
    assert "有一位可能写错了" in text_of(page)
    assert f"<span>{wrong[4:8]}</span>" in page.text


def test_a_code_that_nobody_has_is_told_so_and_does_not_say_more(client: Any, world: World) -> None:
    coded(world)
    page = client.post("/track/case", data={"code": stranger()})
    assert page.status_code == 404
    assert "没有找到这个查询码" in text_of(page)
    assert world.hall.phone in text_of(page)


def test_guesses_are_alarmed_once_and_never_slowed_or_refused(
    client: Any, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    case, code = coded(world)
    with caplog.at_level(logging.INFO, logger="portal.track"):
        for turn in range(2 * wrong_codes.ALARM_AT):
            client.post("/track/case", data={"code": stranger(turn)})
    alarms = db.session.scalars(select(Event).where(Event.action == "wrong_codes_alarmed")).all()
    assert [alarm.data["count"] for alarm in alarms] == [wrong_codes.ALARM_AT]
    assert sum(record.levelno == logging.WARNING for record in caplog.records) == 1
    assert not any(stranger(turn) in caplog.text for turn in range(3))
    assert case.number in client.post("/track/case", data={"code": code}).text


def test_typing_errors_are_no_guesses(client: Any, world: World) -> None:
    for _ in range(wrong_codes.ALARM_AT + 1):
        client.post("/track/case", data={"code": "1234"})
    assert not db.session.scalars(select(Event)).all()


def test_the_alarm_comes_again_after_ten_minutes(app: Flask, world: World) -> None:
    for minute in range(25):
        for _ in range(wrong_codes.ALARM_AT):
            wrong_codes.count_wrong_code(RECEIVED + timedelta(minutes=minute))
    assert len(db.session.scalars(select(Event).where(Event.action == "wrong_codes_alarmed")).all()) == 3


def test_an_address_from_a_history_holds_no_code_and_asks_for_it(client: Any, world: World) -> None:
    for path in ("case", "messages", "urges", "withdrawal", "answer", "rating", "claim/saved"):
        answer = client.get(f"/track/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/track")


def test_another_site_cannot_send_the_form(client: Any, world: World) -> None:
    _, code = coded(world)
    answer = client.post("/track/case", data={"code": code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_the_elder_view_and_english_are_chosen_without_losing_the_page(client: Any, world: World) -> None:
    case, code = coded(world)
    elder = client.post("/track/case", data={"code": code, "view": "elder"})
    assert case.number in elder.text
    assert 'data-view="elder"' in elder.text
    assert "bc_view=elder" in elder.headers["Set-Cookie"]
    assert code not in elder.headers["Set-Cookie"]
    assert 'data-view="elder"' in client.post("/track/case", data={"code": code}).text
    english = client.post("/track/case", data={"code": code, "lang": "en"})
    assert '<html lang="en"' in english.text
    assert case.number in english.text
    plain = client.post("/track/case", data={"code": code, "view": "plain", "lang": "zh"})
    assert "data-view" not in plain.text
    assert '<html lang="zh-Hans"' in plain.text


def test_a_page_needs_at_most_eight_statements(client: Any, world: World, count_statements: list[str]) -> None:
    from tests.track.reporters import answered_with_everything

    code = answered_with_everything(world)
    client.post("/track/case", data={"code": code})  # the hall's rules are then known
    count_statements.clear()
    assert client.post("/track/case", data={"code": code}).status_code == 200
    assert 3 <= len(count_statements) <= 8, count_statements


def test_damm_is_what_makes_a_stranger(app: Flask) -> None:
    assert damm_digit(stranger()) == "0"
