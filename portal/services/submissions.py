"""Taking in a report: one key, one case, one receipt, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, and_, false, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Attachment, Case, Complaint, Counter, Deadline, Hall, Poster, ServiceItem
from portal.rules.anonymity import stored_time
from portal.rules.codes import code_fingerprint, new_case_number
from portal.rules.deadlines import Due
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import AuthorKind, Channel, Materials, Obstacle
from portal.rules.workdays import local_day
from portal.services import journal
from portal.services.attachments import bind_staged
from portal.services.contacts import encrypt
from portal.services.deadlines import HallRules, Promises, hall_rules, receipt_promises
from portal.services.errors import NotFound
from portal.services.installation import installation
from portal.services.places import Place
from portal.services.receipts import Receipt, code_for, fingerprint_of
from portal.services.replays import add_again
from portal.services.search import index_case
from portal.services.tallies import count_in
from portal.services.transaction import write

# Ninety million numbers: even with a million cases a clash of eight in a row does not happen.
_TRIES = 8


@dataclass(frozen=True)
class Report:
    """What a person wrote, cleaned and within its limits (the form's work). Only the words are required.

    `slug` and `hall_code` say where it was scanned; a slug that is unknown or retired loses nothing. Staff who enter a
    case name the counter itself. `about` is whom it concerns, apart from where it happened: it makes the case
    restricted.
    """

    words: str
    slug: str = ""
    hall_code: str = ""
    counter_id: int | None = None
    item_id: int | None = None
    item_words: str = ""
    application_number: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    trips: int | None = None
    materials: Materials | None = None
    about: str = ""
    name: str = ""
    phone: str = ""
    may_tell_department: bool = False
    channel: Channel = Channel.QR
    language: str = "zh"

    @property
    def is_anonymous(self) -> bool:
        """Neither a name nor a number: then times are kept to the half hour, and staff see the date."""
        return not (self.name or self.phone)


@dataclass(frozen=True)
class Found:
    """What is known before the write: the place, the case this key made already, the photos that wait."""

    place: Place
    case_id: int | None
    photos: int


@dataclass(frozen=True)
class Added:
    """A new case as it was written."""

    case_id: int
    values: dict[str, Any]
    promises: Promises


def submit_case(report: Report, submission_key: bytes, at: datetime) -> Receipt:
    """Take in a report of the person's own at `at` (UTC), durably, and give the receipt.

    Everything in one transaction: case, deadlines to register and to dispatch, event, search index, tally, photos,
    complaint. The same key again gives the same receipt; other words, a contact or a complaint that came with it are
    added to the case, never a second case, however many processes ask at once. Six statements without photos or
    complaint. Raises NotFound when the installation has no hall.
    """
    found = find_place(report, submission_key)
    if found.case_id is None:
        rules = hall_rules(found.place.hall)
        with write() as session:
            added = add_case(session, report, found.place, rules, submission_key, at)
            if added is not None:
                photos = bind_staged(added.values["submission_hash"], added.case_id) if found.photos else 0
        if added is not None:
            return _first_receipt(added, found.place, submission_key, photos)
    # Sent before, or by a second tap in the same instant.
    return add_again(report, submission_key, at)


def find_place(report: Report, submission_key: bytes) -> Found:
    """Hall, poster, counter and item of a report, and whether its key was used; one statement. Raises NotFound.

    The poster's hall, else the hall of that code, else the first: a report is taken in even when the slug is forged.
    """
    fingerprint = fingerprint_of(submission_key)
    used = select(Case.id).where(Case.submission_hash == fingerprint).scalar_subquery()
    waiting = (Attachment.submission_hash == fingerprint, Attachment.case_id.is_(None))
    photos = select(func.count()).select_from(Attachment).where(*waiting).scalar_subquery()
    row = db.session.execute(
        select(Hall, Poster, Counter, ServiceItem, used, photos)
        .outerjoin(Poster, and_(Poster.hall_id == Hall.id, Poster.slug == report.slug))
        .outerjoin(Counter, _is_counter(report))
        .outerjoin(ServiceItem, _is_item(report))
        .order_by(Poster.id.is_(None), Hall.code != report.hall_code, Hall.id, ServiceItem.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(_l("这里还没有设好大厅，暂时收不了。"))
    hall, poster, counter, item, case_id, count = row
    return Found(Place(hall, poster, counter, item), case_id, count)


def add_case(
    session: Session,
    report: Report,
    place: Place,
    rules: HallRules,
    submission_key: bytes,
    at: datetime,
    *,
    entered_by_id: int | None = None,
) -> Added | None:
    """Write a new case inside the running transaction; None when its key has made one already.

    With `entered_by_id` staff enter it for somebody: it has no code until a claim is used.
    """
    moment = stored_time(at, anonymous=report.is_anonymous)
    promises = receipt_promises(rules, moment)
    dues = [promises.take_up, rules.due(StepKind.DISPATCH, moment)]
    values = _case_values(report, place, promises, moment)
    values["submission_hash"] = fingerprint_of(submission_key)
    values["entered_by_id"] = entered_by_id
    if entered_by_id is None:
        values["code_hmac"] = code_fingerprint(installation().keys.pepper, code_for(submission_key))
    case_id = _insert_case(session, values)
    if case_id is None:
        return None
    session.execute(insert(_table(Deadline)), [_deadline_values(case_id, due) for due in dues])
    actor = AuthorKind.STAFF if entered_by_id else AuthorKind.REPORTER
    details = {"channel": report.channel.value, "anonymous": report.is_anonymous, "restricted": values["restricted"]}
    journal.record("case_submitted", moment, staff_id=entered_by_id, actor=actor.value, case_id=case_id, **details)
    if report.about:
        complaint = {"case_id": case_id, "words": report.about, "created_at": moment}
        session.execute(insert(_table(Complaint)), [complaint])
    count_in(values)
    index_case(case_id, values["number"], report.words, report.item_words, place.item.name if place.item else "")
    return Added(case_id, values, promises)


def _case_values(report: Report, place: Place, promises: Promises, moment: datetime) -> dict[str, Any]:
    take_up, reply = promises.take_up.due_at, promises.reply.due_at
    return {
        "hall_id": place.hall.id,
        "poster_id": place.poster.id if place.poster else None,
        "counter_id": place.counter.id if place.counter else None,
        "item_id": place.item.id if place.item else None,
        "item_words": report.item_words,
        "channel": report.channel.value,
        "language": report.language,
        "words": report.words,
        "obstacles": [obstacle.value for obstacle in report.obstacles],
        "trips": report.trips,
        "materials": report.materials.value if report.materials else None,
        "application_number": report.application_number,
        "anonymous": report.is_anonymous,
        "contact_name": encrypt(report.name),
        "contact_phone": encrypt(report.phone),
        "may_tell_department": report.may_tell_department and not report.is_anonymous,
        "status": "submitted",
        "restricted": bool(report.about),
        "supervised": bool(report.about),
        "received_at": moment,
        "received_on": local_day(moment),
        "clock_from": moment,
        "due_at": take_up,
        "due_sort": take_up,
        "due_kind": promises.take_up.kind.value,
        "take_up_promised_at": take_up,
        "reply_promised_at": reply,
    }


def _insert_case(session: Session, values: dict[str, Any]) -> int | None:
    """The new row's id; None when the key was used. A number that is taken is drawn again."""
    table = _table(Case)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    for _ in range(_TRIES):
        values["number"] = new_case_number()
        row = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(values)
        # Waits for another process that is just writing the same key, then finds its row.
        case_id = session.scalar(row.on_conflict_do_nothing().returning(table.c.id))
        if case_id is not None:
            return int(case_id)
        if session.scalar(select(table.c.id).where(table.c.submission_hash == values["submission_hash"])):
            return None
    raise RuntimeError("no free case number")


def _deadline_values(case_id: int, due: Due) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "kind": due.kind.value,
        "counts_from": due.started_at,
        "due_at": due.due_at,
        "promised_at": due.due_at,
        "profile_code": due.profile_code,
        "step": due.step.to_json(),
        "estimated": due.estimated,
    }


def _first_receipt(added: Added, place: Place, submission_key: bytes, photos: int) -> Receipt:
    values = added.values
    return Receipt(
        case_id=added.case_id,
        number=values["number"],
        code=code_for(submission_key),
        place=place,
        item_words=values["item_words"],
        anonymous=values["anonymous"],
        received_at=values["received_at"],
        take_up_at=values["take_up_promised_at"],
        reply_at=values["reply_promised_at"],
        promises=added.promises,
        restricted=values["restricted"],
        photos=photos,
    )


def _is_counter(report: Report) -> Any:
    if report.counter_id is not None:
        return and_(Counter.hall_id == Hall.id, Counter.id == report.counter_id, Counter.retired_at.is_(None))
    return Counter.id == Poster.counter_id


def _is_item(report: Report) -> Any:
    here = and_(ServiceItem.hall_id == Hall.id, ServiceItem.retired_at.is_(None))
    if report.item_id is not None:
        return and_(here, ServiceItem.id == report.item_id)
    # Without script nobody picks from a list, but many copy the item's name from the sign.
    return and_(here, ServiceItem.name == report.item_words) if report.item_words else false()


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
