"""A promised date that becomes another one: the event by which the track page shows it with its reason."""

from __future__ import annotations

from datetime import datetime

from portal.extensions import db
from portal.models import Case, Deadline, Hall
from portal.rules.promises import Change, ChangeReason
from portal.services import journal
from portal.services.deadlines import hall_rules, receipt_promises


def record_move(case_id: int, kind: str, change: Change, at: datetime, *, by: int | None) -> None:
    """The event of a date of this kind that moved, in the running transaction."""
    journal.record(
        "date_moved",
        at,
        staff_id=by,
        case_id=case_id,
        kind=kind,
        reason=change.reason.value,
        old=change.old.isoformat() if change.old else None,
        new=change.new.isoformat() if change.new else None,
        days=[{"day": d.day.isoformat(), "works": d.now.works, "name": d.now.name} for d in change.days],
    )


def tell_reply_moved(case: Case, reply: Deadline, at: datetime, *, by: int) -> None:
    """Record where the first reply, as it runs from registering, is due another day than the receipt has promised.

    The profile counts it from registering, the receipt from the last moment for that: taken up sooner, such as on the
    evening it came, it is due sooner too. Otherwise the hall's days, hours or terms have changed in between.
    """
    if reply.due_at == case.reply_promised_at:
        return
    rules = hall_rules(db.session.get_one(Hall, case.hall_id))
    same_rules = receipt_promises(rules, case.clock_from).reply.due_at == case.reply_promised_at
    reason = ChangeReason.TAKEN_UP if same_rules else ChangeReason.RULES
    record_move(case.id, reply.kind, Change(case.reply_promised_at, reply.due_at, reason), at, by=by)
