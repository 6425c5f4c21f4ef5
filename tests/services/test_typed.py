"""A date that somebody is promised is neither past nor out of reach."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.services.errors import Refused
from portal.services.typed import coming_date

NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 10, 8), date(2027, 1, 4), date(2029, 10, 7)])
def test_a_coming_day_is_taken(day: date) -> None:
    assert coming_date("rough_date", day, NOW, "missing") == day


@pytest.mark.parametrize("day", [None, date(2026, 10, 7), date(2029, 10, 9), date(9999, 12, 31), date(1, 1, 1)])
def test_no_day_a_past_one_and_one_out_of_reach_are_refused_at_the_field(app: object, day: date | None) -> None:
    with pytest.raises(Refused) as refusal:
        coming_date("rough_date", day, NOW, "missing")
    assert "rough_date" in refusal.value.fields
