"""Which counts must not be shown, so that neither a small one nor a subtraction tells what a single person said."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from portal.rules.scoring import MINIMUM

Cell = TypeVar("Cell", bound=Hashable)


def suppressed(
    counts: Mapping[Cell, int],
    lines: Iterable[Sequence[Cell]],
    *,
    forced: Collection[Cell] = (),
    minimum: int = MINIMUM,
) -> frozenset[Cell]:
    """The cells to hide. Nought is no secret; 1 to `minimum` - 1 is always hidden.

    Each of `lines` is a set of cells whose sum stands somewhere beside them. In a line with something hidden at least
    two cells are hidden, and together they are at least `minimum`, as long as the line has more to hide: else the sum
    less the rest would tell. The next cell hidden is one that another line needs hidden too, then the smallest.
    Cells in `forced` are hidden whatever they hold. This is complementary cell suppression as statistical offices do
    it, by a plain greedy rule: it stops subtraction along each given line, not a linear program over all of them.
    """
    given = [[cell for cell in line if counts.get(cell, 0)] for line in lines]
    crossing: dict[Cell, list[Sequence[Cell]]] = {}
    for line in given:
        for cell in line:
            crossing.setdefault(cell, []).append(line)
    hidden = {cell for cell, count in counts.items() if 0 < count < minimum or (count and cell in forced)}
    stirred = True
    while stirred:
        stirred = False
        for line in given:
            while (more := _next(line, counts, hidden, crossing, minimum)) is not None:
                hidden.add(more)
                stirred = True
    return frozenset(hidden)


def _next(
    line: Sequence[Cell],
    counts: Mapping[Cell, int],
    hidden: set[Cell],
    crossing: Mapping[Cell, list[Sequence[Cell]]],
    minimum: int,
) -> Cell | None:
    """One more cell that this line must hide, or None."""
    inside = [cell for cell in line if cell in hidden]
    if not inside or (len(inside) > 1 and sum(counts[cell] for cell in inside) >= minimum):
        return None
    shown = [cell for cell in line if cell not in hidden]

    def cost(cell: Cell) -> tuple[bool, int]:
        others = (other for other in crossing[cell] if other is not line)
        return not any(cell_of in hidden for other in others for cell_of in other), counts[cell]

    return min(shown, key=cost, default=None)
