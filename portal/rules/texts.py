"""Cleaning what people type, and finding numbers that do not belong in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text, never cut: `too_long_by` counts the code points over the limit."""

    text: str
    too_long_by: int


_NEW_LINES = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
# Never wanted: control characters but \n and \t, lone surrogates (no encoding takes them), noncharacters, the soft
# hyphen, the grapheme joiner, zero-width signs, and every mark, override and isolate of direction. Kept: private use
# (registers spell rare names with it). The zero-width joiner and tags are judged below, by their neighbours.
_UNWANTED = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u17b4\u17b5\u200b\u200c\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ud800-\udfff\U0001d173-\U0001d17a"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)
# What a zero-width joiner may join: signs that are drawn as pictures, the left one perhaps with its variation sign.
_PICTURE = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
)
_STRAY_JOINER = re.compile(
    rf"\u200d(?![{_PICTURE}])|(?<![{_PICTURE}\ufe0f])\u200d|(?<=\ufe0f)(?<![{_PICTURE}]\ufe0f)\u200d"
)
# Mongolian writes a vowel separator before its last vowel; elsewhere it is only invisible.
_STRAY_VOWEL_SEPARATOR = re.compile(r"(?<![\u1820-\u18aa])\u180e|\u180e(?![\u1820-\u18aa])")
# Tags spell the flags of England, Scotland, Wales after a black flag; elsewhere they hide text.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0001-\U000e007f]")
_VARIATIONS = re.compile(r"([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
# Signs that take part in no word and show nothing: fillers, an empty Braille cell, variation signs, joiners.
_SHOWS_NOTHING = re.compile(r"[\s\u115f\u1160\u180b-\u180f\u200d\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
# No script stacks more; more is a prank, and sorting thousands of them takes the normaliser quadratic time.
_MARKS = 8
_TOO_MANY_MARKS = re.compile(rb"[^\x00]{%d,}" % (_MARKS + 1))
_BLANK_LINES = re.compile("\n{4,}")


def clean(text: str, limit: int) -> Cleaned:
    """What a person typed, made safe to store and show; limit and excess are code points of the cleaned text.

    NFC; line ends become LF and tabs a space; control, zero-width and bidirectional characters go; a zero-width
    joiner stays only between two picture signs (so 👨‍👩‍👧 stays one family); at most eight combining marks in a row;
    trailing spaces go, more than two blank lines become two, the ends are trimmed. A text of nothing visible is
    empty. Nothing is cut: what is too long is given back whole. Linear in the length of the text; cleaning twice
    changes nothing.
    """
    plain = _NEW_LINES.sub("\n", text).replace("\t", " ")
    if not plain.isascii() or not plain.isprintable():
        plain = _without_unwanted(plain)
    lines = "\n".join(line.rstrip() for line in plain.split("\n"))
    return _measured(_BLANK_LINES.sub("\n\n\n", lines).strip(), limit)


def clean_line(text: str, limit: int) -> Cleaned:
    """The same for a field of one line (a name, an item): line ends and runs of space become one space."""
    return _measured(" ".join(clean(text, limit).text.split()), limit)


def _measured(text: str, limit: int) -> Cleaned:
    if _SHOWS_NOTHING.fullmatch(text):
        return Cleaned("", 0)
    return Cleaned(text, max(0, len(text) - limit))


def _without_unwanted(text: str) -> str:
    plain = _few_marks(_without_strays(_TAGS.sub(r"\1", _UNWANTED.sub("", text))))
    # Normalising may change who stands beside a joiner, so the neighbours are judged again.
    return _without_strays(_few_marks(unicodedata.normalize("NFC", plain)))


def _without_strays(text: str) -> str:
    return _VARIATIONS.sub(r"\1", _STRAY_VOWEL_SEPARATOR.sub("", _STRAY_JOINER.sub("", text)))


def _few_marks(text: str) -> str:
    # One byte a code point: its combining class, nought for what stands by itself.
    runs = list(_TOO_MANY_MARKS.finditer(bytes(map(unicodedata.combining, text))))
    if not runs:
        return text
    kept, start = [], 0
    for run in runs:
        kept.append(text[start : run.start() + _MARKS])
        start = run.end()
    return "".join([*kept, text[start:]])


class SensitiveKind(StrEnum):
    """A number that nobody here needs."""

    ID_CARD = "id_card"
    BANK_CARD = "bank_card"


@dataclass(frozen=True, slots=True)
class SensitiveNumber:
    """A likely number and where it stands: text[start:end]."""

    kind: SensitiveKind
    start: int
    end: int


_GAP = r"[ \u00a0\u3000\-\u2013\u2014\uff0d]"
_UNBROKEN = re.compile("(?<![0-9A-Za-z])[0-9]{15,18}[0-9Xx](?![0-9A-Za-z])")
# Cards are written in fours with a shorter end, ID cards as 6-8-4 or 6-4-4-4; nothing else may lean on the groups.
_GROUPED = re.compile(
    f"(?<![0-9A-Za-z])(?<![0-9]{_GAP})"
    f"(?:[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?"
    f"|[0-9]{{6}}{_GAP}[0-9]{{4}}{_GAP}?[0-9]{{4}}{_GAP}[0-9]{{3}}[0-9Xx])"
    f"(?!{_GAP}?[0-9A-Za-z])"
)
_FULL_WIDTH = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF38: "X", 0xFF58: "x"})
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def sensitive_numbers(text: str) -> tuple[SensitiveNumber, ...]:
    """Likely ID card and bank card numbers in a text, in order, so that the page may warn gently.

    An ID card has 18 signs, a believable birthday and the check sign of GB 11643 (ISO 7064 MOD 11-2). A bank card has
    16 to 19 digits, begins as cards do (3 to 6, or 9) and passes Luhn. A tracking code of ours (20 digits) is
    neither. A guess: never a reason to refuse a text.
    """
    plain = text.translate(_FULL_WIDTH)
    return tuple(sorted(_found(plain), key=lambda number: number.start))


def _found(plain: str) -> Iterator[SensitiveNumber]:
    for pattern in (_UNBROKEN, _GROUPED):
        for match in pattern.finditer(plain):
            number = re.sub(_GAP, "", match[0]).upper()
            if is_id_card(number):
                yield SensitiveNumber(SensitiveKind.ID_CARD, match.start(), match.end())
            elif is_bank_card(number):
                yield SensitiveNumber(SensitiveKind.BANK_CARD, match.start(), match.end())


def is_id_card(number: str) -> bool:
    """Whether 18 signs are a resident identity number: birthday from 1890 on, check sign right (GB 11643-1999)."""
    if not re.fullmatch("[1-9][0-9]{16}[0-9X]", number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return 1890 <= born.year < 2100 and _ID_CHECKS[total % 11] == number[17]


def is_bank_card(number: str) -> bool:
    """Whether 16 to 19 digits look like a payment card: its first digit is one of cards', and Luhn holds."""
    if not re.fullmatch("[34569][0-9]{15,18}", number):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
