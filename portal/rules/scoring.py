"""Ratings and rates: tallies, rates that carry their n and interval, ranks that luck cannot win."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import sqrt
from typing import Generic, TypeVar

from portal.rules.vocabulary import Evidence, Level

Key = TypeVar("Key", bound=Hashable)

# 95 %, two-sided.
Z = 1.959963984540054
# Below this many a rate says more about chance, and about single persons, than about a counter.
MINIMUM = 5
# What the published score counts; the other kinds stand beside it with their own numbers.
PUBLISHED = frozenset({Evidence.VISIT, Evidence.CASE})


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; a city may set all of them. Each lies in 0..1 and the parts of the composite sum to 1."""

    fairly_satisfied: Decimal = Decimal("0.9")
    contact: Decimal = Decimal("0.1")
    satisfaction: Decimal = Decimal("0.4")
    solve: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        parts = (self.contact, self.satisfaction, self.solve)
        if not all(0 <= weight <= 1 for weight in (self.fairly_satisfied, *parts)):
            raise ValueError("a weight lies between 0 and 1")
        if sum(parts) != 1:
            raise ValueError("the weights of the composite add up to 1")


STANDARD_WEIGHTS = Weights()


def weights_from(text: str) -> Weights:
    """Weights as a setting writes them: "fairly_satisfied=0.9, contact=0.1, satisfaction=0.4, solve=0.5".

    What is not named keeps its usual value. Raises ValueError for an unknown name, what is no number, and a nonsense.
    """
    given: dict[str, Decimal] = {}
    for part in filter(None, re.split(r"[,\s]+", text)):
        name, _, number = part.partition("=")
        if name not in Weights.__dataclass_fields__ or not re.fullmatch(r"[01](\.\d{1,4})?", number, re.ASCII):
            raise ValueError(f"{part!r} is not one of {', '.join(Weights.__dataclass_fields__)} = a number like 0.9")
        given[name] = Decimal(number)
    return Weights(**given)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ratings each level got. Levels that are not named have none."""

    counts: Mapping[Level, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(count < 0 for count in self.counts.values()):
            raise ValueError("a count is not negative")

    @property
    def n(self) -> int:
        """All ratings."""
        return sum(self.counts.values())

    def of(self, level: Level) -> int:
        """Ratings of one level."""
        return self.counts.get(level, 0)

    def __add__(self, other: Tally) -> Tally:
        return Tally({level: self.of(level) + other.of(level) for level in Level})

    def satisfied(self, weights: Weights = STANDARD_WEIGHTS) -> Decimal:
        """Very satisfied and satisfied count one, fairly satisfied its weight, the bad ones nothing. Exact."""
        full = self.of(Level.VERY_SATISFIED) + self.of(Level.SATISFIED)
        return full + weights.fairly_satisfied * self.of(Level.FAIRLY_SATISFIED)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that never stands without its n and interval.

    Below the minimum it is `suppressed`: numerator, value and interval are None, so no page can show them by
    mistake, and so is the denominator unless it is nought (nothing at all is no secret).
    """

    numerator: Decimal | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool

    @property
    def is_empty(self) -> bool:
        """Nothing was counted: “none yet” rather than “fewer than five”."""
        return self.denominator == 0


def wilson(numerator: float, denominator: int, z: float = Z) -> tuple[float, float]:
    """The Wilson score interval of numerator/denominator (E. B. Wilson, 1927), within 0..1, 95 % by default.

    Raises ValueError unless 0 <= numerator <= denominator and denominator > 0.
    """
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError("a proportion needs 0 <= numerator <= denominator and something counted")
    share, square = numerator / denominator, z * z / denominator
    centre = share + square / 2
    reach = z * sqrt(max(share * (1 - share), 0.0) / denominator + square / denominator / 4)
    low, high = (centre - reach) / (1 + square), (centre + reach) / (1 + square)
    # At the ends the exact bound is 0 or 1, and within them the share itself; rounding must not say otherwise.
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def rate(numerator: Decimal | int, denominator: int, *, minimum: int = MINIMUM, z: float = Z) -> Rate:
    """numerator/denominator with its Wilson interval; suppressed below `minimum`.

    A weighted score is treated as that share of whole successes (its effective proportion). Every single rating
    scores between 0 and 1, and such a score varies no more than a yes-or-no with the same mean, so the interval is
    never too narrow because of the weights, only a little too wide: it errs on the careful side.
    Raises ValueError unless 0 <= numerator <= denominator.
    """
    if not 0 <= numerator <= denominator:
        raise ValueError("a rate needs 0 <= numerator <= denominator")
    if denominator < max(minimum, 1):
        empty = denominator == 0
        return Rate(Decimal(0) if empty else None, 0 if empty else None, None, None, None, suppressed=True)
    low, high = wilson(float(numerator), denominator, z)
    # Divided as decimals: 5.7 of 10 is 0.57 and nothing behind it.
    return Rate(Decimal(numerator), denominator, float(Decimal(numerator) / denominator), low, high, suppressed=False)


def satisfaction_rate(tally: Tally, weights: Weights = STANDARD_WEIGHTS, *, minimum: int = MINIMUM) -> Rate:
    """满意率 of ratings = (very satisfied + satisfied + 0.9 × fairly satisfied) / n; the 0.9 is a setting."""
    return rate(tally.satisfied(weights), tally.n, minimum=minimum)


@dataclass(frozen=True, slots=True)
class Composite:
    """One number out of three rates, in 0..1, with its interval."""

    value: float
    low: float
    high: float


def composite(contact: Rate, satisfaction: Rate, solve: Rate, weights: Weights = STANDARD_WEIGHTS) -> Composite | None:
    """综合分 = 0.1 · 响应率 + 0.4 · 满意率 + 0.5 · 解决率 (the weights are settings); None while a part is unseen.

    Each part keeps its own people: contact and solve are of those reached in follow-up, satisfaction is that of the
    ratings which count. So the interval is the weighted sum of theirs: never too narrow, rather too wide. A part whose
    weight is nought does not matter. Source: a working report over an export of a city's 12345 hotline.
    """
    pairs = ((weights.contact, contact), (weights.satisfaction, satisfaction), (weights.solve, solve))
    parts = [(float(weight), part) for weight, part in pairs if weight]
    if any(part.value is None for _, part in parts):
        return None
    value, low, high = (sum(w * (getattr(part, end) or 0.0) for w, part in parts) for end in ("value", "low", "high"))
    return Composite(value, low, high)


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Key]):
    """A place in a ranking; None for what is suppressed, which has no place."""

    place: int | None
    key: Key
    rate: Rate


def rank(rates: Iterable[tuple[Key, Rate]]) -> list[Ranked[Key]]:
    """Best first by the lower end of the interval, so that few ratings do not win by luck.

    Equal lower ends share a place (1, 2, 2, 4). What is suppressed comes last, in the order given, without a place.
    """
    given = list(rates)
    shown = [(key, found, found.low) for key, found in given if found.low is not None]
    shown.sort(key=lambda entry: entry[2], reverse=True)
    ranked: list[Ranked[Key]] = []
    place = 0
    for position, (key, found, low) in enumerate(shown, start=1):
        place = place if ranked and ranked[-1].rate.low == low else position
        ranked.append(Ranked(place, key, found))
    return ranked + [Ranked(None, key, found) for key, found in given if found.low is None]
