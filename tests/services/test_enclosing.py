"""Photos of staff go with the words the reporter reads, not before them, and never beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Attachment, Case
from portal.rules.vocabulary import Outcome
from portal.services.asking import ask_reporter
from portal.services.attachments import MAX_PHOTOS, is_spent, stage_photo, staged
from portal.services.case_page import open_case_page, visible_photo
from portal.services.complaints import record_complaint
from portal.services.enclosing import Enclosed
from portal.services.ending import end_case
from portal.services.errors import NotFound, Refused
from portal.services.notes import say_to_reporter
from portal.services.orders import answer_order
from portal.services.proposals import decide_proposal
from portal.services.registering import conclude_on_spot
from portal.services.retention import CONTENT, erase_overdue
from portal.services.tracked import Tracked
from portal.services.tracking import track_case
from tests.cases import RECEIVED, dispatched_case, make_case, noise_cases, registered_case
from tests.track.reporters import coded, key, picture
from tests.world import World

REPLY = "按规定现在不能办，样表附在下面。"
NO = {"outcome": Outcome.EXPLAINED, "public_reply": REPLY, "basis": "办事指南第4条"}
YES = {"outcome": Outcome.SOLVED, "public_reply": REPLY}


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def photos(count: int = 1, *, without: tuple[str, ...] = ()) -> Enclosed:
    """What a form brings that had that many photos."""
    fresh = key()
    for _ in range(count):
        stage_photo(fresh, picture())
    return Enclosed(fresh, without)


def seen(code: str) -> Tracked:
    return track_case(code, RECEIVED)


def shown(tracked: Tracked) -> int:
    """How many photos the reporter sees in all."""
    return sum(len(said.photos) for said in (*tracked.talk, *filter(None, [tracked.reply])))


def held(world: World, case: Case, by: str = "triage") -> list[str]:
    page = open_case_page(world.viewer(by), case.number, RECEIVED)
    return [photo.name for photo in page.kept.held_photos]


def answer(world: World, case: Case, **more: Any) -> Any:
    return answer_order(world.viewer("handler"), case.number, version=case.version, **more)


def end(world: World, case: Case, **more: Any) -> Any:
    return end_case(world.viewer("triage"), case.number, version=case.version, **more)


def confirm(world: World, case: Case, proposal_id: int, **more: Any) -> Case:
    said = {"version": case.version, "proposal_id": proposal_id, "confirm": True} | more
    return decide_proposal(world.viewer("manager"), case.number, **said)


def test_a_question_shows_its_photos_to_the_reporter(any_world: World) -> None:
    noise_cases(any_world)
    case, code = coded(any_world, dispatched_case)
    brought = photos(2)
    handler = any_world.viewer("handler")
    ask_reporter(handler, case.number, version=case.version, question="这样填行吗？", photos=brought)
    tracked = seen(code)
    assert tracked.question is not None
    assert len(tracked.question.photos) == shown(tracked) == 2
    assert staged(brought.key) == []
    assert is_spent(brought.key)


def test_a_message_shows_its_photos_and_the_report_keeps_its_own(any_world: World) -> None:
    case, code = coded(any_world, registered_case)
    clerk = any_world.viewer("clerk")
    say_to_reporter(clerk, case.number, version=case.version, body="样表在这里。", photos=photos())
    talk = seen(code).talk
    assert [len(said.photos) for said in talk] == [0] * (len(talk) - 1) + [1]
    assert open_case_page(clerk, case.number, RECEIVED).kept.own_photos == []


def test_what_is_refused_leaves_its_photos_waiting_for_the_next_try(any_world: World) -> None:
    case, code = coded(any_world, registered_case)
    brought = photos()
    with pytest.raises(Refused):
        say_to_reporter(any_world.viewer("clerk"), case.number, version=case.version, body=" ", photos=brought)
    assert len(staged(brought.key)) == 1
    assert shown(seen(code)) == 0


def test_the_reply_of_a_department_shows_its_photos(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    assert answer(any_world, case, photos=photos(), **YES).concluded
    reply = seen(code).reply
    assert reply is not None
    assert (reply.body, len(reply.photos)) == (REPLY, 1)
    assert shown(seen(code)) == 1


def test_so_does_what_is_settled_on_the_spot(any_world: World) -> None:
    case, code = coded(any_world, make_case)
    said = {"outcome": Outcome.SOLVED, "reply": REPLY, "photos": photos()}
    conclude_on_spot(any_world.viewer("clerk"), case.number, version=case.version, **said)
    reply = seen(code).reply
    assert reply is not None
    assert len(reply.photos) == 1


def test_the_photos_of_a_no_wait_for_the_second_person(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    proposal_id = answer(any_world, case, photos=photos(2), **NO).proposal_id
    assert len(held(any_world, case, "manager")) == 2
    assert shown(seen(code)) == 0
    confirm(any_world, case, proposal_id)
    reply = seen(code).reply
    assert reply is not None
    assert len(reply.photos) == 2
    assert held(any_world, case) == []


def test_of_a_no_that_was_sent_back_the_next_writer_may_leave_some_out(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    proposal_id = answer(any_world, case, photos=photos(2), **NO).proposal_id
    confirm(any_world, case, proposal_id, confirm=False, note="再想想")
    first, second = held(any_world, case)
    say_to_reporter(any_world.viewer("triage"), case.number, version=case.version, body="还在想。", photos=photos())
    assert held(any_world, case) == [first, second]
    end(any_world, case, photos=photos(without=(first,)), **YES)
    reply = seen(code).reply
    assert reply is not None
    assert len(reply.photos) == 2
    assert second in [photo.name for photo in reply.photos]


def test_what_the_department_hands_to_the_window_goes_with_the_windows_reply(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    answer(any_world, case, conclude=False, photos=photos(), **YES)
    assert shown(seen(code)) == 0
    end(any_world, case, **YES)
    reply = seen(code).reply
    assert reply is not None
    assert len(reply.photos) == 1


def test_more_than_six_together_are_refused_and_nothing_is_done(any_world: World) -> None:
    case, code = coded(any_world, dispatched_case)
    answer(any_world, case, conclude=False, photos=photos(MAX_PHOTOS), **YES)
    more = photos()
    with pytest.raises(Refused) as refusal:
        end(any_world, case, photos=more, **YES)
    assert list(refusal.value.fields) == ["photos"]
    assert len(held(any_world, case)) == MAX_PHOTOS
    assert len(staged(more.key)) == 1
    assert (case.status, seen(code).reply) == ("dispatched", None)


def test_a_photo_of_a_restricted_case_is_seen_by_its_reporter_and_oversight_alone(any_world: World) -> None:
    case, code = coded(any_world, registered_case)
    record_complaint(any_world.viewer("clerk"), case.number, version=case.version, words="戴眼镜的那位")
    oversight = any_world.viewer("oversight")
    say_to_reporter(oversight, case.number, version=case.version, body="监控截图在这里。", photos=photos())
    (photo,) = seen(code).talk[-1].photos
    assert visible_photo(oversight, photo.name).id == photo.id
    for name in ("clerk", "triage", "handler", "manager", "noise_clerk"):
        with pytest.raises(NotFound):
            visible_photo(any_world.viewer(name), photo.name)


def test_they_are_erased_with_the_words_when_their_time_is_over(any_world: World) -> None:
    case, _code = coded(any_world, dispatched_case)
    answer(any_world, case, conclude=False, photos=photos(), **YES)
    end(any_world, case, **YES)
    case.status, case.open, case.closed_at = "closed", False, RECEIVED
    db.session.commit()
    erase_overdue(RECEIVED + CONTENT + timedelta(days=1))
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
