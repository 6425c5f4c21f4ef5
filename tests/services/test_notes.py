"""What is said on a case: inside, and to the reporter."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Deadline, Message
from portal.rules.vocabulary import Cause
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.notes import say_to_reporter, write_note
from tests.cases import (
    RECEIVED,
    actions_of,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    public_words,
    registered_case,
    triaged_case,
)
from tests.world import World


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def reply_state(case: Any) -> str | None:
    return db.session.scalar(select(Deadline.state).where(Deadline.case_id == case.id, Deadline.kind == "reply"))


def test_a_note_is_for_staff_only_and_needs_no_version(any_world: World) -> None:
    noise_cases(any_world)
    case = dispatched_case(any_world)
    shown = case.version
    written = write_note(any_world.viewer("handler"), case.number, body="窗口口径要统一")
    assert (written.public, written.author, written.body) == (False, "staff", "窗口口径要统一")
    assert "窗口口径要统一" not in public_words(case)
    assert case.version == shown
    event = event_of(case, "note_written")
    assert (event.object_id, event.data) == (written.id, {})


def test_a_public_message_tells_the_reporter(any_world: World) -> None:
    case = registered_case(any_world)
    shown = case.version
    say_to_reporter(any_world.viewer("clerk"), case.number, version=shown, body="我们还在核实。")
    assert public_words(case)[-1] == "我们还在核实。"
    assert actions_of(case)[-1] == "reporter_told"
    with pytest.raises(Conflict):
        say_to_reporter(any_world.viewer("triage"), case.number, version=shown, body="另一句")


def test_the_first_words_after_triage_are_the_reply_that_was_promised(any_world: World) -> None:
    for case, state in (
        (registered_case(any_world), "running"),
        (triaged_case(any_world, cause=Cause.NOT_PERMITTED), "running"),
        (triaged_case(any_world), "met"),
    ):
        say_to_reporter(any_world.viewer("triage"), case.number, version=case.version, body="医保局正在核实。")
        assert reply_state(case) == state


@pytest.mark.parametrize("body", ["", " \u200b\n ", "长" * 2001])
def test_nothing_and_too_much_are_refused(any_world: World, body: str) -> None:
    case = registered_case(any_world)
    before = db.session.scalars(select(Message.id)).all()
    with pytest.raises(Refused) as refusal:
        write_note(any_world.viewer("clerk"), case.number, body=body)
    assert "body" in refusal.value.fields
    with pytest.raises(Refused):
        say_to_reporter(any_world.viewer("clerk"), case.number, version=case.version, body=body)
    assert db.session.scalars(select(Message.id)).all() == before


def test_before_it_is_registered_the_words_go_with_registering(any_world: World) -> None:
    case = make_case(any_world)
    with pytest.raises(Refused):
        say_to_reporter(any_world.viewer("clerk"), case.number, version=case.version, body="您好")


def test_who_cannot_see_the_case_writes_nothing_on_it(any_world: World) -> None:
    case = dispatched_case(any_world)
    for name in ("land_handler", "noise_clerk", "viewer", "administrator"):
        with pytest.raises(NotFound):
            write_note(any_world.viewer(name), case.number, body="记一句")
        with pytest.raises(NotFound):
            say_to_reporter(any_world.viewer(name), case.number, version=case.version, body="您好")
