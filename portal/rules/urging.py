"""催办: how often a reporter may urge."""

from __future__ import annotations

from datetime import date

from portal.rules.workdays import Calendar


def may_urge(urged_on: date | None, today: date, calendar: Calendar) -> bool:
    """Whether a reporter who last urged on `urged_on` (local day; None: never) may urge again `today`.

    Once a working day: a working day has begun since. Urged on Friday, or on the Saturday after, they may again on
    Monday; so nobody has to be urged by people who cannot sleep, and no urge is lost over a holiday.
    """
    return urged_on is None or calendar.count_workdays(urged_on, today) > 0
