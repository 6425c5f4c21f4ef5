"""Passwords: hashed with argon2id, compared in the same time whether or not there is such a person."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from portal.rules.passwords import LONGEST, SHORTEST, PasswordFault, normalised, password_fault
from portal.services.errors import Refused

# The smallest of OWASP's equivalent settings: 17–30 ms here, where the library's own take 100 ms and worse under load.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

FAULTS = {
    PasswordFault.TOO_SHORT: _l("密码太短了，至少要 %(count)s 个字符。一句自己记得住的话也行。", count=SHORTEST),
    PasswordFault.TOO_LONG: _l("密码太长了，最多 %(count)s 个字符。", count=LONGEST),
    PasswordFault.HAS_LOGIN: _l("密码里不要带账号。"),
    PasswordFault.TOO_PLAIN: _l("这个密码太容易被猜到。请换一个，不要一串重复或者连着的字符。"),
}


def hashed(password: str) -> str:
    """The argon2id hash of a password: 19 MiB, two passes, one lane."""
    return _HASHER.hash(normalised(password))


def is_password(stored_hash: str, password: str) -> bool:
    """Whether the password is the one of this hash. For no hash (nobody of that name) it takes as long and is False."""
    plain = normalised(password)[: LONGEST + 1]
    try:
        return _HASHER.verify(stored_hash or _nobodys_hash(), plain) and bool(stored_hash)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored_hash)


def refuse_weak(field: str, password: str, login: str) -> None:
    """Raise Refused, naming the field, for a new password that is not good enough (rules/passwords.py)."""
    fault = password_fault(password, login)
    if fault is not None:
        raise Refused(FAULTS[fault], **{field: FAULTS[fault]})


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex(16))
