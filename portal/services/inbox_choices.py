"""What the inbox can be narrowed to: the halls somebody works in, and the departments and counters of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal_column, select, union_all

from portal.extensions import db
from portal.models import Counter, Department, Hall
from portal.rules.permissions import Permission, Viewer, grants_with
from portal.services.errors import NotFound


class Choice(NamedTuple):
    """A hall, department or counter to choose; `code` is what stands in the address."""

    kind: str
    id: int
    hall_id: int
    code: str
    name: str
    name_en: str
    label: str
    label_en: str
    sort: int


@dataclass(frozen=True)
class Choices:
    """The hall whose inbox it is, the person's other halls, and the departments and counters of this one."""

    hall: Choice
    halls: list[Choice]
    departments: list[Choice]
    counters: list[Choice]

    def department_id(self, code: str) -> int | None:
        """The department of that code, or None."""
        return next((one.id for one in self.departments if one.code == code), None)

    def counter_id(self, code: str) -> int | None:
        """The counter of that number, or None."""
        return next((one.id for one in self.counters if one.code == code), None)


def choices_of(viewer: Viewer, hall_code: str) -> Choices:
    """The choices in the hall of that code, or in the first the person works in. Raises NotFound; one statement."""
    granted = {grant.hall_id for grant in grants_with(viewer, Permission.READ_CASE)}
    rows = [Choice(*row) for row in db.session.execute(_all())]
    rows.sort(key=lambda row: (row.sort, row.id))
    halls = [one for one in rows if one.kind == "hall" and (None in granted or one.id in granted)]
    hall = next((one for one in halls if hall_code in ("", one.code)), None)
    if hall is None:
        raise NotFound
    here = [one for one in rows if one.hall_id == hall.id]
    return Choices(
        hall,
        halls,
        [one for one in here if one.kind == "department"],
        [one for one in here if one.kind == "counter"],
    )


def _all() -> Any:
    nothing: ColumnElement[str] = literal_column("''")
    zero: ColumnElement[int] = literal_column("0")
    parts: list[Select[*tuple[Any, ...]]] = [
        _part("hall", Hall, Hall.id, Hall.code, nothing, nothing, zero),
        _part("department", Department, Department.hall_id, Department.code, nothing, nothing, zero),
        _part("counter", Counter, Counter.hall_id, Counter.number, Counter.label, Counter.label_en, Counter.sort_key),
    ]
    return union_all(*parts)


def _part(kind: str, model: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    hall_id, code, label, label_en, sort = columns
    return select(
        literal_column(f"'{kind}'"), model.id, hall_id, code, model.name, model.name_en, label, label_en, sort
    )
