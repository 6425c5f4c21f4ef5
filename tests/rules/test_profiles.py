from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from portal.rules.hours import HallHours
from portal.rules.plain_data import BadData
from portal.rules.presets import BY_CAUSE, DISTRICT_JOINT, PRESETS, STANDARD
from portal.rules.profiles import Profile, Step, StepKind, profile_of
from portal.rules.vocabulary import Cause, Complexity
from tests.rules import clock_strategies as some

# The table of the field, row by row: standard, district joint, by cause.
TABLE = {
    "register": (1, 1, 1),
    "dispatch": (1, 1, 1),
    "acknowledge": (1, 1, 1),
    "objection": (1, 1, 1),
    "objection_decision": (1, 1, 1),
    "reply": (3, 5, 3),
    "solve": (5, 5, 7),
    "assist": (3, 3, 3),
    "extension": (5, 5, 5),
    "follow_up": (1, 3, 1),
    "unconfirmed_close": (10, 10, 10),
    "supplement": (5, 5, 5),
    "supplement_reminder": (5, 5, 5),
    "rating_contact": (1, 1, 1),
    "rating_rectify": (5, 15, 5),
}
ORIGINS = {
    "register": "submitted",
    "dispatch": "submitted",
    "acknowledge": "dispatched",
    "objection": "dispatched",
    "objection_decision": "objected",
    "reply": "registered",
    "solve": "registered",
    "assist": "dispatched",
    "extension": "running_date",
    "follow_up": "concluded",
    "unconfirmed_close": "concluded",
    "supplement": "asked",
    "supplement_reminder": "reminded",
    "rating_contact": "rated",
    "rating_rectify": "rated",
}


@pytest.mark.parametrize("kind", StepKind)
def test_the_presets_are_the_table(kind: StepKind) -> None:
    steps = [profile.step(kind) for profile in (STANDARD, DISTRICT_JOINT, BY_CAUSE)]
    assert tuple(step.days for step in steps) == TABLE[kind]
    for step in steps:
        assert step.counts_from == ORIGINS[kind]
        assert step.clock == ("noon" if kind in ("register", "dispatch") else "closes")
        assert step.same_day is (kind == "register")
        assert step.times == (kind == "extension")


def test_only_the_standard_wants_an_extension_asked_a_day_before_and_only_the_district_sets_the_date() -> None:
    assert [p.step(StepKind.EXTENSION).ahead for p in (STANDARD, DISTRICT_JOINT, BY_CAUSE)] == [1, 0, 0]
    acknowledges = [p.step(StepKind.ACKNOWLEDGE).sets_date for p in (STANDARD, DISTRICT_JOINT, BY_CAUSE)]
    assert acknowledges == [False, True, False]


@pytest.mark.parametrize(
    ("profile", "cause", "complexity", "days"),
    [
        ("standard", "hard_to_do", "especially_complex", 5),
        ("district_joint", None, None, 5),
        ("district_joint", "hard_to_do", "normal", 5),
        ("district_joint", "hard_to_do", "complex", 10),
        ("district_joint", None, "especially_complex", 10),
        ("by_cause", None, None, 7),
        ("by_cause", "hard_to_do", "normal", 7),
        ("by_cause", "hard_to_do", "complex", 7),
        ("by_cause", "hard_to_do", "especially_complex", 20),
        ("by_cause", "withheld", None, 3),
        ("by_cause", "withheld", "especially_complex", 3),
    ],
)
def test_solving_takes_what_cause_and_complexity_allow(
    profile: str, cause: str | None, complexity: str | None, days: int
) -> None:
    assert PRESETS[profile].step(StepKind.SOLVE, cause, complexity).days == days
    if cause and complexity:
        assert PRESETS[profile].step(StepKind.SOLVE, Cause(cause), Complexity(complexity)).days == days


@pytest.mark.parametrize("profile", PRESETS.values(), ids=PRESETS)
def test_a_profile_survives_being_kept_as_json(profile: Profile) -> None:
    assert Profile.from_json(json.loads(json.dumps(profile.to_json()))) == profile


@given(some.steps)
def test_a_step_survives_being_kept_as_json(step: Step) -> None:
    assert Step.from_json(json.loads(json.dumps(step.to_json()))) == step


def edited(**changes: Any) -> dict[str, Any]:
    data = STANDARD.to_json()
    data["steps"] = [{**step, **changes} if step["kind"] == "solve" else step for step in data["steps"]]
    return data


def test_a_hall_s_edit_is_taken() -> None:
    edit = edited(days=8, clock="15:00", choices=[{"days": 2, "causes": ["withheld"]}])
    profile = Profile.from_json(edit)
    assert profile.step(StepKind.SOLVE).days == 8
    assert profile.step(StepKind.SOLVE, "withheld").days == 2
    assert profile.step(StepKind.SOLVE).clock == "15:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 0},
        {"days": -1},
        {"days": 251},
        {"days": "5"},
        {"days": 5.0},
        {"days": True},
        {"days": None},
        {"clock": "25:00"},
        {"clock": "5pm"},
        {"clock": None},
        {"clock": "17:30\n"},
        {"counts_from": "yesterday"},
        {"same_day": 1},
        {"sets_date": "no"},
        {"extra": -1},
        {"ahead": "1"},
        {"surprise": 1},
        {"choices": {}},
        {"choices": [{"days": 0}]},
        {"choices": [{"days": 3, "causes": ["nobody"]}]},
        {"choices": [{"days": 3, "causes": "withheld"}]},
        {"choices": [{"days": 3, "why": "x"}]},
        {"choices": [3]},
    ],
    ids=str,
)
def test_an_edit_that_no_clock_could_go_by_is_refused_and_names_the_step(changes: dict[str, Any]) -> None:
    with pytest.raises(BadData) as refused:
        Profile.from_json(edited(**changes))
    assert refused.value.place.startswith("step") or "solve" in refused.value.place


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"code": "", "steps": []},
        {"code": "x", "steps": {}},
        {**STANDARD.to_json(), "follow_up_tries": 0},
        {**STANDARD.to_json(), "near_days": -1},
        {**STANDARD.to_json(), "name": "x"},
        {**STANDARD.to_json(), "steps": STANDARD.to_json()["steps"][1:]},
        {**STANDARD.to_json(), "steps": STANDARD.to_json()["steps"] * 2},
    ],
    ids=range(9),
)
def test_a_profile_that_is_not_whole_is_refused(data: Any) -> None:
    with pytest.raises(BadData):
        Profile.from_json(data)


def test_a_profile_has_every_step_once() -> None:
    steps = list(STANDARD.steps.values())
    with pytest.raises(BadData, match="missing"):
        profile_of("x", steps[1:])
    with pytest.raises(BadData, match="twice"):
        profile_of("x", [*steps, steps[0]])


def test_hours_survive_being_kept_as_json_and_start_from_defaults() -> None:
    assert HallHours().to_json() == {"opens": "09:00", "noon": "12:00", "closes": "17:30", "cutoff": "16:00"}
    assert HallHours.from_json({}) == HallHours()
    early = HallHours.from_json({"opens": "08:30", "cutoff": "15:00"})
    assert HallHours.from_json(early.to_json()) == early


@pytest.mark.parametrize(
    "data",
    [
        {"opens": "9:00"},
        {"opens": 9},
        {"opens": "24:00"},
        {"lunch": "12:00"},
        {"cutoff": "17:31"},
        {"closes": "08:00"},
        {"opens": "12:00"},
        [],
    ],
    ids=str,
)
def test_hours_that_make_no_day_are_refused(data: Any) -> None:
    with pytest.raises(BadData):
        HallHours.from_json(data)
