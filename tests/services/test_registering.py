"""Taking a case up, settling it on the spot, entering it for somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Claim, Deadline, Grant, Message
from portal.rules.codes import claim_fingerprint, new_submission_key, parse_claim, parse_submission_key
from portal.rules.vocabulary import Channel, Door, Outcome, Role
from portal.services.calendars import set_day
from portal.services.claims import reissue_claim
from portal.services.complaints import record_complaint
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.installation import installation
from portal.services.registering import conclude_on_spot, enter_case, register_case
from portal.services.slips import slip
from portal.services.submissions import Report
from portal.services.visibility import load_case
from tests.cases import (
    RECEIVED,
    ROUGH_DATE,
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

PHONE = "13812345678"


def oct_(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of October 2026 in Shanghai."""
    return datetime(2026, 10, day, hour - 8, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def register(world: World, case: Case, by: str = "clerk", **more: Any) -> Case:
    values: dict[str, Any] = {"version": case.version, "plan": "先跟医保局核实，再回您", "rough_date": ROUGH_DATE}
    return register_case(world.viewer(by), case.number, **values | more)


def settle(world: World, case: Case, outcome: Outcome = Outcome.SOLVED, by: str = "clerk", **more: Any) -> Case:
    values: dict[str, Any] = {"version": case.version, "reply": "窗口已经收下材料，当场办好了。"}
    return conclude_on_spot(world.viewer(by), case.number, outcome=outcome, **values | more)


def key() -> bytes:
    parsed = parse_submission_key(new_submission_key())
    assert parsed is not None
    return parsed


def enter(world: World, by: str = "clerk", *, submission_key: bytes = b"", **more: Any) -> Any:
    plan = {"plan": "先跟医保局核实", "rough_date": ROUGH_DATE, "channel": Channel.WINDOW}
    values = {"words": "老人不会写字，说来了三趟没办成。", "slug": world.posters["3"].slug}
    report = Report(**values | {name: value for name, value in more.items() if name not in plan})
    return enter_case(
        world.viewer(by), report, submission_key or key(), **plan | {n: v for n, v in more.items() if n in plan}
    )


def said(conflict: Conflict) -> str:
    with current_app.test_request_context():
        return str(conflict.message)


def reply_of(case: Case) -> Deadline:
    return db.session.scalars(select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == "reply")).one()


def states(case: Case) -> dict[str, str]:
    rows = db.session.execute(select(Deadline.kind, Deadline.state).where(Deadline.case_id == case.id))
    return {row.kind: row.state for row in rows}


def test_registering_makes_an_owner_and_tells_the_person_plan_and_date(any_world: World) -> None:
    noise_cases(any_world)
    case = make_case(any_world)
    register(any_world, case, say="这件事我接了，一直跟到办完。")
    assert (case.status, case.open, case.owner_id) == ("registered", True, any_world.staff["clerk"].id)
    assert (case.plan, case.rough_date) == ("先跟医保局核实，再回您", ROUGH_DATE)
    assert public_words(case) == ["这件事我接了，一直跟到办完。"]
    assert states(case) == {"register": "met", "dispatch": "running", "reply": "running"}
    assert event_of(case, "case_registered").staff_id == any_world.staff["clerk"].id


def test_without_words_of_its_own_the_plan_is_told(any_world: World) -> None:
    case = make_case(any_world)
    register(any_world, case)
    assert public_words(case) == ["先跟医保局核实，再回您"]


def test_a_late_registering_does_not_move_the_reply_that_was_promised(any_world: World, at: Any) -> None:
    case = make_case(any_world)
    at(RECEIVED + timedelta(days=6))
    register(any_world, case)
    assert reply_of(case).due_at == case.reply_promised_at
    assert states(case)["register"] == "over"
    assert "date_moved" not in actions_of(case)


@pytest.mark.parametrize(
    ("received", "registered", "promised", "due"),
    [
        # Monday 12 October at 16:30, taken up ten minutes later, not by Tuesday noon: Thursday, not Friday.
        (oct_(12, 16, 30), oct_(12, 16, 40), oct_(16, 17, 30), oct_(15, 17, 30)),
        # A Sunday, taken up the same day: its three working days end on Wednesday, not on Thursday.
        (oct_(11, 10), oct_(11, 11), oct_(15, 17, 30), oct_(14, 17, 30)),
    ],
)
def test_what_is_taken_up_sooner_than_promised_is_due_sooner_and_that_is_told(
    any_world: World, at: Any, received: datetime, registered: datetime, promised: datetime, due: datetime
) -> None:
    noise_cases(any_world)
    case = make_case(any_world, received_at=received)
    assert case.reply_promised_at == promised
    at(registered)
    register(any_world, case)
    assert reply_of(case).due_at == due
    told = event_of(case, "date_moved").data
    assert (told["kind"], told["reason"]) == ("reply", "taken_up")
    assert (told["old"], told["new"]) == (promised.isoformat(), due.isoformat())
    # The receipt stays what it was.
    assert case.reply_promised_at == promised


