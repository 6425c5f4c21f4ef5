"""All that an invented life goes by: the hall, its people, its rules and hours, the instant at which it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from portal.demo.hall import Places
from portal.demo.lives.dates import Terms
from portal.demo.lives.life import Life
from portal.demo.office import Office
from portal.demo.people import People
from portal.demo.rows import Row
from portal.rules.vocabulary import Role
from portal.services.hall_rules import HallRules


@dataclass
class World:
    """The invented hall at work. `lives` are all cases so far, in the order they came in."""

    places: Places
    people: People
    terms: Terms
    office: Office
    until: datetime
    pepper: bytes
    lives: list[Life] = field(default_factory=list)

    @property
    def rules(self) -> HallRules:
        """The hall's calendar, profile and hours."""
        return self.terms.rules

    def someone(self, dice: Random, role: Role, department_id: int | None = None, *, but: int | None = None) -> int:
        """Somebody with a role; whoever comes first in the staff list does most of the work."""
        among = [one for one in self.people.with_role(role, department_id) if one != but]
        weights = [max(5 - 2 * place, 1) for place in range(len(among))]
        return dice.choices(among, weights)[0]

    def department(self, code: str) -> Row:
        """A department by its code."""
        return self.places.departments[code]

    def line_of(self, department_id: int) -> set[int]:
        """A unit, those below it and those above it."""
        rows = self.places.departments.values()
        parents = {row["id"]: row["parent_id"] for row in rows}
        below = {child for child, parent in parents.items() if parent == department_id}
        return {department_id} | below | ({parents[department_id]} - {None})

    def writes_for_a_unit(self, staff_id: int | None) -> bool:
        """Whether somebody belongs to a department."""
        return any(p["id"] == staff_id and p["department_id"] for p in self.people.staff.values())

    def poster_hanging(self, counter_id: int | None, at: datetime) -> Row:
        """The poster that hung at a counter at that time; the hall's own for none."""
        here = [p for p in self.places.posters if p["counter_id"] == counter_id and p["purpose"] == "landing"]
        return next((p for p in here if p["retired_at"] is None or p["retired_at"] > at), here[-1])
