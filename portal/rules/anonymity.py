"""What is kept of an anonymous person's time: the half hour, so that nobody finds them on a camera or a ticket."""

from __future__ import annotations

from datetime import datetime

HALF_HOUR = 30


def half_hour(instant: datetime) -> datetime:
    """The instant rounded down to the half hour. China's clock differs from UTC by whole hours, so either will do."""
    return instant.replace(minute=instant.minute - instant.minute % HALF_HOUR, second=0, microsecond=0)


def stored_time(instant: datetime, *, anonymous: bool) -> datetime:
    """The time to store of what a reporter does: their half hour when anonymous, else the instant itself."""
    return half_hour(instant) if anonymous else instant
