"""What a password must be, and how failed sign-ins slow the next one down."""

from __future__ import annotations

import re
import secrets
import unicodedata
from enum import StrEnum
from itertools import pairwise

from portal.rules.codes import SYMBOLS, Below

SHORTEST, LONGEST = 10, 200
LONGEST_WAIT = 60
RESET_LENGTH = 16
_LOOKALIKES = str.maketrans("oil", "011")


class PasswordFault(StrEnum):
    """What is wrong with a new password."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    HAS_LOGIN = "has_login"
    TOO_PLAIN = "too_plain"


def normalised(password: str) -> str:
    """The password as it is hashed: NFC, so that the same characters from two keyboards are the same password."""
    return unicodedata.normalize("NFC", password)


def password_fault(password: str, login: str) -> PasswordFault | None:
    """What is wrong with a new password, or None.

    At least 10 characters and at most 200 (a longer one would only keep the hash busy), without the login in it, with
    at least five different characters, and not one run up or down the keyboard's digits or the alphabet. Length is
    asked for rather than signs of many kinds: those make people write passwords down. (MLPS 2.0: complexity.)
    """
    plain = normalised(password)
    if len(plain) < SHORTEST:
        return PasswordFault.TOO_SHORT
    if len(plain) > LONGEST:
        return PasswordFault.TOO_LONG
    if login and login.casefold() in plain.casefold():
        return PasswordFault.HAS_LOGIN
    if len(set(plain)) < 5 or _is_one_run(plain):
        return PasswordFault.TOO_PLAIN
    return None


def seconds_to_wait(failed: int) -> int:
    """Back-off instead of lockout: after n failed tries in a row 1, 2, 4 … seconds, at most 60; none after none."""
    return 0 if failed < 1 else min(2 ** min(failed - 1, 10), LONGEST_WAIT)


def new_reset_code(below: Below = secrets.randbelow) -> str:
    """A one-time code for a new password: 16 random Crockford symbols, lower case, 80 bits: typed from a slip."""
    return "".join(SYMBOLS[below(len(SYMBOLS))] for _ in range(RESET_LENGTH))


def format_reset_code(code: str) -> str:
    """A one-time code in fours and upper case, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4)).upper()


def parse_reset_code(text: str) -> str | None:
    """The one-time code in what was typed (case, dashes and look-alikes do not matter), or None."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text[:200])).lower().translate(_LOOKALIKES)
    return plain if len(plain) == RESET_LENGTH and set(plain) <= set(SYMBOLS) else None


def _is_one_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    # 1234567890 turns over once.
    return steps <= {1, -9} or steps <= {-1, 9}
