"""Fitting a text into a box on paper: how large, on how many lines, broken where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Measure = Callable[[str], float]
"""The width of a text at size 1, in the unit of the size."""

_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…—·,.;:?!)]}%")
_NEVER_LAST = frozenset("（《「『【“‘([{")
_SMALLEST_ON_ONE_LINE = 0.8
_WORTH_A_SECOND_LINE = 1.15
_FIRST_CJK = 0x2E80


@dataclass(frozen=True, slots=True)
class Setting:
    """A text set in its lines at one size."""

    lines: tuple[str, ...]
    size: float


def fit(
    text: str, measure: Measure, *, width: float, size: float, height: float = float("inf"), leading: float = 1.3
) -> Setting:
    """The largest setting of `text`, at most `size`, that overflows neither `width` nor `height` (same unit).

    One line as long as it keeps 80 % of the size; a second one only when the letters grow by 15 % or more.
    """
    one = _largest((text,), measure, width, size, height, leading)
    if one.size >= _SMALLEST_ON_ONE_LINE * size:
        return one
    two = max(
        (_largest(lines, measure, width, size, height, leading) for lines in _halves(text)),
        # Among equals the shorter first line loses: a last line of one character looks like a slip.
        key=lambda setting: (setting.size, -max(map(measure, setting.lines))),
        default=one,
    )
    return two if two.size >= _WORTH_A_SECOND_LINE * one.size else one


def _largest(
    lines: tuple[str, ...], measure: Measure, width: float, size: float, height: float, leading: float
) -> Setting:
    longest = max(measure(line) for line in lines)
    by_width = width / longest if longest else size
    return Setting(lines, min(size, by_width, height / (leading * len(lines))))


def _halves(text: str) -> Iterator[tuple[str, str]]:
    for i in range(1, len(text)):
        if _may_break(text[i - 1], text[i]):
            yield text[:i].rstrip(), text[i:].lstrip()


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    if before.isspace() or before in "/，。、；：？！）》」』】·":
        return after != "/"
    # After a Chinese character anything may start a line; what follows a number or a Latin word stays with it (12号).
    return ord(before) >= _FIRST_CJK
