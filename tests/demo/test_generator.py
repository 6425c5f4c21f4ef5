"""The filled demo hall: complete, consistent, and such as the services would have left it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import create_app
from portal.demo.fill import filled_with
from portal.demo.people import PASSWORD
from portal.demo.rows import table_of
from portal.demo.welcome import sample_codes, welcome
from portal.extensions import Base, db
from portal.models import (
    NO_DATE,
    Attachment,
    Case,
    CaseTally,
    Claim,
    Complaint,
    Deadline,
    Event,
    FollowUp,
    Grant,
    Hall,
    Message,
    Poster,
    Proposal,
    Rating,
    ServiceItem,
    SolvedStory,
    Staff,
    WorkOrder,
)
from portal.models import Counter as HallCounter
from portal.rules import vocabulary as words
from portal.rules.lifecycle import CaseStep, OrderStep, next_order_status, next_status
from portal.rules.permissions import ROLE_PERMISSIONS, Permission
from portal.rules.vocabulary import CaseStatus, OrderStatus, ProposalKind, Role
from portal.rules.workdays import local_day
from portal.services import rollups, sweeps, tallies
from portal.services.attachments import photo_file
from portal.services.contacts import decrypt
from portal.services.deadlines import OWED, due_of, hall_rules
from portal.services.errors import Refused
from portal.services.search import matching
from portal.services.sessions import viewer_of
from portal.services.signing_in import sign_in
from portal.services.tracking import find_case
from portal.services.visibility import visible_cases
from tests.databases import settings_for
from tests.demo_hall import DemoHall


@pytest.fixture(scope="module")
def hall(demo_hall: DemoHall) -> Iterator[DemoHall]:
    """The filled database, only to be read; the app's context is up."""
    app = create_app(settings_for(demo_hall.folder))
    with app.app_context():
        yield demo_hall
        db.session.remove()
        db.engine.dispose()


