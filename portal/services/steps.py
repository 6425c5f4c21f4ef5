"""One step of a case's life: loaded with permission and version, allowed by the rules, told in plain words when not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.orm.attributes import flag_modified

from portal.extensions import db
from portal.models import Case, Message, Proposal, WorkOrder
from portal.rules.lifecycle import OPEN_CASES, OPEN_ORDERS, CaseStep, IllegalStep, Obstruction, next_status
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import AuthorKind, CaseStatus, ProposalKind, Solved
from portal.services import journal
from portal.services.errors import Conflict, Refused
from portal.services.visibility import load_case, visible_cases

SOMEBODY_WAS_FIRST = _l("刚才有人先动了这一件。请看看最新的情况，再决定。您写的字还在。")

WHY_NOT = {
    Obstruction.NOT_FROM_HERE: _l("这一件现在的情况走不到这一步。请看看它最新的情况。"),
    Obstruction.ORDER_OPEN: _l("还有一张工作单没有答复。等它答复，或者先收回，再办结。"),
    Obstruction.PROPOSAL_PENDING: _l("有一份意见正等第二个人确认。确认或退回以后，再往下办。"),
    Obstruction.NO_PROPOSAL: _l("没有等着确认的意见，可能刚才已经有人定了。"),
    Obstruction.ALREADY_WAITING: _l("时限已经停着：在等本人回答，或者等评审的结果。"),
    Obstruction.NOT_WAITING: _l("这一件的时限没有停着，不用再接上。"),
    Obstruction.OBJECTED_BEFORE: _l("这张工作单已经退过一次，不能再退。"),
}


def open_case(viewer: Viewer, number: str, permission: Permission, version: int) -> Case:
    """The case, as the form was shown with. Raises NotFound, and Conflict when somebody changed it since."""
    case = load_case(viewer, number, permission)
    if case.version != version:
        raise Conflict(SOMEBODY_WAS_FIRST)
    return case


def is_still_visible(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer may see the case after what was just done to it."""
    return bool(db.session.scalar(select(exists().where(Case.id == case.id, visible_cases(viewer)))))


def pending_proposal(case_id: int) -> Proposal | None:
    """The proposal of a case that waits for its second person."""
    return db.session.scalar(select(Proposal).where(Proposal.case_id == case_id, Proposal.decided_at.is_(None)))


def open_orders(case_id: int) -> list[WorkOrder]:
    """The work orders that nobody has answered or taken back, in their order."""
    wanted = select(WorkOrder).where(WorkOrder.case_id == case_id, WorkOrder.status.in_(OPEN_ORDERS))
    return list(db.session.scalars(wanted.order_by(WorkOrder.position)))


def status_after(case: Case, step: CaseStep, *, orders_open: int | None = None) -> CaseStatus:
    """Where `step` leads. Raises Refused with a plain sentence when the life cycle does not have it now.

    `orders_open` is given by a caller who is about to answer one.
    """
    proposal = pending_proposal(case.id)
    count = len(open_orders(case.id)) if orders_open is None else orders_open
    kind = ProposalKind(proposal.kind) if proposal else None
    try:
        return next_status(
            CaseStatus(case.status), step, open_orders=count, proposal=kind, waiting=case.waiting is not None
        )
    except IllegalStep as illegal:
        raise Refused(WHY_NOT[illegal.obstruction]) from illegal


def set_status(case: Case, status: CaseStatus) -> None:
    """Put the case into its next status, and the flag by which lists find what is under way beside it."""
    case.status = status
    case.open = status in OPEN_CASES
    touch(case)


def touch(case: Case) -> None:
    """Raise the case's version even where no column of its own changes, so that of two people the second is told."""
    flag_modified(case, "status")


def tell(case: Case, body: str, staff_id: int, at: datetime, *, asks: bool = False) -> Message:
    """A public message of staff to the reporter, in the running transaction."""
    return _add(case, body, at, staff_id=staff_id, public=True, asks=asks)


def note(case: Case, body: str, staff_id: int, at: datetime) -> Message:
    """An internal message, in the running transaction."""
    return _add(case, body, at, staff_id=staff_id, public=False)


def record_message(action: str, message: Message, at: datetime, **data: Any) -> None:
    """The event of a message of staff, in the running transaction."""
    db.session.flush()
    journal.record(
        action,
        at,
        staff_id=message.staff_id,
        case_id=message.case_id,
        object_kind="message",
        object_id=message.id,
        **data,
    )


def tell_from_system(case: Case, code: str, at: datetime) -> Message:
    """A public message that nobody wrote: its body is a code, put into words by the page that shows it."""
    return _add(case, code, at, author=AuthorKind.SYSTEM, public=True)


def _add(
    case: Case,
    body: str,
    at: datetime,
    *,
    public: bool,
    staff_id: int | None = None,
    author: AuthorKind = AuthorKind.STAFF,
    asks: bool = False,
) -> Message:
    message = Message(case_id=case.id, author=author, staff_id=staff_id, public=public, asks=asks, body=body, at=at)
    db.session.add(message)
    return message


def is_not_solved_again(case: Case) -> bool:
    """Whether the reporter has said “not solved” twice or more: a redo was decided before, and it did not help."""
    return case.redo_number + (case.reporter_says == Solved.NO) >= 2
