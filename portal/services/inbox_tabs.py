"""The inbox's tabs: which cases each holds, and how many, from the tallies; side by side, so that they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from portal.extensions import db
from portal.models import Case, CaseTally, Proposal
from portal.rules.lifecycle import OPEN_CASES
from portal.rules.permissions import Permission, Viewer, grants_with, may_somewhere
from portal.rules.vocabulary import CaseStatus, ProposalKind, Role
from portal.rules.workdays import instant_at, local_day
from portal.services.proposals import CONFIRMING
from portal.services.visibility import Tree, visible_cases, visible_restricted


class Tab(StrEnum):
    """The tabs in their order; the word of each is the pages'."""

    OPEN = "open"
    REGISTER = "register"
    DISPATCH = "dispatch"
    CONFIRM = "confirm"
    TODAY = "today"
    LATE = "late"
    WAITING = "waiting"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Reach:
    """Whose cases somebody's inbox holds in one hall: the whole hall's (`holders` None), or what some departments hold.

    Inside it a case must also be visible to them (services/visibility.py).
    """

    viewer: Viewer
    hall_id: int
    holders: frozenset[int] | None
    tree: Tree

    def cases(self) -> ColumnElement[bool]:
        """The condition on Case. Restricted ones count whoever holds them: oversight may entrust a named person."""
        within = Case.hall_id == self.hall_id
        held = true() if self.holders is None else or_(Case.holder_id.in_(self.holders), Case.restricted)
        return and_(within, held, visible_cases(self.viewer, tree=self.tree))


def reach_of(viewer: Viewer, hall_id: int, tree: Tree) -> Reach:
    """The reach of somebody's grants in a hall: a handler's inbox is what their department and the units below hold."""
    grants = [one for one in grants_with(viewer, Permission.READ_CASE) if one.hall_id in (None, hall_id)]
    if any(one.department_id is None and one.role is not Role.HANDLER for one in grants):
        return Reach(viewer, hall_id, None, tree)
    units = (tree.below(one.department_id) for one in grants if one.department_id is not None)
    return Reach(viewer, hall_id, frozenset().union(*units), tree)


def tabs_of(reach: Reach) -> list[Tab]:
    """The tabs that can ever hold something for this person."""
    hidden = set() if reach.holders is None else {Tab.REGISTER, Tab.DISPATCH}
    if not _kinds(reach.viewer):
        hidden.add(Tab.CONFIRM)
    return [tab for tab in Tab if tab not in hidden]


def in_tab(tab: Tab, viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """The condition on Case for a tab. Late is what was due before `now`; due today what still is, by the local day."""
    tomorrow = instant_at(local_day(now) + timedelta(days=1), time(0))
    if tab is Tab.REGISTER:
        return and_(Case.open, Case.status == CaseStatus.SUBMITTED)
    if tab is Tab.DISPATCH:
        return and_(Case.open, _with_window(Case.status, Case.holder_id.is_(None)))
    if tab is Tab.FOLLOW_UP:
        return Case.status == CaseStatus.CONCLUDED
    if tab is Tab.CONFIRM:
        return exists().where(Proposal.case_id == Case.id, _confirmable(viewer))
    more = {
        Tab.TODAY: and_(Case.due_sort >= now, Case.due_sort < tomorrow),
        Tab.LATE: Case.due_sort < now,
        Tab.WAITING: Case.waiting.is_not(None),
    }
    return and_(Case.open, more.get(tab, true()))


def count_tabs(reach: Reach, now: datetime) -> dict[Tab, int]:
    """How many cases each tab holds, restricted ones only for whom they exist; one statement.

    From the tallies (what is late by the hour among today's is looked up among today's alone), plus the few restricted
    cases and open proposals, which are counted live.
    """
    parts = [_from_tallies(reach, now), _passed_today(reach, now), _restricted(reach, now), _proposed(reach)]
    rows = db.session.execute(union_all(*parts)).all()
    return {tab: sum(int(row[place] or 0) for row in rows) for place, tab in enumerate(Tab)}


def _from_tallies(reach: Reach, now: datetime) -> Select[*tuple[Any, ...]]:
    tally, today = CaseTally, local_day(now)
    is_open = tally.status.in_(OPEN_CASES)
    conditions = {
        Tab.OPEN: is_open,
        Tab.REGISTER: tally.status == CaseStatus.SUBMITTED,
        Tab.DISPATCH: _with_window(tally.status, tally.holder_id == 0),
        Tab.TODAY: and_(is_open, tally.due_on == today),
        Tab.LATE: and_(is_open, tally.due_on < today),
        Tab.WAITING: and_(is_open, tally.waiting != ""),
        Tab.FOLLOW_UP: tally.status == CaseStatus.CONCLUDED,
    }
    held = true() if reach.holders is None else tally.holder_id.in_(reach.holders)
    sums = {tab: func.sum(case((condition, tally.n), else_=0)) for tab, condition in conditions.items()}
    return _row(sums).where(tally.hall_id == reach.hall_id, held)


def _passed_today(reach: Reach, now: datetime) -> Select[*tuple[Any, ...]]:
    """What the tallies call due today although its hour has passed: from today's to the late ones."""
    held = true() if reach.holders is None else Case.holder_id.in_(reach.holders)
    passed = and_(Case.due_sort >= instant_at(local_day(now), time(0)), Case.due_sort < now)
    moved = _row({Tab.LATE: func.count(), Tab.TODAY: -func.count()}).select_from(Case)
    return moved.where(Case.hall_id == reach.hall_id, Case.open, passed, ~Case.restricted, held)


def _restricted(reach: Reach, now: datetime) -> Select[*tuple[Any, ...]]:
    tabs = [tab for tab in Tab if tab is not Tab.CONFIRM]
    sums = {tab: func.sum(case((in_tab(tab, reach.viewer, now), 1), else_=0)) for tab in tabs}
    return _row(sums).where(Case.hall_id == reach.hall_id, visible_restricted(reach.viewer, tree=reach.tree))


def _proposed(reach: Reach) -> Select[*tuple[Any, ...]]:
    found = _row({Tab.CONFIRM: func.count()}).select_from(Proposal).join(Case, Case.id == Proposal.case_id)
    return found.where(_confirmable(reach.viewer), reach.cases())


def _with_window(status: Any, unheld: ColumnElement[bool]) -> ColumnElement[bool]:
    """The rule lifecycle.is_with_window, put into SQL."""
    return or_(status == CaseStatus.REGISTERED, and_(status == CaseStatus.DISPATCHED, unheld))


def _row(sums: Mapping[Any, ColumnElement[int]]) -> Select[*tuple[Any, ...]]:
    """One row with a number for each tab, 0 where this part knows none."""
    return select(*(sums.get(tab, literal_column("0", Integer)) for tab in Tab))


def _kinds(viewer: Viewer) -> list[ProposalKind]:
    return [kind for kind, (permission, _yes, _no) in CONFIRMING.items() if may_somewhere(viewer, permission)]


def _confirmable(viewer: Viewer) -> ColumnElement[bool]:
    """A proposal that waits for this person: of a kind they may confirm, and somebody else's (否定报备)."""
    kinds = [kind.value for kind in _kinds(viewer)]
    waits = and_(Proposal.decided_at.is_(None), Proposal.proposed_by_id != viewer.staff_id)
    return and_(waits, Proposal.kind.in_(kinds))
