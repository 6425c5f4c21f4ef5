"""The people and units that the page of a case names, or lets one choose from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.models import Department, Grant, Staff
from portal.rules.vocabulary import Role


@dataclass(frozen=True)
class People:
    """Staff by id; the hall's departments, its handlers with the department they handle for, all its staff.

    The lists are empty unless they are there to choose from. `receivers` and `handlers` are those to whom the case may
    be sent: nobody whom it is about, nor of their line.
    """

    staff: Mapping[int, Staff] = field(default_factory=dict)
    departments: Sequence[Department] = ()
    receivers: Sequence[Department] = ()
    handlers: Sequence[tuple[Staff, int]] = ()
    colleagues: Sequence[Staff] = ()

    @property
    def department_by_id(self) -> dict[int, Department]:
        """For names."""
        return {department.id: department for department in self.departments}


def people_of(
    hall_id: int,
    ids: Collection[int],
    *,
    sends: bool,
    identifies: bool,
    accused: Collection[int] = (),
    line: Collection[int] = (),
) -> People:
    """Those of `ids`; to send a case somewhere also departments and handlers, to find out who is meant everybody.

    It is not sent to the `accused` staff nor to the units of the `line` complained about. One statement, two when
    there is something to choose from.
    """
    rows = _rows(hall_id, ids, sends=sends, identifies=identifies)
    staff = {person.id: person for person, _ in rows}
    departments = departments_of(hall_id) if sends or identifies else ()
    return People(
        staff=staff,
        departments=departments,
        receivers=[unit for unit in departments if unit.id not in line] if sends else (),
        handlers=[
            (person, unit)
            for person, unit in rows
            if sends and unit is not None and person.active and person.id not in accused
            if unit not in line and person.department_id not in line
        ],
        colleagues=list(staff.values()) if identifies else (),
    )


def departments_of(hall_id: int) -> Sequence[Department]:
    """The hall's departments, in the order they were set up."""
    return db.session.scalars(select(Department).where(Department.hall_id == hall_id).order_by(Department.id)).all()


def _rows(hall_id: int, ids: Collection[int], *, sends: bool, identifies: bool) -> Sequence[tuple[Staff, int | None]]:
    handles, granted = aliased(Grant), aliased(Grant)
    here = or_(handles.hall_id.is_(None), handles.hall_id == hall_id)
    of_hall = select(Department.id).where(Department.hall_id == hall_id)
    wanted: list[ColumnElement[bool]] = [Staff.id.in_(ids)]
    if sends:
        wanted.append(and_(handles.department_id.in_(of_hall), Staff.active))
    if identifies:
        wanted.append(Staff.department_id.in_(of_hall))
        wanted.append(exists().where(granted.staff_id == Staff.id, granted.hall_id == hall_id))
    found = (
        select(Staff, handles.department_id)
        .outerjoin(handles, and_(handles.staff_id == Staff.id, handles.role == Role.HANDLER, here))
        .where(or_(*wanted))
        .order_by(Staff.id)
    )
    return [(person, unit) for person, unit in db.session.execute(found)]
