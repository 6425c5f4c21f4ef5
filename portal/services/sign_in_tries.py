"""Failed sign-ins: counted under a name in the database, and apart for the device on which its owner signed in."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite

from portal.extensions import db
from portal.models import SignInTries, Staff
from portal.rules.passwords import seconds_to_wait
from portal.services.installation import installation

# Long after the longest wait; so that a flood of invented names does not stay.
FORGOTTEN = timedelta(hours=1)
# A computer at the window is shared by a few.
MOST_MARKS = 5


@dataclass(frozen=True)
class Tries:
    """Failed tries in a row, and when the last one was."""

    failed: int = 0
    at: datetime | None = None

    def wait(self, now: datetime) -> int:
        """Whole seconds until the next try is listened to."""
        if self.at is None:
            return 0
        left = (self.at - now).total_seconds() + seconds_to_wait(self.failed)
        return max(0, int(-(-left // 1)))


def key_of(name: str, staff: Staff | None, devices: str) -> str:
    """What tries are counted under: the name, whether somebody has it or not; or the person's own device.

    `devices` is the cookie that `with_mark` made. So whoever keeps trying a colleague's name slows down everybody
    but the colleague, on the computer where they have signed in before.
    """
    return own_key(staff) if staff is not None and _mark(staff) in devices.split(".") else name_key(name)


def name_key(name: str) -> str:
    """For tries under a name (as it is compared: without spaces, case folded)."""
    return _keyed(f"name|{name}")


def own_key(staff: Staff) -> str:
    """For tries of the person themselves: from a device of theirs, or signed in already."""
    return _keyed(f"own|{staff.id}")


def with_mark(staff: Staff, devices: str) -> str:
    """The cookie with this person's mark in front. It names nobody, and ends with the password."""
    mark = _mark(staff)
    others = [other for other in devices.split(".") if len(other) == len(mark) and other != mark]
    return ".".join([mark, *others[: MOST_MARKS - 1]])


def tries_under(key: str) -> Tries:
    """The tries counted under a key."""
    found = db.session.get(SignInTries, key, populate_existing=True)
    return Tries(found.failed, found.at) if found is not None else Tries()


def count_failure(key: str, at: datetime) -> None:
    """One more failed try, in the running transaction; counted by the database: of two at the same time both count."""
    db.session.execute(delete(SignInTries).where(SignInTries.at < at - FORGOTTEN))
    table = SignInTries.__table__
    assert isinstance(table, Table)
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    values: dict[str, Any] = {"key_hash": key, "failed": 1, "at": at}
    row = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(values)
    more = {"failed": table.c.failed + 1, "at": row.excluded.at}
    db.session.execute(row.on_conflict_do_update(index_elements=[table.c.key_hash], set_=more))


def forget(*keys: str) -> None:
    """The right password came: what was counted under these is over, in the running transaction."""
    db.session.execute(delete(SignInTries).where(SignInTries.key_hash.in_(keys)))


def _mark(staff: Staff) -> str:
    return _keyed(f"device|{staff.id}|{staff.password_hash}")


def _keyed(text: str) -> str:
    return hmac.digest(installation().keys.pepper, f"sign-in|{text}".encode(), "sha256").hex()
