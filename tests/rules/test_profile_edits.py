"""A profile as lines that a person writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.plain_data import BadData
from portal.rules.presets import BY_CAUSE, PRESETS, STANDARD
from portal.rules.profile_edits import edited, settings_of
from portal.rules.profiles import Profile, StepKind
from portal.rules.vocabulary import Cause, Complexity

days = st.integers(1, 250).map(str)
edits = st.one_of(
    st.tuples(st.sampled_from([*StepKind, "solve.withheld", "reply.complex", "solve.hard_to_do+complex"]), days),
    st.tuples(st.sampled_from([f"{kind}.clock" for kind in StepKind]), st.sampled_from(["closes", "noon", "16:30"])),
    st.tuples(st.sampled_from(["acknowledge.sets_date", "reply.same_day"]), st.sampled_from(["yes", "no"])),
    st.tuples(st.sampled_from(["extension.times", "extension.ahead", "near_days"]), st.integers(0, 9).map(str)),
)


@given(st.sampled_from([*PRESETS.values()]), st.lists(edits, max_size=6))
def test_what_is_printed_can_be_set_and_changes_nothing(profile: Profile, wanted: list[tuple[str, str]]) -> None:
    for name, value in wanted:
        profile = edited(profile, name, value)
    again = profile
    for name, value in settings_of(profile):
        again = edited(again, name, value)
    assert again.to_json() == profile.to_json()
    assert Profile.from_json(profile.to_json()) == profile


@pytest.mark.parametrize("profile", PRESETS.values(), ids=PRESETS)
def test_a_preset_can_be_written_down_from_the_standard(profile: Profile) -> None:
    made = STANDARD
    for name, value in settings_of(profile):
        made = edited(made, name, value)
    assert [made.step(kind, cause, how).days for kind in StepKind for cause in Cause for how in Complexity] == [
        profile.step(kind, cause, how).days for kind in StepKind for cause in Cause for how in Complexity
    ]


def test_what_a_preset_puts_first_stays_first() -> None:
    made = edited(BY_CAUSE, "solve.complex", "10")
    assert made.step(StepKind.SOLVE, Cause.WITHHELD, Complexity.COMPLEX).days == 3
    assert made.step(StepKind.SOLVE, Cause.HARD_TO_DO, Complexity.COMPLEX).days == 10
    assert made.step(StepKind.SOLVE, Cause.HARD_TO_DO, Complexity.NORMAL).days == 7


def test_a_cause_and_a_complexity_together() -> None:
    made = edited(STANDARD, "solve.hard_to_do+complex", "12")
    assert made.step(StepKind.SOLVE, Cause.HARD_TO_DO, Complexity.COMPLEX).days == 12
    assert made.step(StepKind.SOLVE, Cause.HARD_TO_DO, Complexity.NORMAL).days == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("solve", "-1"),
        ("solve", "0"),
        ("solve", "99999999999999999999"),
        ("solve", "５"),
        ("solve", ""),
        (".days", "5"),
        ("solve.", "5.5"),
        ("solve.nobody", "5"),
        ("solve.hard_to_do", "none"),
        ("register.clock", "24:00"),
        ("register.same_day", "maybe"),
        ("follow_up_tries", "0"),
        ("near_days", "x"),
    ],
)
def test_nonsense_is_named(name: str, value: str) -> None:
    with pytest.raises(BadData) as refused:
        edited(STANDARD, name, value)
    assert refused.value.place
