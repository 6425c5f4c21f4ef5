"""The clock on the page of a case: which date matters now, how it stands, why it is that date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from portal.models import Case, Deadline
from portal.rules.deadlines import Due
from portal.rules.explanations import Explanation, StripDay, explain, origin_of, week_strip
from portal.rules.lights import Light
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import Solved
from portal.rules.workdays import local_day
from portal.services.deadlines import OWED, PAUSABLE, HallRules, due_of, light_of


@dataclass(frozen=True)
class Clock:
    """The date that matters now, how it stands and why it is that date; the other running dates beside it.

    `origin` is the code of what happened on the day it starts. `due` is None when nothing is owed any more; `awaited`
    is until when the reporter's answer is awaited.
    """

    light: Light
    due: Due | None
    origin: str
    weeks: tuple[tuple[StripDay, ...], ...]
    also: tuple[Deadline, ...]
    awaited: Deadline | None

    @cached_property
    def why(self) -> Explanation | None:
        """The facts of the sentence."""
        return explain(self.due) if self.due is not None else None


def clock_of(case: Case, dates: Sequence[Deadline], rules: HallRules, now: datetime) -> Clock:
    """The clock of a case at `now` from its running dates, those due first ahead.

    What staff owe comes first; while the clock stands still, the date it stands at.
    """
    owed = [date for date in dates if StepKind(date.kind) in OWED and date.due_at is not None]
    stopped = [date for date in dates if StepKind(date.kind) in PAUSABLE and date.due_at is None]
    shown = next(iter(owed or stopped), None)
    due = due_of(shown, rules) if shown is not None else None
    return Clock(
        light=light_of(case, rules, now),
        due=due,
        origin=origin_of(due, redo=case.redo_number > 0, says_no=case.reporter_says == Solved.NO) if due else "",
        weeks=week_strip(due, local_day(now), rules.calendar) if due is not None else (),
        also=tuple(owed[1:]),
        awaited=next((date for date in dates if date.kind.startswith(StepKind.SUPPLEMENT.value)), None),
    )
