"""Who is to be called, and the sheet of one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.models import Case
from portal.services import call_list
from portal.services.follow_ups import record_follow_up
from tests.cases import RECEIVED, concluded_at_the_window, concluded_case, dispatched_case, noise_cases
from tests.checking import text_of
from tests.world import World

SignedIn = Callable[..., Any]
Send = Callable[..., Any]
URL = "/staff/follow-ups"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def to_call(world: World) -> Case:
    return concluded_case(world, name="张三", phone="13812345678")


def test_those_with_a_number_are_listed_masked_and_no_others(world: World, signed_in: SignedIn) -> None:
    noise_cases(world)
    case, anonymous, open_case = to_call(world), concluded_at_the_window(world), dispatched_case(world)
    html = signed_in("follow_up").get(URL).get_data(as_text=True)
    assert f"{URL}/{case.number}" in html
    assert "138****5678" in html
    assert "13812345678" not in html
    assert anonymous.number not in html
    assert open_case.number not in html


@pytest.mark.parametrize("person", ["clerk", "triage", "handler", "manager", "viewer", "administrator"])
def test_the_list_is_for_those_who_call(world: World, signed_in: SignedIn, person: str) -> None:
    case = to_call(world)
    assert signed_in(person).get(URL).status_code == 403
    assert signed_in(person).get(f"{URL}/{case.number}").status_code == 403


def test_tries_on_different_days_are_counted(world: World, signed_in: SignedIn, at: Any) -> None:
    case = to_call(world)
    assert "还没打过" in text_of(signed_in("follow_up").get(URL))
    for _ in range(2):
        record_follow_up(world.viewer("follow_up"), case.number, version=case.version, reached=False)
    said = text_of(signed_in("follow_up").get(URL))
    assert "1 天没联系上，共试 3 天" in said
    assert "今天打过" in said
    at(RECEIVED + timedelta(days=1))
    record_follow_up(world.viewer("follow_up"), case.number, version=case.version, reached=False)
    assert "2 天没联系上" in text_of(signed_in("follow_up").get(URL))


def test_who_was_reached_is_off_the_list(world: World, signed_in: SignedIn, send: Send) -> None:
    case, caller = to_call(world), signed_in("follow_up")
    form = {"version": case.version, "reached": "yes", "solved": "yes", "back": "follow_ups"}
    answer = send(caller, f"/staff/cases/{case.number}/follow-ups", f"{URL}/{case.number}", **form)
    assert answer.location == URL
    said = text_of(caller.get(URL))
    assert f"回访记好了：{case.number}" in said
    assert "要打的都打完了" in said


def test_the_sheet_shows_words_reply_and_form_and_no_answer_chosen(world: World, signed_in: SignedIn) -> None:
    case = to_call(world)
    page = signed_in("follow_up").get(f"{URL}/{case.number}")
    html, said = page.get_data(as_text=True), text_of(page)
    assert case.words in said
    assert case.public_reply in said
    assert "13812345678" not in html
    assert " checked" not in html


def test_the_number_is_seen_on_the_sheet_itself(world: World, signed_in: SignedIn, send: Send) -> None:
    case, caller = to_call(world), signed_in("follow_up")
    reveal, sheet = f"/staff/cases/{case.number}/contact-reveals", f"{URL}/{case.number}"
    for reason, status in (("", 422), ("回访", 200)):
        page = send(caller, reveal, sheet, reason=reason, back="follow_ups")
        assert page.status_code == status
        assert "本人怎么说" in text_of(page)
    assert 'href="tel:13812345678"' in page.get_data(as_text=True)


def test_a_call_that_is_refused_comes_back_as_the_sheet(world: World, signed_in: SignedIn, send: Send) -> None:
    case, caller = to_call(world), signed_in("follow_up")
    form = {"reached": "yes", "note": "说要再等等", "back": "follow_ups"}
    for version, status in ((case.version, 422), (case.version - 1, 409)):
        url = f"/staff/cases/{case.number}/follow-ups"
        page = send(caller, url, f"{URL}/{case.number}", version=version, **form)
        assert page.status_code == status
        assert "本人怎么说" in text_of(page)
        assert "说要再等等" in page.get_data(as_text=True)


def test_a_sheet_of_what_is_not_theirs_is_a_404(world: World, signed_in: SignedIn) -> None:
    assert signed_in("follow_up").get(f"{URL}/0000-0000").status_code == 404


def test_long_lists_go_on_by_page(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_list, "PAGE", 1)
    first, second = to_call(world), to_call(world)
    caller = signed_in("follow_up")
    html = caller.get(URL).get_data(as_text=True)
    assert first.number in html
    assert second.number not in html
    following = html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    html = caller.get(following).get_data(as_text=True)
    assert second.number in html
    assert first.number not in html


def test_an_after_that_makes_no_sense_is_taken_as_the_list(world: World, signed_in: SignedIn) -> None:
    for after in ("x", "99999999999999999999", "-1", "0"):
        assert signed_in("follow_up").get(f"{URL}?after={after}").status_code == 200


def test_the_list_takes_six_statements_at_most(world: World, signed_in: SignedIn, count_statements: list[str]) -> None:
    to_call(world)
    to_call(world)
    caller = signed_in("follow_up")
    caller.get(URL)
    count_statements.clear()
    caller.get(URL)
    assert len(count_statements) <= 6, count_statements
