"""A case's running dates while it is being invented; services/deadlines.py in plain rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from portal.demo.rows import Row, row
from portal.models import NO_DATE, Deadline
from portal.rules.deadlines import Due, Pause, count_due, due
from portal.rules.profiles import Origin, Step, StepKind
from portal.rules.workdays import local_day, local_time
from portal.services.deadlines import DROPPED, LATE, MET, OWED, PAUSABLE, RUNNING
from portal.services.hall_rules import HallRules


class Terms:
    """A hall's rules, with every term counted once for all that starts on the same day."""

    def __init__(self, rules: HallRules) -> None:
        self.rules = rules
        self._counted: dict[tuple[object, ...], Due] = {}

    def due(self, kind: StepKind, start: datetime, cause: str | None = None, complexity: str | None = None) -> Due:
        """When a step is due that starts at `start`. The hour only matters for being early enough or not."""
        rules, day, early = self.rules, local_day(start), local_time(start) < self.rules.hours.cutoff
        key = (kind, day, early, cause, complexity)
        if key not in self._counted:
            self._counted[key] = due(
                rules.profile, kind, start, rules.calendar, rules.hours, cause=cause, complexity=complexity
            )
        return self._counted[key]


class Dates:
    """The deadlines of one case, oldest first. `case` and the orders are rows that they are copied into."""

    def __init__(self, terms: Terms, case: Row) -> None:
        self.terms = terms
        self.case = case
        self.rows: list[Row] = []
        self.orders: dict[int, Row] = {}

    def start(self, kind: StepKind, counts_from: datetime, order: Row | None = None) -> Row:
        """Start a date."""
        made = self.terms.due(kind, counts_from, self.case["cause"], self.case["complexity"])
        deadline = row(
            Deadline,
            kind=kind.value,
            state=RUNNING,
            counts_from=counts_from,
            due_at=made.due_at,
            promised_at=made.due_at,
            profile_code=made.profile_code,
            step=made.step.to_json(),
            estimated=made.estimated,
        )
        self.rows.append(deadline)
        if order is not None:
            self.orders[id(deadline)] = order
        return deadline

    def start_with_stops(
        self, kind: StepKind, counts_from: datetime, order: Row | None = None, *, origin: Origin | None = None
    ) -> Row:
        """Start a date that the clock's stops since then hold for too (services/work.start_counting)."""
        stops = {stop["from"]: Pause.from_json(stop) for deadline in self.rows for stop in deadline["pauses"]}
        deadline = self.start(kind, counts_from, order)
        if origin is not None:
            deadline["step"] = deadline["step"] | {"counts_from": origin.value}
        since = [stop for _, stop in sorted(stops.items()) if stop.ended is None or stop.ended > counts_from]
        if since:
            deadline["pauses"] = [stop.to_json() for stop in since]
            self._count_again(deadline)
        return deadline

    def running(self, kinds: Collection[StepKind] | None = None) -> list[Row]:
        """The dates that run or stand still, those due first ahead."""
        wanted = [d for d in self.rows if d["state"] == RUNNING and (kinds is None or d["kind"] in kinds)]
        return sorted(wanted, key=lambda deadline: deadline["due_at"] or NO_DATE)

    def meet(self, kind: StepKind, at: datetime, order: Row | None = None) -> None:
        """What was due is done."""
        for deadline in self.running((kind,)):
            if order is None or self.orders.get(id(deadline)) is order:
                kept = deadline["due_at"] is None or at <= deadline["due_at"]
                deadline["state"], deadline["ended_at"] = (MET if kept else LATE), at

    def drop(self, at: datetime, kinds: Collection[StepKind] | None = None) -> None:
        """These dates are not wanted any more."""
        for deadline in self.running(kinds):
            deadline["state"], deadline["ended_at"] = DROPPED, at

    def pause(self, at: datetime, reason: str) -> None:
        """Stop what the department owes."""
        for deadline in self.running(PAUSABLE):
            deadline["pauses"] = [*deadline["pauses"], Pause(at, None, reason).to_json()]
            self._count_again(deadline)

    def resume(self, at: datetime) -> None:
        """Let the clock go on."""
        for deadline in self.running():
            pauses = [Pause.from_json(pause) for pause in deadline["pauses"]]
            if any(pause.ended is None for pause in pauses):
                closed = [p if p.ended is not None else Pause(p.began, at, p.reason) for p in pauses]
                deadline["pauses"] = [pause.to_json() for pause in closed]
                self._count_again(deadline)

    def point(self, open_orders: Collection[Row] = ()) -> None:
        """Copy the earliest date that staff owe into the case and its open orders."""
        owed = [deadline for deadline in self.running(OWED) if deadline["due_at"] is not None]
        first = owed[0] if owed else None
        self.case["due_at"] = first["due_at"] if first else None
        self.case["due_kind"] = first["kind"] if first else None
        self.case["due_sort"] = self.case["due_at"] or NO_DATE
        for order in open_orders:
            order["due_at"], order["due_sort"] = self.case["due_at"], self.case["due_sort"]

    def _count_again(self, deadline: Row) -> None:
        pauses = [Pause.from_json(pause) for pause in deadline["pauses"]]
        step, rules = Step.from_json(deadline["step"]), self.terms.rules
        made = count_due(step, deadline["counts_from"], rules.calendar, rules.hours, pauses=pauses)
        deadline["due_at"] = deadline["promised_at"] = made.due_at
        deadline["estimated"] = made.estimated