def test_a_promise_that_the_halls_days_have_changed_since_moves_with_that_reason(any_world: World, at: Any) -> None:
    case = make_case(any_world)
    promised = case.reply_promised_at
    set_day(date(2026, 10, 12), False, name="馆内检修", hall_id=any_world.hall.id)
    register(any_world, case)
    assert reply_of(case).due_at == promised + timedelta(days=1)
    assert event_of(case, "date_moved").data["reason"] == "rules"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plan", "　 "),
        ("plan", "长" * 501),
        ("rough_date", date(2026, 10, 7)),
        ("rough_date", None),
        ("item_id", 999_999),
        ("say", "长" * 501),
    ],
)
def test_what_is_missing_or_senseless_is_said_at_its_field(any_world: World, field: str, value: Any) -> None:
    case = make_case(any_world)
    with pytest.raises(Refused) as refusal:
        register(any_world, case, **{field: value})
    assert field in refusal.value.fields
    assert (case.status, public_words(case)) == ("submitted", [])


def test_the_item_is_one_of_this_hall(any_world: World) -> None:
    case = make_case(any_world)
    with pytest.raises(Refused):
        register(any_world, case, item_id=any_world.items["noise"].id)
    register(any_world, case, item_id=any_world.items["异地就医备案"].id)
    assert case.item_id == any_world.items["异地就医备案"].id


def test_two_clerks_register_at_once_and_the_second_is_told(any_world: World) -> None:
    case = make_case(any_world)
    shown = case.version
    register(any_world, case)
    with pytest.raises(Conflict):
        register(any_world, case, by="triage", version=shown, plan="另一个打算")
    assert (case.owner_id, case.plan) == (any_world.staff["clerk"].id, "先跟医保局核实，再回您")


