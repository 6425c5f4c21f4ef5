"""What a reporter sees of their case: found by the code alone, with everything that is said to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Attachment, Case, Deadline, Department, Event, Message, Rating, Staff, WorkOrder
from portal.rules.codes import code_fingerprint
from portal.rules.deadlines import Due
from portal.rules.explanations import origin_of
from portal.rules.lights import light
from portal.rules.progress import public_stage
from portal.rules.vocabulary import AuthorKind, CaseStatus, Door, OrderStatus, RatingSubject, Solved
from portal.services.attachments import photos_of
from portal.services.deadlines import HallRules, due_of, hall_rules, receipt_promises
from portal.services.errors import NotFound
from portal.services.installation import installation
from portal.services.tracked import AWAITED, PUBLIC_DATES, Moved, PublicDate, Said, Tracked
from portal.services.wrong_codes import count_wrong_code

UNKNOWN_CODE = _l("没有找到这个查询码。请对着回执，一组一组再看一遍。")

_S = CaseStatus
# Where a decline or a transfer pointed to stands in the event of the decision.
NAMING = ("case_declined", "case_concluded")
TOLD_EVENTS = (*NAMING, "date_moved")
Recorded = tuple[str, datetime, dict[str, Any]]


def find_case(code: str, at: datetime) -> Case:
    """The case of a tracking code as `codes.parse_code` gives it, with hall, counter and item, read anew.

    Nothing but the code leads here, and only its fingerprint is looked for. A code that nobody has is counted
    (services/wrong_codes.py). Raises NotFound.
    """
    return _find(code, at)[0]


def track_case(code: str, now: datetime) -> Tracked:
    """Everything the reporter sees; seven statements at most. Raises NotFound.

    A restricted case shows the same: its reporter is the one person it need not be kept from.
    """
    case, owner, rating = _find(code, now)
    rules = hall_rules(case.hall)
    orders = _orders(case.id)
    order, handler = orders[-1] if orders else (None, None)
    events = _events(case.id)
    talk = _talk(case)
    reply = _reply(case, talk)
    return Tracked(
        case=case,
        owner=owner,
        rating=rating,
        rules=rules,
        now=now,
        progress=public_stage(
            CaseStatus(case.status),
            registered=case.registered_at is not None,
            dispatched=any(made.redo_number == case.redo_number for made, _ in orders),
            waiting=case.waiting is not None,
        ),
        dates=_dates(case, rules, now),
        promised_reply=_promised_reply(case, rules, now),
        talk=tuple(said for said in talk if said is not reply),
        reply=reply,
        order=order if order is not None and order.redo_number == case.redo_number else None,
        handler=handler,
        door=_door(case, events),
        moves=tuple(_moves(events)),
        joined=_joined(case),
    )


def photo_named(name: str) -> Attachment:
    """A photo by its random name; ask only with a name that we signed. Raises NotFound."""
    photo = db.session.scalar(select(Attachment).where(Attachment.name == name))
    if photo is None:
        raise NotFound
    return photo


def _find(code: str, at: datetime) -> tuple[Case, Staff | None, Rating | None]:
    fingerprint = code_fingerprint(installation().keys.pepper, code)
    of_case = and_(Rating.case_id == Case.id, Rating.subject == RatingSubject.CASE, Rating.superseded.is_(False))
    found = db.session.execute(
        select(Case, Staff, Rating)
        .outerjoin(Staff, Staff.id == Case.owner_id)
        .outerjoin(Rating, of_case)
        .where(Case.code_hmac == fingerprint)
        .options(
            joinedload(Case.hall, innerjoin=True),
            joinedload(Case.counter),
            joinedload(Case.item),
            joinedload(Case.holder),
        )
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        count_wrong_code(at)
        raise NotFound(UNKNOWN_CODE)
    case, owner, rating = found
    return case, owner, rating


def _dates(case: Case, rules: HallRules, now: datetime) -> tuple[PublicDate, ...]:
    kinds = PUBLIC_DATES.get(CaseStatus(case.status), ())
    wanted = (*kinds, *AWAITED) if case.waiting is not None else kinds
    running = db.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.state == "running", Deadline.kind.in_(wanted))
        .order_by(Deadline.due_at.is_(None), Deadline.due_at, Deadline.id)
        .execution_options(populate_existing=True)
    )
    known = {"redo": case.redo_number > 0, "says_no": case.reporter_says == Solved.NO}
    dues = [due_of(deadline, rules) for deadline in running]
    return tuple(_date(due, origin_of(due, **known), rules, now) for due in dues)


def _date(due: Due, origin: str, rules: HallRules, now: datetime) -> PublicDate:
    near = rules.profile.near_days
    found = light(due.due_at, now, rules.calendar, rules.hours, waiting=due.is_stopped, near_days=near)
    return PublicDate(due.kind, due, origin, found, rules, now)


def _promised_reply(case: Case, rules: HallRules, now: datetime) -> PublicDate | None:
    """The first reply as the receipt promised it, unless the hall's days or terms have changed since."""
    due = receipt_promises(rules, case.clock_from).reply
    return _date(due, "promised", rules, now) if due.due_at == case.reply_promised_at else None


