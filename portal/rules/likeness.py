"""How alike two texts are, by pairs of neighbouring characters: enough to offer help, never to decide."""

from __future__ import annotations

from portal.rules.bigrams import folded


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters, folded as in search; a text of one character is its own pair."""
    plain = folded(text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) or frozenset(plain)


def share_found(wanted: frozenset[str], text: str) -> float:
    """Which share of the wanted pairs occurs in a text, from 0 to 1; 0 when nothing is wanted."""
    plain = folded(text)
    return sum(pair in plain for pair in wanted) / len(wanted) if wanted else 0.0


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Sørensen–Dice over two sets of pairs, from 0 (nothing shared) to 1 (the same)."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 0.0
