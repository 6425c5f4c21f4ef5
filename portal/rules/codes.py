"""Everything a person types, scans or reads out: slugs, keys, tracking codes, numbers, claims."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from enum import Enum
from hashlib import sha256

# Crockford's 32 symbols: no i, l, o, u. What looks alike is read alike.
SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"
_LOOKALIKES = str.maketrans("oil", "011")
CODE_LENGTH = 20
CLAIM_LENGTH = 9
SLUG_LENGTH = 8
NUMBER_LENGTH = 8
# Nobody types more than this for one code; a longer paste is not searched.
_LONGEST_PASTE = 400

Below = Callable[[int], int]


class CodeFault(Enum):
    """What is wrong with a typed code, so that the page can say it. Not a str: it must not pass for a code."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_DIGITS = "not_digits"
    CHECK_DIGIT = "check_digit"


# The totally anti-symmetric quasigroup of order 10 published in H. M. Damm's dissertation (Marburg, 2004).
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_DAMM_ROWS = tuple(tuple(int(digit) for digit in row) for row in _DAMM)

# Dashes, dots, commas and spaces people and keyboards put between groups, Chinese ones included.
_SEPARATORS = re.compile(r"[\s\-_.,/\u00b7\u2010-\u2015\u2212\u3001\u3002\u30fb\ufe58\ufe63\uff0c\uff0d\uff0e\uff3f]+")
# 〇 零 一 幺 二 两 三 四 五 六 七 八 九, as a code is read out on the telephone (幺 for one, 两 for two).
_SPOKEN = {
    0x3007: "0",
    0x96F6: "0",
    0x4E00: "1",
    0x5E7A: "1",
    0x4E8C: "2",
    0x4E24: "2",
    0x4E09: "3",
    0x56DB: "4",
    0x4E94: "5",
    0x516D: "6",
    0x4E03: "7",
    0x516B: "8",
    0x4E5D: "9",
}
_DIGIT_RUN = re.compile(r"[0-9](?:[0-9\s\-_.\u00b7\u2010-\u2015\u2212]*[0-9])?")


def damm_digit(digits: str) -> str:
    """The Damm check digit of a string of digits: it catches every single wrong digit and every adjacent swap."""
    state = 0
    for digit in digits:
        state = _DAMM_ROWS[state][int(digit)]
    return str(state)


def tracking_code(pepper: bytes, submission_key: bytes) -> str:
    """The 20 digits of a case: 19 from HMAC-SHA256(pepper, submission key), the last a Damm check digit.

    The same key gives the same code, so a lost answer costs nothing. Raises ValueError for a pepper under 16 bytes.
    """
    body = int.from_bytes(_mac(pepper, b"tracking-code", submission_key), "big") % 10 ** (CODE_LENGTH - 1)
    digits = str(body).zfill(CODE_LENGTH - 1)
    return digits + damm_digit(digits)


def code_of_claim(pepper: bytes, submission_key: bytes, claim_hash: str) -> str:
    """The 20 digits that a claim slip becomes: as tracking_code, of the key and the stored hash of the claim.

    So one page that is used for two slips (a phone's “back” brings its key again) makes two codes.
    """
    return tracking_code(pepper, submission_key + claim_hash.encode("ascii"))


def code_fingerprint(pepper: bytes, code: str) -> str:
    """What is stored instead of a tracking code: HMAC-SHA256 in hex (64 characters)."""
    return _mac(pepper, b"code-fingerprint", code.encode("ascii")).hex()


def submission_fingerprint(pepper: bytes, submission_key: bytes) -> str:
    """What is stored instead of a submission key: HMAC-SHA256 in hex; the code cannot be derived from it."""
    return _mac(pepper, b"submission-fingerprint", submission_key).hex()


def entry_fingerprint(pepper: bytes, submission_key: bytes, content: str) -> str:
    """What tells an entry sent twice from another one under the same key: HMAC-SHA256 of key and content, in hex.

    Nobody can guess at the content with it: the key is not stored.
    """
    return _mac(pepper, b"entry-fingerprint", submission_key + content.encode()).hex()


def claim_fingerprint(pepper: bytes, claim: str) -> str:
    """What is stored instead of a claim number: HMAC-SHA256 in hex."""
    return _mac(pepper, b"claim-fingerprint", claim.encode("ascii")).hex()


def _mac(pepper: bytes, purpose: bytes, message: bytes) -> bytes:
    if len(pepper) < 16:
        raise ValueError("a pepper has at least 16 bytes")
    return hmac.new(pepper, purpose + b"\0" + message, sha256).digest()


