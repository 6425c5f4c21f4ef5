"""The one query layer that decides which cases exist for whom (rules/permissions.py, put into SQL)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, false, not_, or_, select, union

from portal.extensions import db
from portal.models import Case, Complaint, Department, Staff, WorkOrder
from portal.models import Grant as StoredGrant
from portal.rules.permissions import CaseScope, Grant, Permission, Viewer, grants_with
from portal.rules.vocabulary import OrderStatus, Role
from portal.services.errors import NotFound

# An order that was handed back or recalled gives no view of the case any more.
LIVE_ORDERS = (OrderStatus.ISSUED, OrderStatus.ACKNOWLEDGED, OrderStatus.ANSWERED)
# An order from before the complaint entrusts nobody.
_ENTRUSTED = WorkOrder.entrusted.is_(True)


def visible_cases(
    viewer: Viewer, permission: Permission = Permission.READ_CASE, tree: Tree | None = None
) -> ColumnElement[bool]:
    """The condition on Case for everything this person may see (or do `permission` to): lists, counts, search, files.

    Ordinary cases by grant; restricted ones (a complaint, or 不给办) only by oversight and whom oversight entrusted,
    outside the line complained about. No grant, no case. A caller with more to ask may lend its tree of departments.
    """
    tree = tree or Tree()
    ordinary = [_ordinary(grant, tree) for grant in grants_with(viewer, permission)]
    return or_(and_(not_(Case.restricted), or_(false(), *ordinary)), visible_restricted(viewer, permission, tree))


def visible_restricted(
    viewer: Viewer, permission: Permission = Permission.READ_CASE, tree: Tree | None = None
) -> ColumnElement[bool]:
    """The condition for the restricted cases alone."""
    tree = tree or Tree()
    ways = [way for grant in grants_with(viewer, permission) for way in _restricted(viewer, grant, tree)]
    if not ways:
        return false()
    return and_(Case.restricted, or_(*ways), not_(_complains_about(viewer, tree)))


def load_case(viewer: Viewer, number: str, permission: Permission = Permission.READ_CASE) -> Case:
    """The case of that number, if it exists for this person and they may do this to it. Raises NotFound alike."""
    case = db.session.scalar(select(Case).where(Case.number == number, visible_cases(viewer, permission)))
    if case is None:
        raise NotFound
    return case


def scope_of(case: Case) -> CaseScope:
    """What the permission rules must know of a case (two statements; three where a person is complained about)."""
    orders = db.session.execute(
        select(WorkOrder.department_id, WorkOrder.handler_id, WorkOrder.entrusted).where(
            WorkOrder.case_id == case.id, WorkOrder.status.in_(LIVE_ORDERS)
        )
    ).all()
    complaints = db.session.execute(
        select(Complaint.staff_id, Complaint.department_id).where(Complaint.case_id == case.id)
    ).all()
    people = frozenset(row.staff_id for row in complaints if row.staff_id)
    return CaseScope(
        hall_id=case.hall_id,
        order_department_ids=frozenset(row.department_id for row in orders),
        restricted=case.restricted,
        complained_staff_ids=people,
        complained_department_ids=frozenset(row.department_id for row in complaints if row.department_id)
        | _units_of(people),
        entrusted_department_ids=frozenset(row.department_id for row in orders if row.entrusted),
        entrusted_staff_ids=frozenset(row.handler_id for row in orders if row.entrusted and row.handler_id),
    )


def department_ancestors() -> Mapping[int, frozenset[int]]:
    """Every department with the units above it."""
    return Tree().ancestors


class Tree:
    """The departments' tree, read once for one condition and only when somebody's grants ask for it."""

    def __init__(self) -> None:
        self._ancestors: dict[int, frozenset[int]] | None = None

    @property
    def ancestors(self) -> dict[int, frozenset[int]]:
        """Every department with all the units above it; one statement, the first time."""
        if self._ancestors is None:
            parents = {row.id: row.parent_id for row in db.session.execute(select(Department.id, Department.parent_id))}
            self._ancestors = {child: frozenset(_above(child, parents)) for child in parents}
        return self._ancestors

    def below(self, department_id: int) -> set[int]:
        """The department itself and all the units below it: what a grant for it covers."""
        return {department_id} | {child for child, above in self.ancestors.items() if department_id in above}

    def line(self, units: Iterable[int]) -> set[int]:
        """The units with all that stand below and above them: who must not see a complaint about one of them.

        The rule and its source are permissions.is_conflicted's.
        """
        lines = (self.below(unit) | self.ancestors.get(unit, frozenset()) for unit in units)
        return reduce(set.union, lines, set())


def _above(child: int, parents: Mapping[int, int | None]) -> list[int]:
    found: list[int] = []
    parent = parents.get(child)
    while parent is not None and parent not in found:
        found.append(parent)
        parent = parents.get(parent)
    return found


def _in_hall(grant: Grant) -> list[ColumnElement[bool]]:
    return [] if grant.hall_id is None else [Case.hall_id == grant.hall_id]


def _has_order(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    # Correlated by name: a list of work orders asks this too, and its own order is not the one meant here.
    live = (WorkOrder.case_id == Case.id, WorkOrder.status.in_(LIVE_ORDERS))
    return exists().where(*live, *conditions).correlate(Case)


def _ordinary(grant: Grant, tree: Tree, *of_order: ColumnElement[bool]) -> ColumnElement[bool]:
    if grant.department_id is None:
        # A handler without a department handles nothing rather than everything.
        return false() if grant.role is Role.HANDLER else and_(*(_in_hall(grant) or [Case.id.is_not(None)]))
    return and_(*_in_hall(grant), _has_order(WorkOrder.department_id.in_(tree.below(grant.department_id)), *of_order))


def _restricted(viewer: Viewer, grant: Grant, tree: Tree) -> list[ColumnElement[bool]]:
    if grant.role is Role.OVERSIGHT:
        return [_ordinary(grant, tree)]
    if grant.role is Role.HANDLER:
        named = and_(*_in_hall(grant), _has_order(WorkOrder.handler_id == viewer.staff_id, _ENTRUSTED))
        return [_ordinary(grant, tree, _ENTRUSTED), named]
    return []


def _complains_about(viewer: Viewer, tree: Tree) -> ColumnElement[bool]:
    own = viewer.department_ids | {g.department_id for g in viewer.grants if g.department_id is not None}
    about = Complaint.staff_id == viewer.staff_id
    # The line of a person complained about is the line of their units too.
    line = tree.line(own) if own else set()
    if line:
        about = or_(about, Complaint.department_id.in_(line), Complaint.staff_id.in_(_members(line)))
    return exists().where(Complaint.case_id == Case.id, about).correlate(Case)


def _members(units: set[int]) -> CompoundSelect[tuple[int]]:
    """Who belongs to the units: by their own department, or by a grant for it."""
    return union(
        select(Staff.id).where(Staff.department_id.in_(units)),
        select(StoredGrant.staff_id).where(StoredGrant.department_id.in_(units)),
    )


def _units_of(staff_ids: Iterable[int]) -> frozenset[int]:
    wanted = set(staff_ids)
    if not wanted:
        return frozenset()
    own = select(Staff.department_id).where(Staff.id.in_(wanted), Staff.department_id.is_not(None))
    granted = select(StoredGrant.department_id).where(
        StoredGrant.staff_id.in_(wanted), StoredGrant.department_id.is_not(None)
    )
    return frozenset(db.session.scalars(union(own, granted)))
