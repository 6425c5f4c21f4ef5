"""Playing a plot: act after act at believable times, until the case is over or the invented life ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import log
from random import Random
from typing import Any

from portal.demo.content import load
from portal.demo.lives.afterwards import merge, withdraw
from portal.demo.lives.life import Life
from portal.demo.lives.working import urge, write_in, write_note
from portal.demo.office import DAY
from portal.demo.plots import Plot
from portal.demo.world import World
from portal.rules.lifecycle import CONCLUSIONS
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Door, Outcome, Role
from portal.rules.workdays import local_day, local_time
from portal.services.concluding import Conclusion

# People are awake, and look at their phones, between these hours.
_WAKES, _SLEEPS = 7, 23
_OWED = (StepKind.REGISTER, StepKind.REPLY, StepKind.SOLVE)
_DATED = (Outcome.PARTLY_SOLVED, Outcome.PLANNED, Outcome.CONDITIONAL)


class Over(Exception):
    """What would come next lies behind the end of the invented life, or is left for a visitor to do."""


class Script:
    """One case being played; `at` is where its life has come to."""

    def __init__(self, world: World, dice: Random, plot: Plot, life: Life, at: datetime) -> None:
        self.world, self.dice, self.plot, self.life, self.at = world, dice, plot, life, at
        self.phrases: dict[str, Any] = load("phrases")
        self.story, self.ending = plot.story, plot.ending

    @property
    def has_code(self) -> bool:
        """Can the reporter look it up?"""
        return self.life.case["code_hmac"] is not None

    @property
    def guarded(self) -> bool:
        """Is it oversight's alone?"""
        return bool(self.life.case["restricted"])

    def chance(self, probability: float) -> bool:
        """Does it happen?"""
        return self.dice.random() < probability

    def phrase(self, name: str) -> str:
        """One of the phrases of that name."""
        found: str = self.dice.choice(self.phrases[name])
        return found

    def someone(self, role: Role, *, but: int | None = None) -> int:
        """Who does it: oversight, when nobody else may."""
        asked = Role.OVERSIGHT if self.guarded else role
        return self.world.someone(self.dice, asked, but=but)

    def second_to(self, first: int) -> int:
        """Who confirms what `first` proposes: a triage officer, sometimes a manager, where that is somebody else."""
        manages = self.chance(0.22) and self.world.people.with_role(Role.MANAGER) != [first]
        return self.someone(Role.MANAGER if manages else Role.TRIAGE, but=first)

    def go(self, at: datetime) -> datetime:
        """Go on to an instant. Raises Over when it lies behind the end."""
        if at > self.world.until:
            raise Over
        self.at = max(self.at, at)
        return self.at

    def work(self, typical: float, spread: float = 0.6, *, slow: float = 0.0) -> datetime:
        """Go on by working minutes, about as many as is typical; `slow`: how often it takes more than a day longer."""
        minutes = self.dice.lognormvariate(log(typical), spread)
        if self.plot.stop:
            minutes = 0.5 * typical
        elif self.chance(slow):
            minutes += self.dice.uniform(1.05, 2.2) * DAY
        return self.go(self.world.office.later(self.at, min(minutes, 4 * DAY)))

    def at_home(self, hours: float, spread: float = 0.9) -> datetime:
        """The instant, some hours on, at which the reporter looks at it again: not at night."""
        at = self.at + timedelta(hours=self.dice.lognormvariate(log(hours), spread))
        at = at.replace(microsecond=0)
        if _WAKES <= local_time(at).hour < _SLEEPS:
            return at
        return at + timedelta(hours=9)

    def reach(self, place: str) -> None:
        """Where it may stand still for a visitor, or be left by its reporter. Raises Over then."""
        if self.plot.stop in (place, f"restricted_{place}"):
            raise Over
        stage, way = self.plot.leaves
        if stage != place or (way == "withdraw" and not self.has_code):
            return
        if way == "withdraw":
            withdraw(self.life, self.go(self.at_home(3)))
            raise Over
        into = self._earlier_alike()
        if into is not None:
            by = self.someone(Role.TRIAGE)
            write_note(self.life, self.work(20), by, self.phrase("merged_note"))
            merge(self.life, self.at, by, into)
            raise Over

    def urge_until(self, then: datetime) -> None:
        """The reporter may urge while something owed is late, before `then`."""
        late = [d["due_at"] for d in self.life.dates.running(_OWED) if d["due_at"] is not None]
        until = min(then, self.world.until)
        if not late or min(late) >= until or self.life.case["waiting"] or not self.has_code or not self.chance(0.5):
            return
        at = max(self.at, min(late)) + timedelta(minutes=self.dice.randrange(60, 1500))
        if at < until and _WAKES <= local_time(at).hour < _SLEEPS and self.life.moment(at) > min(late):
            urge(self.life, at)
            if self.chance(0.6) and self.life.moment(at) >= self.at:
                write_in(self.life, at, self.dice.choice(load("messages")["urges"]), self.world.pepper)

    def aside(self) -> None:
        """What somebody adds in passing."""
        if self.chance(0.08):
            words = self.phrase("extra_en" if self.plot.language == "en" else "extra")
            at = self.at_home(4)
            if self.has_code and at < self.world.until and not self.life.case["waiting"]:
                self.at = at
                write_in(self.life, at, words, self.world.pepper)
        if self.chance(0.1):
            by = self.someone(Role.CLERK)
            write_note(self.life, self.work(30), by, self.phrase("notes"))

    def conclusion(
        self, at: datetime, *, ending: dict[str, Any] | None = None, wording: int | None = None
    ) -> Conclusion:
        """The reply that ends the story; a decline that was sent back ends as shown to the right door."""
        told = ending or self.ending
        if told["outcome"] == Outcome.WITHDRAWN:
            # Without a code nobody withdraws: it ends as the story does otherwise.
            told = next(e for e in self.story["endings"] if e["outcome"] in CONCLUSIONS)
        outcome = Outcome(told["outcome"]) if told["outcome"] in set(Outcome) else Outcome.TRANSFERRED
        reply = told["public_replies"][wording if wording is not None else self.dice.randrange(2)]
        remains, until = "", None
        if outcome in _DATED:
            remains = told["remains"] or self.phrase("remains_conditional")
            until = local_day(at) + timedelta(days=self.dice.randrange(14, 41))
        basis = f"{told['basis']}\n{told['legal_basis']}"
        door = told["door"]
        return Conclusion(outcome, reply, basis, told["internal_note"], remains, until, Door(door) if door else None)

    def workday(self, days: int) -> date:
        """The date so many working days on."""
        return self.world.rules.calendar.add_workdays(local_day(self.at), max(days, 1))

    def swept(self, due_at: datetime) -> datetime:
        """When the sweep finds that a date has passed: within the minute."""
        return self.go(due_at + timedelta(minutes=1))

    def _earlier_alike(self) -> Life | None:
        fine = (CaseStatus.REGISTERED, CaseStatus.DISPATCHED, CaseStatus.CONCLUDED, CaseStatus.CLOSED)
        item = self.life.case["item_id"]
        for other in reversed(self.world.lives[-400:]):
            case = other.case
            same = item is not None and case["item_id"] == item and not case["restricted"]
            if same and other.status in fine and case["received_at"] < self.life.case["received_at"]:
                return other
        return None
