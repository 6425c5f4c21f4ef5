"""Counting every open date of a hall again when what it goes by has changed, and telling each case that it moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, Deadline, Hall
from portal.rules.profiles import Step, StepKind
from portal.rules.promises import Change, ChangeReason, recompute
from portal.services import journal
from portal.services.deadlines import RUNNING, due_of
from portal.services.hall_rules import HallRules, hall_rules, renew_rules
from portal.services.transaction import write
from portal.services.work import point


@dataclass
class Recount:
    """A change of what dates are counted by, made at `at` (UTC) by a member of staff (None: at the console)."""

    at: datetime
    by: int | None
    cases: int = 0


@contextmanager
def recounting(
    hall_id: int | None = None, reason: ChangeReason | None = None, *, by: int | None = None
) -> Iterator[Recount]:
    """Make a change of calendar, profile or hours in the block; then every open date of the hall (of all halls when
    none is named) is counted again, all in one transaction. `cases` then says for how many cases a date moved.

    Each move is an event on its case with the reason, which staff and the reporter see: a promised date never moves
    silently (domain.md section 5). `reason` is needed where the steps themselves have changed (PROFILE); else a day
    that differs or the hours are found to be the reason.
    """
    wanted = select(Hall).order_by(Hall.id)
    halls = db.session.scalars(wanted if hall_id is None else wanted.where(Hall.id == hall_id)).all()
    before = [hall_rules(hall) for hall in halls]
    change = Recount(clock.now(), by)
    with write():
        yield change
        for hall, rules in zip(halls, before, strict=True):
            change.cases += _recount(hall, rules, reason, change)


def _recount(hall: Hall, before: HallRules, reason: ChangeReason | None, change: Recount) -> int:
    renew_rules(hall)
    rules = hall_rules(hall)
    moved: dict[int, Case] = {}
    open_dates = (
        select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Case.hall_id == hall.id, Deadline.state == RUNNING)
    )
    for deadline, case in db.session.execute(open_dates).all():
        told = _move(deadline, case, before, rules, reason)
        if told is not None:
            moved[case.id] = case
            journal.record("date_moved", change.at, staff_id=change.by, case_id=case.id, **_data(deadline, told))
    for case in moved.values():
        point(case)
    return len(moved)


def _move(
    deadline: Deadline, case: Case, before: HallRules, rules: HallRules, reason: ChangeReason | None
) -> Change | None:
    step: Step | None = None
    if reason is ChangeReason.PROFILE:
        step = _new_step(deadline, case, before, rules)
        deadline.profile_code = rules.profile.code
    due, change = recompute(due_of(deadline, before), rules.calendar, rules.hours, step=step, reason=reason)
    deadline.estimated = due.estimated
    # Also where the date stays: a shorter step may end on the same day, and the next change counts from it.
    deadline.step = due.step.to_json()
    if change is not None:
        deadline.due_at = deadline.promised_at = due.due_at
    return change


def _new_step(deadline: Deadline, case: Case, before: HallRules, rules: HallRules) -> Step:
    """The new profile's step; a shorter term that the department confirmed stays, and what the date counts from."""
    kind, kept = StepKind(deadline.kind), Step.from_json(deadline.step)
    usual = before.profile.step(kind, case.cause, case.complexity).days
    step = replace(rules.profile.step(kind, case.cause, case.complexity), counts_from=kept.counts_from)
    return replace(step, days=min(kept.days, step.days)) if kept.days < usual else step


def _data(deadline: Deadline, change: Change) -> dict[str, Any]:
    return {
        "kind": deadline.kind,
        "reason": change.reason.value,
        "old": change.old.isoformat() if change.old else None,
        "new": change.new.isoformat() if change.new else None,
        "days": [{"day": d.day.isoformat(), "works": d.now.works, "name": d.now.name} for d in change.days],
    }
