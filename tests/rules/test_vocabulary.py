"""The codes of the field."""

import inspect

from portal.rules import vocabulary
from portal.rules.vocabulary import Level, RatingChannel

# The widths of the columns that hold these codes.
WIDTHS = {
    "CaseStatus": 16,
    "CaseKind": 16,
    "Channel": 16,
    "Cause": 16,
    "Complexity": 24,
    "WaitingReason": 24,
    "Outcome": 16,
    "OrderStatus": 16,
    "OrderRole": 8,
    "Materials": 16,
    "Level": 20,
    "Evidence": 8,
    "RatingSubject": 16,
    "BadRatingState": 16,
    "SetAsideReason": 32,
    "Role": 16,
    "ProposalKind": 24,
    "Closing": 16,
    "Solved": 8,
    "FollowUpMethod": 16,
    "AuthorKind": 16,
    "PosterPurpose": 16,
}


def enumerations():
    return {
        name: found
        for name, found in inspect.getmembers(vocabulary, inspect.isclass)
        if found.__module__ == vocabulary.__name__
    }


def test_every_code_is_the_member_s_name_in_lower_case():
    for name, found in enumerations().items():
        if name != "RatingChannel":
            assert [str(member) for member in found] == [member.name.lower() for member in found]


def test_every_code_fits_its_column():
    found = enumerations()
    for name, width in WIDTHS.items():
        assert max(len(member) for member in found[name]) <= width, name


def test_rating_channels_carry_the_official_reporting_numbers():
    assert {channel.name: int(channel) for channel in RatingChannel} == {
        "PC": 1,
        "MOBILE": 2,
        "QR": 3,
        "HALL_TABLET": 4,
        "HALL_TERMINAL": 5,
        "PHONE": 6,
        "SMS": 7,
    }


def test_levels_stand_best_first_and_only_the_last_two_are_bad():
    assert [level.is_bad for level in Level] == [False, False, False, True, True]
    assert next(iter(Level)) is Level.VERY_SATISFIED