def test_a_row_changed_between_reading_and_writing_is_a_conflict(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(any_world)
    number, shown = case.number, case.version

    def now_and_somebody_else_writes() -> datetime:
        with db.engine.begin() as other:
            other.exec_driver_sql(f'UPDATE "case" SET version = version + 1 WHERE id = {case.id}')
        return RECEIVED

    db.session.commit()
    # The service asks the time after it has read and before it writes.
    monkeypatch.setattr(clock, "now", now_and_somebody_else_writes)
    with pytest.raises(Conflict):
        register(any_world, case, version=shown)
    found = db.session.scalar(select(Case).where(Case.number == number))
    assert found is not None
    assert (found.status, public_words(found)) == ("submitted", [])


def test_what_was_registered_is_not_registered_again(any_world: World) -> None:
    case = registered_case(any_world)
    with pytest.raises(Refused):
        register(any_world, case)


@pytest.mark.parametrize("name", ["handler", "follow_up", "manager", "viewer", "administrator", "noise_clerk"])
def test_who_may_not_register_does_not_find_the_case(any_world: World, name: str) -> None:
    case = make_case(any_world)
    with pytest.raises(NotFound):
        register(any_world, case, by=name)


def test_what_is_settled_on_the_spot_is_registered_and_concluded_in_one_step(any_world: World) -> None:
    case = make_case(any_world, name="张三", phone=PHONE)
    settle(any_world, case, internal_note="打了一个电话")
    assert (case.status, case.outcome, case.on_time, case.holder_id) == ("concluded", "solved", True, None)
    assert case.owner_id == any_world.staff["clerk"].id
    assert public_words(case) == ["窗口已经收下材料，当场办好了。"]
    assert actions_of(case) == ["case_registered", "case_concluded"]
    assert states(case) == {"register": "met", "dispatch": "dropped", "follow_up": "running"}


def test_a_registered_case_is_settled_on_the_spot_too(any_world: World) -> None:
    case = registered_case(any_world)
    settle(any_world, case, Outcome.SPECIAL, reply="开了绿色通道，当场办好了。")
    assert (case.status, case.outcome) == ("concluded", "special")


@pytest.mark.parametrize("lead", [make_case, registered_case])
@pytest.mark.parametrize("outcome", [Outcome.EXPLAINED, Outcome.TRANSFERRED, Outcome.UNFOUNDED, Outcome.PLANNED])
def test_nobody_says_no_alone_at_the_window(any_world: World, lead: Any, outcome: Outcome) -> None:
    case = lead(any_world)
    before = case.status
    with pytest.raises(Refused) as refusal:
        settle(any_world, case, outcome, basis="办事指南第4条", door=Door.OTHER_HALL)
    assert "outcome" in refusal.value.fields
    assert case.status == before


def test_not_yet_with_measures_and_a_date_is_for_one_person_to_say_once_it_is_judged(any_world: World) -> None:
    case = triaged_case(any_world)
    settle(any_world, case, Outcome.PLANNED, remains="系统下周升级，升级好先办您的", remains_until=ROUGH_DATE)
    assert (case.status, case.outcome, case.remains_until) == ("concluded", "planned", ROUGH_DATE)


def test_a_case_with_a_department_is_not_settled_over_its_head(any_world: World) -> None:
    case = dispatched_case(any_world)
    with pytest.raises(Refused):
        settle(any_world, case)
    assert case.status == "dispatched"


def test_a_case_entered_at_the_window_is_registered_at_once_and_has_a_claim_instead_of_a_code(
    any_world: World,
) -> None:
    noise_cases(any_world)
    entered = enter(any_world, phone=PHONE, item_id=any_world.items["异地就医备案"].id)
    case = load_case(any_world.viewer("clerk"), entered.number)
    assert (case.status, case.channel, case.code_hmac) == ("registered", "window", None)
    assert case.entered_by_id == case.owner_id == any_world.staff["clerk"].id
    assert parse_claim(entered.claim) == entered.claim
    claim = db.session.scalar(select(Claim).where(Claim.case_id == case.id))
    assert claim is not None
    assert claim.claim_hash == claim_fingerprint(installation().keys.pepper, entered.claim)
    assert entered.claim not in str(vars(claim))
    assert actions_of(case) == ["case_submitted", "case_registered", "claim_issued"]
    assert states(case)["reply"] == "running"


@pytest.mark.parametrize("now", [oct_(12, 10), oct_(12, 16, 30), oct_(12, 22), oct_(11, 10)])
def test_the_slip_prints_the_very_date_that_runs_at_whatever_hour(any_world: World, at: Any, now: datetime) -> None:
    at(now)
    entered = enter(any_world)
    case = load_case(any_world.viewer("clerk"), entered.number)
    assert slip(case.number, entered.claim).reply_at == reply_of(case).due_at == case.reply_promised_at
    assert "date_moved" not in actions_of(case)


def test_a_slip_given_anew_prints_the_date_that_runs_by_now(any_world: World, at: Any) -> None:
    at(oct_(12, 16, 30))
    entered = enter(any_world, about="3号窗口的人")
    first = slip(entered.number, entered.claim)
    assert (first.take_up_at, first.reply_at) == (oct_(13, 12), oct_(16, 17, 30))
    register(any_world, load_case(any_world.viewer("oversight"), entered.number), by="oversight")
    again = slip(entered.number, entered.claim)
    assert (again.take_up_at, again.reply_at) == (None, oct_(15, 17, 30))


def test_the_same_key_again_makes_no_second_case_and_a_fresh_claim(any_world: World) -> None:
    sent = key()
    first = enter(any_world, submission_key=sent)
    second = enter(any_world, submission_key=sent)
    assert second.number == first.number
    assert second.claim != first.claim
    assert db.session.scalar(select(func.count(Case.id))) == 1
    live = select(func.count(Claim.id)).where(Claim.voided_at.is_(None))
    assert db.session.scalar(live) == 1
    claim = db.session.scalar(select(Claim).where(Claim.voided_at.is_(None)))
    assert claim is not None
    claim.used_at = datetime(2026, 10, 8, 7, tzinfo=UTC)
    db.session.commit()
    with pytest.raises(Conflict) as conflict:
        enter(any_world, submission_key=sent)
    assert first.number in said(conflict.value)
    # The same person's case, and they have their code: a fresh key would only enter it twice.
    assert not conflict.value.fields


@pytest.mark.parametrize(
    "other",
    [
        {"words": "第二个人的事：营业执照变更跑了四趟。"},
        {"channel": Channel.PHONE},
        {"phone": PHONE},
        {"about": "3号窗口的人"},
        {"counter_id": 1},
        {"application_number": "QC-2026-1"},
        {"plan": "先问不动产中心"},
        {"rough_date": ROUGH_DATE + timedelta(days=1)},
    ],
)
def test_a_used_key_with_anything_else_hands_over_nobodys_case(any_world: World, other: dict[str, Any]) -> None:
    noise_cases(any_world)
    sent = key()
    first = enter(any_world, submission_key=sent)
    with pytest.raises(Conflict) as conflict:
        enter(any_world, submission_key=sent, **other)
    assert first.number in said(conflict.value)
    assert "key" in conflict.value.fields
    # The first person's slip is as good as it was, and with a fresh key the second person has a case of their own.
    assert db.session.scalars(select(Claim.voided_at)).all() == [None]
    second = enter(any_world, **other)
    assert second.number != first.number
    found = db.session.scalars(select(Case).where(Case.number == second.number)).one()
    assert found.words == other.get("words", "老人不会写字，说来了三趟没办成。")


def test_a_form_that_a_colleague_has_used_enters_nothing_and_tells_no_number(any_world: World) -> None:
    sent = key()
    first = enter(any_world, submission_key=sent)
    colleague = any_world.staff["follow_up"].id
    db.session.add(Grant(staff_id=colleague, role=Role.CLERK, hall_id=any_world.hall.id))
    db.session.commit()
    with pytest.raises(Conflict) as conflict:
        enter(any_world, by="follow_up", submission_key=sent)
    assert "key" in conflict.value.fields
    assert first.number not in said(conflict.value)


@pytest.mark.parametrize("restricted_by", ["entering", "complaint"])
def test_a_form_sent_again_gives_who_is_complained_about_no_slip_and_voids_none(
    any_world: World, restricted_by: str
) -> None:
    sent = key()
    about = {"about": "窗口的李晓雯"} if restricted_by == "entering" else {}
    first = enter(any_world, submission_key=sent, **about)
    case = db.session.scalars(select(Case).where(Case.number == first.number)).one()
    if restricted_by == "complaint":
        clerk = any_world.staff["clerk"].id
        record_complaint(any_world.viewer("clerk"), case.number, version=case.version, staff_id=clerk)
    with pytest.raises(Conflict) as conflict:
        enter(any_world, submission_key=sent, **about)
    assert first.number in said(conflict.value)
    # A fresh key would only enter it twice; and the slip in the person's hand is as good as it was.
    assert not conflict.value.fields
    assert [claim.voided_at for claim in db.session.scalars(select(Claim))] == [None]
    with pytest.raises(NotFound):
        reissue_claim(any_world.viewer("clerk"), case.number)
    assert reissue_claim(any_world.viewer("oversight"), case.number)


def test_two_taps_in_one_instant_are_one_case_and_the_last_slip_is_good(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, taps = key(), []

    def now_and_the_other_tap_is_faster() -> datetime:
        monkeypatch.setattr(clock, "now", lambda: RECEIVED)
        taps.append(enter(any_world, submission_key=sent))
        return RECEIVED

    # The service asks the time after it has looked whether the key was used.
    monkeypatch.setattr(clock, "now", now_and_the_other_tap_is_faster)
    shown = enter(any_world, submission_key=sent)
    assert [tap.number for tap in taps] == [shown.number]
    claim = db.session.scalars(select(Claim).where(Claim.voided_at.is_(None))).one()
    assert claim.claim_hash == claim_fingerprint(installation().keys.pepper, shown.claim)


def test_a_complaint_entered_at_the_window_goes_to_oversight_even_from_who_typed_it(any_world: World) -> None:
    entered = enter(any_world, about="3号窗口的人", channel=Channel.PHONE)
    assert not entered.still_visible
    with pytest.raises(NotFound):
        load_case(any_world.viewer("clerk"), entered.number)
    case = load_case(any_world.viewer("oversight"), entered.number)
    assert (case.status, case.restricted, case.channel) == ("submitted", True, "phone")
    note = db.session.scalar(select(Message).where(Message.case_id == case.id))
    assert note is not None
    assert (note.body, note.public) == ("先跟医保局核实", False)


def test_nobody_enters_a_case_for_another_hall(any_world: World) -> None:
    with pytest.raises(NotFound):
        enter(any_world, slug=any_world.posters["noise"].slug)
    for name in ("triage", "handler", "follow_up", "manager", "oversight"):
        with pytest.raises(NotFound):
            enter(any_world, by=name)
    assert db.session.scalar(select(func.count(Case.id))) == 0
