"""The dates on the track page: none moves without being shown with its reason, and each explains itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.extensions import db
from portal.rules.vocabulary import Cause, Complexity, Outcome, Solved
from portal.services.asking import ask_reporter
from portal.services.concluding import conclude_case
from portal.services.follow_ups import reopen_case
from portal.services.tracking_acts import answer_reply
from portal.services.triage import triage_case
from tests.cases import RECEIVED, concluded_case, dispatched_case, register, triaged_case
from tests.checking import text_of
from tests.track.reporters import coded, key
from tests.world import World


def oct_(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of October 2026 in Shanghai."""
    return datetime(2026, 10, day, hour - 8, minute, tzinfo=UTC)


def test_a_reply_due_sooner_than_the_receipt_said_is_shown_with_its_reason(client: Any, world: World, at: Any) -> None:
    at(oct_(12, 16, 30))
    case, code = coded(world, received_at=oct_(12, 16, 30))
    before = text_of(client.post("/track/case", data={"code": code}))
    assert "最晚10月16日（星期五）下班前给您第一次答复" in before
    assert "比收到时说的" not in before
    at(oct_(12, 16, 40))
    register(world, case)
    after = text_of(client.post("/track/case", data={"code": code}))
    assert "10月15日（星期四）下班前答复您" in after
    assert "比收到时说的 10月16日（星期五）早：接手得早，就从接手那天算起。" in after


def read(client: Any, code: str) -> str:
    return text_of(client.post("/track/case", data={"code": code}))


def questions(page: str) -> list[str]:
    """The summaries under which dates explain themselves."""
    return re.findall(r"(?:为什么(?:是|等到) [^？]+|[^。 ]*日子是怎么算的)？", page)


def test_before_anybody_took_it_up_both_promised_dates_say_why(client: Any, world: World, at: Any) -> None:
    at(oct_(12, 16, 30))
    _, code = coded(world, received_at=oct_(12, 16, 30))
    page = read(client, code)
    assert questions(page) == ["为什么是 10月13日接手？", "为什么是 10月16日答复？"]
    assert "按10月13日接手算，第二天起算 3 个工作日" in page


def test_reply_and_result_each_say_why(client: Any, world: World, at: Any) -> None:
    at(RECEIVED)
    _, code = coded(world, dispatched_case)
    assert questions(read(client, code)) == ["为什么是 10月12日答复？", "为什么是 10月14日有结果？"]


def test_dates_that_stand_still_and_the_day_to_answer_by_say_why(client: Any, world: World, at: Any) -> None:
    at(RECEIVED)
    case, code = coded(world, dispatched_case)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="住多久？")
    page = read(client, code)
    assert questions(page) == ["为什么是 10月14日？", "答复的日子是怎么算的？", "有结果的日子是怎么算的？"]
    assert "10月8日提问，第二天起算 5 个工作日" in page


@pytest.mark.parametrize(
    ("phone", "question", "term"),
    [("13812345678", "为什么是 10月9日？", "1 个工作日"), ("", "为什么等到 10月21日？", "10 个工作日")],
)
def test_when_one_is_called_or_not_waited_for_any_longer_says_why(
    client: Any, world: World, at: Any, phone: str, question: str, term: str
) -> None:
    at(RECEIVED)
    _, code = coded(world, concluded_case, phone=phone)
    page = read(client, code)
    assert questions(page) == [question]
    assert f"10月8日答复，第二天起算 {term}" in page


def test_a_no_and_a_redo_count_from_the_day_they_were_said_and_decided(client: Any, world: World, at: Any) -> None:
    at(RECEIVED)
    case, code = coded(world, concluded_case)
    at(oct_(12, 10))
    answer_reply(code, Solved.NO, "还是没办成。", key(), oct_(12, 10))
    page = read(client, code)
    assert questions(page) == ["为什么是 10月13日？"]
    assert "10月12日说没解决，第二天起算 1 个工作日" in page
    at(oct_(13, 10))
    unit = world.departments["medical"].id
    reopen_case(world.viewer("triage"), case.number, version=case.version, department_id=unit, reason="再核一次")
    page = read(client, code)
    assert questions(page) == ["为什么是 10月20日有结果？"]
    assert "10月13日定了再办，第二天起算 5 个工作日" in page


def test_a_move_of_the_first_handling_is_not_told_of_the_redos_date(client: Any, world: World, at: Any) -> None:
    world.hall.profile_code = "by_cause"
    world.hall.rules_version += 1
    db.session.commit()
    at(RECEIVED)
    case, code = coded(world, triaged_case)
    judged = {"cause": Cause.HARD_TO_DO, "sub_reason": "", "complexity": Complexity.ESPECIALLY_COMPLEX}
    triage_case(world.viewer("triage"), case.number, version=case.version, **judged)
    assert "按这一类事的时限重新定，改到" in read(client, code)
    conclude_case(
        world.viewer("triage"), case.number, version=case.version, outcome=Outcome.SOLVED, public_reply="办好了。"
    )
    at(oct_(12, 10))
    answer_reply(code, Solved.NO, "", key(), oct_(12, 10))
    at(oct_(13, 10))
    unit = world.departments["medical"].id
    reopen_case(world.viewer("triage"), case.number, version=case.version, department_id=unit, reason="再核一次")
    page = read(client, code)
    assert "10月13日定了再办" in page
    assert "重新定" not in page
