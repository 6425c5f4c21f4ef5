"""Any calendar, any start, any pause: what hypothesis draws for the clock's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from portal.gateways.holiday_notice import announced_years, seed
from portal.rules.days import admin_entry, hall_entry
from portal.rules.deadlines import Pause
from portal.rules.hours import HallHours
from portal.rules.presets import PRESETS
from portal.rules.profiles import Origin, Step, StepKind
from portal.rules.workdays import Calendar

HOURS = HallHours()
SEED = seed(2025, 2028)
FIRST, LAST = date(2025, 6, 1), date(2028, 6, 1)

days = st.dates(FIRST, LAST)
instants = st.datetimes(datetime(2025, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
terms = st.integers(1, 30)


def calendar(hall: dict[date, bool] | None = None, admin: dict[date, bool] | None = None) -> Calendar:
    """The seeded calendar with a hall's and an administrator's own days."""
    return Calendar.of(
        hall=[hall_entry(day, works) for day, works in (hall or {}).items()],
        admin=[admin_entry(day, works) for day, works in (admin or {}).items()],
        library=SEED,
        announced=announced_years(),
    )


own_days = st.dictionaries(days, st.booleans(), max_size=12)
calendars = st.builds(calendar, own_days, own_days)

steps = st.one_of(
    st.sampled_from([step for profile in PRESETS.values() for step in profile.steps.values()]),
    st.builds(
        Step,
        kind=st.sampled_from(StepKind),
        counts_from=st.sampled_from(Origin),
        days=terms,
        clock=st.sampled_from(("closes", "noon", "10:30")),
        extra=st.integers(0, 5),
    ),
)


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime, most: int = 3) -> tuple[Pause, ...]:
    """Up to `most` ended pauses, in any order and overlapping or not, around the weeks after a start."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        began = start + timedelta(minutes=draw(st.integers(-60 * 24 * 2, 60 * 24 * 30)))
        found.append(Pause(began, began + timedelta(minutes=draw(st.integers(0, 60 * 24 * 20)))))
    return tuple(found)
