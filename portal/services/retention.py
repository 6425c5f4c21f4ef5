"""Keeping no longer than the privacy notice says: contact details one year, words and photos three."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text, update

from portal.extensions import Base, db
from portal.models import (
    Attachment,
    Case,
    Claim,
    Complaint,
    ContactReveal,
    FollowUp,
    Message,
    OutboxMessage,
    Proposal,
    Rating,
    WorkOrder,
)
from portal.rules.vocabulary import AuthorKind
from portal.services import journal
from portal.services.installation import installation
from portal.services.search import index_case
from portal.services.transaction import write

# What /privacy promises. Shortest retention: Personal Information Protection Law 19.
CONTACTS = timedelta(days=365)
CONTENT = timedelta(days=3 * 365)
BATCH = 100

# Everything that somebody wrote about a case. A test plants a word in every column and looks for it afterwards.
WRITTEN = ("words", "item_words", "application_number", "plan", "public_reply", "basis", "remains")
WRITTEN_BESIDE: dict[type[Base], dict[str, Any]] = {
    WorkOrder: {"task": "", "internal_note": "", "public_reply": "", "basis": ""},
    FollowUp: {"note": ""},
    Proposal: {"data": {}, "note": ""},
    Complaint: {"words": ""},
}
DELETED = (Attachment, Message, Claim, ContactReveal, OutboxMessage)

_ENDED_AT = func.coalesce(Case.closed_at, Case.concluded_at, Case.received_at)


def erase_overdue(now: datetime) -> int:
    """Erase what is past its time at `now` (UTC): contacts, then words and photos; how many cases were touched.

    What is kept is what cannot tell who it was: codes, dates, counts and the events, which hold no words. An open case
    is never touched, nor one in which something was said within the time. Rows of ratings stay (the database keeps
    them), their words go.
    """
    contacts = _ids(or_(Case.contact_name.is_not(None), Case.contact_phone.is_not(None)), now - CONTACTS)
    said = exists().where(Message.case_id == Case.id)
    lately = said.where(Message.at >= now - CONTENT)
    contents = _ids(and_(or_(Case.words != "", said), ~lately), now - CONTENT)
    if contacts:
        with write() as session:
            session.execute(update(Case).where(Case.id.in_(contacts)).values(contact_name=None, contact_phone=None))
            _record("contacts_erased", contacts, now)
    for case_id in contents:
        _erase_content(case_id, now)
    _erase_rating_words(now)
    return len(set(contacts) | set(contents))


def _ids(condition: ColumnElement[bool], before: datetime) -> list[int]:
    past = select(Case.id).where(condition, Case.open.is_(False), before > _ENDED_AT)
    return list(db.session.scalars(past.order_by(Case.id).limit(BATCH)))


def _erase_content(case_id: int, now: datetime) -> None:
    rows = db.session.execute(select(Attachment.file, Attachment.thumbnail).where(Attachment.case_id == case_id)).all()
    number = db.session.scalars(select(Case.number).where(Case.id == case_id)).one()
    with write() as session:
        session.execute(update(Case).where(Case.id == case_id).values(dict.fromkeys(WRITTEN, "")))
        for model, columns in WRITTEN_BESIDE.items():
            session.execute(update(model).where(_of(model, case_id)).values(columns))
        for model in DELETED:
            session.execute(delete(model).where(_of(model, case_id)))
        index_case(case_id, number)
        if session.get_bind().dialect.name == "sqlite":
            # Deleted terms stay readable in the index's pages until it is built anew.
            session.execute(text("INSERT INTO case_search(case_search) VALUES ('rebuild')"))
        _record("content_erased", [case_id], now)
    _delete_files([Path(name) for row in rows for name in row])


def _of(model: type[Base], case_id: int) -> ColumnElement[bool]:
    belongs: ColumnElement[bool] = model.__table__.c.case_id == case_id
    return belongs


def _delete_files(names: list[Path]) -> None:
    """After the commit: a photo that outlives its row is swept later, a row without its photo would be a lie."""
    for name in names:
        still = select(Attachment.id).where(or_(Attachment.file == str(name), Attachment.thumbnail == str(name)))
        if db.session.scalar(still.limit(1)) is None:
            installation().files.delete(str(name))


def _erase_rating_words(now: datetime) -> None:
    past = (Rating.words != "", Rating.rated_at < now - CONTENT)
    if db.session.scalar(select(Rating.id).where(*past).limit(1)) is not None:
        with write() as session:
            session.execute(update(Rating).where(*past).values(words=""))


def _record(action: str, case_ids: list[int], now: datetime) -> None:
    for case_id in case_ids:
        journal.record(action, now, actor=AuthorKind.SYSTEM.value, case_id=case_id)
