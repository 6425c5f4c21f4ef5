"""Whatever staff, reporter and clock do in whatever order, a case only ever takes steps that the life cycle has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import NO_DATE, Case, Event, Proposal, WorkOrder
from portal.rules.lifecycle import CASE_STEPS, OPEN_CASES
from portal.rules.permissions import Viewer, is_restricted
from portal.rules.vocabulary import CaseStatus, Cause, Complexity, Door, Outcome, Solved
from portal.services import (
    asking,
    complaints,
    concluding,
    follow_ups,
    notes,
    orders,
    proposals,
    registering,
    sweeps,
    triage,
)
from portal.services.deadlines import running
from portal.services.errors import NotFound, Refused
from portal.services.steps import open_orders, pending_proposal
from portal.services.transaction import write
from portal.services.visibility import load_case
from tests.cases import RECEIVED, make_case
from tests.world import World

PEOPLE = ("clerk", "triage", "triage2", "handler", "land_handler", "follow_up", "oversight", "manager")
LEGAL = {(before, after) for ways in CASE_STEPS.values() for before, after in ways.items()} | {
    # Settled on the spot: registered and concluded in one step.
    (CaseStatus.SUBMITTED, CaseStatus.CONCLUDED),
}
LATER = date(2026, 12, 1)
OUTCOMES = st.sampled_from(list(Outcome))


def register(v: Viewer, c: Case, w: World, draw: Any) -> None:
    registering.register_case(v, c.number, version=c.version, plan="先核实", rough_date=LATER)


def settle(v: Viewer, c: Case, w: World, draw: Any) -> None:
    registering.conclude_on_spot(v, c.number, version=c.version, outcome=draw(OUTCOMES), reply="办好了", **owed())


def judge(v: Viewer, c: Case, w: World, draw: Any) -> None:
    causes = st.sampled_from([Cause.HARD_TO_DO, Cause.HARD_TO_DO, Cause.NOT_PERMITTED, Cause.WITHHELD])
    triage.triage_case(
        v,
        c.number,
        version=c.version,
        cause=draw(causes),
        sub_reason="",
        complexity=draw(st.sampled_from(list(Complexity))),
    )


def send(v: Viewer, c: Case, w: World, draw: Any) -> None:
    unit = w.departments[draw(st.sampled_from(["medical", "land", "noise"]))]
    orders.dispatch_case(v, c.number, version=c.version, department_id=unit.id, unclear=draw(st.booleans()))


def sign(v: Viewer, c: Case, w: World, draw: Any) -> None:
    order = last_order(c)
    orders.acknowledge_order(v, c.number, order.position, version=order.version)


def take_back(v: Viewer, c: Case, w: World, draw: Any) -> None:
    order = last_order(c)
    orders.recall_order(v, c.number, order.position, version=order.version, reason="先收回")


def answer(v: Viewer, c: Case, w: World, draw: Any) -> None:
    orders.answer_order(
        v,
        c.number,
        version=c.version,
        public_reply="办好了",
        outcome=draw(OUTCOMES),
        conclude=draw(st.booleans()),
        **owed(),
    )


def ask(v: Viewer, c: Case, w: World, draw: Any) -> None:
    asking.ask_reporter(v, c.number, version=c.version, question="哪天来的？")


def reporter_answers(v: Viewer, c: Case, w: World, draw: Any) -> None:
    if c.waiting is None:
        raise Refused
    with write():
        asking.resume_after_answer(c, now(c))


def conclude(v: Viewer, c: Case, w: World, draw: Any) -> None:
    concluding.conclude_case(v, c.number, version=c.version, outcome=draw(OUTCOMES), public_reply="办好了", **owed())


def decline(v: Viewer, c: Case, w: World, draw: Any) -> None:
    proposals.propose_decline(v, c.number, version=c.version, reason="在法院", door=Door.COURT)


def explain(v: Viewer, c: Case, w: World, draw: Any) -> None:
    proposals.propose_not_permitted(v, c.number, version=c.version, public_reply="不能办", basis="第4条")


def decide(v: Viewer, c: Case, w: World, draw: Any) -> None:
    proposal = pending_proposal(c.id)
    if proposal is None:
        raise Refused
    proposals.decide_proposal(
        v, c.number, version=c.version, proposal_id=proposal.id, confirm=draw(st.booleans()), note="看过了"
    )


def call(v: Viewer, c: Case, w: World, draw: Any) -> None:
    solved = draw(st.sampled_from([None, *Solved]))
    follow_ups.record_follow_up(v, c.number, version=c.version, reached=solved is not None, solved=solved)


def reopen(v: Viewer, c: Case, w: World, draw: Any) -> None:
    unit = w.departments[draw(st.sampled_from(["medical", "land"]))]
    follow_ups.reopen_case(v, c.number, version=c.version, department_id=unit.id, reason="再办")


def keep(v: Viewer, c: Case, w: World, draw: Any) -> None:
    follow_ups.keep_closed(v, c.number, version=c.version, reason="不再办")


def complain(v: Viewer, c: Case, w: World, draw: Any) -> None:
    who = draw(st.sampled_from(["handler", "clerk"]))
    complaints.record_complaint(v, c.number, version=c.version, staff_id=w.staff[who].id)


def say(v: Viewer, c: Case, w: World, draw: Any) -> None:
    notes.say_to_reporter(v, c.number, version=c.version, body="您好")


def sweep(v: Viewer, c: Case, w: World, draw: Any) -> None:
    sweeps.run(now(c) + timedelta(days=draw(st.sampled_from([0, 10, 30]))))


ACTS: list[Callable[..., None]] = [
    *(register, settle, judge, send, sign, take_back, answer, ask, reporter_answers, conclude),
    *(decline, explain, decide, call, reopen, keep, complain, say, sweep),
]


def owed() -> dict[str, Any]:
    return {"basis": "第4条", "remains": "还差一步", "remains_until": LATER, "door": Door.OTHER_HALL}


def now(case: Case) -> Any:
    return max(
        case.received_at, db.session.scalar(select(func.max(Event.at)).where(Event.case_id == case.id)) or RECEIVED
    )


def last_order(case: Case) -> WorkOrder:
    wanted = select(WorkOrder).where(WorkOrder.case_id == case.id).order_by(WorkOrder.position.desc())
    order = db.session.scalar(wanted.limit(1))
    if order is None:
        raise Refused
    return order


def check(case: Case, world: World) -> None:
    status = CaseStatus(case.status)
    out = open_orders(case.id)
    assert case.open is (status in OPEN_CASES)
    assert len(out) <= 1
    assert not out or status is CaseStatus.DISPATCHED
    assert not out or case.holder_id == out[0].department_id
    assert case.due_sort == (case.due_at or NO_DATE)
    assert case.waiting is None or status in (CaseStatus.REGISTERED, CaseStatus.DISPATCHED)
    waiting = select(func.count(Proposal.id)).where(Proposal.case_id == case.id, Proposal.decided_at.is_(None))
    assert (db.session.scalar(waiting) or 0) <= int(case.open)
    assert (case.concluded_at is None) is (status not in (CaseStatus.CONCLUDED, CaseStatus.CLOSED))
    kinds = [deadline.kind for deadline in running(case)]
    assert len(kinds) == len(set(kinds)), kinds
    if status is CaseStatus.CLOSED:
        assert not set(kinds) - {"follow_up"}, kinds
    complained = [complaint for complaint in ("complaint_recorded",) if complaint in actions(case)]
    assert case.restricted is is_restricted(has_complaint=bool(complained), cause=case.cause)
    if complained and case.restricted:
        for name in ("clerk", "triage", "manager", "follow_up"):
            with pytest.raises(NotFound):
                load_case(world.viewer(name), case.number)


def actions(case: Case) -> list[str]:
    return list(db.session.scalars(select(Event.action).where(Event.case_id == case.id).order_by(Event.seq)))


# Mostly the ordinary way, else few cases would get far.
WAYS = st.sampled_from(
    [
        [(register, "clerk"), (judge, "triage"), (send, "triage"), (answer, "handler"), (call, "follow_up")],
        [(register, "clerk"), (judge, "triage"), (explain, "clerk"), (decide, "manager"), (call, "follow_up")],
        [(complain, "clerk"), (register, "oversight"), (judge, "oversight"), (send, "oversight")],
        [],
    ]
)
ANY = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE)), min_size=1, max_size=14)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), way=WAYS, more=ANY)
def test_a_case_only_takes_steps_that_the_life_cycle_has(
    any_world: World, at: Any, data: st.DataObject, way: list[Any], more: list[Any]
) -> None:
    at(RECEIVED)
    case = make_case(any_world, phone=data.draw(st.sampled_from(["", "13812345678"])))
    viewers = {name: any_world.viewer(name) for name in PEOPLE}
    for hours, (act, name) in enumerate([*way, *more]):
        at(RECEIVED + timedelta(hours=7 * hours))
        before, events = CaseStatus(case.status), len(actions(case))
        version = case.version
        try:
            act(viewers[name], case, any_world, data.draw)
        except (Refused, NotFound):
            assert (case.status, case.version, len(actions(case))) == (before, version, events)
        after = CaseStatus(case.status)
        assert before == after or (before, after) in LEGAL, f"{act.__name__} by {name}: {before} → {after}"
        assert before == after or len(actions(case)) > events
        check(case, any_world)
