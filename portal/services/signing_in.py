"""Signing in by password, choosing a new one, and the one-time code for who forgot it."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _n
from sqlalchemy import select, update

from portal import clock
from portal.extensions import db
from portal.models import Staff, StaffSession
from portal.rules.passwords import new_reset_code, parse_reset_code, seconds_to_wait
from portal.services import journal
from portal.services.errors import NotFound, Refused
from portal.services.installation import installation
from portal.services.passwords import hashed, is_password, needs_rehash, refuse_weak
from portal.services.sessions import SignedIn, begin_session, end_sessions
from portal.services.sign_in_tries import Tries, count_failure, forget, key_of, name_key, own_key, tries_under
from portal.services.transaction import write

RESET_LIVES = timedelta(hours=24)


def sign_in(login: str, password: str, devices: str = "") -> str:
    """The secret of a new session, for a login and its password; `devices` is the cookie of sign_in_tries.with_mark.

    Raises Refused with one sentence for an unknown login, a wrong password and somebody who left: all three take the
    time of one argon2id hash. Each failure makes the next try under that name wait, 1, 2, 4 … at most 60 seconds,
    whether somebody has it or not; tries from the person's own device are counted apart. A hash made with older
    parameters is renewed.
    """
    name = login.strip().casefold()[:40]
    staff = db.session.scalar(select(Staff).where(Staff.login == name, Staff.active))
    now = clock.now()
    key = key_of(name, staff, devices)
    tries = tries_under(key)
    _refuse_while_waiting(tries, now)
    if not is_password(staff.password_hash if staff else "", password) or staff is None:
        _note_failure(key, staff, now)
        raise _wrong(tries.failed + 1)
    renewed = hashed(password) if needs_rehash(staff.password_hash) else staff.password_hash
    with write():
        forget(key)
        staff.password_hash = renewed
        return begin_session(staff.id, now)


def sign_in_invented(staff_id: int) -> str:
    """The secret of a new session for one of the demo hall's invented people, without a password.

    Only in demo mode, which is refused with a real address (portal/config.py). Raises NotFound everywhere else.
    """
    staff = db.session.get(Staff, staff_id) if installation().settings.demo else None
    if staff is None or not staff.active:
        raise NotFound
    with write():
        return begin_session(staff.id, clock.now())


def change_password(signed: SignedIn, current: str, new: str) -> None:
    """Choose another password, knowing the present one; the person's other sessions end, this one stays.

    Raises Refused, naming the field: not the present password (with the same waiting as at signing in), or too weak.
    """
    staff, now = signed.staff, clock.now()
    key = own_key(staff)
    _refuse_while_waiting(tries_under(key), now)
    if not is_password(staff.password_hash, current):
        _note_failure(key, staff, now)
        sentence = _l("现在的密码不对。")
        raise Refused(sentence, current=sentence)
    refuse_weak("new", new, staff.login)
    fresh = hashed(new)
    with write():
        set_password(staff, fresh, now)
        end_sessions(staff.id, now, StaffSession.id != signed.session_id)


def set_password(staff: Staff, password_hash: str, at: datetime) -> None:
    """Put a new hash in place, with its event, in the running transaction; tries and an open reset end."""
    forget(own_key(staff), name_key(staff.login))
    staff.password_hash = password_hash
    staff.reset_hash, staff.reset_expires_at = None, None
    journal.record("password_set", at, staff_id=staff.id, object_kind="staff", object_id=staff.id)


def make_reset(staff: Staff, at: datetime, *, by: int | None) -> str:
    """A one-time code with which the person chooses a password within 24 hours, in the running transaction.

    It takes the place of an earlier one; the present password goes on working until it is used. Only its hash is kept.
    """
    code = new_reset_code()
    staff.reset_hash, staff.reset_expires_at = _fingerprint(code), at + RESET_LIVES
    journal.record("reset_issued", at, staff_id=by, object_kind="staff", object_id=staff.id)
    return code


def use_reset(code: str, new_password: str) -> Staff:
    """Choose a password with a one-time code; all the person's sessions end.

    Raises Refused, naming the field: unknown, used or expired code (one sentence for all), or too weak a password.
    """
    now = clock.now()
    parsed = parse_reset_code(code)
    found = select(Staff).where(Staff.reset_hash == _fingerprint(parsed or ""), Staff.active)
    staff = db.session.scalar(found) if parsed else None
    if staff is None or staff.reset_expires_at is None or staff.reset_expires_at < now:
        raise _no_such_code()
    refuse_weak("new", new_password, staff.login)
    fresh = hashed(new_password)
    with write() as session:
        # Whoever sends it twice at the same time: only one takes it.
        wanted = (Staff.id == staff.id, Staff.reset_hash == _fingerprint(parsed or ""))
        if session.scalar(update(Staff).where(*wanted).values(reset_hash=None).returning(Staff.id)) is None:
            raise _no_such_code()
        set_password(staff, fresh, now)
        end_sessions(staff.id, now)
    return staff


def _refuse_while_waiting(tries: Tries, now: datetime) -> None:
    left = tries.wait(now)
    if left:
        raise Refused(
            _n(
                "刚才没有输对。为了防止别人猜密码，请再等 %(num)s 秒。",
                "刚才没有输对。为了防止别人猜密码，请再等 %(num)s 秒。",
                left,
            )
        )


def _note_failure(key: str, staff: Staff | None, now: datetime) -> None:
    with write():
        count_failure(key, now)
        if staff is not None:
            journal.record("sign_in_failed", now, staff_id=staff.id, object_kind="staff", object_id=staff.id)


def _wrong(failed: int) -> Refused:
    wait = seconds_to_wait(failed)
    return Refused(_n("账号或密码不对。请过 %(num)s 秒再试。", "账号或密码不对。请过 %(num)s 秒再试。", wait))


def _no_such_code() -> Refused:
    sentence = _l("这个一次性密码不对，用过了，或者过了 24 小时。请大厅管理员再给一个。")
    return Refused(sentence, code=sentence)


def _fingerprint(code: str) -> str:
    # 80 random bits: no salt or slow hash is needed.
    return sha256(code.encode()).hexdigest()
