"""The hall's working time as one long line of minutes, so that work can be put anywhere on it."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from portal.rules.workdays import Calendar, days_between, instant_at, local_day, local_time

# Staff are at their desks 9:00 to 12:00 and 13:30 to 17:30.
_MORNING, _AFTERNOON = (time(9), time(12)), (time(13, 30), time(17, 30))
_BEFORE_NOON = 180
DAY = 420


class Office:
    """Working minutes between two days."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.days = [day for day in days_between(first, last) if calendar.works(day)]

    def position(self, at: datetime) -> float:
        """How many working minutes have passed at an instant."""
        day, clock = local_day(at), local_time(at)
        index = bisect_left(self.days, day)
        if index == len(self.days) or self.days[index] != day:
            return index * DAY
        return index * DAY + _minutes(clock)

    def instant(self, position: float) -> datetime:
        """The instant (UTC, whole seconds) at which so many working minutes have passed."""
        index, minutes = divmod(position, DAY)
        start, offset = (_MORNING[0], minutes) if minutes < _BEFORE_NOON else (_AFTERNOON[0], minutes - _BEFORE_NOON)
        at = instant_at(self.days[min(int(index), len(self.days) - 1)], start) + timedelta(minutes=offset)
        return at.replace(microsecond=0)

    def later(self, after: datetime, minutes: float) -> datetime:
        """The instant so many working minutes after another; never before it."""
        return max(self.instant(self.position(after) + minutes), after)


def _minutes(clock: time) -> float:
    def since(start: time) -> float:
        return (clock.hour - start.hour) * 60 + clock.minute - start.minute + clock.second / 60

    morning = min(max(since(_MORNING[0]), 0), _BEFORE_NOON)
    return morning + min(max(since(_AFTERNOON[0]), 0), DAY - _BEFORE_NOON)
