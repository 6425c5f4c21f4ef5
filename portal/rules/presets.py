"""The three deadline profiles the portal comes with; a city's own is edited from one of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.rules.hours import NOON
from portal.rules.profiles import DayChoice, Origin, Profile, Step, StepKind, profile_of
from portal.rules.vocabulary import Cause, Complexity

_SHARED = (
    Step(StepKind.REGISTER, Origin.SUBMITTED, 1, NOON, same_day=True),
    Step(StepKind.DISPATCH, Origin.SUBMITTED, 1, NOON),
    Step(StepKind.OBJECTION, Origin.DISPATCHED, 1),
    Step(StepKind.OBJECTION_DECISION, Origin.OBJECTED, 1),
    Step(StepKind.ASSIST, Origin.DISPATCHED, 3),
    Step(StepKind.UNCONFIRMED_CLOSE, Origin.CONCLUDED, 10),
    Step(StepKind.SUPPLEMENT, Origin.ASKED, 5),
    Step(StepKind.SUPPLEMENT_REMINDER, Origin.REMINDED, 5),
    Step(StepKind.RATING_CONTACT, Origin.RATED, 1),
)

# Common practice of several cities.
STANDARD = profile_of(
    "standard",
    (
        *_SHARED,
        Step(StepKind.ACKNOWLEDGE, Origin.DISPATCHED, 1),
        Step(StepKind.REPLY, Origin.REGISTERED, 3),
        Step(StepKind.SOLVE, Origin.REGISTERED, 5),
        Step(StepKind.EXTENSION, Origin.RUNNING_DATE, 5, times=1, ahead=1),
        Step(StepKind.FOLLOW_UP, Origin.CONCLUDED, 1),
        Step(StepKind.RATING_RECTIFY, Origin.RATED, 5),
    ),
)

# A district's joint handling (Beijing Dongcheng): the district confirms solution and date when it acknowledges.
DISTRICT_JOINT = profile_of(
    "district_joint",
    (
        *_SHARED,
        Step(StepKind.ACKNOWLEDGE, Origin.DISPATCHED, 1, sets_date=True),
        Step(StepKind.REPLY, Origin.REGISTERED, 5),
        Step(
            StepKind.SOLVE,
            Origin.REGISTERED,
            5,
            choices=(DayChoice(10, complexities=frozenset({Complexity.COMPLEX, Complexity.ESPECIALLY_COMPLEX})),),
        ),
        Step(StepKind.EXTENSION, Origin.RUNNING_DATE, 5, times=1),
        Step(StepKind.FOLLOW_UP, Origin.CONCLUDED, 3),
        Step(StepKind.RATING_RECTIFY, Origin.RATED, 15),
    ),
)

# Linked handling by cause (Rizhao Donggang and others): what staff withheld goes first, whatever its complexity.
BY_CAUSE = profile_of(
    "by_cause",
    (
        *_SHARED,
        Step(StepKind.ACKNOWLEDGE, Origin.DISPATCHED, 1),
        Step(StepKind.REPLY, Origin.REGISTERED, 3),
        Step(
            StepKind.SOLVE,
            Origin.REGISTERED,
            7,
            choices=(
                DayChoice(3, causes=frozenset({Cause.WITHHELD})),
                DayChoice(20, complexities=frozenset({Complexity.ESPECIALLY_COMPLEX})),
            ),
        ),
        Step(StepKind.EXTENSION, Origin.RUNNING_DATE, 5, times=1),
        Step(StepKind.FOLLOW_UP, Origin.CONCLUDED, 1),
        Step(StepKind.RATING_RECTIFY, Origin.RATED, 5),
    ),
)

PRESETS: Mapping[str, Profile] = MappingProxyType({p.code: p for p in (STANDARD, DISTRICT_JOINT, BY_CAUSE)})
