"""What a reporter sees and does with their code, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Case, CaseDay, Deadline, Event, FollowUp, Message, Proposal, WorkOrder
from portal.rules.lights import LightCode
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import (
    AuthorKind,
    CaseStatus,
    Cause,
    Closing,
    Door,
    Level,
    OrderStatus,
    Outcome,
    Sideways,
    Solved,
    Stage,
    WaitingReason,
)
from portal.services import calendars, rollups, sweeps, tracking_acts
from portal.services.asking import ask_reporter
from portal.services.attachments import stage_photo
from portal.services.deadlines import running
from portal.services.errors import NotFound, Refused
from portal.services.follow_ups import keep_closed, record_follow_up, reopen_case
from portal.services.notes import write_note
from portal.services.proposals import decide_proposal, propose_decline, propose_not_permitted
from portal.services.ratings import rate_case
from portal.services.reviewing import begin_review
from portal.services.search import matching
from portal.services.tracking import find_case, track_case
from portal.services.tracking_acts import answer_reply, urge_case, withdraw_case
from portal.services.tracking_talk import Written, moment_of, say
from portal.services.transaction import write
from tests.cases import (
    RECEIVED,
    ROUGH_DATE,
    actions_of,
    concluded_at_the_window,
    concluded_case,
    dispatched_case,
    event_of,
    make_case,
    noise_cases,
    registered_case,
    triaged_case,
)
from tests.track.reporters import coded, key, picture, stranger
from tests.world import World


@pytest.fixture
def now(at: Any) -> Callable[..., datetime]:
    """now(14, 15, 30): the 14th of October 2026, 15:30 in Shanghai."""

    def set_now(day: int, hour: int = 9, minute: int = 0) -> datetime:
        instant = datetime(2026, 10, day, hour - 8, minute, tzinfo=UTC)
        at(instant)
        return instant

    at(RECEIVED)
    return set_now


def asked_case(world: World) -> tuple[Case, str]:
    """A dispatched case whose reporter is asked something."""
    case, code = coded(world, dispatched_case)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="长期住还是临时来？")
    return case, code


# Finding


def test_only_the_code_of_a_case_finds_it(any_world: World, now: Any) -> None:
    noise_cases(any_world)
    case, code = coded(any_world)
    coded(any_world)
    assert find_case(code, RECEIVED).id == case.id
    with pytest.raises(NotFound):
        find_case(stranger(), RECEIVED)
    assert code not in {case.code_hmac, case.submission_hash}


def test_the_talk_holds_what_is_public_and_no_note(any_world: World, now: Any) -> None:
    case, code = coded(any_world, dispatched_case)
    write_note(any_world.viewer("clerk"), case.number, body="内部的话")
    coded(any_world, dispatched_case)
    talk = track_case(code, RECEIVED).talk
    assert [(said.author, said.body) for said in talk] == [
        (AuthorKind.REPORTER, case.words),
        (AuthorKind.STAFF, "先跟医保局核实"),
    ]
    assert talk[1].staff is not None
    assert talk[1].staff.name == "李晓雯"


def test_the_stages_follow_the_case(any_world: World, now: Any) -> None:
    for lead, stage in (
        (make_case, Stage.RECEIVED),
        (registered_case, Stage.ACCEPTED),
        (dispatched_case, Stage.IN_DEPARTMENT),
        (concluded_case, Stage.ANSWERED),
        (concluded_at_the_window, Stage.ANSWERED),
    ):
        _, code = coded(any_world, lead)
        assert track_case(code, RECEIVED).progress.now is stage


def test_the_next_date_is_what_is_owed_to_the_reporter_and_not_the_halls_own(any_world: World, now: Any) -> None:
    _, code = coded(any_world)
    taken_up = track_case(code, RECEIVED).next_date
    assert taken_up is not None
    assert taken_up.kind is StepKind.REGISTER
    _, code = coded(any_world, dispatched_case)
    tracked = track_case(code, RECEIVED)
    assert [date.kind for date in tracked.dates] == [StepKind.REPLY, StepKind.SOLVE]
    assert tracked.next_date is not None
    # Registered on Thursday the 8th; Friday, the make-up Saturday and Monday are the three working days.
    assert tracked.next_date.due.due_on == date(2026, 10, 12)
    assert tracked.next_date.light.code is LightCode.IN_TIME
    assert tracked.next_date.why.opened[0].day == date(2026, 10, 10)
    assert len(tracked.next_date.weeks) == 2


def test_a_late_date_says_by_how_many_working_days(any_world: World, now: Any) -> None:
    _, code = coded(any_world, dispatched_case)
    assert not track_case(code, now(12, 17)).is_late
    late = track_case(code, now(14, 9))
    assert late.is_late
    assert late.next_date is not None
    assert late.next_date.light.days_over == 2


def test_a_question_stands_on_top_and_the_clock_stands_still(any_world: World, now: Any) -> None:
    now(9)
    _, code = asked_case(any_world)
    tracked = track_case(code, now(13))
    assert tracked.progress.sideways is Sideways.WAITING
    assert tracked.question is not None
    assert tracked.question.body == "长期住还是临时来？"
    assert tracked.next_date is not None
    assert tracked.next_date.light.code is LightCode.WAITING
    assert tracked.awaited is not None
    assert tracked.awaited.kind is StepKind.SUPPLEMENT
    assert not tracked.may_urge


def test_an_experts_review_asks_nothing_of_the_reporter(any_world: World, now: Any) -> None:
    case, code = coded(any_world, dispatched_case)
    begin_review(any_world.viewer("handler"), case.number, version=case.version, words="送去鉴定。", until=ROUGH_DATE)
    tracked = track_case(code, RECEIVED)
    assert (tracked.question, tracked.awaited) == (None, None)
    assert tracked.next_date is not None
    assert tracked.next_date.light.code is LightCode.WAITING
    say(code, "还要多久？", key(), RECEIVED)
    assert find_case(code, RECEIVED).waiting == WaitingReason.EXPERT_REVIEW
    assert "reporter_wrote" in actions_of(case)


def test_a_date_that_moved_is_told_with_its_reason(any_world: World, now: Any) -> None:
    _, code = coded(any_world, dispatched_case)
    calendars.set_day(date(2026, 10, 12), False, name="停电", hall_id=any_world.hall.id)
    moves = {move.kind: move for move in track_case(code, RECEIVED).moves}
    assert moves["reply"].reason == "calendar"
    assert moves["reply"].old is not None
    assert moves["reply"].new is not None
    assert moves["reply"].old < moves["reply"].new


def test_a_decline_tells_why_and_which_door(any_world: World, now: Any) -> None:
    case, code = coded(any_world)
    proposed = propose_decline(
        any_world.viewer("triage"), case.number, version=case.version, reason="法院已经受理。", door=Door.COURT
    )
    assert track_case(code, RECEIVED).progress.sideways is None  # until the second person agrees it stays where it is
    decide_proposal(
        any_world.viewer("triage2"), case.number, version=case.version, proposal_id=proposed.id, confirm=True
    )
    tracked = track_case(code, RECEIVED)
    assert tracked.progress.sideways is Sideways.DECLINED
    assert tracked.door is Door.COURT
    assert tracked.reply is not None
    assert tracked.reply.body == "法院已经受理。"
    assert not tracked.may_write
    assert not tracked.may_withdraw


def test_a_merged_case_keeps_its_code_and_shows_nothing_of_the_other(any_world: World, now: Any) -> None:
    other = dispatched_case(any_world)
    case, code = coded(any_world)
    with write():
        case.status, case.open, case.merged_into_id = CaseStatus.MERGED, False, other.id
    tracked = track_case(code, RECEIVED)
    assert tracked.progress.sideways is Sideways.MERGED
    assert tracked.joined is not None
    assert tracked.joined.id == other.id
    assert [said.body for said in tracked.talk] == [case.words]


# Writing


def test_words_and_photos_join_the_talk_and_the_search(any_world: World, now: Any) -> None:
    case, code = coded(any_world, dispatched_case, name="王芳", phone="13800138000")
    before = case.version
    submission = key()
    stage_photo(submission, picture())
    at_noon = now(9, 12, 7)
    assert say(code, "补一张窗口给的单子", submission, at_noon) == Written()
    last = track_case(code, at_noon).talk[-1]
    assert (last.body, last.at, len(last.photos)) == ("补一张窗口给的单子", at_noon, 1)
    found = db.session.scalars(select(Case.id).where(matching("窗口给的单子"))).all()
    assert found == [case.id]
    assert db.session.scalars(select(Case.id).where(matching("居住证明"))).all().count(case.id) == 1
    # Whoever is just writing an answer is not turned away by it.
    assert find_case(code, at_noon).version == before


def test_the_same_words_under_the_same_key_add_nothing(any_world: World, now: Any) -> None:
    case, code = coded(any_world)
    submission = key()
    say(code, "第一次", submission, RECEIVED)
    assert say(code, "第一次", submission, RECEIVED).repeated
    assert not say(code, "换了字就是另一句", submission, RECEIVED).repeated
    assert say(code, "换了字就是另一句", submission, RECEIVED).repeated
    count = select(func.count()).where(Message.case_id == case.id, Message.author == AuthorKind.REPORTER)
    assert db.session.scalar(count) == 2


def test_silence_too_much_and_an_ended_case_are_refused(any_world: World, now: Any) -> None:
    _, code = coded(any_world)
    for words in ("", " \u200b\n "):
        with pytest.raises(Refused) as silence:
            say(code, words, key(), RECEIVED)
        assert "words" in silence.value.fields
    with pytest.raises(Refused):
        say(code, "字" * 1001, key(), RECEIVED)
    say(code, "字" * 1000, key(), RECEIVED)
    withdraw_case(code, RECEIVED)
    with pytest.raises(Refused):
        say(code, "还有一句", key(), RECEIVED)


def test_an_answer_lets_the_clock_go_on(any_world: World, now: Any) -> None:
    now(9)
    case, code = asked_case(any_world)
    assert say(code, "长期住", key(), now(13)).answered
    tracked = track_case(code, now(13, 10))
    assert tracked.question is None
    assert tracked.case.waiting is None
    # Three working days from the 8th, of which the 9th counted; asked on the 9th, answered on the 13th.
    assert tracked.next_date is not None
    assert tracked.next_date.due.due_on == date(2026, 10, 15)
    assert not running(case, (StepKind.SUPPLEMENT,))
    assert event_of(case, "reporter_answered").actor == "reporter"


def test_an_anonymous_answer_is_kept_to_the_half_hour_but_never_before_the_question(any_world: World, now: Any) -> None:
    now(9, 10, 40)
    case, code = asked_case(any_world)
    asked_at = now(9, 10, 40)
    say(code, "长期住", key(), now(9, 10, 45))
    last = track_case(code, now(9, 11)).talk[-1]
    assert last.at == asked_at
    say(code, "还有", key(), now(9, 12, 29))
    assert track_case(code, now(9, 13)).talk[-1].at == now(9, 12, 0)
    assert moment_of(case, RECEIVED - timedelta(days=1)) == case.received_at


# Urging


def test_urging_counts_once_a_working_day_and_only_when_late(any_world: World, now: Any) -> None:
    case, code = coded(any_world, dispatched_case)
    with pytest.raises(Refused):
        urge_case(code, now(12, 17))
    version = find_case(code, now(12)).version
    assert urge_case(code, now(16, 10, 31))
    assert not urge_case(code, now(16, 15))
    assert not urge_case(code, now(18))  # Sunday
    assert urge_case(code, now(19))
    seen = find_case(code, now(19))
    assert (seen.urge_count, seen.urged_at, seen.version) == (2, now(19), version)
    assert event_of(case, "case_urged").data == {"count": 2}
    assert event_of(case, "case_urged").actor == "reporter"


def test_urging_while_asked_is_refused(any_world: World, now: Any) -> None:
    now(16)
    _, code = asked_case(any_world)
    with pytest.raises(Refused):
        urge_case(code, now(19))


# Withdrawing


def test_withdrawing_takes_everything_back_for_good(any_world: World, now: Any) -> None:
    noise_cases(any_world)
    case, code = coded(any_world, dispatched_case)
    assert withdraw_case(code, now(9))
    assert not withdraw_case(code, now(9))
    assert (case.status, case.open, case.due_at) == (CaseStatus.WITHDRAWN, False, None)
    assert case.outcome == Outcome.WITHDRAWN
    assert not running(case)
    orders = db.session.scalars(select(WorkOrder.status).where(WorkOrder.case_id == case.id)).all()
    assert orders == [OrderStatus.RECALLED]
    assert actions_of(case).count("case_withdrawn") == 1
    tracked = track_case(code, now(10))
    assert tracked.progress.sideways is Sideways.WITHDRAWN
    with pytest.raises(Refused):
        urge_case(code, now(20))
    with pytest.raises(Refused):
        answer_reply(code, Solved.NO, "", key(), now(10))


def test_withdrawing_ends_a_question_and_a_no_that_waits(any_world: World, now: Any) -> None:
    _, code = asked_case(any_world)
    assert withdraw_case(code, now(9))
    case, code = coded(any_world, triaged_case, cause=Cause.NOT_PERMITTED)
    propose_not_permitted(
        any_world.viewer("triage"), case.number, version=case.version, public_reply="不能办", basis="第四条"
    )
    assert withdraw_case(code, now(9))
    proposal = db.session.scalars(select(Proposal).where(Proposal.case_id == case.id)).one()
    assert proposal.decided_at is not None
    assert proposal.confirmed is False
    assert proposal.decided_by_id is None


def test_what_is_answered_cannot_be_withdrawn(any_world: World, now: Any) -> None:
    _, code = coded(any_world, concluded_case)
    with pytest.raises(Refused):
        withdraw_case(code, RECEIVED)


# Solved, partly, no


@pytest.mark.parametrize("word", [Solved.YES, Solved.PARTLY])
def test_solved_and_partly_close_the_case_by_the_reporters_word(any_world: World, now: Any, word: Solved) -> None:
    case, code = coded(any_world, concluded_case)
    assert answer_reply(code, word, "", key(), now(9))
    assert (case.status, case.closing, case.reporter_says) == (CaseStatus.CLOSED, Closing.BY_REPORTER, word)
    assert not running(case)
    assert not answer_reply(code, word, "", key(), now(9))
    calls = db.session.scalars(select(FollowUp).where(FollowUp.case_id == case.id)).all()
    assert [(call.method, call.reached, call.contacted, call.solved) for call in calls] == [
        ("track_page", True, True, word)
    ]
    assert track_case(code, now(9)).progress.now is Stage.FOLLOWED_UP


def test_a_no_owes_a_decision_by_a_date_and_a_second_one_is_red(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    assert answer_reply(code, Solved.NO, "刷卡还是不行", key(), now(9))
    tracked = track_case(code, now(9, 10))
    assert tracked.status is CaseStatus.CONCLUDED
    assert tracked.is_undecided
    assert tracked.next_date is not None
    assert tracked.next_date.due.due_on == date(2026, 10, 10)
    assert tracked.talk[-1].body == "刷卡还是不行"
    assert tracked.may_write
    assert not case.supervised
    assert track_case(code, now(13)).may_urge
    reopen_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        department_id=any_world.departments["medical"].id,
        reason="系统没有同步，重新办。",
    )
    again = track_case(code, now(13))
    assert (again.progress.now, again.case.redo_number, again.says) == (Stage.IN_DEPARTMENT, 1, None)
    assert again.next_date is not None
    assert [said.body for said in again.talk][-3:] == [
        "您母亲的备案今天办好了。",
        "刷卡还是不行",
        "系统没有同步，重新办。",
    ]


def test_a_decision_against_a_redo_ends_what_is_owed(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    answer_reply(code, Solved.NO, "", key(), now(9))
    keep_closed(any_world.viewer("triage"), case.number, version=case.version, reason="已经按规定办到位。")
    tracked = track_case(code, now(9))
    assert tracked.status is CaseStatus.CLOSED
    assert not tracked.is_undecided
    assert not tracked.is_late


def test_a_case_closed_as_not_confirmed_opens_again_by_a_no(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    sweeps.run(now(30))
    assert find_case(code, now(30)).closing == Closing.NOT_CONFIRMED
    tracked = track_case(code, now(30))
    assert tracked.may_answer
    assert tracked.talk[-1].author is AuthorKind.SYSTEM
    assert answer_reply(code, Solved.NO, "", key(), now(30))
    tracked = track_case(code, now(30))
    assert tracked.is_undecided
    assert tracked.case.closing == Closing.NOT_CONFIRMED
    reopen_case(
        any_world.viewer("triage"),
        case.number,
        version=case.version,
        department_id=any_world.departments["medical"].id,
        reason="接着办。",
    )
    assert find_case(code, now(30)).status == CaseStatus.DISPATCHED


def test_a_changed_mind_after_closing_is_taken_down(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    answer_reply(code, Solved.NO, "", key(), now(9))
    answer_reply(code, Solved.YES, "", key(), now(9))
    assert (case.status, case.closing) == (CaseStatus.CLOSED, Closing.BY_REPORTER)
    answer_reply(code, Solved.PARTLY, "", key(), now(10))
    assert (case.status, case.reporter_says) == (CaseStatus.CLOSED, Solved.PARTLY)
    answer_reply(code, Solved.NO, "", key(), now(12))
    assert track_case(code, now(12)).is_undecided
    keep_closed(any_world.viewer("triage"), case.number, version=case.version, reason="已经办到位。")
    assert not track_case(code, now(12)).is_undecided
    assert not running(case)


def test_there_is_nothing_to_answer_before_the_reply(any_world: World, now: Any) -> None:
    _, code = coded(any_world, dispatched_case)
    with pytest.raises(Refused):
        answer_reply(code, Solved.YES, "", key(), RECEIVED)


def test_a_call_and_the_page_do_the_same(any_world: World, now: Any) -> None:
    by_phone, code = coded(any_world, concluded_case, phone="13800138000")
    record_follow_up(
        any_world.viewer("follow_up"), by_phone.number, version=by_phone.version, reached=True, solved=Solved.NO
    )
    assert track_case(code, RECEIVED).is_undecided
    assert track_case(code, RECEIVED).next_date is not None


def test_the_daily_counts_equal_a_recount(any_world: World, now: Any) -> None:
    _, first = coded(any_world, concluded_case)
    answer_reply(first, Solved.NO, "", key(), now(9))
    answer_reply(first, Solved.YES, "", key(), now(10))
    _, second = coded(any_world, concluded_case)
    sweeps.run(now(30))
    answer_reply(second, Solved.PARTLY, "", key(), now(30))
    kept = _days()
    assert sum(row[-1] for row in kept) > 0
    with write():
        rollups.recount(any_world.hall)
    assert _days() == kept


def test_who_changes_their_mind_again_and_again_counts_once(any_world: World, now: Any) -> None:
    _, code = coded(any_world, concluded_case)
    for hour, word in enumerate([Solved.NO, Solved.YES, Solved.NO, Solved.PARTLY, Solved.NO] * 2):
        answer_reply(code, word, "", key(), now(9 + hour // 4))
    kept = _days()
    # not confirmed, solved, partly, unsolved, contacted, reached
    assert [row[3:7] + row[8:] for row in kept if row[-1]] == [(0, 0, 0, 1, 1)]
    with write():
        rollups.recount(any_world.hall)
    assert _days() == kept


def _days() -> list[tuple[Any, ...]]:
    columns = (CaseDay.day, CaseDay.department_id, CaseDay.counter_id, CaseDay.not_confirmed, CaseDay.solved)
    columns = (*columns, CaseDay.partly, CaseDay.unsolved, CaseDay.contacted, CaseDay.reached)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns[:3]))]


# Rating, sealing


def test_a_rating_is_shown_and_may_be_changed_once(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    assert track_case(code, RECEIVED).may_rate
    rate_case(case, level=Level.DISSATISFIED, labels=[], words="", submission_key=key(), at=RECEIVED)
    first = track_case(code, RECEIVED)
    assert first.rating is not None
    assert first.may_rate
    rate_case(case, level=Level.SATISFIED, labels=[], words="改了", submission_key=key(), at=RECEIVED)
    changed = track_case(code, RECEIVED)
    assert changed.rating is not None
    assert (changed.rating.level, changed.rating.assess_number) == (Level.SATISFIED, 2)
    assert not changed.may_rate


def test_sealing_is_done_once(any_world: World, now: Any) -> None:
    case, code = coded(any_world)
    tracking_acts.seal_case(code, now(9))
    tracking_acts.seal_case(code, now(10))
    assert find_case(code, now(10)).sealed_at == now(9)
    assert actions_of(case).count("receipt_sealed") == 1


def test_no_event_holds_the_reporters_words(any_world: World, now: Any) -> None:
    case, code = coded(any_world, concluded_case)
    say(code, "一句私话", key(), RECEIVED)
    answer_reply(code, Solved.NO, "一句私话", key(), now(9))

    data = db.session.scalars(select(Event.data).where(Event.case_id == case.id)).all()
    assert data
    assert "私话" not in str(data)


def test_a_deadline_of_another_case_is_never_shown(any_world: World, now: Any) -> None:
    case, code = coded(any_world)
    coded(any_world, dispatched_case)
    wanted = set(db.session.scalars(select(Deadline.kind).where(Deadline.case_id == case.id)))
    assert {date.kind.value for date in track_case(code, RECEIVED).dates} <= wanted
