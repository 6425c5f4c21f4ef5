"""Deadline profiles: how many working days each step may take, as data that a hall can edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.rules.hours import CLOSES, NOON
from portal.rules.plain_data import BadData, clock, flag, mapping, whole, word, words
from portal.rules.vocabulary import Cause, Complexity

MOST_DAYS = 250
"""A year of working days: a longer term is a slip of the keyboard."""


class StepKind(StrEnum):
    """What is due."""

    REGISTER = "register"
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    OBJECTION = "objection"
    OBJECTION_DECISION = "objection_decision"
    REPLY = "reply"
    SOLVE = "solve"
    ASSIST = "assist"
    EXTENSION = "extension"
    FOLLOW_UP = "follow_up"
    UNCONFIRMED_CLOSE = "unconfirmed_close"
    SUPPLEMENT = "supplement"
    SUPPLEMENT_REMINDER = "supplement_reminder"
    RATING_CONTACT = "rating_contact"
    RATING_RECTIFY = "rating_rectify"


class Origin(StrEnum):
    """What a step counts from."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    RECALLED = "recalled"
    OBJECTED = "objected"
    RUNNING_DATE = "running_date"
    CONCLUDED = "concluded"
    ASKED = "asked"
    REMINDED = "reminded"
    RATED = "rated"


@dataclass(frozen=True, slots=True)
class DayChoice:
    """Other days for some causes or complexities; an empty set means any."""

    days: int
    causes: frozenset[Cause] = frozenset()
    complexities: frozenset[Complexity] = frozenset()

    def fits(self, cause: str | None, complexity: str | None) -> bool:
        """Is it for a case of this cause and complexity?"""
        return (not self.causes or cause in self.causes) and (not self.complexities or complexity in self.complexities)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"days": self.days, "causes": sorted(self.causes), "complexities": sorted(self.complexities)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], place: str) -> DayChoice:
        """Back from `to_json`. Raises BadData."""
        given = mapping(data, place, cls.__dataclass_fields__)
        return cls(
            whole(given.get("days"), place, 1, MOST_DAYS),
            words(Cause, given.get("causes", []), place),
            words(Complexity, given.get("complexities", []), place),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a profile, in working days; `clock` is the last day's time: "closes", "noon" or "HH:MM".

    `same_day`: due the same working day when it came before the cutoff. `sets_date`: who acknowledges sets the date of
    the solution. `times` and `ahead` are an extension's: how often, and asked how many working days before the date.
    `extra`: days that an extension added to a running date (0 in a profile).
    """

    kind: StepKind
    counts_from: Origin
    days: int
    clock: str = CLOSES
    same_day: bool = False
    sets_date: bool = False
    times: int = 0
    ahead: int = 0
    extra: int = 0
    choices: tuple[DayChoice, ...] = ()

    def __post_init__(self) -> None:
        whole(self.days, f"{self.kind}.days", 1, MOST_DAYS)
        for name in ("times", "ahead", "extra"):
            whole(getattr(self, name), f"{self.kind}.{name}", 0, MOST_DAYS)
        if self.clock not in (CLOSES, NOON):
            clock(self.clock, f"{self.kind}.clock")

    def resolved(self, cause: str | None = None, complexity: str | None = None) -> Step:
        """The step for one case: the first choice that fits gives the days, else the step's own days."""
        days = next((choice.days for choice in self.choices if choice.fits(cause, complexity)), self.days)
        return replace(self, days=days, choices=())

    def to_json(self) -> dict[str, Any]:
        """As plain data, without the parts that say nothing."""
        data: dict[str, Any] = {"kind": self.kind.value, "counts_from": self.counts_from.value, "days": self.days}
        plain = {"clock": self.clock, "same_day": self.same_day, "sets_date": self.sets_date}
        plain |= {"times": self.times, "ahead": self.ahead, "extra": self.extra}
        data |= {name: value for name, value in plain.items() if value and value != CLOSES}
        if self.choices:
            data["choices"] = [choice.to_json() for choice in self.choices]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """Back from `to_json`. Raises BadData for anything that a clock could not go by."""
        given = mapping(data, "step", cls.__dataclass_fields__)
        kind = word(StepKind, given.get("kind"), "step.kind")
        choices = given.get("choices", [])
        if not isinstance(choices, list):
            raise BadData(f"{kind}.choices", "is not a list")
        return cls(
            kind=kind,
            counts_from=word(Origin, given.get("counts_from"), f"{kind}.counts_from"),
            days=given.get("days", 0),
            clock=given.get("clock", CLOSES),
            same_day=flag(given.get("same_day", False), f"{kind}.same_day"),
            sets_date=flag(given.get("sets_date", False), f"{kind}.sets_date"),
            times=given.get("times", 0),
            ahead=given.get("ahead", 0),
            extra=given.get("extra", 0),
            choices=tuple(DayChoice.from_json(item, f"{kind}.choices") for item in choices),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A hall's deadlines: every step once, tries of a follow-up call, working days that show yellow."""

    code: str
    steps: Mapping[StepKind, Step]
    follow_up_tries: int = 3
    near_days: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not self.code:
            raise BadData("code", "is missing")
        if missing := set(StepKind) - set(self.steps):
            raise BadData("steps", f"missing {sorted(missing)}")
        whole(self.follow_up_tries, "follow_up_tries", 1, 20)
        whole(self.near_days, "near_days", 0, MOST_DAYS)

    def step(self, kind: StepKind, cause: str | None = None, complexity: str | None = None) -> Step:
        """The step for one case, its days settled by cause and complexity."""
        return self.steps[kind].resolved(cause, complexity)

    def to_json(self) -> dict[str, Any]:
        """As plain data for a JSON column or a form."""
        return {
            "code": self.code,
            "follow_up_tries": self.follow_up_tries,
            "near_days": self.near_days,
            "steps": [step.to_json() for step in self.steps.values()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        """Back from `to_json`. Raises BadData for a missing, doubled or senseless step."""
        given = mapping(data, "profile", ("code", "follow_up_tries", "near_days", "steps"))
        steps = given.get("steps")
        if not isinstance(steps, list):
            raise BadData("steps", "is not a list")
        tries, near = given.get("follow_up_tries", 3), given.get("near_days", 1)
        return profile_of(given.get("code", ""), [Step.from_json(item) for item in steps], tries, near)


def profile_of(code: str, steps: Iterable[Step], follow_up_tries: int = 3, near_days: int = 1) -> Profile:
    """A profile from its rows. Raises BadData when a step is missing or there twice."""
    listed = list(steps)
    by_kind = {step.kind: step for step in listed}
    if len(by_kind) < len(listed):
        raise BadData("steps", "one is there twice")
    return Profile(code, MappingProxyType(by_kind), follow_up_tries, near_days)
