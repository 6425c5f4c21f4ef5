"""Ratings and rates: official codes, tallies, rates that carry their n and interval, ranks that luck cannot win."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
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


class CodeScheme(StrEnum):
    """The two official numberings of the levels; they run in opposite directions."""

    NATIONAL_STANDARD = "national_standard"  # GB/T 39046-2020, A.8: 1 is the best
    REPORTING_INTERFACE = "reporting_interface"  # 5 is the best


_BEST_FIRST = tuple(Level)
_CODES: dict[CodeScheme, dict[Level, int]] = {
    CodeScheme.NATIONAL_STANDARD: {level: place for place, level in enumerate(_BEST_FIRST, start=1)},
    CodeScheme.REPORTING_INTERFACE: {level: 6 - place for place, level in enumerate(_BEST_FIRST, start=1)},
}


def level_code(level: Level, scheme: CodeScheme) -> int:
    """The number of a level in one official scheme; names are stored, numbers are for exports only."""
    return _CODES[scheme][level]


def level_of(code: int, scheme: CodeScheme) -> Level:
    """The level an official number means. Raises ValueError for a number outside 1 to 5."""
    for level, number in _CODES[scheme].items():
        if number == code:
            return level
    raise ValueError(f"no level has the code {code}")


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; a city may set all of them. Each lies in 0..1 and the parts of the composite sum to 1."""

    fairly_satisfied: Decimal = Decimal("0.9")
    partly_solved: Decimal = Decimal(0)
    contact: Decimal = Decimal("0.1")
    satisfaction: Decimal = Decimal("0.4")
    solve: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        parts = (self.contact, self.satisfaction, self.solve)
        if not all(0 <= weight <= 1 for weight in (self.fairly_satisfied, self.partly_solved, *parts)):
            raise ValueError("a weight lies between 0 and 1")
        if sum(parts) != 1:
            raise ValueError("the weights of the composite add up to 1")


STANDARD_WEIGHTS = Weights()


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
class FollowUpCounts:
    """What follow-up calls found. All are parts of `reached`; a case closed as “not confirmed” is in none of them."""

    reached: int = 0
    contacted: int = 0
    solved: int = 0
    partly: int = 0
    levels: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        parts = (self.contacted, self.solved + self.partly, self.levels.n)
        if min(self.contacted, self.solved, self.partly) < 0 or any(part > self.reached for part in parts):
            raise ValueError("only people who were reached can have said anything")

    def __add__(self, other: FollowUpCounts) -> FollowUpCounts:
        return FollowUpCounts(
            self.reached + other.reached,
            self.contacted + other.contacted,
            self.solved + other.solved,
            self.partly + other.partly,
            self.levels + other.levels,
        )


@dataclass(frozen=True, slots=True)
class FollowUpRates:
    """The four rates of follow-up, all of people reached."""

    contact: Rate
    solve: Rate
    satisfaction: Rate
    composite: Rate


def follow_up_rates(
    counts: FollowUpCounts, weights: Weights = STANDARD_WEIGHTS, *, minimum: int = MINIMUM
) -> FollowUpRates:
    """响应率, 解决率, 满意率 and the composite = 0.1 · 响应率 + 0.5 · 解决率 + 0.4 · 满意率 (weights are settings).

    Contact = contacted / reached; solve = solved / reached (partly solved counts its weight, nought unless set);
    satisfaction = weighted satisfied / reached, so a person reached who named no level counts as not satisfied.
    The composite has the same denominator and scores each person between 0 and 1, so it has an interval as well.
    Source: a working report over an export of a city's 12345 hotline.
    """
    solved = counts.solved + weights.partly_solved * counts.partly
    satisfied = counts.levels.satisfied(weights)
    together = weights.contact * counts.contacted + weights.solve * solved + weights.satisfaction * satisfied
    parts = (Decimal(counts.contacted), solved, satisfied, together)
    return FollowUpRates(*(rate(part, counts.reached, minimum=minimum) for part in parts))


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
