"""Taps that arrive in the same instant: one counts, the others find it done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Case, FollowUp, Message, WorkOrder
from portal.rules.vocabulary import CaseStatus, Solved
from portal.services.claiming import use_claim
from portal.services.claims import issue_claim
from portal.services.errors import Conflict, Refused
from portal.services.tracking_acts import answer_reply, urge_case, withdraw_case
from portal.services.tracking_talk import say
from tests.cases import RECEIVED, actions_of, concluded_case, dispatched_case, registered_case
from tests.track.reporters import coded, key
from tests.world import World

TAPS = 4


@pytest.fixture(autouse=True)
def now(at: Any) -> Any:
    at(RECEIVED)
    return at


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """What each act gave or raised, all begun together, each with a connection of its own."""
    db.session.commit()
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(position: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[position] = act()
            except (Refused, Conflict) as refusal:
                results[position] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return results


def test_one_claim_gives_one_code_to_one_of_many(any_app: Flask, any_world: World) -> None:
    case = registered_case(any_world)
    claim = issue_claim(any_world.viewer("clerk"), case.number)
    results = at_once(any_app, *[lambda: use_claim(claim, key(), RECEIVED) for _ in range(TAPS)])
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert actions_of(case).count("claim_used") == 1


def test_a_double_tap_says_a_thing_once(any_app: Flask, any_world: World) -> None:
    case, code = coded(any_world)
    submission = key()
    results = at_once(any_app, *[lambda: say(code, "一句", submission, RECEIVED) for _ in range(TAPS)])
    assert sorted(result.repeated for result in results) == [False] + [True] * (TAPS - 1)
    assert db.session.scalar(select(func.count()).where(Message.case_id == case.id)) == 1


def test_a_double_tap_answers_once(any_app: Flask, any_world: World) -> None:
    case, code = coded(any_world, concluded_case)
    submission = key()
    results = at_once(any_app, *[lambda: answer_reply(code, Solved.YES, "", submission, RECEIVED) for _ in range(TAPS)])
    assert sorted(results) == [False] * (TAPS - 1) + [True]
    assert db.session.scalar(select(func.count()).where(FollowUp.case_id == case.id)) == 1


def test_a_double_tap_urges_once(any_app: Flask, any_world: World, now: Any) -> None:
    case, code = coded(any_world, dispatched_case)
    late = RECEIVED.replace(day=20)
    now(late)
    results = at_once(any_app, *[lambda: urge_case(code, late) for _ in range(TAPS)])
    assert sorted(results) == [False] * (TAPS - 1) + [True]
    assert db.session.get_one(Case, case.id).urge_count == 1


def test_withdrawing_and_writing_at_once_both_get_an_answer(any_app: Flask, any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    acts = [lambda: withdraw_case(code, RECEIVED), lambda: withdraw_case(code, RECEIVED)]
    results = at_once(any_app, *acts, lambda: say(code, "等等", key(), RECEIVED))
    assert sorted(results[:2]) == [False, True]
    assert db.session.get_one(Case, case.id).status == CaseStatus.WITHDRAWN
    recalled = db.session.scalars(select(WorkOrder.status).where(WorkOrder.case_id == case.id)).all()
    assert recalled == ["recalled"]
    assert actions_of(case).count("case_withdrawn") == 1
