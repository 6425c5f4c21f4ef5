"""The light of a due date: in time, near, late, waiting or over; always with its working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.rules.hours import HallHours
from portal.rules.workdays import Calendar, local_day, local_time


class LightCode(StrEnum):
    """Green, yellow, red, and the two that have no clock running."""

    IN_TIME = "in_time"
    NEAR = "near"
    LATE = "late"
    WAITING = "waiting"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Light:
    """`days_left`: working days after today up to the due day, 0 on the day itself; `days_over`: since the due day."""

    code: LightCode
    days_left: int = 0
    days_over: int = 0
    due_today: bool = False


def light(
    due_at: datetime | None,
    now: datetime,
    calendar: Calendar,
    hours: HallHours,
    *,
    waiting: bool = False,
    over: bool = False,
    near_days: int = 1,
    red_twice: bool = False,
) -> Light:
    """How a date stands now.

    In this order: over (nothing is owed any more) · late, by a second “not solved” or when `now` is past `due_at`; the
    instant itself is still in time · waiting, when the clock stands still (`due_at` None or `waiting`) · near, when no
    more than `near_days` working days are not over yet, today among them until the hall closes · in time. A question
    asked after the date had passed must not hide that: pass as `waiting` only `Due.is_stopped`, since `due_at` is then
    not looked at. Days over count whole working days: 0 means it passed today, or only rest days have gone by since.
    """
    if over:
        return Light(LightCode.OVER)
    if due_at is None or waiting:
        return Light(LightCode.LATE if red_twice else LightCode.WAITING)
    today, due_on = local_day(now), local_day(due_at)
    left, past = calendar.count_workdays(today, due_on), calendar.count_workdays(due_on, today)
    if now > due_at:
        return Light(LightCode.LATE, days_over=past, due_today=today == due_on)
    today_runs = calendar.works(today) and local_time(now) < hours.closes
    code = LightCode.NEAR if left + today_runs <= near_days else LightCode.IN_TIME
    return Light(LightCode.LATE if red_twice else code, days_left=left, due_today=today == due_on)
