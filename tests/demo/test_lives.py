"""What the demo writes past the services is what the services write: the same acts at the same times, row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.demo.lives import afterwards, ending, taking_in, working
from portal.demo.lives.dates import Terms
from portal.demo.lives.life import Life
from portal.demo.rows import Row, table_of
from portal.extensions import Base, db
from portal.models import (
    Case,
    Claim,
    Complaint,
    Deadline,
    Event,
    FollowUp,
    Message,
    Proposal,
    Staff,
    WorkOrder,
)
from portal.rules.codes import parse_submission_key
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import (
    Cause,
    Channel,
    Complexity,
    Door,
    FollowUpMethod,
    Level,
    Outcome,
    ProposalKind,
    Solved,
)
from portal.services import follow_ups, proposals, sweeps, tracking_acts
from portal.services.asking import ask_reporter, record_answer
from portal.services.claiming import use_claim
from portal.services.claims import reissue_claim
from portal.services.complaints import identify_complaint, record_complaint
from portal.services.concluding import Conclusion, conclude_case
from portal.services.deadlines import hall_rules
from portal.services.installation import installation
from portal.services.notes import say_to_reporter, write_note
from portal.services.orders import acknowledge_order, answer_order, dispatch_case, recall_order
from portal.services.receipts import code_for, seal_receipt
from portal.services.registering import conclude_on_spot, enter_case, register_case
from portal.services.submissions import Report, submit_case
from portal.services.tracking_talk import say
from portal.services.triage import triage_case
from tests.world import World

KEY, OTHER_KEY = (parse_submission_key(text) for text in ("A" * 22, "AQ" + "A" * 20))
KINDS = {
    "message": Message,
    "work_order": WorkOrder,
    "proposal": Proposal,
    "claim": Claim,
    "complaint": Complaint,
    "follow_up": FollowUp,
}
# Ids, chance, encryption, and the version, which counts flushes.
APART = {
    *("id", "seq", "case_id", "object_id", "work_order_id", "version"),
    *("number", "contact_name", "contact_phone", "submission_hash", "entry_hash", "code_hmac", "claim_hash"),
}
ROUGH = date(2026, 10, 20)
WORDS = "跑了三趟，每趟多要一样。"
NO = Conclusion(Outcome.EXPLAINED, "规定不允许。", "第八条", "问过上级")
YES = Conclusion(Outcome.SOLVED, "办好了。", "第四条", "清单已改")


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of October 2026 in Shanghai; the 10th is a make-up Saturday."""
    return datetime(2026, 10, day, hour - 8, minute, 17, tzinfo=UTC)


