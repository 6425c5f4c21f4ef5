"""What gives a person away in a text that everybody may read, however it is spaced or typed."""

from __future__ import annotations

import re
import unicodedata

from portal.rules.bigrams import folded
from portal.rules.likeness import pairs, share_found

# Less is a number of things, not of a telephone.
SHORTEST_PHONE = 7
# Of the person's own words: a retelling shares its nouns with them, a copy nearly everything.
OWN_WORDS = 0.85
FEWEST_PAIRS = 8
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]{1,3}(?=\d)")
_MOBILE = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")


def tells_name(text: str, name: str) -> bool:
    """Whether a name of two signs or more is in the text, spaces, dots and width aside."""
    plain = folded(name)
    return len(plain) > 1 and plain in folded(text)


def tells_number(text: str, phone: str) -> bool:
    """Whether the person's number, or anybody's mobile (eleven digits), is in the text, however it is broken up."""
    plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    own = re.sub(r"\D", "", phone.partition("ext")[0])
    return bool(_MOBILE.search(plain)) or (len(own) >= SHORTEST_PHONE and own in plain)


def copies_words(text: str, words: str) -> bool:
    """Whether a text is the person's own words, or has nearly all of them in it; very short words only when equal."""
    own = pairs(words)
    if len(own) < FEWEST_PAIRS:
        return folded(text) == folded(words)
    return share_found(own, text) >= OWN_WORDS
