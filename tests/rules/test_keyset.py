"""Places in a list are read back as they were written; anything else is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.keyset import place_after, read_place


# Hypothesis wants naive limits and adds the zone itself.
@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)), st.integers(1, 10**18 - 1))  # noqa: DTZ001
def test_a_place_is_read_back_as_written(instant: datetime, row_id: int) -> None:
    assert read_place(place_after(instant, row_id)) == (instant, row_id)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.", ".1", "-1.1", "1.-1", "1.1.1", "9" * 400, "9" * 18 + ".1", "１.１", "1.1\n", "1e9.1", "' OR 1=1"],
)
def test_anything_else_is_no_place(text: str) -> None:
    assert read_place(text) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    place = read_place(text)
    assert place is None or read_place(place_after(*place)) == place
