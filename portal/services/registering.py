"""Taking a case up: registering it, settling it on the spot, entering it for somebody at the window or on the phone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, Claim, Deadline, ServiceItem
from portal.rules.codes import entry_fingerprint
from portal.rules.lifecycle import CaseStep
from portal.rules.permissions import Permission, Viewer, may
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Channel, Outcome
from portal.services import journal
from portal.services.claims import add_claim, void_unused
from portal.services.concluding import Owed, checked_conclusion, end_work, refuse_lone_no
from portal.services.deadlines import hall_rules, meet_deadline, start_deadline
from portal.services.enclosing import Enclosed, hold
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.hands import open_case_in_hand
from portal.services.installation import installation
from portal.services.promises import tell_reply_moved
from portal.services.receipts import fingerprint_of
from portal.services.steps import note, open_case, set_status, status_after, tell
from portal.services.submissions import Found, Report, add_case, find_place
from portal.services.transaction import write
from portal.services.typed import MEDIUM, coming_date, optional_text, required_text
from portal.services.visibility import load_case
from portal.services.work import counts_from, point


@dataclass(frozen=True)
class Entered:
    """A case entered for somebody: its number, and the claim for the slip (shown once; only its hash is kept)."""

    number: str
    claim: str
    still_visible: bool


@dataclass(frozen=True)
class Plan:
    """What the person is told at registering; made by `_checked_plan`."""

    plan: str
    rough_date: date
    item_id: int | None
    say: str


def register_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    plan: str,
    rough_date: date | None,
    item_id: int | None = None,
    say: str = "",
) -> Case:
    """Take a submitted case up (登记): the viewer becomes its first-contact owner (首问负责) and stays so to the end.

    The person is told `say`, or else the plan, at once, as the window does face to face: first plan, steps and the
    rough date (city rule). Meets the register deadline and starts the one for the first reply; where that is due
    another day than the receipt has promised, an event tells it.
    Raises NotFound, Conflict (another `version`), Refused (no plan, a date gone by, an item of another hall).
    """
    case = open_case(viewer, number, Permission.REGISTER_CASE, version)
    status = status_after(case, CaseStep.REGISTER)
    at = clock.now()
    told = _checked_plan(case.hall_id, at, plan=plan, rough_date=rough_date, item_id=item_id, say=say)
    with write():
        reply = _take_up(case, told, status, at, by=viewer.staff_id)
        tell_reply_moved(case, reply, at, by=viewer.staff_id)
        point(case)
    return case


def conclude_on_spot(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    outcome: Outcome,
    reply: str,
    photos: Enclosed | None = None,
    **owed: Unpack[Owed],
) -> Case:
    """Settle a case at the window or with one call (当场办结): no work order; a submitted one is registered first.

    `owed` is what concluding.checked_conclusion takes beside outcome and reply. Raises NotFound, Conflict, Refused: the
    outcome needs a second person, or something it owes is missing.
    """
    case = open_case_in_hand(viewer, number, Permission.CONCLUDE_CASE, version)
    fresh = case.status == CaseStatus.SUBMITTED
    status = status_after(case, CaseStep.REGISTER if fresh else CaseStep.CONCLUDE)
    refuse_lone_no(case, outcome)
    at = clock.now()
    conclusion = checked_conclusion(at, outcome=outcome, public_reply=reply, **owed)
    with write():
        if fresh:
            _become_owner(case, status, at, by=viewer.staff_id)
            journal.record("case_registered", at, staff_id=viewer.staff_id, case_id=case.id)
        hold(case, photos)
        end_work(case, conclusion, CaseStatus.CONCLUDED, at, by=viewer.staff_id)
    return case


def enter_case(
    viewer: Viewer,
    report: Report,
    submission_key: bytes,
    *,
    channel: Channel,
    plan: str,
    rough_date: date | None,
    say: str = "",
) -> Entered:
    """Enter a case for somebody at the window or on the phone, registered in the same step, with a claim slip.

    The person's phone turns the claim into a tracking code. A case with a complaint belongs to oversight from then on:
    `still_visible` is False, it waits to be registered there, and the plan goes along as a note. The same sent again
    gives the same case with a fresh claim, since nobody saw the first. Raises Refused, NotFound (not this viewer's
    hall), Conflict: the slip of that case was used already, the viewer may not see it any more, or its key came with
    something else, as when “back” brought the form of the person before; then `fields` names the key, and a fresh one
    makes a case of its own.
    """
    report = replace(report, channel=channel)
    found = find_place(report, submission_key)
    if not may(viewer, Permission.ENTER_CASE, found.place.hall.id):
        raise NotFound
    if channel not in (Channel.WINDOW, Channel.PHONE):
        raise ValueError(f"nobody enters a case for somebody by {channel}")
    at = clock.now()
    told = _checked_plan(found.place.hall.id, at, plan=plan, rough_date=rough_date, item_id=None, say=say)
    entered = _enter(viewer, report, submission_key, found, told, at) if found.case_id is None else None
    # Sent before, or by the other tap of a double tap in the same instant.
    return entered or _entered_before(viewer, submission_key, _content(submission_key, report, told), at)


def _content(key: bytes, report: Report, told: Plan) -> str:
    return entry_fingerprint(installation().keys.pepper, key, repr((report, told)))


def _enter(viewer: Viewer, report: Report, key: bytes, found: Found, told: Plan, at: datetime) -> Entered | None:
    rules = hall_rules(found.place.hall)
    with write() as session:
        added = add_case(session, report, found.place, rules, key, at, entered_by_id=viewer.staff_id)
        if added is None:
            return None
        case = session.get_one(Case, added.case_id)
        case.entry_hash = _content(key, report, told)
        if case.restricted:
            note(case, told.plan, viewer.staff_id, at)
        else:
            reply = _take_up(case, told, CaseStatus.REGISTERED, at, by=viewer.staff_id)
            # Nobody was promised anything before the slip: it prints the date that runs.
            case.reply_promised_at = reply.due_at or case.reply_promised_at
            point(case)
        claim = add_claim(case, at, by=viewer.staff_id)
    return Entered(case.number, claim, not case.restricted)


def _entered_before(viewer: Viewer, key: bytes, content: str, at: datetime) -> Entered:
    case = db.session.scalars(select(Case).where(Case.submission_hash == fingerprint_of(key))).one()
    if case.entered_by_id != viewer.staff_id:
        sentence = _l("这张表已经登记过一件了，不是您登记的。您填的都还在，再按一次，就登记成新的一件。")
        raise Conflict(sentence, key=sentence)
    if case.entry_hash != content:
        sentence = _l(
            "这张表已经登记成 %(number)s 号了，这次填的没有登记。"
            "还是那个人，请打开那一件接着写；换了一个人，再按一次，就登记成新的一件。您填的都还在。",
            number=case.number,
        )
        raise Conflict(sentence, key=sentence)
    _refuse_slip_out_of_sight(viewer, case)
    used = select(Claim.id).where(Claim.case_id == case.id, Claim.used_at.is_not(None))
    if db.session.scalar(used.limit(1)) is not None:
        raise Conflict(_l("这一件已经登记成 %(number)s 号，领取条也用过了，不用再登记。", number=case.number))
    with write():
        void_unused(case, at, by=viewer.staff_id)
        claim = add_claim(case, at, by=viewer.staff_id)
    return Entered(case.number, claim, not case.restricted)


def _refuse_slip_out_of_sight(viewer: Viewer, case: Case) -> None:
    """By the rule of claims.issue_claim: with a slip, who was complained about could read all that oversight tells."""
    try:
        load_case(viewer, case.number, Permission.ISSUE_CLAIM)
    except NotFound as hidden:
        sentence = _l(
            "这一件已经登记成 %(number)s 号，由督办单独办，不用再登记。"
            "领取条这里不能再给：没拿到的，请本人找督办的同志要。",
            number=case.number,
        )
        raise Conflict(sentence) from hidden


def _checked_plan(
    hall_id: int, at: datetime, *, plan: str, rough_date: date | None, item_id: int | None, say: str
) -> Plan:
    item = db.session.get(ServiceItem, item_id) if item_id is not None else None
    if item_id is not None and (item is None or item.hall_id != hall_id or item.retired_at is not None):
        sentence = _l("请在本大厅的事项里选一个。")
        raise Refused(sentence, item_id=sentence)
    return Plan(
        required_text("plan", plan, _l("请写下初步打算怎么办、分几步。"), MEDIUM),
        coming_date("rough_date", rough_date, at, _l("请写大概哪一天能有结果。")),
        item_id,
        optional_text("say", say, MEDIUM),
    )


def _take_up(case: Case, told: Plan, status: CaseStatus, at: datetime, *, by: int) -> Deadline:
    _become_owner(case, status, at, by=by)
    case.plan, case.rough_date = told.plan, told.rough_date
    case.item_id = told.item_id or case.item_id
    reply = start_deadline(case, StepKind.REPLY, counts_from(case))
    tell(case, told.say or told.plan, by, at)
    journal.record(
        "case_registered", at, staff_id=by, case_id=case.id, rough_date=told.rough_date.isoformat(), item=case.item_id
    )
    return reply


def _become_owner(case: Case, status: CaseStatus, at: datetime, *, by: int) -> None:
    case.registered_at, case.owner_id = at, by
    set_status(case, status)
    meet_deadline(case, StepKind.REGISTER, at)