def format_code(code: str) -> str:
    """A tracking code in groups of four, as it is shown, printed and read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def parse_code(text: str) -> str | CodeFault:
    """The 20 digits in what a person typed or pasted, or what is wrong with it.

    Spaces, dashes, full-width digits and Chinese numerals are fine; out of a pasted sentence or address the one
    right code is taken. A CodeFault is not a str: test with isinstance.
    """
    plain = _as_digits(text[: _LONGEST_PASTE + 1])
    digits = _SEPARATORS.sub("", plain)
    if not digits:
        return CodeFault.EMPTY
    if not (digits.isascii() and digits.isdigit()):
        return _code_within(plain) or CodeFault.NOT_DIGITS
    return _fault_of(digits) or digits


def _as_digits(text: str) -> str:
    # unicodedata.decimal reads full-width digits and those of other scripts.
    plain = (str(unicodedata.decimal(character, character)) for character in text)
    return "".join(plain).translate(_SPOKEN)


def _code_within(plain: str) -> str | None:
    runs = (_SEPARATORS.sub("", run) for run in _DIGIT_RUN.findall(plain))
    found = {run for run in runs if _fault_of(run) is None}
    return found.pop() if len(found) == 1 else None


def _fault_of(digits: str) -> CodeFault | None:
    if len(digits) < CODE_LENGTH:
        return CodeFault.TOO_SHORT
    if len(digits) > CODE_LENGTH:
        return CodeFault.TOO_LONG
    return None if damm_digit(digits) == "0" else CodeFault.CHECK_DIGIT


def new_submission_key() -> str:
    """128 random bits as 22 characters that are safe in a form field and a URL."""
    return secrets.token_urlsafe(16)


def parse_submission_key(text: str) -> bytes | None:
    """The 16 bytes of a submission key, or None when it is not one. Each key has exactly one spelling."""
    if len(text) != 22 or not text.isascii():
        return None
    try:
        key = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    # The last character carries four bits that mean nothing: only zero is accepted, lest one key have 16 names.
    spelled = base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii")
    return key if spelled == text else None


def new_slug(below: Below = secrets.randbelow) -> str:
    """A poster's slug: 8 random Crockford symbols, lower case. `below(n)` gives a number under n."""
    return _random_symbols(SLUG_LENGTH, below)


def parse_slug(text: str) -> str | None:
    """The slug that was scanned or typed (upper case, o for 0, i and l for 1 are read), or None."""
    symbols = _as_symbols(text)
    return symbols if len(symbols) == SLUG_LENGTH and set(symbols) <= set(SYMBOLS) else None


def new_case_number(below: Below = secrets.randbelow) -> str:
    """A case number `dddd-dddd`: random, so that it tells neither how many cases there are nor when.

    Nine characters with the dash; never begins with 0, which spreadsheets swallow. The caller retries on a clash.
    """
    return format_case_number(str(10 ** (NUMBER_LENGTH - 1) + below(9 * 10 ** (NUMBER_LENGTH - 1))))


def format_case_number(digits: str) -> str:
    """Eight digits as `dddd-dddd`."""
    return f"{digits[:4]}-{digits[4:]}"


def parse_case_number(text: str) -> str | None:
    """The case number `dddd-dddd` in what was typed (with or without dash, full-width too), or None."""
    digits = _SEPARATORS.sub("", _as_digits(text[:_LONGEST_PASTE]))
    right = len(digits) == NUMBER_LENGTH and digits.isascii() and digits.isdigit() and digits[0] != "0"
    return format_case_number(digits) if right else None


def order_number(case_number: str, position: int) -> str:
    """The number on a work order: the case's number and its position, from 1."""
    return f"{case_number}-{position}"


def new_claim(below: Below = secrets.randbelow) -> str:
    """A single-use claim number: 8 random Crockford symbols and a check symbol, lower case, 40 bits."""
    symbols = _random_symbols(CLAIM_LENGTH - 1, below)
    return symbols + _check_symbol(symbols)


def format_claim(claim: str) -> str:
    """A claim number in threes and upper case, as the slip shows it."""
    return "-".join(claim[start : start + 3] for start in range(0, len(claim), 3)).upper()


def parse_claim(text: str) -> str | CodeFault:
    """The claim number in what was typed, or what is wrong; NOT_DIGITS means a sign that no claim has."""
    symbols = _as_symbols(text[: _LONGEST_PASTE + 1])
    if not symbols:
        return CodeFault.EMPTY
    if not set(symbols) <= set(SYMBOLS):
        return CodeFault.NOT_DIGITS
    if len(symbols) != CLAIM_LENGTH:
        return CodeFault.TOO_SHORT if len(symbols) < CLAIM_LENGTH else CodeFault.TOO_LONG
    return symbols if _check_symbol(symbols) == "0" else CodeFault.CHECK_DIGIT


def _as_symbols(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:_LONGEST_PASTE])).lower().translate(_LOOKALIKES)


def _random_symbols(length: int, below: Below) -> str:
    return "".join(SYMBOLS[below(len(SYMBOLS))] for _ in range(length))


def _check_symbol(symbols: str) -> str:
    # Damm's idea over the field of 32 elements (x^5 + x^2 + 1): add the symbol, then multiply by x. Both x and
    # x^2 + x have inverses, so every wrong symbol and every adjacent swap changes the result.
    state = 0
    for symbol in symbols:
        state = (state ^ SYMBOLS.index(symbol)) << 1
        if state & 0b100000:
            state ^= 0b100101
    return SYMBOLS[state]


def format_poster_number(prefix: str, sequence: int) -> str:
    """The number printed small on a poster: the hall's letters and a running number, QC-0003."""
    return f"{prefix.upper()}-{sequence:04d}"