class Twins:
    """The same case twice: one led by the services, one invented; `does` lets the same happen to both."""

    def __init__(self, world: World, set_clock: Callable[[datetime], None]) -> None:
        self.world, self.set_clock = world, set_clock
        self.pepper = installation().keys.pepper
        self.now = on(8, 9)
        self.number = ""
        self.life: Life

    @property
    def case(self) -> Case:
        return db.session.scalars(select(Case).where(Case.number == self.number)).one()

    @property
    def order(self) -> WorkOrder:
        wanted = select(WorkOrder).where(WorkOrder.case_id == self.case.id).order_by(WorkOrder.position.desc())
        return db.session.scalars(wanted.limit(1)).one()

    @property
    def code(self) -> str:
        return code_for(KEY)

    def who(self, name: str) -> Viewer:
        return self.world.viewer(name)

    def id_of(self, name: str) -> int:
        return self.world.staff[name].id

    def unit(self, name: str) -> int:
        return self.world.departments[name].id

    def at(self, moment: datetime) -> datetime:
        self.now = moment
        self.set_clock(moment)
        return moment

    def submitted(self, **more: Any) -> None:
        """A report comes in by itself."""
        report = Report(WORDS, slug="3m7kd2qa", **more)
        self.number = submit_case(report, KEY, self.now).number
        self.life = taking_in.submit(self._told(report), KEY, self.pepper, self.now, self._terms())

    def entered(self, **more: Any) -> str:
        """The clerk enters it; the claim."""
        report = Report(WORDS, slug="3m7kd2qa", **more)
        by = self.id_of("clerk")
        done = enter_case(
            self.who("clerk"), report, KEY, channel=Channel.PHONE, plan="先核实", rough_date=ROUGH, say="我来问"
        )
        self.number = done.number
        told = self._told(report)
        told.columns["channel"] = "phone"
        self.life = taking_in.submit(told, KEY, self.pepper, self.now, self._terms(), by)
        if self.life.case["restricted"]:
            self.life.say(self.now, "先核实", by, public=False)
        else:
            taking_in.register(self.life, self.now, by, "先核实", ROUGH, say="我来问", entering=True)
        taking_in.issue_claim(self.life, self.now, by, self.pepper, "0" * 9)
        return done.claim

    def registered(self, by: str = "clerk") -> None:
        register_case(self.who(by), self.number, version=self.case.version, plan="先核实", rough_date=ROUGH, say="您好")
        taking_in.register(self.life, self.now, self.id_of(by), "先核实", ROUGH, say="您好")

    def triaged(self, cause: Cause = Cause.HARD_TO_DO, by: str = "triage") -> None:
        kind = {"cause": cause, "sub_reason": "", "complexity": Complexity.NORMAL}
        triage_case(self.who(by), self.number, version=self.case.version, **kind)
        working.triage(self.life, self.now, self.id_of(by), cause.value, "", "normal")

    def dispatched(self, unit: str = "medical", by: str = "triage", handler: str = "") -> None:
        named = self.id_of(handler) if handler else None
        where = {"department_id": self.unit(unit), "handler_id": named, "task": "请核实"}
        dispatch_case(self.who(by), self.number, version=self.case.version, **where)
        working.dispatch(self.life, self.now, self.id_of(by), self.unit(unit), "请核实", named)

    def acknowledged(self, by: str = "handler") -> None:
        acknowledge_order(self.who(by), self.number, self.order.position, version=self.order.version)
        working.acknowledge(self.life, self.now, self.id_of(by))

    def answered(self, conclusion: Conclusion = YES, by: str = "handler", *, conclude: bool = True) -> None:
        answer_order(self.who(by), self.number, version=self.case.version, **vars(conclusion), conclude=conclude)
        working.answer(self.life, self.now, self.id_of(by), conclusion, conclude=conclude)

    def asked(self, by: str = "handler") -> None:
        ask_reporter(self.who(by), self.number, version=self.case.version, question="住多久？")
        working.ask(self.life, self.now, self.id_of(by), "住多久？")

    def wrote(self, words: str) -> None:
        key = KEY + words.encode()
        say(self.code, words, key, self.now)
        working.write_in(self.life, self.now, words, self.pepper)

    def taken_down(self, words: str, by: str = "handler") -> None:
        record_answer(self.who(by), self.number, version=self.case.version, words=words, method=FollowUpMethod.PHONE)
        working.take_down(self.life, self.now, self.id_of(by), words, FollowUpMethod.PHONE)

    def called(self, **said: Any) -> None:
        reached = "solved" in said
        follow_ups.record_follow_up(
            self.who("follow_up"), self.number, version=self.case.version, reached=reached, **said
        )
        level = said.pop("level", None)
        by = self.id_of("follow_up")
        afterwards.call(self.life, self.now, by, **said, level=level.value if level else None)

    def judged(self, solved: Solved, words: str = "") -> None:
        tracking_acts.answer_reply(self.code, solved, words, KEY + b"judged" + words.encode(), self.now)
        wrote = [m["staff_id"] for m in self.life.messages if m["public"] and m["author"] == "staff"]
        units = set(db.session.scalars(select(Staff.id).where(Staff.department_id.is_not(None))))
        afterwards.judge(self.life, self.now, solved, words, self.pepper, contacted=bool(units.intersection(wrote)))

    def are_alike(self) -> None:
        """Every row of the two, in the order they were written."""
        own = self.case.id
        assert _plain([self.life.case]) == _plain(_stored(Case, Case.id == own))
        for model, invented in self._invented().items():
            stored = _stored(model, model.case_id == own)
            assert _plain(invented) == _plain(stored), model.__name__
        assert self._refers() == _references(own)

    def _invented(self) -> dict[type[Base], list[Row]]:
        life = self.life
        return {
            Complaint: life.complaints,
            Message: life.messages,
            WorkOrder: life.orders,
            Deadline: life.dates.rows,
            Proposal: life.proposals,
            Claim: life.claims,
            FollowUp: life.calls,
            Event: life.events,
        }

    def _refers(self) -> list[Any]:
        """What events and deadlines refer to, by their place among their like."""
        life, lists = self.life, self._invented()
        of_events = [
            _place(lists[KINDS[e["object_kind"]]], life.about[id(e)]) for e in life.events if id(e) in life.about
        ]
        orders = [life.dates.orders.get(id(row)) for row in life.dates.rows]
        return [of_events, [_place(life.orders, order) for order in orders if order]]

    def _told(self, report: Report) -> taking_in.Report:
        poster, counter = self.world.posters["3"], self.world.counters["3"]
        columns = {"number": "", "poster_id": poster.id, "counter_id": counter.id, "channel": "qr", "words": WORDS}
        columns["may_tell_department"] = report.may_tell_department
        return taking_in.Report(columns, report.about, report.name, report.phone)

    def _terms(self) -> Terms:
        return Terms(hall_rules(self.world.hall))


