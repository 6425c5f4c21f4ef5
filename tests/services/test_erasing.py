"""Whatever somebody wrote about a case is gone after its time: from every table, the search index and the disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String, Table, func, select, text, update

from portal.extensions import Base, db
from portal.models import (
    Attachment,
    Case,
    Claim,
    Complaint,
    ContactReveal,
    Event,
    FollowUp,
    Message,
    OutboxMessage,
    Proposal,
    Rating,
    WorkOrder,
)
from portal.rules import bigrams
from portal.rules.codes import new_submission_key, parse_submission_key
from portal.rules.vocabulary import Cause, Complexity, Door, Outcome, Solved
from portal.services import journal
from portal.services.concluding import conclude_case
from portal.services.contacts import reveal_contact
from portal.services.follow_ups import keep_closed, record_follow_up
from portal.services.notes import say_to_reporter, write_note
from portal.services.orders import answer_order, dispatch_case
from portal.services.proposals import decide_proposal, propose_decline
from portal.services.registering import register_case
from portal.services.retention import erase_overdue
from portal.services.search import index_case
from portal.services.submissions import Report, submit_case
from portal.services.tracking_talk import say
from portal.services.transaction import write
from portal.services.triage import triage_case
from tests.cases import RECEIVED, actions_of, make_case
from tests.checking import text_of
from tests.world import World

PHONE = "19900001234"
FILE = "0" * 32
MARK = "标记七三一九"
# Columns that hold a code, a number or a hash and never what somebody wrote. Of all others, also those that are added
# one day, the planted word must be gone afterwards: a new one that holds no words is named here.
CODES = {
    "case": "number kind channel language obstacles materials cause sub_reason complexity status waiting due_kind "
    "outcome closing reporter_says code_hmac submission_hash entry_hash",
    "work_order": "role status outcome",
    "deadline": "kind state profile_code step pauses",
    "follow_up": "method solved level",
    "proposal": "kind",
    "attachment": "file thumbnail",
    "rating": "subject level labels language evidence submission_hash set_aside_reason bad_state",
}
# The database lets nobody write into these afterwards. A rating is planted as it is given; that services put no words
# into an event is a test of its own.
GUARDED = ("event", "rating")


def is_of_a_case(table: Table) -> bool:
    return table.name == "case" or "case_id" in table.c


def table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def planted(table: Table) -> dict[str, Any]:
    """Every column of a table that could hold words, with the word in it."""
    codes = CODES.get(table.name, "").split()
    assert not set(codes) - set(table.c.keys()), f"{table.name} has no longer all of {codes}"
    free = [column for column in table.c if column.name not in codes]
    return {
        column.name: {"x": MARK} if isinstance(column.type, JSON) else MARK.encode() if _is_binary(column) else MARK
        for column in free
        if isinstance(column.type, String | JSON | LargeBinary)
    }


def _is_binary(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def places_of_the_mark() -> set[str]:
    """Where the word stands: every column of every table, and the search index."""
    tables = Base.metadata.sorted_tables
    rows = ((table.name, name, value) for table in tables for row in _rows(table) for name, value in row.items())
    grams = bigrams.grams([MARK])[0]
    index = [str(row[0]) for row in db.session.execute(text("SELECT grams FROM case_search"))]
    return {f"{table}.{name}" for table, name, value in rows if _says(value)} | {
        "case_search.grams" for row in index if grams in row
    }


def _rows(table: Table) -> Iterable[Mapping[str, Any]]:
    return db.session.execute(select(table)).mappings()


def _says(value: Any) -> bool:
    return MARK in (value.decode(errors="ignore") if isinstance(value, bytes) else str(value))


def one_row_in_every_table(world: World, case: Case) -> None:
    """What can hang on a case."""
    staff, department = world.staff["clerk"].id, world.departments["medical"].id
    rows: list[tuple[type[Base], dict[str, Any]]] = [
        (Complaint, {"created_at": RECEIVED}),
        (Message, {"author": "reporter", "public": True, "body": "x", "at": RECEIVED}),
        (Proposal, {"kind": "decline", "data": {}, "proposed_by_id": staff, "proposed_at": RECEIVED}),
        (Claim, {"claim_hash": "x", "issued_by_id": staff, "issued_at": RECEIVED}),
        (ContactReveal, {"staff_id": staff, "reason": "x", "at": RECEIVED}),
        (WorkOrder, {"position": 1, "department_id": department, "issued_by_id": staff, "issued_at": RECEIVED}),
        (FollowUp, {"at": RECEIVED, "tried_on": RECEIVED.date(), "method": "phone", "reached": False}),
        (OutboxMessage, {"channel": "sms", "recipient": b"x", "body": b"x", "created_at": RECEIVED}),
        (Attachment, {"name": "x", "submission_hash": "x", "file": FILE, "thumbnail": FILE, "sha256": "x"}),
        (Rating, {"hall_id": case.hall_id, "subject": "case", "level": "satisfied", "evidence": "visit"}),
    ]
    more: dict[type[Base], dict[str, Any]] = {
        WorkOrder: {"due_sort": RECEIVED},
        Attachment: {"width": 1, "height": 1, "size": 1, "at": RECEIVED},
        Rating: {"rated_at": RECEIVED, "rated_on": RECEIVED.date(), "submission_hash": "x"} | planted(table_of(Rating)),
    }
    db.session.add_all(model(case_id=case.id, **values, **more.get(model, {})) for model, values in rows)
    journal.record("case_urged", RECEIVED, case_id=case.id)


def plant(case: Case) -> set[str]:
    """Put the word into every row of the case; the tables that have one."""
    reached = set()
    for table in filter(is_of_a_case, Base.metadata.sorted_tables):
        own = table.c.id == case.id if table.name == "case" else table.c.case_id == case.id
        if db.session.scalar(select(func.count()).select_from(table).where(own)):
            reached.add(table.name)
        if table.name not in GUARDED and (values := planted(table)):
            db.session.execute(update(table).where(own).values(values))
    index_case(case.id, case.number, MARK)
    return reached


def test_nothing_that_was_written_is_left_anywhere(any_world: World) -> None:
    case = make_case(any_world, name=MARK, phone=PHONE, status="closed", open=False, closed_at=RECEIVED)
    running = make_case(any_world)
    with write():
        one_row_in_every_table(any_world, case)
        db.session.flush()
        assert plant(case) == {table.name for table in Base.metadata.sorted_tables if is_of_a_case(table)}
    assert {
        "case.words",
        "follow_up.note",
        "proposal.data",
        "rating.words",
        "case_search.grams",
    } <= places_of_the_mark()
    if is_a_file():
        assert _is_on_the_disk()
    erase_overdue(RECEIVED + timedelta(days=3 * 365 + 1))
    assert places_of_the_mark() == set()
    db.session.expire_all()
    assert running.words
    if is_a_file():
        assert not _is_on_the_disk()


def is_a_file() -> bool:
    """SQLite: what is written lies in a file that can be read."""
    return db.engine.dialect.name == "sqlite"


def _is_on_the_disk() -> bool:
    """Whether the word can be read from the pages of the SQLite file (secure_delete overwrites what is gone)."""
    db.session.commit()
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    data = Path(str(db.engine.url.database)).read_bytes()
    forms = (MARK.encode(), json.dumps(MARK).strip('"').encode(), bigrams.grams([MARK])[0].encode())
    return any(form in data for form in forms)


def test_no_event_of_a_life_holds_what_was_written(any_world: World, at: Any) -> None:
    at(RECEIVED)
    key = parse_submission_key(new_submission_key())
    written = {"words": MARK, "item_words": MARK, "application_number": MARK}
    receipt = submit_case(Report(slug="3m7kd2qa", name=MARK, phone=PHONE, **written), key, RECEIVED)
    say(receipt.code, MARK, parse_submission_key(new_submission_key()), RECEIVED)
    case = db.session.scalars(select(Case)).one()
    _live(any_world, case)
    data = {event.action: str(event.data) for event in db.session.scalars(select(Event))}
    assert not [action for action, held in data.items() if MARK in held or PHONE in held]
    assert {"case_submitted", "reporter_wrote", "decline_sent_back", "contact_revealed", "follow_up_recorded"} <= set(
        actions_of(case)
    )
    with write():
        case.closed_at, case.open = RECEIVED, False
    erase_overdue(RECEIVED + timedelta(days=3 * 365 + 1))
    assert places_of_the_mark() == set()


def _live(world: World, case: Case) -> None:
    """Everything that staff can write about a case, with the word in it."""
    number, who = case.number, world.viewer
    proposal = propose_decline(who("clerk"), number, version=case.version, reason=MARK, door=Door.COURT, say=MARK)
    decide_proposal(who("triage"), number, version=case.version, proposal_id=proposal.id, confirm=False, note=MARK)
    register_case(who("clerk"), number, version=case.version, plan=MARK, rough_date=date(2026, 10, 15), say=MARK)
    write_note(who("clerk"), number, body=MARK)
    reveal_contact(who("clerk"), number, MARK)
    triage_case(
        who("triage"), number, version=case.version, cause=Cause.HARD_TO_DO, sub_reason="", complexity=Complexity.NORMAL
    )
    medical = world.departments["medical"].id
    dispatch_case(who("triage"), number, version=case.version, department_id=medical, task=MARK)
    say_to_reporter(who("triage"), number, version=case.version, body=MARK)
    done = {"outcome": Outcome.SOLVED, "public_reply": MARK, "internal_note": MARK, "basis": MARK}
    answer_order(who("handler"), number, version=case.version, **done)
    record_follow_up(
        who("follow_up"), number, version=case.version, reached=True, solved=Solved.NO, contacted=True, note=MARK
    )
    keep_closed(who("triage2"), number, version=case.version, reason=MARK)


def test_the_pages_of_an_erased_case_open_and_say_so(client: Any, signed_in: Any, world: World, at: Any) -> None:
    at(RECEIVED)
    receipt = submit_case(Report(words=MARK, slug="3m7kd2qa"), parse_submission_key(new_submission_key()), RECEIVED)
    case = db.session.scalars(select(Case)).one()
    _answer(world, case)
    with write():
        case.closed_at, case.status, case.open = RECEIVED, "closed", False
    later = RECEIVED + timedelta(days=3 * 365 + 1)
    erase_overdue(later)
    at(later)
    shown = client.post("/track/case", data={"code": receipt.code})
    assert shown.status_code == 200
    assert "原话已经删除" in text_of(shown)
    assert "原文已经删除" in text_of(shown)
    assert "原话已经删除" in text_of(signed_in("triage").get(f"/staff/cases/{case.number}"))


def _answer(world: World, case: Case) -> None:
    register_case(world.viewer("clerk"), case.number, version=case.version, plan=MARK, rough_date=date(2026, 10, 15))
    conclude_case(world.viewer("clerk"), case.number, version=case.version, outcome=Outcome.SOLVED, public_reply=MARK)
