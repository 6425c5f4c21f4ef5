"""What falls due without anybody acting: reminders, closing as not confirmed, staged photos nobody sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, exists, select

from portal.extensions import db
from portal.models import Case, Deadline, FollowUp, Hall
from portal.rules.lifecycle import CaseStep
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import AuthorKind, CaseStatus
from portal.rules.workdays import local_time
from portal.services import journal
from portal.services.asking import stop_waiting
from portal.services.attachments import sweep_orphans, sweep_staged
from portal.services.closing import CLOSED_UNANSWERED, CLOSED_UNREACHED, close_unconfirmed, is_unreached
from portal.services.deadlines import RUNNING, hall_rules, meet_deadline, start_deadline
from portal.services.errors import Conflict, Refused
from portal.services.retention import erase_overdue
from portal.services.steps import status_after, tell_from_system, touch
from portal.services.transaction import write
from portal.services.work import point

ANSWER_REMINDER = "answer_reminder"
WENT_ON_WITHOUT_ANSWER = "went_on_without_answer"


@dataclass(frozen=True)
class Swept:
    """How many reporters were reminded, clocks resumed, cases closed unconfirmed, photos removed, cases erased."""

    reminded: int
    resumed: int
    closed: int
    photos: int
    erased: int


def run(now: datetime) -> Swept:
    """Do what is due at `now` (UTC); each case in its own transaction, so that one in use is left for the next run.

    A question unanswered after its working days is reminded once (a system message); after the reminder's days the
    clock goes on and staff decide with what is known. A concluded case closes as “not confirmed” ten working days
    after the reply to somebody who cannot be called, or after the profile's tries on different days.
    """
    waits = Case.waiting.is_not(None)
    reminded = _each(_remind, now, _overdue(StepKind.SUPPLEMENT, now), waits)
    resumed = _each(_go_on, now, _overdue(StepKind.SUPPLEMENT_REMINDER, now), waits)
    silent = and_(Case.status == CaseStatus.CONCLUDED, Case.reporter_says.is_(None))
    closed = _each(_close_unanswered, now, _overdue(StepKind.UNCONFIRMED_CLOSE, now), silent)
    closed += _each(_close_unreached, now, _tried_in_vain(), silent)
    photos = sweep_staged(now) + (sweep_orphans(now) if _is_night(now) else 0)
    return Swept(reminded, resumed, closed, photos, erase_overdue(now))


def _is_night(now: datetime) -> bool:
    """One minute of every night, 03:07 in Shanghai: walking the whole photo store once a day is enough."""
    return local_time(now).replace(second=0, microsecond=0) == time(3, 7)


def _overdue(kind: StepKind, now: datetime) -> ColumnElement[bool]:
    past = select(Deadline.case_id).where(Deadline.kind == kind, Deadline.state == RUNNING, Deadline.due_at < now)
    return Case.id.in_(past)


def _tried_in_vain() -> ColumnElement[bool]:
    return exists().where(
        FollowUp.case_id == Case.id, FollowUp.redo_number == Case.redo_number, FollowUp.reached.is_(False)
    )


def _each(act: Callable[[Case, datetime], bool], now: datetime, *conditions: ColumnElement[bool]) -> int:
    """Do `act` to each case that fits the conditions, asked anew when its turn comes; how many it was done to.

    While those before it were done, its reporter may have answered: then there is nothing to do any more.
    """
    done = 0
    for case_id in db.session.scalars(select(Case.id).where(*conditions).order_by(Case.id)).all():
        fresh = select(Case).where(Case.id == case_id, *conditions).execution_options(populate_existing=True)
        case = db.session.scalar(fresh)
        try:
            done += case is not None and act(case, now)
        except (Conflict, Refused):
            # Somebody is at work on it: what they do decides, and the next run looks again.
            continue
    return done


def _remind(case: Case, now: datetime) -> bool:
    with write():
        meet_deadline(case, StepKind.SUPPLEMENT, now)
        start_deadline(case, StepKind.SUPPLEMENT_REMINDER, now)
        touch(case)
        point(case)
        tell_from_system(case, ANSWER_REMINDER, now)
        journal.record("reporter_reminded", now, actor=AuthorKind.SYSTEM, case_id=case.id)
    return True


def _go_on(case: Case, now: datetime) -> bool:
    with write():
        meet_deadline(case, StepKind.SUPPLEMENT_REMINDER, now)
        stop_waiting(case, now)
        point(case)
        tell_from_system(case, WENT_ON_WITHOUT_ANSWER, now)
        journal.record("clock_resumed", now, actor=AuthorKind.SYSTEM, case_id=case.id)
    return True


def _close_unanswered(case: Case, now: datetime) -> bool:
    return _close(case, now, CLOSED_UNANSWERED)


def _close_unreached(case: Case, now: datetime) -> bool:
    profile = hall_rules(db.session.get_one(Hall, case.hall_id)).profile
    return is_unreached(case, profile.follow_up_tries) and _close(case, now, CLOSED_UNREACHED)


def _close(case: Case, now: datetime, told: str) -> bool:
    status = status_after(case, CaseStep.CLOSE)
    with write():
        close_unconfirmed(case, status, now, told=told, actor=AuthorKind.SYSTEM)
    return True