def _stored(model: type[Base], condition: Any) -> list[Row]:
    table = table_of(model)
    rows = db.session.execute(select(table).where(condition).order_by(next(iter(table.primary_key))))
    return [row._asdict() for row in rows]


def _plain(rows: list[Row]) -> list[Row]:
    """Without ids and chance; codes as the database gives them back."""
    return [
        {name: _code(value) for name, value in row.items() if name not in APART and not name.startswith("_")}
        for row in rows
    ]


def _code(value: Any) -> Any:
    return json.loads(json.dumps(value)) if isinstance(value, str | dict | list) else value


def _place(rows: list[Row], wanted: Row) -> int:
    return next(number for number, row in enumerate(rows) if row is wanted)


def _references(case_id: int) -> list[Any]:
    ids = {kind: [row["id"] for row in _stored(model, model.case_id == case_id)] for kind, model in KINDS.items()}
    events = _stored(Event, Event.case_id == case_id)
    of_events = [ids[e["object_kind"]].index(e["object_id"]) for e in events if e["object_kind"] in ids]
    dates = _stored(Deadline, Deadline.case_id == case_id)
    return [of_events, [ids["work_order"].index(row["work_order_id"]) for row in dates if row["work_order_id"]]]


@pytest.fixture
def twins(world: World, at: Callable[[datetime], None]) -> Twins:
    found = Twins(world, at)
    found.at(on(8, 10))
    return found


def test_asked_answered_called_in_vain_not_solved_done_again(twins: Twins) -> None:
    twins.submitted(name="王女士", phone="19900001234", may_tell_department=True)
    seal_receipt(KEY, twins.at(on(8, 10, 5)))
    taking_in.seal(twins.life, twins.now)
    twins.at(on(8, 11))
    twins.registered()
    twins.at(on(8, 15))
    twins.triaged()
    twins.at(on(8, 16))
    twins.dispatched()
    twins.at(on(9, 10))
    twins.acknowledged()
    twins.at(on(9, 11))
    twins.asked()
    twins.at(on(12, 20))
    twins.wrote("四年了。")
    twins.at(on(12, 21))
    twins.asked("clerk")
    twins.at(on(13, 9))
    twins.taken_down("四年零两个月。")
    twins.at(on(13, 10))
    say_to_reporter(twins.who("handler"), twins.number, version=twins.case.version, body="在查了")
    working.tell(twins.life, twins.now, twins.id_of("handler"), "在查了")
    write_note(twins.who("clerk"), twins.number, body="本人急")
    working.write_note(twins.life, twins.now, twins.id_of("clerk"), "本人急")
    twins.at(on(14, 15))
    twins.answered()
    twins.at(on(15, 10))
    twins.called()
    twins.at(on(16, 10))
    twins.called(solved=Solved.NO, contacted=True, level=Level.DISSATISFIED, note="还是老样子")
    twins.at(on(16, 16))
    again = {"reason": "重办", "task": "再查"}
    follow_ups.reopen_case(
        twins.who("triage"), twins.number, version=twins.case.version, department_id=twins.unit("medical"), **again
    )
    afterwards.reopen(twins.life, twins.now, twins.id_of("triage"), twins.unit("medical"), "重办", "再查")
    twins.at(on(28, 10))
    twins.answered(Conclusion(Outcome.PARTLY_SOLVED, "办了一半。", remains="另一半", remains_until=date(2026, 11, 20)))
    assert twins.case.on_time is False
    twins.at(on(28, 21))
    twins.judged(Solved.NO, "一半没办。")
    twins.are_alike()


