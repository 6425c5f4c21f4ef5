"""An anonymous person's time is a half hour and nothing finer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.anonymity import half_hour, stored_time
from portal.rules.workdays import local_day

instants = st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(instants)
def test_it_is_rounded_down_by_less_than_half_an_hour(instant: datetime) -> None:
    kept = half_hour(instant)
    assert timedelta() <= instant - kept < timedelta(minutes=30)
    assert (kept.minute % 30, kept.second, kept.microsecond) == (0, 0, 0)
    assert half_hour(kept) == kept


@given(instants)
def test_the_day_in_china_stays_the_same(instant: datetime) -> None:
    assert local_day(half_hour(instant)) == local_day(instant)


@given(instants)
def test_who_gave_a_name_keeps_the_minute(instant: datetime) -> None:
    assert stored_time(instant, anonymous=False) == instant
    assert stored_time(instant, anonymous=True) == half_hour(instant)
