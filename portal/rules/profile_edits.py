"""A deadline profile as lines that a person writes: solve=7, solve.withheld=3, register.clock=noon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from portal.rules.plain_data import BadData
from portal.rules.profiles import DayChoice, Profile, Step, StepKind
from portal.rules.vocabulary import Cause, Complexity

_OF_THE_PROFILE = ("follow_up_tries", "near_days")
_NUMBERS = ("times", "ahead")
_FLAGS = ("same_day", "sets_date")
_YES = {"yes": True, "no": False}


def settings_of(profile: Profile) -> Iterator[tuple[str, str]]:
    """Everything in a profile that can be set, as `edited` takes it: name and value, in the profile's order."""
    for step in profile.steps.values():
        yield step.kind.value, str(step.days)
        for choice in step.choices:
            yield f"{step.kind}.{_said(choice)}", str(choice.days)
        yield from ((f"{step.kind}.{name}", str(getattr(step, name))) for name in _NUMBERS if getattr(step, name))
        yield from ((f"{step.kind}.{name}", "yes") for name in _FLAGS if getattr(step, name))
        yield f"{step.kind}.clock", step.clock
    yield from ((name, str(getattr(profile, name))) for name in _OF_THE_PROFILE)


def edited(profile: Profile, name: str, value: str) -> Profile:
    """The profile with one thing set anew. Days are working days. Raises BadData, naming what makes no sense.

    `name` is a step for its days; step.clock ("closes", "noon" or HH:MM), step.times, step.ahead; step.same_day and
    step.sets_date (yes or no); follow_up_tries, near_days; or step.CODE for other days where the cause or the
    complexity is CODE (several joined by +). Of these the first that fits a case decides; a new one comes last, so that
    what a preset puts first stays first.
    """
    if name in _OF_THE_PROFILE:
        own: dict[str, Any] = {name: _number(value, name)}
        return replace(profile, **own)
    word, _, part = name.partition(".")
    if word not in list(StepKind):
        raise BadData(name, f"is neither a step ({', '.join(StepKind)}) nor {' nor '.join(_OF_THE_PROFILE)}")
    kind = StepKind(word)
    steps = dict(profile.steps) | {kind: _edited_step(profile.steps[kind], part, value, name)}
    return replace(profile, steps=MappingProxyType(steps))


def _edited_step(step: Step, part: str, value: str, name: str) -> Step:
    if not part:
        return replace(step, days=_number(value, name))
    change: dict[str, Any]
    if part == "clock":
        change = {"clock": value}
    elif part in _NUMBERS:
        change = {part: _number(value, name)}
    elif part in _FLAGS:
        change = {part: _flag(value, name)}
    else:
        change = {"choices": _with_choice(step.choices, part, value, name)}
    return replace(step, **change)


def _with_choice(choices: tuple[DayChoice, ...], part: str, value: str, name: str) -> tuple[DayChoice, ...]:
    codes = set(part.split("+"))
    if unknown := codes - set(Cause) - set(Complexity):
        raise BadData(name, f"knows no {', '.join(sorted(unknown))} ({', '.join((*Cause, *Complexity))})")
    causes, complexities = codes & set(Cause), codes & set(Complexity)
    data = {"days": _number(value, name), "causes": sorted(causes), "complexities": sorted(complexities)}
    new = DayChoice.from_json(data, name)
    kept = [new if _said(choice) == _said(new) else choice for choice in choices]
    return tuple(kept if new in kept else [*kept, new])


def _said(choice: DayChoice) -> str:
    return "+".join([*sorted(choice.causes), *sorted(choice.complexities)])


def _number(value: str, name: str) -> int:
    if not value.isascii() or not value.isdecimal():
        raise BadData(name, f"is not a whole number: {value!r}")
    return int(value[:9])


def _flag(value: str, name: str) -> bool:
    if value not in _YES:
        raise BadData(name, "is neither yes nor no")
    return _YES[value]
