"""Who is signed in: server-side sessions, of which only a hash is kept. Signing in is in services/signing_in.py."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from portal import clock
from portal.extensions import db
from portal.models import Grant, Staff, StaffSession
from portal.rules import permissions
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Role
from portal.services import journal
from portal.services.transaction import write

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
        # A write of its own: SQLite cannot turn the snapshot just read into a write lock when another wrote since.
        with write():
            session.seen_at = now
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


def begin_session(staff_id: int, at: datetime) -> str:
    """A new session with its event, in the running transaction; its secret, which is stored nowhere."""
    secret = secrets.token_urlsafe(32)
    db.session.add(StaffSession(secret_hash=secret_hash(secret), staff_id=staff_id, created_at=at, seen_at=at))
    journal.record("signed_in", at, staff_id=staff_id, object_kind="staff", object_id=staff_id)
    return secret


def sign_out(signed: SignedIn) -> None:
    """End this session. A second time changes nothing."""
    with write():
        end_sessions(signed.staff.id, clock.now(), StaffSession.id == signed.session_id)


def sign_out_elsewhere(signed: SignedIn) -> int:
    """End the person's other sessions; how many that were."""
    with write():
        return end_sessions(signed.staff.id, clock.now(), StaffSession.id != signed.session_id)


def end_sessions(staff_id: int, at: datetime, *which: ColumnElement[bool]) -> int:
    """End a person's running sessions (those of `which`) in the running transaction, with an event if any ran."""
    running = (StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    done = db.session.execute(
        update(StaffSession).where(*running, *which).values(ended_at=at).returning(StaffSession.id)
    )
    ended = len(done.all())
    if ended:
        journal.record("signed_out", at, staff_id=staff_id, object_kind="staff", object_id=staff_id, sessions=ended)
    return ended


def sessions_of(staff_id: int) -> Sequence[StaffSession]:
    """The sessions that still let this person in, the last used first."""
    now = clock.now()
    alive = (
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at >= now - IDLE,
        StaffSession.created_at >= now - ABSOLUTE,
    )
    wanted = select(StaffSession).where(StaffSession.staff_id == staff_id, *alive)
    return db.session.scalars(wanted.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()
