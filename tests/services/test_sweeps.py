"""What falls due by itself: reminders, clocks that go on, cases nobody confirmed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.extensions import db
from portal.models import Attachment, Case, Deadline, FollowUp, Proposal
from portal.rules.vocabulary import Outcome, Solved
from portal.services.asking import ask_reporter, resume_after_answer
from portal.services.concluding import conclude_case
from portal.services.deadlines import running
from portal.services.follow_ups import record_follow_up
from portal.services.installation import installation
from portal.services.sweeps import Swept, run
from portal.services.tracking_acts import answer_reply
from portal.services.tracking_talk import say
from portal.services.transaction import write
from tests.cases import (
    RECEIVED,
    actions_of,
    concluded_case,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    public_words,
    triaged_case,
)
from tests.track.reporters import coded, key
from tests.world import World

DAY = timedelta(days=1)
NOTHING = Swept(0, 0, 0, 0, 0)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def ask(world: World, case: Case) -> None:
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="是长期住吗？")


def due(case: Case, kind: str) -> datetime:
    found = db.session.scalar(
        select(Deadline.due_at).where(Deadline.case_id == case.id, Deadline.kind == kind, Deadline.state == "running")
    )
    assert found is not None
    return found


def just_after(instant: datetime) -> datetime:
    return instant + timedelta(seconds=1)


@contextmanager
def meanwhile(app: Flask, act: Callable[[], Any]) -> Iterator[None]:
    """Let `act` happen, with a connection of its own, as soon as the sweep is about to write for the first time."""
    done: list[bool] = []

    def elsewhere() -> None:
        with app.app_context():
            act()
            db.session.remove()

    def once(_session: Any) -> None:
        if not done:
            done.append(True)
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()

    event.listen(db.session, "after_commit", once)
    try:
        yield
    finally:
        event.remove(db.session, "after_commit", once)
    assert done


def test_nothing_happens_before_it_is_due(any_world: World) -> None:
    noise_cases(any_world)
    waiting, concluded = dispatched_case(any_world), concluded_case(any_world)
    ask(any_world, waiting)
    assert run(due(waiting, "supplement")) == NOTHING
    assert run(due(concluded, "unconfirmed_close")).closed == 0
    assert (concluded.status, public_words(waiting)[-1]) == ("concluded", "answer_reminder")


def test_a_question_is_reminded_once_and_then_the_clock_goes_on(any_world: World) -> None:
    noise_cases(any_world)
    case = dispatched_case(any_world)
    ask(any_world, case)
    at = just_after(due(case, "supplement"))
    assert run(at) == Swept(1, 0, 0, 0, 0)
    assert run(at) == NOTHING
    assert (case.waiting, case.due_at) == ("needs_information", None)
    assert public_words(case)[-1] == "answer_reminder"
    event = event_of(case, "reporter_reminded")
    assert (event.actor, event.staff_id) == ("system", None)
    later = just_after(due(case, "supplement_reminder"))
    assert run(later) == Swept(0, 1, 0, 0, 0)
    assert run(later) == NOTHING
    assert case.waiting is None
    assert case.due_at is not None
    assert case.due_at > later
    assert public_words(case)[-1] == "went_on_without_answer"
    assert actions_of(case)[-1] == "clock_resumed"


def test_who_answered_is_not_reminded(any_world: World) -> None:
    case = dispatched_case(any_world)
    ask(any_world, case)
    at = just_after(due(case, "supplement"))
    with write():
        resume_after_answer(case, RECEIVED + DAY)
    assert run(at) == NOTHING


@pytest.mark.parametrize("kind", ["supplement", "supplement_reminder"])
def test_who_answers_while_the_sweep_is_under_way_is_left_alone(
    any_app: Flask, any_world: World, at: Any, kind: str
) -> None:
    first, (second, code) = dispatched_case(any_world), coded(any_world, dispatched_case)
    for case in (first, second):
        ask(any_world, case)
    if kind == "supplement_reminder":
        run(just_after(due(first, "supplement")))
    now = just_after(due(first, kind))
    at(now)
    with meanwhile(any_app, lambda: say(code, "四年了。", key(), now)):
        swept = run(now)
    assert swept.reminded + swept.resumed == 1
    db.session.refresh(second)
    assert second.waiting is None
    assert public_words(second)[-1] == "四年了。"
    assert actions_of(second)[-1] == "reporter_answered"


@pytest.mark.parametrize("phone", ["", "13812345678"])
def test_who_says_no_while_the_sweep_is_under_way_is_not_closed(
    any_app: Flask, any_world: World, at: Any, phone: str
) -> None:
    first, (second, code) = concluded_case(any_world, phone=phone), coded(any_world, concluded_case, phone=phone)
    for case in (first, second) if phone else ():
        for days in range(3):
            when = RECEIVED + days * DAY
            db.session.add(FollowUp(case_id=case.id, at=when, tried_on=when.date(), method="phone", reached=False))
    db.session.commit()
    now = RECEIVED + 30 * DAY
    at(now)
    with meanwhile(any_app, lambda: answer_reply(code, Solved.NO, "", key(), now)):
        assert run(now).closed == 1
    assert (first.status, first.closing) == ("closed", "not_confirmed")
    db.session.refresh(second)
    assert (second.status, second.closing, second.reporter_says) == ("concluded", None, "no")


def test_who_cannot_be_called_and_says_nothing_for_ten_working_days_is_not_confirmed(any_world: World) -> None:
    noise_cases(any_world)
    case = concluded_case(any_world)
    assert run(just_after(due(case, "unconfirmed_close"))) == Swept(0, 0, 1, 0, 0)
    assert (case.status, case.closing, case.reporter_says) == ("closed", "not_confirmed", None)
    assert public_words(case)[-1] == "closed_unanswered"
    assert event_of(case, "case_closed").actor == "system"
    assert running(case) == []


def test_a_name_alone_cannot_be_called_and_closes_as_an_anonymous_one(any_world: World) -> None:
    named, called = concluded_case(any_world, name="张三"), concluded_case(any_world, phone="13812345678")
    assert not named.anonymous
    assert run(just_after(due(named, "unconfirmed_close"))).closed == 1
    assert (named.closing, called.status) == ("not_confirmed", "concluded")


def test_who_left_a_number_is_called_and_never_closed_for_silence(any_world: World) -> None:
    case = concluded_case(any_world, phone="13812345678")
    assert run(RECEIVED + 60 * DAY).closed == 0
    assert case.status == "concluded"


def test_a_not_solved_waits_for_a_decision_and_not_for_a_sweep(any_world: World) -> None:
    case = concluded_case(any_world)
    record_follow_up(any_world.viewer("follow_up"), case.number, version=case.version, reached=True, solved=Solved.NO)
    assert run(RECEIVED + 60 * DAY).closed == 0
    assert case.status == "concluded"


def test_tries_enough_by_a_profile_changed_since_close_it(any_world: World) -> None:
    case = concluded_case(any_world, phone="13812345678")
    few = concluded_case(any_world, phone="13812345678")
    for tried, count in ((case, 3), (few, 2)):
        for days in range(count):
            when = RECEIVED + days * DAY
            db.session.add(FollowUp(case_id=tried.id, at=when, tried_on=when.date(), method="phone", reached=False))
    db.session.commit()
    assert run(RECEIVED + 4 * DAY).closed == 1
    assert (case.closing, few.status) == ("not_confirmed", "concluded")
    assert public_words(case)[-1] == "closed_unreached"


def test_what_somebody_is_at_work_on_is_left_for_the_next_run(any_world: World) -> None:
    case = triaged_case(any_world)
    conclude_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        outcome=Outcome.SOLVED,
        public_reply="办好了。",
    )
    other = concluded_case(any_world)
    at = just_after(due(case, "unconfirmed_close"))
    # A proposal that waits is an obstruction of closing, whatever the calendar says.
    waits = Proposal(
        case_id=case.id,
        kind="decline",
        data={},
        proposed_by_id=any_world.staff["clerk"].id,
        proposed_at=RECEIVED,
    )
    db.session.add(waits)
    db.session.commit()
    assert run(at).closed == 1
    assert (case.status, other.status) == ("concluded", "closed")


def test_photos_staged_and_never_sent_go(any_world: World) -> None:
    case = make_case(any_world)
    for name, case_id, age in (("a", None, 3), ("b", None, 1), ("c", case.id, 3)):
        db.session.add(
            Attachment(
                name=name,
                submission_hash="h",
                case_id=case_id,
                file=name * 32,
                thumbnail=name * 31 + "0",
                width=1,
                height=1,
                size=1,
                sha256=name * 64,
                at=RECEIVED - timedelta(hours=age),
            )
        )
    db.session.commit()
    assert run(RECEIVED).photos == 1
    assert db.session.scalars(select(Attachment.name).order_by(Attachment.name)).all() == ["b", "c"]


def test_files_that_no_row_names_are_looked_for_once_a_night(any_world: World) -> None:
    store = installation().files
    orphan = store.put(b"x" * 100)
    os.utime(store.path(orphan), (0, 0))
    night = datetime(2026, 10, 8, 19, 7, 30, tzinfo=UTC)
    assert run(night - timedelta(minutes=1)).photos == 0
    assert run(night).photos == 1
    assert not store.path(orphan).exists()