def test_a_no_sent_back_confirmed_and_not_accepted(twins: Twins) -> None:
    twins.submitted()
    twins.at(on(8, 17, 55))
    twins.registered()
    twins.at(on(9, 9, 30))
    twins.triaged(Cause.NOT_PERMITTED)
    twins.dispatched()
    twins.at(on(9, 16))
    twins.answered(NO)
    twins.at(on(10, 10))
    _decided(twins, confirm=False, note="写清第几条")
    twins.at(on(10, 12))
    handler = twins.who("handler")
    told = {name: value for name, value in vars(NO).items() if name not in ("remains_until",)}
    proposals.propose_not_permitted(handler, twins.number, version=twins.case.version, **told)
    by = twins.id_of("handler")
    ending.propose(twins.life, ProposalKind.CONCLUDE_NOT_PERMITTED, NO.to_json(), twins.now, by)
    twins.at(on(12, 9, 30))
    _decided(twins, confirm=True)
    twins.at(on(13, 22, 40))
    twins.judged(Solved.NO)
    twins.at(on(14, 10))
    follow_ups.keep_closed(twins.who("triage"), twins.number, version=twins.case.version, reason="到此为止")
    afterwards.keep_closed(twins.life, twins.now, twins.id_of("triage"), "到此为止")
    twins.are_alike()


def test_a_redo_of_what_the_rules_do_not_allow_has_a_date_too(twins: Twins) -> None:
    twins.submitted()
    twins.registered()
    twins.triaged(Cause.NOT_PERMITTED)
    twins.dispatched()
    twins.answered(NO)
    _decided(twins, confirm=True)
    twins.judged(Solved.NO)
    twins.at(on(9, 10))
    where = {"department_id": twins.unit("medical"), "reason": "重办"}
    follow_ups.reopen_case(twins.who("triage"), twins.number, version=twins.case.version, **where)
    afterwards.reopen(twins.life, twins.now, twins.id_of("triage"), twins.unit("medical"), "重办", "")
    twins.acknowledged()
    # Working days 10 (a make-up Saturday), 12 and 13.
    assert (twins.case.due_kind, twins.case.due_at) == ("reply", on(13, 17, 30).replace(second=0))
    twins.are_alike()


def _decided(twins: Twins, *, confirm: bool, note: str = "") -> None:
    waiting = proposals.pending_proposal(twins.case.id)
    assert waiting is not None
    how = {"proposal_id": waiting.id, "confirm": confirm, "note": note}
    proposals.decide_proposal(twins.who("triage"), twins.number, version=twins.case.version, **how)
    ending.decide(twins.life, twins.now, twins.id_of("triage"), confirm=confirm, note=note)


def test_a_decline_of_a_case_that_waits_to_be_registered(twins: Twins) -> None:
    twins.submitted()
    twins.at(on(8, 11))
    said = {"reason": "不归这里管", "say": "请去那边"}
    proposals.propose_decline(twins.who("clerk"), twins.number, version=twins.case.version, door=Door.COURT, **said)
    data = {"reason": "不归这里管", "door": "court", "say": "请去那边"}
    ending.propose(twins.life, ProposalKind.DECLINE, data, twins.now, twins.id_of("clerk"))
    twins.at(on(8, 15))
    _decided(twins, confirm=True)
    twins.are_alike()


def test_whom_it_concerns_was_written_and_another_unit_looks_into_it(twins: Twins) -> None:
    twins.submitted(about="3号窗口坐着的那位")
    twins.at(on(9, 9, 30))
    twins.registered("oversight")
    twins.triaged(Cause.WITHHELD, "oversight")
    complaint = db.session.scalars(select(Complaint)).one()
    whom = {"staff_id": None, "department_id": twins.unit("medical")}
    identify_complaint(
        twins.who("oversight"), twins.number, version=twins.case.version, complaint_id=complaint.id, **whom
    )
    working.identify(twins.life, twins.now, twins.id_of("oversight"), **whom)
    twins.dispatched("land", "oversight", handler="land_handler")
    twins.at(on(9, 15))
    twins.acknowledged("land_handler")
    twins.at(on(13, 15))
    twins.answered(by="land_handler")
    twins.are_alike()


def test_withheld_is_found_at_triage_and_the_complaint_recorded(twins: Twins) -> None:
    twins.submitted()
    twins.at(on(8, 11))
    twins.registered()
    twins.triaged(Cause.WITHHELD)
    twins.at(on(9, 11))
    whom = {"staff_id": twins.id_of("handler"), "department_id": None, "words": "电话里说的"}
    record_complaint(twins.who("oversight"), twins.number, version=twins.case.version, **whom)
    working.complain(twins.life, twins.now, twins.id_of("oversight"), **whom)
    twins.are_alike()


