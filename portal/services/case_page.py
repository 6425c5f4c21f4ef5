"""One case as a member of staff sees it: everything its page shows, in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.extensions import db
from portal.models import (
    Attachment,
    Case,
    Claim,
    Complaint,
    ContactReveal,
    Event,
    FollowUp,
    Message,
    Proposal,
    WorkOrder,
)
from portal.rules.deeds import Deed, Deeds, Standing, deeds
from portal.rules.lifecycle import OPEN_ORDERS
from portal.rules.permissions import Permission, Viewer, may_on_case, may_reveal_contact
from portal.rules.vocabulary import CaseStatus, Cause, OrderStatus, Outcome, ProposalKind, Solved, WaitingReason
from portal.services.attachments import photos_of
from portal.services.case_clock import Clock, clock_of
from portal.services.case_people import People, people_of
from portal.services.concluding import negative_outcomes
from portal.services.contacts import Contact, has_contact, masked_contact
from portal.services.deadlines import hall_rules, running
from portal.services.errands import usual_department
from portal.services.errors import NotFound
from portal.services.hall_rules import FinerReason
from portal.services.hands import has_in_hand, is_order_of
from portal.services.visibility import Tree, scope_of, visible_cases
from portal.services.work import sets_date

# Who is complained about is for oversight, also where the event only says that somebody was named.
FOR_OVERSIGHT = ("complaint_recorded", "complaint_identified", "nobody_named")
TOLD = "story_published"


@dataclass(frozen=True)
class Happened:
    """An event, and what was written down with it where that is kept elsewhere (the caller's note, why
    somebody looked at name and number)."""

    event: Event
    note: str


@dataclass(frozen=True)
class Kept:
    """What hangs on a case. Complaints are empty for all but oversight; what happened is newest first."""

    proposal: Proposal | None
    orders: Sequence[WorkOrder]
    messages: Sequence[Message]
    photos: Sequence[Attachment]
    happened: Sequence[Happened]
    complaints: Sequence[Complaint]

    @property
    def own_photos(self) -> list[Attachment]:
        """The photos that came with the report."""
        return [photo for photo in self.photos if photo.message_id is None and not photo.held]

    @property
    def held_photos(self) -> list[Attachment]:
        """The photos of a reply that the reporter has not been told yet."""
        return [photo for photo in self.photos if photo.held]

    def photos_with(self, message: Message) -> list[Attachment]:
        """The photos of one thing said."""
        return [photo for photo in self.photos if photo.message_id == message.id]

    @property
    def open_order(self) -> WorkOrder | None:
        """The work order that nobody has answered yet."""
        return next((order for order in self.orders if order.status in OPEN_ORDERS), None)

    @property
    def last_order(self) -> WorkOrder | None:
        """The work order that was made out last."""
        return max(self.orders, key=lambda order: order.position, default=None)

    @property
    def pending(self) -> Proposal | None:
        """The proposal that waits for its second person."""
        return self.proposal if self.proposal is not None and self.proposal.decided_at is None else None


@dataclass(frozen=True)
class CasePage:
    """All that the page of one case shows to one person.

    `has_claim`: a slip is out that nobody has used. `sets_date`: who signs for the order sets the solution's date.
    """

    case: Case
    kept: Kept
    allowed: frozenset[Permission]
    deeds: Deeds
    clock: Clock
    contact: Contact
    can_reveal: bool
    has_claim: bool
    sets_date: bool
    people: People
    reasons: Sequence[FinerReason]

    @property
    def usual_department_id(self) -> int | None:
        """Where such a case usually goes."""
        return usual_department(self.case)

    @property
    def is_nobody_named(self) -> bool:
        """Whether a restricted case names nobody yet (of what oversight sees: only oversight sends it)."""
        return self.case.restricted and not any(c.staff_id or c.department_id for c in self.kept.complaints)

    @property
    def negative(self) -> frozenset[Outcome]:
        """The outcomes that a second person must confirm."""
        return negative_outcomes(self.case)

    @property
    def is_contact_kept_from(self) -> bool:
        """Whether there is a contact that this person may not know: the reporter did not allow it."""
        return has_contact(self.case) and Permission.REVEAL_CONTACT in self.allowed and not self.can_reveal


def open_case_page(viewer: Viewer, number: str, now: datetime) -> CasePage:
    """The page of a case for this viewer at `now` (UTC). Raises NotFound as if it did not exist.

    At most thirteen statements; those of the session are not among them.
    """
    tree = Tree()
    case, proposal, has_claim = _case(viewer, number, tree)
    scope, ancestors = scope_of(case), tree.ancestors
    allowed = frozenset(p for p in Permission if may_on_case(viewer, p, scope, ancestors))
    kept = _kept(case, proposal, oversees=Permission.OVERSEE in allowed)
    possible = deeds(_standing(viewer, case, allowed, kept, ancestors))
    return CasePage(
        case=case,
        kept=kept,
        allowed=allowed,
        deeds=possible,
        clock=clock_of(case, running(case), hall_rules(case.hall), now),
        contact=masked_contact(case),
        can_reveal=has_contact(case)
        and may_reveal_contact(viewer, scope, ancestors, may_tell_department=case.may_tell_department),
        has_claim=has_claim,
        sets_date=sets_date(case),
        people=people_of(
            case.hall_id,
            _named(case, kept),
            sends=Deed.DISPATCH in possible or Deed.REOPENING in possible,
            identifies=case.restricted and Permission.OVERSEE in allowed,
            accused=scope.complained_staff_ids,
            line=tree.line(scope.complained_department_ids),
        ),
        reasons=hall_rules(case.hall).reasons,
    )


def visible_photo(viewer: Viewer, name: str) -> Attachment:
    """A photo by its random name, if its case exists for this viewer. Raises NotFound alike."""
    wanted = select(Attachment).join(Case, Case.id == Attachment.case_id)
    found = db.session.scalar(wanted.where(Attachment.name == name, visible_cases(viewer)))
    if found is None:
        raise NotFound
    return found


def _case(viewer: Viewer, number: str, tree: Tree) -> tuple[Case, Proposal | None, bool]:
    earlier = aliased(Proposal)
    last = select(func.max(earlier.id)).where(earlier.case_id == Case.id).scalar_subquery()
    claimed = exists().where(Claim.case_id == Case.id, Claim.used_at.is_(None), Claim.voided_at.is_(None))
    row = db.session.execute(
        select(Case, Proposal, claimed)
        .outerjoin(Proposal, Proposal.id == last)
        .where(Case.number == number, visible_cases(viewer, tree=tree))
        .options(joinedload(Case.hall, innerjoin=True), joinedload(Case.counter), joinedload(Case.item))
        .options(joinedload(Case.holder))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def _kept(case: Case, proposal: Proposal | None, *, oversees: bool) -> Kept:
    orders = select(WorkOrder).where(WorkOrder.case_id == case.id).options(joinedload(WorkOrder.department))
    messages = select(Message).where(Message.case_id == case.id).order_by(Message.id)
    complaints = select(Complaint).where(Complaint.case_id == case.id).order_by(Complaint.id)
    return Kept(
        proposal=proposal,
        orders=db.session.scalars(orders.order_by(WorkOrder.position)).all(),
        messages=db.session.scalars(messages).all(),
        photos=photos_of(case.id),
        happened=_happened(case, oversees=oversees),
        complaints=db.session.scalars(complaints).all() if oversees else (),
    )


def _happened(case: Case, *, oversees: bool) -> list[Happened]:
    of_call = and_(Event.object_kind == "follow_up", FollowUp.id == Event.object_id)
    of_look = and_(Event.object_kind == "contact_reveal", ContactReveal.id == Event.object_id)
    wanted = select(Event, func.coalesce(FollowUp.note, ContactReveal.reason)).where(Event.case_id == case.id)
    wanted = wanted.outerjoin(FollowUp, of_call).outerjoin(ContactReveal, of_look)
    if not oversees:
        wanted = wanted.where(Event.action.not_in(FOR_OVERSIGHT))
    return [Happened(event, note or "") for event, note in db.session.execute(wanted.order_by(Event.seq.desc()))]


def _standing(
    viewer: Viewer, case: Case, allowed: frozenset[Permission], kept: Kept, ancestors: Mapping[int, frozenset[int]]
) -> Standing:
    order, pending = kept.open_order, kept.pending
    return Standing(
        status=CaseStatus(case.status),
        may=allowed,
        cause=Cause(case.cause) if case.cause else None,
        waiting=WaitingReason(case.waiting) if case.waiting else None,
        order=OrderStatus(order.status) if order is not None else None,
        order_is_mine=order is not None and is_order_of(viewer, Permission.ANSWER_ORDER, case, order, ancestors),
        in_hand=has_in_hand(viewer, Permission.ASK_REPORTER, case, kept.last_order, ancestors),
        answered=any(o.status == OrderStatus.ANSWERED and o.redo_number == case.redo_number for o in kept.orders),
        proposal=ProposalKind(pending.kind) if pending is not None else None,
        proposed_by_me=pending is not None and pending.proposed_by_id == viewer.staff_id,
        says=Solved(case.reporter_says) if case.reporter_says else None,
        undecided=case.reporter_says == Solved.NO and case.due_at is not None,
        outcome=Outcome(case.outcome) if case.outcome else None,
        has_code=case.code_hmac is not None,
        has_contact=has_contact(case),
        unidentified=any(c.staff_id is None and c.department_id is None for c in kept.complaints),
        told=any(entry.event.action == TOLD for entry in kept.happened),
    )


def _named(case: Case, kept: Kept) -> set[int]:
    """Everybody whose name the page says."""
    found = {case.owner_id, case.entered_by_id}
    if kept.proposal is not None:
        found |= {kept.proposal.proposed_by_id, kept.proposal.decided_by_id}
    for order in kept.orders:
        found |= {order.handler_id, order.issued_by_id}
    for entry in kept.happened:
        found |= {entry.event.staff_id, entry.event.data.get("handler")}
    found |= {message.staff_id for message in kept.messages}
    found |= {complaint.staff_id for complaint in kept.complaints}
    return {staff_id for staff_id in found if staff_id is not None}
