"""Closing a concluded case inside a running transaction: by the reporter's word, by a call, or unconfirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, FollowUp
from portal.rules.follow_up import may_close_unreached
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Closing
from portal.services import journal
from portal.services.deadlines import drop_deadlines, meet_deadline, point_clock
from portal.services.rollups import add_unconfirmed
from portal.services.steps import set_status, tell_from_system

CLOSED_UNREACHED = "closed_unreached"
CLOSED_UNANSWERED = "closed_unanswered"


def close(case: Case, closing: Closing, status: CaseStatus, at: datetime, *, by: int | None, actor: str = "") -> None:
    """Close with its event (`by` staff, or `actor` reporter or system); `status` comes from steps.status_after."""
    meet_deadline(case, StepKind.FOLLOW_UP, at)
    drop_deadlines(case, at)
    case.closed_at, case.closing = at, closing
    set_status(case, status)
    db.session.flush()
    point_clock(case)
    journal.record("case_closed", at, staff_id=by, actor=actor, case_id=case.id, closing=closing.value)


def close_unconfirmed(
    case: Case, status: CaseStatus, at: datetime, *, told: str, by: int | None = None, actor: str = ""
) -> None:
    """Close as “not confirmed” (未确认), counted apart and never as satisfied; the person is told how to open it again.

    `told` is CLOSED_UNREACHED or CLOSED_UNANSWERED.
    """
    close(case, Closing.NOT_CONFIRMED, status, at, by=by, actor=actor)
    add_unconfirmed(case, at)
    tell_from_system(case, told, at)


def is_unreached(case: Case, tries: int, *also: date) -> bool:
    """Whether nobody could be reached on `tries` different local days since the last conclusion (`also`: a try now)."""
    failed = select(FollowUp.tried_on).where(
        FollowUp.case_id == case.id, FollowUp.redo_number == case.redo_number, FollowUp.reached.is_(False)
    )
    return may_close_unreached([*db.session.scalars(failed), *also], tries)
