"""What the privacy notice promises to delete is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.extensions import db
from portal.models import (
    Case,
    Event,
    Message,
)
from portal.services.retention import erase_overdue
from portal.services.search import index_case, matching
from portal.services.transaction import write
from tests.cases import RECEIVED, make_case
from tests.world import World

PHONE = "19900001234"


def closed_case(world: World) -> Case:
    case = make_case(world, name="林", phone=PHONE, status="closed", open=False, closed_at=RECEIVED)
    with write() as session:
        session.add(Message(case_id=case.id, author="reporter", public=True, body="谢谢", at=RECEIVED))
    return case


def test_nothing_goes_before_its_time_and_never_from_an_open_case(any_world: World) -> None:
    case, running = closed_case(any_world), make_case(any_world, name="林", phone=PHONE)
    assert erase_overdue(RECEIVED + timedelta(days=364)) == 0
    erase_overdue(RECEIVED + timedelta(days=5000))
    db.session.expire_all()
    assert running.contact_phone is not None
    assert running.words
    assert case.words == ""


def test_contacts_go_after_a_year_and_the_words_stay(any_world: World) -> None:
    case = closed_case(any_world)
    assert erase_overdue(RECEIVED + timedelta(days=366)) == 1
    db.session.expire_all()
    assert (case.contact_name, case.contact_phone) == (None, None)
    assert case.words
    assert db.session.scalar(select(Event.action).where(Event.case_id == case.id)) == "contacts_erased"


def test_words_and_messages_go_after_three_years_and_are_not_found_any_more(any_world: World) -> None:
    case = closed_case(any_world)
    with write():
        index_case(case.id, case.number, case.words)
    condition = matching("居住证明")
    assert condition is not None
    assert erase_overdue(RECEIVED + timedelta(days=3 * 365 + 1)) == 1
    db.session.expire_all()
    assert case.words == ""
    assert db.session.scalar(select(Message.id).where(Message.case_id == case.id)) is None
    assert db.session.scalar(select(Case.id).where(condition)) is None
    assert db.session.scalar(select(Case.id).where(matching(case.number))) == case.id
    assert erase_overdue(RECEIVED + timedelta(days=3 * 365 + 2)) == 0


def test_what_was_said_lately_keeps_the_whole_case_until_its_own_time_is_over(any_world: World) -> None:
    case = closed_case(any_world)
    late = RECEIVED + timedelta(days=1000)
    with write() as session:
        session.add(Message(case_id=case.id, author="reporter", public=True, body="又不行了", at=late))
    erase_overdue(RECEIVED + timedelta(days=3 * 365 + 1))
    db.session.expire_all()
    assert case.words
    erase_overdue(late + timedelta(days=3 * 365 + 1))
    db.session.expire_all()
    assert case.words == ""
