"""In whose hands a case is: only they, and the hall, go on asking, telling, stopping the clock and concluding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.extensions import db
from portal.models import Case
from portal.rules.deeds import Deed
from portal.rules.vocabulary import Outcome, Solved
from portal.services.asking import ask_reporter, record_answer
from portal.services.case_page import open_case_page
from portal.services.concluding import conclude_case
from portal.services.deadlines import running
from portal.services.errors import NotFound, Refused
from portal.services.follow_ups import reopen_case
from portal.services.notes import say_to_reporter
from portal.services.orders import answer_order, dispatch_case, recall_order
from portal.services.proposals import propose_not_permitted
from portal.services.reviewing import begin_review, end_review
from portal.services.visibility import load_case
from tests.cases import RECEIVED, ROUGH_DATE, actions_of, concluded_case, dispatched_case
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(any_app: Flask, at: Any) -> Iterator[None]:
    at(RECEIVED)
    with force_locale("zh"):
        yield


ACTS: dict[str, Any] = {
    "ask": lambda v, c: ask_reporter(v, c.number, version=c.version, question="请再交一次身份证"),
    "take down": lambda v, c: record_answer(v, c.number, version=c.version, words="本人说是长期住"),
    "review": lambda v, c: begin_review(v, c.number, version=c.version, words="送去鉴定", until=ROUGH_DATE),
    "end review": lambda v, c: end_review(v, c.number, version=c.version, words="出来了"),
    "tell": lambda v, c: say_to_reporter(v, c.number, version=c.version, body="还在办"),
    "conclude": lambda v, c: conclude_case(
        v, c.number, version=c.version, outcome=Outcome.SOLVED, public_reply="办好了"
    ),
    "propose": lambda v, c: propose_not_permitted(v, c.number, version=c.version, public_reply="不能办", basis="第4条"),
}


def given_to_another(world: World) -> Case:
    """Answered by the medical insurance bureau, and sent to the land office to be done again."""
    case = concluded_case(world)
    case.reporter_says = Solved.NO
    db.session.commit()
    land = world.departments["land"].id
    reopen_case(world.viewer("triage"), case.number, version=case.version, department_id=land, reason="换一家再办")
    return case


@pytest.mark.parametrize("act", ACTS)
def test_a_department_that_had_the_case_before_reads_it_and_does_nothing_to_it(any_world: World, act: str) -> None:
    case, handler = given_to_another(any_world), any_world.viewer("handler")
    before, dates = actions_of(case), [deadline.due_at for deadline in running(case)]
    assert load_case(handler, case.number) is case
    with pytest.raises(Refused, match="不在您单位手里"):
        ACTS[act](handler, case)
    assert (case.waiting, actions_of(case)) == (None, before)
    assert [deadline.due_at for deadline in running(case)] == dates
    offered = set(open_case_page(handler, case.number, RECEIVED).deeds.others)
    assert not offered & {Deed.QUESTION, Deed.REVIEW, Deed.MESSAGE, Deed.CONCLUSION}


def test_the_department_that_has_it_and_the_hall_go_on_asking(any_world: World) -> None:
    for name in ("land_handler", "clerk", "triage", "oversight"):
        case = given_to_another(any_world)
        viewer = any_world.viewer(name)
        assert Deed.QUESTION in open_case_page(viewer, case.number, RECEIVED).deeds
        ACTS["ask"](viewer, case)
        assert case.waiting == "needs_information"


def test_a_department_whose_order_was_taken_back_asks_nothing_and_one_that_answered_may_conclude(
    any_world: World,
) -> None:
    case, handler = dispatched_case(any_world), any_world.viewer("handler")
    answer_order(
        handler,
        case.number,
        version=case.version,
        public_reply="办好了",
        outcome=Outcome.SOLVED,
        conclude=False,
    )
    ACTS["tell"](handler, case)
    order = dispatch_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        department_id=any_world.departments["land"].id,
    )
    recall_order(any_world.viewer("triage"), case.number, 2, version=order.version, reason="派错了")
    for name in ("handler", "land_handler"):
        with pytest.raises((Refused, NotFound)):
            ACTS["ask"](any_world.viewer(name), case)
