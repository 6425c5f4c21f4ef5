"""Who may do what, where; and who must not see a case because it is about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.rules.roles import ROLE_PERMISSIONS as ROLE_PERMISSIONS
from portal.rules.roles import Permission as Permission
from portal.rules.vocabulary import Cause, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one hall (None: every hall), perhaps only for one department and the units below it."""

    role: Role
    hall_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in: what they were granted, and the departments they belong to."""

    staff_id: int
    grants: tuple[Grant, ...] = ()
    department_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseScope:
    """All of a case that decides who may see it.

    `order_department_ids`: departments with a work order. `restricted`: see is_restricted. `entrusted_*`: departments
    and named handlers to whom oversight sent a work order when the case was restricted already.
    """

    hall_id: int
    order_department_ids: frozenset[int] = frozenset()
    restricted: bool = False
    complained_staff_ids: frozenset[int] = frozenset()
    complained_department_ids: frozenset[int] = frozenset()
    entrusted_department_ids: frozenset[int] = frozenset()
    entrusted_staff_ids: frozenset[int] = frozenset()


# department -> the units above it, nearest first (order does not matter here)
Ancestors = Mapping[int, Collection[int]]


def _covers(grant: Grant, hall_id: int, departments: Iterable[int], ancestors: Ancestors) -> bool:
    if grant.hall_id is not None and grant.hall_id != hall_id:
        return False
    if grant.department_id is None:
        # A handler is a department's: one granted without a department handles nothing rather than everything.
        return grant.role is not Role.HANDLER
    return any(grant.department_id == d or grant.department_id in ancestors.get(d, ()) for d in departments)


def grants_with(viewer: Viewer, permission: Permission) -> tuple[Grant, ...]:
    """The grants that carry a permission: what a list has to be limited to."""
    return tuple(grant for grant in viewer.grants if permission in ROLE_PERMISSIONS[grant.role])


def may(
    viewer: Viewer,
    permission: Permission,
    hall_id: int,
    department_id: int | None = None,
    *,
    department_ancestors: Ancestors | None = None,
) -> bool:
    """Whether a grant carries the permission in this hall (and for this department). Deny by default.

    A grant bound to a department covers that department and the units below it, never what has no department.
    Conflicts of interest are not asked here: for anything about one case use may_on_case.
    """
    departments = () if department_id is None else (department_id,)
    ancestors = department_ancestors or {}
    return any(_covers(grant, hall_id, departments, ancestors) for grant in grants_with(viewer, permission))


def may_somewhere(viewer: Viewer, permission: Permission) -> bool:
    """Whether the viewer holds the permission in any hall at all: enough for a menu, never for a record."""
    return any(g.role is not Role.HANDLER or g.department_id is not None for g in grants_with(viewer, permission))


def is_restricted(*, has_complaint: bool, cause: Cause | None) -> bool:
    """Whether a case belongs to oversight alone: somebody is complained about, or the cause is 不给办.

    Where it happened never restricts, nor does supervision of a late case: that would hide every case from the
    department that must solve it.
    """
    return has_complaint or cause is Cause.WITHHELD


def is_conflicted(
    viewer: Viewer,
    complained_staff_ids: Collection[int],
    complained_department_ids: Collection[int],
    department_ancestors: Ancestors,
) -> bool:
    """Whether the viewer is complained about, or stands in the line of who is. Such a viewer sees nothing of the case.

    The line of a unit is the unit itself, every unit below it and every unit above it up to the root. Below: its
    people depend on the unit and would be asked by it. Above: the superior answers for the unit and has its own
    interest in the finding. A sister unit under the same superior is not in the line; that is where oversight and
    the named handler come from. The line of a person is the person and the line of each unit they belong to: the
    caller puts those units among `complained_department_ids`. The viewer counts as a member of the units they belong
    to and of every unit they hold a grant for.

    The rule for a case with a complaint, whole: seen only by oversight outside that line, and by the department or
    the named handler outside it to whom oversight sent a work order. No other role sees it, not even the clerk who
    typed it: not in lists, counts, search, files, exports or notices. Source: the person complained about never
    receives the complaint material or the reporter's identity, and interested staff recuse themselves (domain, 8).
    """
    if viewer.staff_id in complained_staff_ids:
        return True
    own = viewer.department_ids | {g.department_id for g in viewer.grants if g.department_id is not None}
    return any(
        mine == unit or unit in department_ancestors.get(mine, ()) or mine in department_ancestors.get(unit, ())
        for mine in own
        for unit in complained_department_ids
    )


def may_on_case(viewer: Viewer, permission: Permission, case: CaseScope, department_ancestors: Ancestors) -> bool:
    """Whether the viewer may do this to this case. Deny by default; the rule on complaints is in is_conflicted.

    An ordinary case: by a grant for its hall, or for a department that has a work order of it.
    """
    grants = grants_with(viewer, permission)
    if not case.restricted:
        departments = case.order_department_ids
        return any(_covers(grant, case.hall_id, departments, department_ancestors) for grant in grants)
    if is_conflicted(viewer, case.complained_staff_ids, case.complained_department_ids, department_ancestors):
        return False
    for grant in grants:
        if grant.role is Role.OVERSIGHT and _covers(
            grant, case.hall_id, case.order_department_ids, department_ancestors
        ):
            return True
        if grant.role is Role.HANDLER and _is_entrusted(viewer, grant, case, department_ancestors):
            return True
    return False


def _is_entrusted(viewer: Viewer, grant: Grant, case: CaseScope, ancestors: Ancestors) -> bool:
    if viewer.staff_id in case.entrusted_staff_ids:
        return grant.hall_id in (None, case.hall_id)
    return _covers(grant, case.hall_id, case.entrusted_department_ids, ancestors)


def may_reveal_contact(
    viewer: Viewer, case: CaseScope, department_ancestors: Ancestors, *, may_tell_department: bool
) -> bool:
    """Whether the viewer may see name and number in full; each time needs a reason and leaves an event.

    A department's handler may only when the reporter said that the department may know who they are.
    """
    wide = tuple(g for g in viewer.grants if may_tell_department or g.role is not Role.HANDLER)
    # Same person, same departments: leaving grants out must not take anybody out of a conflict.
    own = viewer.department_ids | {g.department_id for g in viewer.grants if g.department_id is not None}
    return may_on_case(Viewer(viewer.staff_id, wide, own), Permission.REVEAL_CONTACT, case, department_ancestors)


def are_separated(roles: Collection[Role]) -> bool:
    """Whether one person may hold these roles together: who runs the system does not also read cases."""
    reads = any(Permission.READ_CASE in ROLE_PERMISSIONS[role] for role in roles)
    return not (reads and Role.ADMINISTRATOR in roles)
