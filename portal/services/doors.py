"""The right door that a decline or a transfer named."""

from __future__ import annotations

from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Event
from portal.rules.vocabulary import Door

NAMING = ("case_declined", "case_concluded")


def door_of(case: Case) -> Door | None:
    """Where a declined or transferred case was pointed to, by its last decision; one statement, None for none."""
    last = select(Event.data).where(Event.case_id == case.id, Event.action.in_(NAMING)).order_by(Event.seq.desc())
    data = db.session.scalar(last.limit(1))
    return Door(data["door"]) if data and data.get("door") else None