def _orders(case_id: int) -> list[tuple[WorkOrder, Staff | None]]:
    """The work orders that were not taken back, in their order, each with its handler."""
    found = db.session.execute(
        select(WorkOrder, Staff)
        .outerjoin(Staff, Staff.id == WorkOrder.handler_id)
        .where(WorkOrder.case_id == case_id, WorkOrder.status != OrderStatus.RECALLED)
        .options(joinedload(WorkOrder.department, innerjoin=True))
        .order_by(WorkOrder.position)
        .execution_options(populate_existing=True)
    )
    return [(order, handler) for order, handler in found]


def _talk(case: Case) -> list[Said]:
    """The report itself and all that was said publicly since, oldest first, each with its photos."""
    photos: dict[int | None, list[Attachment]] = {}
    for photo in photos_of(case.id):
        # Those of a reply that is not told yet are no more the reporter's to see than its words.
        if photo.held:
            continue
        photos.setdefault(photo.message_id, []).append(photo)
    rows = db.session.execute(
        select(Message, Staff, Department)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .outerjoin(Department, Department.id == Staff.department_id)
        .where(Message.case_id == case.id, Message.public)
        .order_by(Message.id)
        .execution_options(populate_existing=True)
    )
    first = Said(AuthorKind.REPORTER, case.received_at, case.words, photos=tuple(photos.get(None, ())))
    return [first, *(_said(*row, tuple(photos.get(row[0].id, ()))) for row in rows)]


def _said(message: Message, staff: Staff | None, office: Department | None, photos: tuple[Attachment, ...]) -> Said:
    return Said(
        AuthorKind(message.author),
        message.at,
        message.body,
        staff,
        office,
        message.asks,
        message.answered_at is not None,
        photos,
    )


def _reply(case: Case, talk: list[Said]) -> Said | None:
    """The message that is the reply (or the reason of a decline): it stands in its stage, not in the talk again."""
    if not case.public_reply or case.status not in (_S.CONCLUDED, _S.CLOSED, _S.ARCHIVED, _S.DECLINED):
        return None
    replies = [said for said in talk if said.author is AuthorKind.STAFF and said.body == case.public_reply]
    return replies[-1] if replies else None


def _events(case_id: int) -> list[Recorded]:
    """What moved a date or named a door, oldest first."""
    wanted = select(Event.action, Event.at, Event.data).where(Event.case_id == case_id, Event.action.in_(TOLD_EVENTS))
    return [(row.action, row.at, row.data) for row in db.session.execute(wanted.order_by(Event.seq))]


def _door(case: Case, events: Iterable[Recorded]) -> Door | None:
    named = [data["door"] for action, _at, data in events if action in NAMING and data.get("door")]
    return Door(named[-1]) if named and not case.open else None


def _moves(events: Iterable[Recorded]) -> Iterable[Moved]:
    for action, at, data in events:
        if action == "date_moved":
            yield Moved(data["kind"], at, data["reason"], _instant(data["old"]), _instant(data["new"]))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _joined(case: Case) -> Case | None:
    """The case that this one was joined to; none of its words are the reporter's to read."""
    if case.status != _S.MERGED or case.merged_into_id is None:
        return None
    return db.session.scalar(select(Case).where(Case.id == case.merged_into_id).options(joinedload(Case.holder)))