def test_entered_by_phone_claimed_sent_wrongly_and_withdrawn(twins: Twins) -> None:
    twins.entered(phone="19900001234")
    twins.at(on(8, 10, 40))
    claim = reissue_claim(twins.who("clerk"), twins.number)
    taking_in.void_claim(twins.life, twins.now, twins.id_of("clerk"))
    taking_in.issue_claim(twins.life, twins.now, twins.id_of("clerk"), twins.pepper, claim)
    twins.at(on(8, 10, 50))
    code = use_claim(claim, KEY, twins.now).code or ""
    taking_in.use_claim(twins.life, twins.now, twins.pepper, KEY)
    twins.at(on(8, 15))
    twins.triaged()
    twins.dispatched("land")
    twins.at(on(9, 10))
    recall_order(twins.who("triage"), twins.number, 1, version=twins.order.version, reason="派错了")
    working.take_back(twins.life, twins.now, twins.id_of("triage"), "recalled")
    twins.life.say(twins.now, "派错了", twins.id_of("triage"), public=False)
    twins.at(on(9, 11))
    twins.dispatched()
    twins.at(on(9, 15))
    twins.asked()
    twins.at(on(9, 16))
    tracking_acts.withdraw_case(code, twins.now)
    afterwards.withdraw(twins.life, twins.now)
    twins.are_alike()


def test_taken_up_on_the_evening_it_came_the_reply_is_due_sooner(twins: Twins) -> None:
    twins.at(on(12, 16, 30))
    twins.submitted(phone="19900001234")
    twins.at(on(12, 16, 40))
    twins.registered()
    assert [event["action"] for event in twins.life.events][-1] == "date_moved"
    twins.are_alike()


def test_entered_in_the_evening_the_slip_promises_what_runs(twins: Twins) -> None:
    twins.at(on(12, 16, 30))
    twins.entered()
    assert twins.life.case["reply_promised_at"] == on(15, 17, 30).replace(second=0)
    twins.are_alike()


def test_a_complaint_entered_at_the_window_waits_for_oversight(twins: Twins) -> None:
    twins.entered(about="3号窗口")
    twins.are_alike()


def test_nobody_answers_the_question_and_nobody_is_reached(twins: Twins) -> None:
    twins.submitted(phone="19900001234")
    twins.at(on(8, 11))
    twins.registered()
    twins.triaged()
    twins.dispatched()
    twins.asked()
    for day, act in ((14, working.remind), (21, working.go_on)):
        sweeps.run(twins.at(on(day, 17, 31)))
        act(twins.life, twins.now)
    twins.at(on(22, 10))
    twins.answered(conclude=False)
    twins.at(on(22, 11))
    conclude_case(twins.who("clerk"), twins.number, version=twins.case.version, **vars(YES))
    ending.end_work(twins.life, YES, twins.now, by=twins.id_of("clerk"))
    for day in (23, 26, 27):
        twins.at(on(day, 10))
        twins.called(note="没人接")
    assert twins.case.status == "closed"
    twins.at(on(29, 20))
    twins.judged(Solved.NO, "我没换号。")
    twins.are_alike()


def test_settled_at_the_window_and_closed_by_the_sweep(twins: Twins) -> None:
    twins.submitted()
    twins.at(on(12, 10))
    assert tracking_acts.urge_case(twins.code, twins.now)
    working.urge(twins.life, twins.now)
    twins.at(on(12, 11))
    conclude_on_spot(
        twins.who("clerk"), twins.number, version=twins.case.version, outcome=Outcome.SOLVED, reply="当场办了"
    )
    taking_in.settle(twins.life, twins.now, twins.id_of("clerk"), Conclusion(Outcome.SOLVED, "当场办了"))
    sweeps.run(twins.at(on(26, 17, 31)))
    afterwards.close_unanswered(twins.life, twins.now)
    twins.are_alike()


def test_a_difference_is_found(twins: Twins) -> None:
    twins.submitted()
    twins.at(on(8, 11))
    twins.registered()
    twins.life.dates.rows[-1]["state"] = "met"
    with pytest.raises(AssertionError, match="Deadline"):
        twins.are_alike()
