"""Who is signed in: server-side sessions, of which only a hash is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Grant, Staff, StaffSession
from portal.rules import permissions
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Role

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """A signed-in member of staff, with what they may do where."""

    session_id: int
    staff: Staff
    viewer: Viewer


def load_signed_in(secret: str) -> SignedIn | None:
    """The person behind a session cookie, or None: unknown, ended, idle for 30 minutes or older than 12 hours.

    Two statements; the time last seen is written at most once a minute.
    """
    if not secret:
        return None
    row = db.session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.secret_hash == secret_hash(secret), StaffSession.ended_at.is_(None), Staff.active)
    ).first()
    if row is None:
        return None
    session, staff = row
    now = clock.now()
    if now - session.seen_at > IDLE or now - session.created_at > ABSOLUTE:
        return None
    if now - session.seen_at > timedelta(minutes=1):
        session.seen_at = now
        db.session.commit()
    grants = db.session.scalars(select(Grant).where(Grant.staff_id == staff.id)).all()
    return SignedIn(session.id, staff, viewer_of(staff, grants))


def secret_hash(secret: str) -> str:
    """What is stored of a session's secret (256 random bits: no salt or slow hash is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def viewer_of(staff: Staff, grants: Iterable[Grant]) -> Viewer:
    """The person as the permission rules know them."""
    held = tuple(permissions.Grant(Role(grant.role), grant.hall_id, grant.department_id) for grant in grants)
    own = frozenset() if staff.department_id is None else frozenset({staff.department_id})
    return Viewer(staff.id, held, own)
