"""收件: the cases somebody has to look after in one hall, what is due first on top, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, defer, joinedload

from portal.extensions import db
from portal.models import Case, Counter, Proposal, ServiceItem, Staff, WorkOrder
from portal.rules.bigrams import find_in
from portal.rules.keyset import place_after, read_place
from portal.rules.lifecycle import is_with_window
from portal.rules.lights import Light, LightCode
from portal.rules.vocabulary import CaseStatus
from portal.rules.workdays import local_time
from portal.services.deadlines import hall_rules, light_of
from portal.services.inbox_tabs import Reach, Tab, in_tab
from portal.services.search import matching
from portal.services.visibility import LIVE_ORDERS

PAGE = 50
EXCERPT = 60
# What a list does not show is not read: long texts, and above all who it was.
_UNREAD = ("contact_name", "contact_phone", "plan", "public_reply", "basis", "remains", "obstacles")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a tab (None: whatever its state, which only a search may ask), filters, words, the place."""

    tab: Tab | None = Tab.OPEN
    query: str = ""
    department_id: int | None = None
    counter_id: int | None = None
    cause: str = ""
    kind: str = ""
    after: str = ""


@dataclass(frozen=True)
class Said:
    """A piece of the person's own words, and in it what a search found."""

    before: str
    hit: str = ""
    after: str = ""


@dataclass(frozen=True)
class Line:
    """One row: the case, who handles it, whether a “no” waits for its second person, how its date stands."""

    case: Case
    handler: Staff | None
    proposed: bool
    said: Said
    light: Light
    # Whether it is due today at an hour of its own, such as noon: that hour is told, not only the day.
    ends_early: bool

    @property
    def can_be_sent(self) -> bool:
        """Whether it can be picked to be sent to a department."""
        return is_with_window(CaseStatus(self.case.status), held=self.case.holder_id is not None)


@dataclass(frozen=True)
class Listing:
    """One page of rows; `lost` when the place asked for was none, and the list began from its top."""

    lines: list[Line] = field(default_factory=list)
    next_place: str = ""
    lost: bool = False


def list_cases(reach: Reach, wanted: Wanted, now: datetime) -> Listing:
    """At most 50 cases of the reach that match, in the order they are due; one statement.

    `wanted.after` is the place the page before ended at; what is no place begins at the top.
    """
    place = read_place(wanted.after)
    rows = db.session.execute(_page(reach, wanted, place, now)).all()
    lines = [_line(row, wanted.query, now) for row in rows[:PAGE]]
    last = lines[-1].case if len(rows) > PAGE else None
    return Listing(
        lines, place_after(last.due_sort, last.id) if last else "", lost=bool(wanted.after) and place is None
    )


def excerpt(words: str, query: str) -> Said:
    """Some sixty characters of the words: from their beginning, or around what the query found in them."""
    plain = " ".join(words.split())
    found = find_in(plain, query) if query else None
    if found is None:
        return Said(_cut(plain, EXCERPT))
    start, end = found
    begin = max(0, start - EXCERPT // 4) if end > EXCERPT else 0
    lead = "…" if begin else ""
    return Said(lead + plain[begin:start], plain[start:end], _cut(plain[end:], max(12, EXCERPT - (end - begin))))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


def _page(reach: Reach, wanted: Wanted, place: tuple[datetime, int] | None, now: datetime) -> Select[*tuple[Any, ...]]:
    conditions = [reach.cases(), *_conditions(wanted, reach, now)]
    if place is not None:
        here = (literal(place[0], Case.due_sort.type), literal(place[1], Case.id.type))
        conditions.append(tuple_(Case.due_sort, Case.id) > tuple_(*here))
    order = (Case.due_sort, Case.id)
    # The fifty are chosen first, by an index in their order; only they are joined to what they show.
    chosen = select(Case.id).where(*conditions).order_by(*order).limit(PAGE + 1).subquery()
    handler = aliased(Staff)
    return (
        select(Case, handler, _waits_for_second().label("proposed"))
        .join(chosen, chosen.c.id == Case.id)
        .outerjoin(WorkOrder, WorkOrder.id == _live_order())
        .outerjoin(handler, handler.id == WorkOrder.handler_id)
        .options(
            joinedload(Case.hall, innerjoin=True),
            joinedload(Case.counter),
            joinedload(Case.item),
            joinedload(Case.holder),
            *(defer(getattr(Case, name)) for name in _UNREAD),
        )
        .order_by(*order)
    )


def _conditions(wanted: Wanted, reach: Reach, now: datetime) -> list[ColumnElement[bool]]:
    found = [] if wanted.tab is None else [in_tab(wanted.tab, reach.viewer, now)]
    words = matching(wanted.query)
    if words is not None:
        found.append(words)
    if wanted.department_id is not None:
        found.append(_of_department(wanted.department_id))
    if wanted.counter_id is not None:
        found.append(Case.counter_id == wanted.counter_id)
    if wanted.cause:
        found.append(Case.cause == wanted.cause)
    if wanted.kind:
        found.append(Case.kind == wanted.kind)
    return found


def _of_department(department_id: int) -> ColumnElement[bool]:
    """What a department holds; or, held by nobody, what its items are about, or else happened at its counters."""
    item = Case.item_id.in_(select(ServiceItem.id).where(ServiceItem.department_id == department_id))
    counter = Case.counter_id.in_(select(Counter.id).where(Counter.department_id == department_id))
    free = and_(Case.holder_id.is_(None), or_(item, and_(Case.item_id.is_(None), counter)))
    return or_(Case.holder_id == department_id, free)


def _live_order() -> Any:
    orders = aliased(WorkOrder)
    return (
        select(func.max(orders.id))
        .where(orders.case_id == Case.id, orders.status.in_(LIVE_ORDERS))
        .correlate(Case)
        .scalar_subquery()
    )


def _waits_for_second() -> ColumnElement[bool]:
    return exists().where(Proposal.case_id == Case.id, Proposal.decided_at.is_(None)).correlate(Case)


def _line(row: Any, query: str, now: datetime) -> Line:
    case: Case = row[0]
    rules = hall_rules(case.hall)
    light = light_of(case, rules, now)
    ahead = light.due_today and light.code in (LightCode.NEAR, LightCode.IN_TIME)
    early = ahead and case.due_at is not None and rules.hours.ends_early(local_time(case.due_at))
    return Line(case, row[1], bool(row.proposed), excerpt(case.words, query), light, early)