def count(model: type[Base], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def values(column: Any) -> set[Any]:
    return set(db.session.scalars(select(column).distinct()))


def everybody() -> Iterator[tuple[Staff, Any]]:
    for person in db.session.scalars(select(Staff)):
        grants = db.session.scalars(select(Grant).where(Grant.staff_id == person.id)).all()
        yield person, viewer_of(person, grants)


def viewer(login: str) -> Any:
    return next(seen for person, seen in everybody() if person.login == login)


def cases_of(seen: Any, *conditions: Any) -> list[Case]:
    return list(db.session.scalars(select(Case).where(visible_cases(seen), *conditions)))


def events_by_case() -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in db.session.scalars(select(Event).where(Event.case_id.is_not(None)).order_by(Event.seq)):
        found.setdefault(event.case_id or 0, []).append(event)
    return found


def test_it_is_a_hall_of_real_size(hall: DemoHall) -> None:
    living = Poster.retired_at.is_(None)
    assert count(HallCounter) == 108
    assert len(set(db.session.scalars(select(Poster.counter_id).where(living, Poster.counter_id.is_not(None))))) == 108
    assert count(Poster, living) == 109
    assert count(Poster, Poster.retired_at.is_not(None), Poster.replaced_by_id.is_not(None)) >= 3
    assert count(Poster, Poster.version > 1) >= 10
    assert count(ServiceItem) >= 300
    assert count(Case) >= 2000
    assert count(Rating) >= 20_000
    assert count(SolvedStory) >= 60
    assert len(values(Case.item_id)) >= 60


def test_the_numbers_told_are_those_in_the_database(hall: DemoHall) -> None:
    told = (filled_with() or {})["counts"]
    assert told["cases"] == count(Case)
    assert told["ratings"] == count(Rating)
    assert told["photos"] == count(Attachment)
    assert told["solved"] == count(SolvedStory)
    assert told["staff"] == count(Staff)
    assert told["posters"] == count(Poster)


def test_every_state_cause_outcome_channel_and_the_like_occurs(hall: DemoHall) -> None:
    for column, kinds in (
        (Case.status, words.CaseStatus),
        (Case.kind, words.CaseKind),
        (Case.cause, words.Cause),
        (Case.complexity, words.Complexity),
        (Case.outcome, words.Outcome),
        (Case.channel, words.Channel),
        (Case.closing, words.Closing),
        (Case.materials, words.Materials),
        (Proposal.kind, words.ProposalKind),
        (FollowUp.solved, words.Solved),
        (Rating.level, words.Level),
        (Rating.evidence, words.Evidence),
        (Rating.subject, words.RatingSubject),
        (Rating.bad_state, words.BadRatingState),
        (Rating.set_aside_reason, words.SetAsideReason),
        (Grant.role, words.Role),
    ):
        assert values(column) - {None} == set(kinds), column
    assert values(Case.language) == {"zh", "en"}
    assert values(FollowUp.reached) == {True, False}
    # An objection to a dispatch (returned) has a form in a later issue.
    assert values(WorkOrder.status) == set(OrderStatus) - {OrderStatus.RETURNED}
    assert {(c.used_at is None, c.voided_at is None) for c in db.session.scalars(select(Claim))} == {
        (True, True),
        (True, False),
        (False, True),
    }
    assert {0.6 < count(Case, Case.anonymous) / count(Case) < 0.72} == {True}
    assert count(Case, Case.on_time.is_(False)) > 50
    assert count(Case, Case.redo_number > 0) > 50
    assert count(Case, Case.urge_count > 0) > 10


def test_what_refers_to_something_refers_to_what_is_there(hall: DemoHall) -> None:
    assert db.session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    kinds = {"case": Case, "work_order": WorkOrder, "proposal": Proposal, "complaint": Complaint, "rating": Rating}
    for kind, model in kinds.items():
        ids = set(db.session.scalars(select(model.id)))
        assert set(db.session.scalars(select(Event.object_id).where(Event.object_kind == kind))) <= ids, kind


def test_tallies_and_daily_counts_equal_a_recount(hall: DemoHall) -> None:
    stored = {tuple(row)[:-1]: row.n for row in db.session.execute(select(*table_of(CaseTally).columns))}
    columns = [getattr(Case, name) for name in tallies.KEY_COLUMNS]
    keys = (tallies.tally_key(row._asdict()) for row in db.session.execute(select(*columns)))
    assert stored == Counter(tuple(key) for key in keys if key is not None)
    for table, sums in rollups.counted().items():
        width = len(table.primary_key)
        names = [column.name for column in table.columns][width:]
        found = {tuple(row)[:width]: tuple(row)[width:] for row in db.session.execute(select(*table.columns))}
        wanted = {key: tuple(amounts[name] for name in names) for key, amounts in sums.items() if any(amounts.values())}
        assert found == wanted, table.name
        assert found, table.name


def test_every_date_is_the_one_that_the_rules_give(hall: DemoHall) -> None:
    rules = hall_rules(db.session.scalars(select(Hall)).one())
    running: dict[int, list[Deadline]] = {}
    for deadline in db.session.scalars(select(Deadline)):
        counted = due_of(deadline, rules)
        assert (counted.due_at, counted.estimated) == (deadline.due_at, deadline.estimated)
        assert (deadline.ended_at is None) == (deadline.state == "running")
        if deadline.state in ("met", "over") and deadline.due_at and deadline.ended_at:
            assert (deadline.ended_at <= deadline.due_at) == (deadline.state == "met")
        if deadline.state == "running":
            running.setdefault(deadline.case_id, []).append(deadline)
    for case in db.session.scalars(select(Case)):
        owed = sorted(d.due_at for d in running.get(case.id, []) if d.kind in set(OWED) and d.due_at)
        assert case.due_at == (owed[0] if owed else None), case.number
        assert case.due_sort == (case.due_at or NO_DATE)
        # Where only “no” can be said, it is the reply that is owed; a proposal that waits may have been in time.
        if case.status in (CaseStatus.SUBMITTED, CaseStatus.REGISTERED, CaseStatus.DISPATCHED):
            assert case.id in running, case.number
        assert (case.waiting is None) or case.due_at is None or case.due_at < hall.until


def test_every_status_is_reached_by_the_steps_of_the_life_cycle(hall: DemoHall) -> None:
    statuses = {case.id: case for case in db.session.scalars(select(Case))}
    for case_id, events in events_by_case().items():
        assert replayed(events) == statuses[case_id].status, statuses[case_id].number
        acts = [event.at for event in events if event.actor == "staff"]
        assert acts == sorted(acts)
        assert max(event.at for event in events) <= hall.until


STEPS = {
    "case_registered": CaseStep.REGISTER,
    "case_dispatched": CaseStep.DISPATCH,
    "reporter_asked": CaseStep.ASK_REPORTER,
    "reporter_answered": CaseStep.RESUME,
    "answer_recorded": CaseStep.RESUME,
    "clock_resumed": CaseStep.RESUME,
    "decline_proposed": CaseStep.PROPOSE_DECLINE,
    "decline_sent_back": CaseStep.SEND_BACK_DECLINE,
    "case_declined": CaseStep.CONFIRM_DECLINE,
    "conclude_not_permitted_proposed": CaseStep.PROPOSE_NOT_PERMITTED,
    "conclude_not_permitted_sent_back": CaseStep.SEND_BACK_NOT_PERMITTED,
    "case_concluded": CaseStep.CONCLUDE,
    "case_closed": CaseStep.CLOSE,
    "case_reopened": CaseStep.REOPEN,
    "case_archived": CaseStep.ARCHIVE,
    "case_withdrawn": CaseStep.WITHDRAW,
    "case_merged": CaseStep.MERGE,
}
PROPOSED = {
    "decline_proposed": ProposalKind.DECLINE,
    "conclude_not_permitted_proposed": ProposalKind.CONCLUDE_NOT_PERMITTED,
}
ORDER_STEPS = {
    "order_acknowledged": OrderStep.ACKNOWLEDGE,
    "order_answered": OrderStep.ANSWER,
    "order_recalled": OrderStep.RECALL,
}


def replayed(events: list[Event]) -> CaseStatus:
    """The status to which a case's events lead; IllegalStep where the rules do not allow one of them."""
    assert events[0].action == "case_submitted"
    status, waiting = CaseStatus.SUBMITTED, False
    proposal: ProposalKind | None = None
    orders: dict[int, OrderStatus] = {}
    for event in events:
        step = STEPS.get(event.action)
        if event.action in ORDER_STEPS:
            position = event.data["position"]
            orders[position] = next_order_status(orders[position], ORDER_STEPS[event.action])
        if step is None:
            continue
        if step is CaseStep.CONCLUDE and proposal is not None:
            step = CaseStep.CONFIRM_NOT_PERMITTED
        out = sum(order in (OrderStatus.ISSUED, OrderStatus.ACKNOWLEDGED) for order in orders.values())
        status = next_status(status, step, open_orders=out, proposal=proposal, waiting=waiting)
        if event.action in ("case_dispatched", "case_reopened"):
            orders[event.data["position"]] = OrderStatus.ISSUED
        waiting = step is CaseStep.ASK_REPORTER or (waiting and step is not CaseStep.RESUME)
        proposal = PROPOSED.get(event.action)
    return status


def test_a_planted_step_out_of_order_is_found(hall: DemoHall) -> None:
    events = [Event(action="case_submitted", data={}), Event(action="case_closed", data={})]
    with pytest.raises(Exception, match="not_from_here"):
        replayed(events)


NEEDS = {
    "case_registered": Permission.REGISTER_CASE,
    "case_triaged": Permission.TRIAGE_CASE,
    "case_dispatched": Permission.DISPATCH_CASE,
    "order_acknowledged": Permission.ACKNOWLEDGE_ORDER,
    "order_answered": Permission.ANSWER_ORDER,
    "reporter_asked": Permission.ASK_REPORTER,
    "answer_recorded": Permission.ASK_REPORTER,
    "reporter_told": Permission.ASK_REPORTER,
    "note_written": Permission.READ_CASE,
    "claim_issued": Permission.ISSUE_CLAIM,
    "decline_proposed": Permission.PROPOSE_DECLINE,
    "decline_confirmed": Permission.CONFIRM_DECLINE,
    "decline_sent_back": Permission.CONFIRM_DECLINE,
    "conclude_not_permitted_proposed": Permission.CONCLUDE_CASE,
    "conclude_not_permitted_confirmed": Permission.CONFIRM_CONCLUSION,
    "conclude_not_permitted_sent_back": Permission.CONFIRM_CONCLUSION,
    "follow_up_recorded": Permission.FOLLOW_UP,
    "case_reopened": Permission.DECIDE_REDO,
    "redo_refused": Permission.DECIDE_REDO,
    "case_merged": Permission.TRIAGE_CASE,
    "complaint_recorded": Permission.RECORD_COMPLAINT,
    "complaint_identified": Permission.OVERSEE,
    "rating_set_aside": Permission.OVERSEE,
    "create_poster": Permission.MANAGE_POSTERS,
}


def test_everybody_did_only_what_they_may(hall: DemoHall) -> None:
    may = {person.id: {p for g in seen.grants for p in ROLE_PERMISSIONS[g.role]} for person, seen in everybody()}
    done = db.session.execute(select(Event.action, Event.staff_id).where(Event.staff_id.is_not(None)).distinct())
    seen = set()
    for action, staff_id in done:
        if action in NEEDS:
            seen.add(action)
            assert NEEDS[action] in may[staff_id], (action, staff_id)
    assert seen == set(NEEDS)
    for proposal in db.session.scalars(select(Proposal)):
        assert proposal.proposed_by_id != proposal.decided_by_id


def test_nobody_sees_a_case_about_their_own_line(hall: DemoHall) -> None:
    units = {p.id: p.department_id for p in db.session.scalars(select(Staff))}
    meant: dict[int, set[int | None]] = {}
    for complaint in db.session.scalars(select(Complaint)):
        unit = complaint.department_id or units.get(complaint.staff_id or 0)
        meant.setdefault(complaint.case_id, set()).add(unit)
    for person, seen in everybody():
        shown = cases_of(seen, Case.restricted)
        if Role.OVERSIGHT not in {grant.role for grant in seen.grants}:
            assert len(shown) < count(Case, Case.restricted)
        if person.department_id:
            assert not [c for c in shown if person.department_id in meant.get(c.id, set())], person.name
    assert len(cases_of(viewer("sundu"), Case.restricted)) == count(Case, Case.restricted) > 50
    assert not cases_of(viewer("lixiaowen"), Case.restricted)
    assert not cases_of(viewer("chenli"), Case.restricted)
    # Whom oversight entrusted sees it.
    assert cases_of(viewer("gaojie"), Case.restricted, Case.status == "dispatched")


def test_everybody_has_something_to_do(hall: DemoHall) -> None:
    today = local_day(hall.until)

    def open_now(login: str, *conditions: Any) -> int:
        return len(cases_of(viewer(login), *conditions))

    def orders(status: str) -> Any:
        return Case.id.in_(select(WorkOrder.case_id).where(WorkOrder.status == status))

    def pending(kind: str) -> Any:
        return Case.id.in_(select(Proposal.case_id).where(Proposal.kind == kind, Proposal.decided_at.is_(None)))

    assert open_now("lixiaowen", Case.status == "submitted", Case.received_on == today)
    assert open_now("lixiaowen", Case.status == "submitted", Case.due_at < hall.until)
    assert open_now("zhoumin", Case.status == "registered", Case.cause.is_(None))
    assert open_now("zhoumin", Case.status == "registered", Case.cause.is_not(None))
    assert open_now("zhoumin", pending("decline"))
    assert open_now("zhoumin", pending("conclude_not_permitted"))
    assert open_now("zhoumin", Case.status == "concluded", Case.reporter_says == "no")
    assert open_now("chenli", Case.status == "dispatched", orders("issued")) >= 2
    assert open_now("chenli", Case.status == "dispatched", orders("acknowledged")) >= 3
    assert open_now("chenli", Case.open, Case.due_at < hall.until)
    assert open_now("chenli", Case.waiting.is_not(None))
    soon = hall.until + timedelta(hours=4)
    assert [
        c for c in cases_of(viewer("chenli"), Case.due_at.between(hall.until, soon)) if local_day(c.due_at) == today
    ]
    tried = select(FollowUp.case_id).where(FollowUp.reached.is_(False))
    assert open_now("hejing", Case.status == "concluded", Case.due_kind == "follow_up") >= 3
    assert open_now("hejing", Case.status == "concluded", Case.reporter_says.is_(None), Case.id.in_(tried))
    assert open_now("sundu", Case.restricted, Case.status == "submitted")
    assert open_now("sundu", Case.restricted, Case.open, Case.due_at < hall.until)
    assert open_now("sundu", Case.restricted, orders("acknowledged"))
    assert count(Rating, Rating.bad_state == "new", Rating.bad_due_at < hall.until) + count(
        Rating, Rating.bad_state == "new"
    )


def test_counters_are_rated_unevenly(hall: DemoHall) -> None:
    of_counters = select(Rating.counter_id, func.count()).where(Rating.subject == "counter").group_by(Rating.counter_id)
    counts = {row[0]: row[1] for row in db.session.execute(of_counters)}
    assert 2 <= sum(n < 5 for n in counts.values()) <= 8
    assert max(counts.values()) > 5 * sorted(counts.values())[len(counts) // 2]
    assert count(Rating, Rating.set_aside_reason.is_not(None)) > 50
    assert count(Rating, Rating.superseded) == count(Rating, Rating.assess_number == 2) > 3
    assert not count(Rating, Rating.rated_at > hall.until)


def test_photos_lie_in_the_store_each_under_its_own_name(hall: DemoHall) -> None:
    photos = db.session.scalars(select(Attachment)).all()
    files = [name for photo in photos for name in (photo.file, photo.thumbnail)]
    assert len(set(files)) == len(files)
    assert all(photo_file(name).stat().st_size for name in files)
    with_photos = len({photo.case_id for photo in photos if photo.message_id is None})
    assert 0.05 < with_photos / count(Case) < 0.12


def test_staff_sent_samples_with_questions_and_with_replies(hall: DemoHall) -> None:
    sent = select(Message).join(Attachment, Attachment.message_id == Message.id)
    messages = db.session.scalars(sent).all()
    assert {message.author for message in messages} == {"staff"}
    assert all(message.public for message in messages)
    assert {message.asks for message in messages} == {True, False}
    assert len(messages) > 10


def test_no_number_is_anybodys_and_no_event_holds_words(hall: DemoHall) -> None:
    phones = [decrypt(c) for c in db.session.scalars(select(Case.contact_phone).where(Case.contact_phone.is_not(None)))]
    assert phones
    assert all(phone.startswith("1990000") and len(phone) == 11 for phone in phones)
    for data in db.session.scalars(select(Event.data)):
        assert json.dumps(data, ensure_ascii=False).isascii()


def test_search_finds_what_people_wrote(hall: DemoHall) -> None:
    found = matching("居住证明")
    assert found is not None
    hits = set(db.session.scalars(select(Case.id).where(found)))
    assert set(db.session.scalars(select(Case.id).where(Case.words.contains("居住证明")))) <= hits
    assert hits


def test_two_codes_lead_to_cases_with_something_to_do(hall: DemoHall) -> None:
    told = filled_with()
    assert told is not None
    found = [find_case(code, hall.until) for code, _ in sample_codes(told)]
    assert [case.status for case in found] == ["dispatched", "concluded"]
    assert found[0].waiting is not None
    assert found[1].reporter_says is None
    lines = list(welcome())
    assert any("/q/" in line for line in lines)
    assert any(PASSWORD in line for line in lines)


def test_the_sweeper_finds_nothing_undone_and_people_can_sign_in(demo_hall: DemoHall, tmp_path: Path, at: Any) -> None:
    at(demo_hall.until)
    app = create_app(demo_hall.copy(tmp_path / "own"))
    with app.app_context():
        assert not any(astuple(sweeps.run(demo_hall.until)))
        assert sign_in("chenli", PASSWORD)
        # Who only sits at a counter has no password: the hash is empty, and nothing fits it.
        with pytest.raises(Refused):
            sign_in("gewenjing", PASSWORD)
        db.session.remove()
        db.engine.dispose()
