"""The invented staff: who they are, where they sit, what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.demo.content import load
from portal.demo.hall import HALL_ID, Places
from portal.demo.rows import Row, row, table_of, write_rows
from portal.models import Department, Grant, Staff
from portal.rules.vocabulary import Role
from portal.services.passwords import hashed

# Printed on every console that fills the demo: it opens nothing but invented people.
PASSWORD = "clear river open window"  # noqa: S105
JOINED_BEFORE = timedelta(days=400)


@dataclass
class People:
    """The staff's rows, found by login, by role, by department and by counter."""

    staff: dict[str, Row] = field(default_factory=dict)
    grants: list[Row] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)
    _by_role: dict[tuple[str, int | None], list[int]] = field(default_factory=dict)

    def id_of(self, login: str) -> int:
        """The id behind a login."""
        found: int = self.staff[login]["id"]
        return found

    def with_role(self, role: Role, department_id: int | None = None) -> list[int]:
        """Who holds a role; handlers by the department they handle for."""
        return self._by_role.get((role.value, department_id), [])

    def at_counter(self, counter_id: int) -> int | None:
        """Who sits at a counter."""
        return next((person["id"] for person in self.staff.values() if person["counter_id"] == counter_id), None)

    def grant(self, grant: Row) -> None:
        """Keep a grant and who has it."""
        self.grants.append(grant)
        self._by_role.setdefault((grant["role"], grant["department_id"]), []).append(grant["staff_id"])


def make_people(places: Places, until: datetime) -> People:
    """Everybody, with a grant for each of their roles: a handler's for their department, the others' for the hall."""
    # One hash for all: an argon2id hash is slow on purpose, and the password is printed anyway. Who only sits at a
    # counter has no role here, and no hash lets nobody in.
    shared = hashed(PASSWORD)
    people = People()
    for number, told in enumerate(load("staff"), start=1):
        department = places.departments.get(told["department"])
        counter = places.counters.get(told["counter"])
        people.staff[told["login"]] = row(
            Staff,
            id=number,
            login=told["login"],
            name=told["name"],
            name_en=told["name_en"],
            password_hash=shared if told["roles"] else "",
            department_id=department["id"] if department else None,
            counter_id=counter["id"] if counter else None,
            created_at=until - JOINED_BEFORE,
        )
        for role in told["roles"]:
            unit = department["id"] if department and role == Role.HANDLER else None
            people.grant(
                row(Grant, id=len(people.grants) + 1, staff_id=number, role=role, hall_id=HALL_ID, department_id=unit)
            )
    names = {person["name"]: person["id"] for person in people.staff.values()}
    people.heads = {told["code"]: names[told["representative"]] for told in load("hall")["departments"]}
    return people


def write_people(session: Session, people: People) -> None:
    """Insert staff and grants and name each department's representative, in the running transaction."""
    write_rows(session, Staff, people.staff.values())
    write_rows(session, Grant, people.grants)
    table = table_of(Department)
    for code, staff_id in people.heads.items():
        session.execute(update(table).where(table.c.code == code).values(representative_id=staff_id))


def pick(dice: Random, among: list[int], *, but: int | None = None) -> int:
    """One of them, if possible not the one named."""
    others = [one for one in among if one != but]
    return dice.choice(others or among)
