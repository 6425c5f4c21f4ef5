"""Who works here: adding people with their roles, one-time codes for a password."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Department, Staff
from portal.models import Grant as StoredGrant
from portal.rules.permissions import Grant, are_separated
from portal.rules.vocabulary import Role
from portal.services import journal
from portal.services.errors import NotFound, Refused
from portal.services.sessions import viewer_of
from portal.services.signing_in import make_reset
from portal.services.transaction import write
from portal.services.typed import required_text

_LOGIN = re.compile("[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True)
class Added:
    """Somebody new, and the one-time code with which they choose a password (shown once; only its hash is kept)."""

    staff: Staff
    code: str


def add_staff(
    login: str, name: str, *, grants: Sequence[Grant], name_en: str = "", department_id: int | None = None
) -> Added:
    """Add somebody with their roles, from the console of the machine: nobody is signed in when the first one is added.

    Raises Refused, naming the field: a login that is taken or no login (letters, digits, . _ -), no name, roles that
    must be apart (who runs the system does not also read cases), a handler without a department of that hall.
    """
    plain = login.strip().casefold()
    if not _LOGIN.fullmatch(plain):
        raise _refused("login", _l("账号用 2 到 40 个小写字母、数字、点、横线。"))
    if db.session.scalar(select(Staff.id).where(Staff.login == plain)) is not None:
        raise _refused("login", _l("这个账号已经有人用了。"))
    shown = required_text("name", name, _l("请写姓名。"), 40)
    _refuse_joined({grant.role for grant in grants})
    for grant in grants:
        _refuse_nowhere(grant)
    at = clock.now()
    with write() as session:
        staff = Staff(login=plain, name=shown, name_en=name_en or shown, department_id=department_id, created_at=at)
        session.add(staff)
        session.flush()
        session.add_all(_stored(staff.id, grant) for grant in grants)
        roles = [grant.role.value for grant in grants]
        journal.record("staff_added", at, object_kind="staff", object_id=staff.id, roles=roles)
        return Added(staff, make_reset(staff, at, by=None))


def issue_reset_at_console(login: str) -> str:
    """A one-time code for somebody who forgot their password, from the console of the machine. Raises NotFound."""
    staff = staff_by_login(login)
    if staff is None:
        raise NotFound(_l("没有这个账号。"))
    with write():
        return make_reset(staff, clock.now(), by=None)


def staff_by_login(login: str) -> Staff | None:
    """Somebody who works here, by login."""
    return db.session.scalar(select(Staff).where(Staff.login == login.strip().casefold(), Staff.active))


def department_by_code(hall_id: int, code: str) -> Department | None:
    """A hall's department, by its code."""
    return db.session.scalar(select(Department).where(Department.hall_id == hall_id, Department.code == code))


def all_staff() -> list[tuple[Staff, tuple[Grant, ...]]]:
    """Everybody who works here with their roles, in the order they were added; two statements."""
    held: dict[int, list[StoredGrant]] = {}
    for grant in db.session.scalars(select(StoredGrant).order_by(StoredGrant.id)):
        held.setdefault(grant.staff_id, []).append(grant)
    people = db.session.scalars(select(Staff).where(Staff.active).order_by(Staff.id))
    return [(staff, viewer_of(staff, held.get(staff.id, [])).grants) for staff in people]


@dataclass(frozen=True)
class Person:
    """Somebody who works here, with their department if they belong to one."""

    staff: Staff
    department: Department | None


def people_by_role() -> dict[Role, list[Person]]:
    """Everybody who works here under each of their roles, roles in the order of a day; three statements."""
    departments = {one.id: one for one in db.session.scalars(select(Department))}
    found: dict[Role, list[Person]] = {role: [] for role in Role}
    for staff, grants in all_staff():
        for role in dict.fromkeys(grant.role for grant in grants):
            found[role].append(Person(staff, departments.get(staff.department_id or 0)))
    return {role: people for role, people in found.items() if people}


def _refuse_joined(roles: set[Role]) -> None:
    if not are_separated(roles):
        raise _refused("role", _l("管系统的人不能同时看反映件，请分给两个人。"))


def _refuse_nowhere(grant: Grant) -> None:
    if grant.department_id is None:
        if grant.role is Role.HANDLER:
            raise _refused("department", _l("承办要指定一个单位。"))
        return
    department = db.session.get(Department, grant.department_id)
    if department is None or grant.hall_id not in (None, department.hall_id):
        raise _refused("department", _l("请在本大厅的单位里选一个。"))


def _stored(staff_id: int, grant: Grant) -> StoredGrant:
    return StoredGrant(staff_id=staff_id, role=grant.role, hall_id=grant.hall_id, department_id=grant.department_id)


def _refused(field: str, sentence: object) -> Refused:
    return Refused(sentence, **{field: sentence})
