"""Cases for service and page tests: submitted as a citizen does, then led on by the services themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import NO_DATE, Case, Event, Grant, Hall, Message, Staff
from portal.rules import codes
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import Cause, Complexity, Outcome
from portal.rules.workdays import local_day
from portal.services import contacts
from portal.services.concluding import conclude_case
from portal.services.deadlines import hall_rules, point_clock, receipt_promises, start_deadline
from portal.services.orders import answer_order, dispatch_case, recall_order
from portal.services.registering import register_case
from portal.services.steps import open_orders
from portal.services.transaction import write
from portal.services.triage import triage_case
from tests.world import World

# Thursday 8 October 2026, 14:06 in Shanghai; Saturday the 10th is a make-up working day.
RECEIVED = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
ROUGH_DATE = date(2026, 10, 15)
WORDS = "我妈72岁，下周要去省城做手术，来办异地就医备案，3号窗口说少一份居住证明。"


def make_case(world: World, *, name: str = "", phone: str = "", **overrides: Any) -> Case:
    """A submitted case of counter 3, with its promises and deadlines; keyword values replace columns."""
    hall: Hall = overrides.pop("hall", world.hall)
    received = overrides.pop("received_at", RECEIVED)
    rules = hall_rules(hall)
    promises = receipt_promises(rules, received)
    values: dict[str, Any] = {
        "number": codes.new_case_number(),
        "hall_id": hall.id,
        "counter_id": world.counters["3"].id if hall is world.hall else world.counters["noise"].id,
        "channel": "qr",
        "words": WORDS,
        "anonymous": not (name or phone),
        "contact_name": contacts.encrypt(name),
        "contact_phone": contacts.encrypt(phone),
        "received_at": received,
        "received_on": local_day(received),
        "clock_from": received,
        "due_sort": NO_DATE,
        "take_up_promised_at": promises.take_up.due_at,
        "reply_promised_at": promises.reply.due_at,
        "submission_hash": codes.new_submission_key(),
    }
    with write() as session:
        case = Case(**values | overrides)
        session.add(case)
        session.flush()
        start_deadline(case, StepKind.REGISTER, received)
        start_deadline(case, StepKind.DISPATCH, received)
        session.flush()
        point_clock(case)
    return case


def noise_cases(world: World) -> list[Case]:
    """Cases that no test is about: another hall's, another department's, a closed one."""
    return [
        make_case(world, hall=world.other_hall),
        dispatched_case(world, department="land"),
        make_case(world, status="closed", open=False),
    ]


def registered_case(world: World, **overrides: Any) -> Case:
    """Taken up by the clerk."""
    return register(world, make_case(world, **overrides))


def register(world: World, case: Case) -> Case:
    """The clerk takes it up."""
    return register_case(
        world.viewer("clerk"), case.number, version=case.version, plan="先跟医保局核实", rough_date=_soon()
    )


def triaged_case(world: World, *, cause: Cause = Cause.HARD_TO_DO, by: str = "triage", **overrides: Any) -> Case:
    """Taken up and judged."""
    case = registered_case(world, **overrides)
    done = triage_case(
        world.viewer(by),
        case.number,
        version=case.version,
        cause=cause,
        sub_reason="",
        complexity=Complexity.NORMAL,
    )
    return done.case


def dispatched_case(world: World, *, department: str = "medical", **overrides: Any) -> Case:
    """Sent to a department."""
    case = triaged_case(world, **overrides)
    dispatch_case(
        world.viewer("triage"),
        case.number,
        version=case.version,
        department_id=world.departments[department].id,
        task="请核实居住证明是否必需",
    )
    return case


def recalled_case(world: World, **overrides: Any) -> Case:
    """Sent to a department and taken back."""
    case = dispatched_case(world, **overrides)
    (order,) = open_orders(case.id)
    triage = world.viewer("triage")
    recall_order(triage, case.number, order.position, version=order.version, reason="不归他们办")
    return case


def answered_to_the_window(world: World, **overrides: Any) -> Case:
    """Answered by the department, and left to the window to conclude."""
    case = dispatched_case(world, **overrides)
    ending = {"public_reply": "备案今天办好了。", "outcome": Outcome.SOLVED}
    answer_order(world.viewer("handler"), case.number, version=case.version, conclude=False, **ending)
    return case


def concluded_case(world: World, **overrides: Any) -> Case:
    """Answered by the department and so concluded as solved."""
    case = dispatched_case(world, **overrides)
    answered = answer_order(
        world.viewer("handler"),
        case.number,
        version=case.version,
        public_reply="您母亲的备案今天办好了。",
        outcome=Outcome.SOLVED,
        internal_note="窗口清单已改",
    )
    return answered.case


def concluded_at_the_window(world: World, **overrides: Any) -> Case:
    """Concluded by the clerk without a department."""
    case = registered_case(world, **overrides)
    return conclude_case(
        world.viewer("clerk"),
        case.number,
        version=case.version,
        outcome=Outcome.SOLVED,
        public_reply="已经当场办好了。",
    )


def actions_of(case: Case) -> list[str]:
    """The actions of a case's events, oldest first."""
    return list(db.session.scalars(select(Event.action).where(Event.case_id == case.id).order_by(Event.seq)))


def event_of(case: Case, action: str) -> Event:
    """The last event of that action."""
    wanted = select(Event).where(Event.case_id == case.id, Event.action == action).order_by(Event.seq.desc())
    found = db.session.scalar(wanted.limit(1))
    assert found is not None, f"no event {action}: {actions_of(case)}"
    return found


def public_words(case: Case) -> list[str]:
    """What the reporter reads of what was said, oldest first."""
    wanted = select(Message.body).where(Message.case_id == case.id, Message.public).order_by(Message.id)
    return list(db.session.scalars(wanted))


def add_staff(world: World, key: str, role: str, department: str | None = None) -> Staff:
    """One more member of staff of the hall, with a role (a handler's for the department)."""
    unit = world.departments[department].id if department else None
    person = Staff(login=key, name=key, name_en=key, department_id=unit, created_at=RECEIVED)
    db.session.add(person)
    db.session.flush()
    where = unit if role == "handler" else None
    db.session.add(Grant(staff_id=person.id, role=role, hall_id=world.hall.id, department_id=where))
    db.session.commit()
    world.staff[key] = person
    return person


def _soon() -> date:
    return max(ROUGH_DATE, local_day(clock.now()))
