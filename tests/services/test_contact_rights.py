"""Name and number go when the person says so, and the case goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Deadline
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import ContactRight, Solved
from portal.services import sweeps
from portal.services.call_list import calls_due
from portal.services.contact_rights import use_contact_right, use_contact_right_for
from portal.services.contacts import can_reveal, masked_contact
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.submissions import Report, submit_case
from portal.services.tracking import track_case
from portal.services.tracking_acts import answer_reply
from tests.cases import RECEIVED, actions_of, concluded_case, dispatched_case, event_of, make_case, noise_cases
from tests.track.reporters import coded, key, stranger
from tests.world import World

NAME, PHONE = "张三丰", "13812345678"
LATER = RECEIVED + timedelta(minutes=40)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def with_contact(world: World, lead: Any = make_case, **values: Any) -> Any:
    return coded(world, lead, name=NAME, phone=PHONE, may_tell_department=True, **values)


def test_the_holder_of_the_code_deletes_name_and_number_once(any_world: World) -> None:
    noise_cases(any_world)
    case, code = with_contact(any_world)
    other, _ = with_contact(any_world)
    assert use_contact_right(code, ContactRight.DELETE, LATER)
    assert not use_contact_right(code, ContactRight.DELETE, LATER)
    db.session.expire_all()
    assert (case.contact_name, case.contact_phone, case.may_tell_department) == (None, None, False)
    assert case.anonymous
    assert masked_contact(other).phone
    event = event_of(case, "contact_deleted")
    assert (event.actor, event.staff_id, event.data, actions_of(case)) == ("reporter", None, {}, ["contact_deleted"])
    assert track_case(code, LATER).case.number == case.number


def test_the_consent_to_tell_the_department_is_withdrawn_and_the_number_stays(any_world: World) -> None:
    case, code = with_contact(any_world, dispatched_case)
    assert can_reveal(any_world.viewer("handler"), case)
    assert use_contact_right(code, ContactRight.STOP_TELLING, LATER)
    assert not use_contact_right(code, ContactRight.STOP_TELLING, LATER)
    db.session.expire_all()
    assert not can_reveal(any_world.viewer("handler"), case)
    assert can_reveal(any_world.viewer("clerk"), case)
    assert masked_contact(case).phone == "138****5678"
    assert event_of(case, "telling_withdrawn").data == {}


def test_a_code_that_nobody_has_deletes_nothing(any_world: World) -> None:
    case, _ = with_contact(any_world)
    with pytest.raises(NotFound):
        use_contact_right(stranger(), ContactRight.DELETE, LATER)
    assert masked_contact(case).phone


def test_who_can_be_called_no_more_is_waited_for_instead(any_world: World) -> None:
    case, code = with_contact(any_world, concluded_case)
    caller = any_world.viewer("follow_up")
    assert [call.case.id for call in calls_due(caller, LATER).calls] == [case.id]
    use_contact_right(code, ContactRight.DELETE, LATER)
    assert not calls_due(caller, LATER).calls
    running = select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "running")
    assert db.session.scalars(running).all() == [StepKind.UNCONFIRMED_CLOSE]
    assert case.due_at is None
    # Ten working days after the reply it closes as not confirmed, as for one who left no number.
    assert sweeps.run(RECEIVED + timedelta(days=30)).closed == 1


def test_a_decision_that_is_owed_stays_owed(any_world: World) -> None:
    case, code = with_contact(any_world, concluded_case)
    answer_reply(code, Solved.NO, "没办成", key(), LATER)
    use_contact_right(code, ContactRight.DELETE, LATER)
    running = select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "running")
    assert db.session.scalars(running).all() == [StepKind.FOLLOW_UP]


def test_the_form_sent_once_more_does_not_bring_them_back(any_world: World) -> None:
    report, again = Report(words="来了三趟。", slug="3m7kd2qa", name=NAME, phone=PHONE), key()
    receipt = submit_case(report, again, RECEIVED)
    assert receipt.code is not None
    use_contact_right(receipt.code, ContactRight.DELETE, LATER)
    assert submit_case(report, again, LATER).number == receipt.number
    assert masked_contact(track_case(receipt.code, LATER).case).phone == ""


@pytest.mark.parametrize("name", ["clerk", "triage", "follow_up", "oversight"])
def test_staff_do_the_same_for_who_asks_at_the_window(any_world: World, name: str) -> None:
    case, _ = with_contact(any_world)
    viewer = any_world.viewer(name)
    with pytest.raises(Conflict):
        use_contact_right_for(viewer, case.number, version=case.version - 1, right=ContactRight.DELETE)
    use_contact_right_for(viewer, case.number, version=case.version, right=ContactRight.DELETE)
    assert masked_contact(case).phone == ""
    event = event_of(case, "contact_deleted")
    assert (event.actor, event.staff_id, event.data) == ("staff", viewer.staff_id, {})
    for right in ContactRight:
        with pytest.raises(Refused):
            use_contact_right_for(viewer, case.number, version=case.version, right=right)


@pytest.mark.parametrize("name", ["handler", "manager", "viewer", "administrator", "noise_clerk"])
def test_nobody_else_does(any_world: World, name: str) -> None:
    case, _ = with_contact(any_world, dispatched_case)
    with pytest.raises(NotFound):
        use_contact_right_for(any_world.viewer(name), case.number, version=case.version, right=ContactRight.DELETE)
    assert masked_contact(case).phone
