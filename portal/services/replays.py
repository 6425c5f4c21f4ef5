"""The same report sent again: the same receipt, and nothing that came with it is lost."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from portal.extensions import db
from portal.models import Attachment, Case, Complaint, Event, Message, Poster
from portal.rules.anonymity import stored_time
from portal.rules.vocabulary import AuthorKind
from portal.services import journal
from portal.services.attachments import bind_staged
from portal.services.conflicts import distrust, restrict
from portal.services.contacts import encrypt
from portal.services.deadlines import Promises, hall_rules, receipt_promises
from portal.services.errors import Conflict
from portal.services.places import Place
from portal.services.receipts import Receipt, code_for, fingerprint_of
from portal.services.search import index_talk
from portal.services.steps import touch
from portal.services.tracked import is_heard
from portal.services.transaction import write
from portal.services.work import point

if TYPE_CHECKING:
    from portal.services.submissions import Report

_TRIES = 4


def add_again(report: Report, submission_key: bytes, at: datetime) -> Receipt:
    """The receipt of a case that this key has made; what this sending brings anew is added to the case.

    Other words become a message of the reporter, once each. A contact is taken where there was none, unless the
    person had it deleted; whom it concerns makes the case restricted. Photos that were staged meanwhile come along.
    Where nobody works on the case any more nothing is added, and the receipt says so (`unheard`). Raises NoResultFound
    for an unused key, Conflict when others keep changing the case.
    """
    for tries_left in reversed(range(_TRIES)):
        case = _case_of(submission_key)
        news, heard = _is_news(case, report), is_heard(case)
        try:
            added = news and heard and _add(case, report, submission_key, at)
        except Conflict:
            # Staff acted on it, or a second tap was faster, between our look and our write: look again.
            if not tries_left:
                raise
        else:
            break
    return _receipt(case, submission_key, added=added, unheard=news and not heard)


def _case_of(submission_key: bytes) -> Case:
    return db.session.scalars(
        select(Case)
        .where(Case.submission_hash == fingerprint_of(submission_key))
        .options(joinedload(Case.hall), joinedload(Case.counter), joinedload(Case.item))
        .execution_options(populate_existing=True)
    ).one()


def _is_news(case: Case, report: Report) -> bool:
    """Read before the write: an ordinary second tap takes no lock."""
    waits = exists().where(Attachment.submission_hash == case.submission_hash, Attachment.case_id.is_(None))
    return (
        report.words != case.words
        or _brings_contact(case, report)
        or _complains_anew(case, report)
        or bool(db.session.scalar(select(waits)))
    )


def _add(case: Case, report: Report, submission_key: bytes, at: datetime) -> bool:
    """Whether anything was new after all: of two sendings at once the second finds its words there already."""
    with write() as session:
        moment = stored_time(at, anonymous=case.anonymous and report.is_anonymous)
        message_id = _add_words(session, case, report, submission_key, moment)
        photos = bind_staged(case.submission_hash, case.id, message_id)
        contact = _add_contact(case, report)
        complaint = _add_complaint(session, case, report, moment)
        if not (message_id or photos or contact or complaint):
            return False
        touch(case)
        journal.record(
            "report_added_to",
            moment,
            actor=AuthorKind.REPORTER.value,
            case_id=case.id,
            message=message_id,
            photos=photos,
            contact=contact,
            complaint=complaint,
        )
        if complaint:
            distrust(case)
            restrict(case, moment, by=None)
            point(case)
    return True


def _add_words(session: Session, case: Case, report: Report, submission_key: bytes, at: datetime) -> int | None:
    if report.words == case.words:
        return None
    # The same words under the same key are the same message.
    digest = hashlib.sha256(report.words.encode()).digest()
    table = Message.__table__
    assert isinstance(table, Table)
    values: dict[str, Any] = {
        "case_id": case.id,
        "author": AuthorKind.REPORTER.value,
        "public": True,
        "body": report.words,
        "at": at,
        "submission_hash": fingerprint_of(submission_key + digest),
    }
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    row = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(values)
    message_id: int | None = session.scalar(row.on_conflict_do_nothing().returning(table.c.id))
    if message_id is not None:
        index_talk(case)
    return message_id


def _add_contact(case: Case, report: Report) -> bool:
    if not _brings_contact(case, report):
        return False
    if report.name and case.contact_name is None:
        case.contact_name = encrypt(report.name)
    if report.phone and case.contact_phone is None:
        case.contact_phone = encrypt(report.phone)
    case.anonymous = False
    case.may_tell_department = report.may_tell_department
    return True


def _add_complaint(session: Session, case: Case, report: Report, at: datetime) -> bool:
    if not _complains_anew(case, report):
        return False
    session.add(Complaint(case_id=case.id, words=report.about, created_at=at))
    return True


def _brings_contact(case: Case, report: Report) -> bool:
    if not ((report.name and case.contact_name is None) or (report.phone and case.contact_phone is None)):
        return False
    # A form sent once more from a browser's history must not bring back what the person had deleted.
    deleted = exists().where(Event.case_id == case.id, Event.action == "contact_deleted")
    return not db.session.scalar(select(deleted))


def _complains_anew(case: Case, report: Report) -> bool:
    known = exists().where(Complaint.case_id == case.id, Complaint.words == report.about)
    return bool(report.about) and not db.session.scalar(select(known))


def _receipt(case: Case, submission_key: bytes, *, added: bool, unheard: bool) -> Receipt:
    shows_code = case.sealed_at is None and case.entered_by_id is None
    poster = db.session.get(Poster, case.poster_id) if case.poster_id else None
    photos = select(Attachment.id).where(Attachment.case_id == case.id)
    return Receipt(
        case_id=case.id,
        number=case.number,
        code=code_for(submission_key) if shows_code else None,
        place=Place(case.hall, poster, case.counter, case.item),
        item_words=case.item_words,
        anonymous=case.anonymous,
        received_at=case.received_at,
        take_up_at=case.take_up_promised_at,
        reply_at=case.reply_promised_at,
        promises=_same_promises(case),
        restricted=case.restricted,
        photos=len(db.session.scalars(photos).all()),
        repeated=True,
        added=added,
        unheard=unheard,
    )


def _same_promises(case: Case) -> Promises | None:
    """The explanation of the promised dates, unless the calendar or the profile has changed since."""
    promises = receipt_promises(hall_rules(case.hall), case.clock_from)
    told = (case.take_up_promised_at, case.reply_promised_at)
    return promises if (promises.take_up.due_at, promises.reply.due_at) == told else None
