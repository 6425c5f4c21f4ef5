"""Search in texts without spaces: pairs of neighbouring characters, written so that every index keeps them whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

# Nobody searches for more; the rest of a pasted page would only cost time.
LONGEST_QUERY = 200
# Between two texts of one case: no pair stands on both sides of it.
BORDER = "z"


def folded(text: str) -> str:
    """The text as it is searched: NFKC, case folded, without spaces, punctuation, symbols and control characters.

    Letters, marks, digits of every script stay, and so do private characters (registers spell rare names with them).
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Once more: what was dropped may have kept a letter and its mark apart.
    return unicodedata.normalize("NFKC", "".join(character for character in plain if _counts(character)))


def grams(texts: Iterable[str]) -> list[str]:
    """What is stored for some texts: each text's pairs in order, a border after each, then every character once."""
    folded_texts = [plain for plain in map(folded, texts) if plain]
    pairs = [gram for plain in folded_texts for gram in (*_pairs(plain), BORDER)]
    return pairs + [_single(character) for character in sorted(set("".join(folded_texts)))]


def phrases(query: str) -> list[list[str]]:
    """What must be found for a query: each word's grams, in this order and next to each other; all words.

    Words are what spaces part. A word of one character asks for that character. Nothing to search for: an empty list.
    """
    words = [word for word in map(folded, query[:LONGEST_QUERY].split()) if word]
    return [_pairs(word) or [_single(word)] for word in words]


def find_in(text: str, query: str) -> tuple[int, int] | None:
    """Where the first word of the query that occurs stands in a text (from, until), in the text's own characters."""
    signs = [(sign, place) for place, character in enumerate(text) for sign in folded(character)]
    plain = "".join(sign for sign, _place in signs)
    for word in filter(None, map(folded, query[:LONGEST_QUERY].split())):
        at = plain.find(word)
        if at >= 0:
            return signs[at][1], signs[at + len(word) - 1][1] + 1
    return None


def _counts(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMN" or category in ("Co", "Cn")


def _pairs(plain: str) -> list[str]:
    return [_pair(plain[at : at + 2]) for at in range(len(plain) - 1)]


# Code points in hexadecimal: plain ASCII, which no tokeniser folds, splits or takes for its own syntax.
def _pair(two: Sequence[str]) -> str:
    return f"p{ord(two[0]):x}x{ord(two[1]):x}"


def _single(character: str) -> str:
    return f"s{ord(character):x}"
