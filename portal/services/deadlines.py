"""A case's running dates: started, met, paused, and always able to explain themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select

from portal.extensions import db
from portal.models import NO_DATE, Case, Deadline, Hall, WorkOrder
from portal.rules.deadlines import Due, Pause, count_due
from portal.rules.lights import Light, light
from portal.rules.profiles import Step, StepKind
from portal.rules.workdays import instant_at
from portal.services.hall_rules import HallRules, Promises, hall_rules, receipt_promises

__all__ = [
    "HallRules",
    "Promises",
    "drop_deadlines",
    "due_of",
    "hall_rules",
    "light_of",
    "meet_deadline",
    "pause_clock",
    "point_clock",
    "receipt_promises",
    "resume_clock",
    "running",
    "start_deadline",
]

RUNNING, MET, LATE, DROPPED = "running", "met", "over", "dropped"

# What staff owe: the earliest of these that runs is the date that lists sort by.
OWED = (
    StepKind.REGISTER,
    StepKind.DISPATCH,
    StepKind.ACKNOWLEDGE,
    StepKind.REPLY,
    StepKind.SOLVE,
    StepKind.FOLLOW_UP,
)
# What stands still while an answer of the reporter is awaited.
PAUSABLE = (StepKind.DISPATCH, StepKind.ACKNOWLEDGE, StepKind.REPLY, StepKind.SOLVE)


def start_deadline(
    case: Case, kind: StepKind, counts_from: datetime, *, work_order: WorkOrder | None = None
) -> Deadline:
    """Start a date of the hall's profile, counted from `counts_from` (UTC), in the running transaction.

    The step is kept as it was settled for this case's cause and complexity, so that the date can be explained and
    counted again. Units: working days (rules/deadlines.py).
    """
    rules = _rules_of(case)
    due = rules.due(kind, counts_from, case)
    deadline = Deadline(
        case_id=case.id,
        work_order_id=work_order.id if work_order is not None else None,
        kind=kind.value,
        state=RUNNING,
        counts_from=counts_from,
        due_at=due.due_at,
        promised_at=due.due_at,
        profile_code=due.profile_code,
        step=due.step.to_json(),
        pauses=[],
        estimated=due.estimated,
    )
    db.session.add(deadline)
    return deadline


def running(case: Case, kinds: Collection[StepKind] | None = None) -> list[Deadline]:
    """The dates of a case that run or stand still, those due first ahead."""
    wanted: list[ColumnElement[bool]] = [Deadline.case_id == case.id, Deadline.state == RUNNING]
    if kinds is not None:
        wanted.append(Deadline.kind.in_([kind.value for kind in kinds]))
    found = db.session.scalars(select(Deadline).where(*wanted).order_by(Deadline.id)).all()
    return sorted(found, key=lambda deadline: deadline.due_at or NO_DATE)


def meet_deadline(case: Case, kind: StepKind, at: datetime, work_order: WorkOrder | None = None) -> None:
    """What was due is done at `at` (UTC): met, or over when that was after its date. Nothing when none runs."""
    for deadline in running(case, (kind,)):
        if work_order is None or deadline.work_order_id == work_order.id:
            kept = deadline.due_at is None or at <= deadline.due_at
            deadline.state, deadline.ended_at = (MET if kept else LATE), at


def drop_deadlines(case: Case, at: datetime, kinds: Collection[StepKind] | None = None) -> None:
    """These dates (all, if none are named) are not wanted any more from `at` (UTC) on."""
    for deadline in running(case, kinds):
        deadline.state, deadline.ended_at = DROPPED, at


def pause_clock(case: Case, at: datetime, reason: str) -> None:
    """Stop what the department owes from `at` (UTC) on, with a reason code the reporter sees in words.

    Whole working days (domain.md section 5). A date that had passed already stays passed.
    """
    rules = _rules_of(case)
    for deadline in running(case, PAUSABLE):
        deadline.pauses = [*deadline.pauses, Pause(at, None, str(reason)).to_json()]
        _count_again(deadline, rules)


def resume_clock(case: Case, at: datetime) -> None:
    """Let the clock go on at `at` (UTC); the days between do not count, and nothing is overdue in that instant."""
    rules = _rules_of(case)
    for deadline in running(case):
        if any(pause["to"] is None for pause in deadline.pauses):
            pauses = [Pause.from_json(pause) for pause in deadline.pauses]
            closed = [p if p.ended is not None else Pause(p.began, at, p.reason) for p in pauses]
            deadline.pauses = [pause.to_json() for pause in closed]
            _count_again(deadline, rules)


def point_clock(case: Case) -> None:
    """Copy the earliest date that staff owe into the case, where lists sort by it.

    None while the clock stands, but for a review: then the end of the day by which its result was to be there.
    """
    db.session.flush()
    owed = [deadline for deadline in running(case, OWED) if deadline.due_at is not None]
    first = owed[0] if owed else None
    case.due_at = first.due_at if first else _review_end(case)
    case.due_kind = first.kind if first else None
    case.due_sort = case.due_at or NO_DATE


def _review_end(case: Case) -> datetime | None:
    return instant_at(case.review_until, _rules_of(case).hours.closes) if case.review_until is not None else None


def due_of(deadline: Deadline, rules: HallRules) -> Due:
    """The date with everything it was worked out from: what the sentence and the strip of days are made of."""
    pauses = [Pause.from_json(pause) for pause in deadline.pauses]
    return count_due(
        Step.from_json(deadline.step),
        deadline.counts_from,
        rules.calendar,
        rules.hours,
        pauses=pauses,
        profile_code=deadline.profile_code,
    )


def light_of(case: Case, rules: HallRules, now: datetime) -> Light:
    """How a case stands at `now` (UTC). A second “not solved” is red whatever the date."""
    return light(
        case.due_at,
        now,
        rules.calendar,
        rules.hours,
        waiting=case.waiting is not None and case.due_at is None,
        over=case.due_at is None and case.waiting is None,
        near_days=rules.profile.near_days,
        red_twice=case.redo_number + (case.reporter_says == "no") >= 2,
    )


def _count_again(deadline: Deadline, rules: HallRules) -> None:
    due = due_of(deadline, rules)
    deadline.due_at = deadline.promised_at = due.due_at
    deadline.estimated = due.estimated


def _rules_of(case: Case) -> HallRules:
    return hall_rules(db.session.get_one(Hall, case.hall_id))
