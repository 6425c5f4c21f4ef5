"""Daily counts of ratings and of what became of cases, kept in the transaction of the act they count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, insert, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from portal.extensions import Base, db
from portal.models import Case, CaseDay, Event, FollowUp, Hall, LabelDay, Rating, RatingDay, WorkOrder
from portal.rules.vocabulary import Closing, OrderRole, OrderStatus, Solved
from portal.rules.workdays import local_day

# By key, how much each counting column goes up (or down).
Sums = dict[tuple[Any, ...], Counter[str]]

RATINGS, LABELS, CASES = (Base.metadata.tables[model.__tablename__] for model in (RatingDay, LabelDay, CaseDay))
RATING_COLUMNS = (
    "hall_id",
    "rated_on",
    "department_id",
    "counter_id",
    "evidence",
    "level",
    "labels",
    "superseded",
    "set_aside_reason",
)
# No department and no counter: the hall's alone.
NOBODY = (0, 0)
SAID = {Solved.YES: "solved", Solved.PARTLY: "partly", Solved.NO: "unsolved"}


def add_rating(row: Mapping[str, Any]) -> None:
    """Count a rating with these column values (RATING_COLUMNS), in the running transaction; at most two statements.

    A rating set aside is counted as such and nowhere else; a superseded one is not counted: its successor is.
    """
    _count_rating(row, 1)


def remove_rating(row: Mapping[str, Any]) -> None:
    """Take back what `add_rating` counted for the same values, before they change (superseded, set aside)."""
    _count_rating(row, -1)


def row_of(rating: Rating) -> dict[str, Any]:
    """A stored rating as `add_rating` and `remove_rating` take it."""
    return {name: getattr(rating, name) for name in RATING_COLUMNS}


def add_conclusion(case: Case, at: datetime) -> None:
    """Count a conclusion on its local day, on time or late (`case.on_time`), in the running transaction.

    What happened stays counted: a case concluded again after a redo counts again, so that concluding early and doing
    it over never makes an earlier figure better or worse. Its event must be written: it says whether the case was
    restricted then, and such a case counts for the hall alone, not where it happened nor who answered it.
    """
    _add_case(case, local_day(at), case.redo_number, Counter(concluded=1, on_time=int(bool(case.on_time))))


def add_follow_up(case: Case, follow_up: FollowUp) -> None:
    """Count what a reporter who was reached said, by a call or on the track page; nothing for a try in vain.

    One conclusion, one answer: what they said before about the same one is taken back, else who changes their mind
    a hundred times would move a department's figure a hundred times. The follow-up must be flushed.
    """
    if not follow_up.reached:
        return
    same = (FollowUp.case_id == case.id, FollowUp.redo_number == follow_up.redo_number, FollowUp.reached)
    before = select(FollowUp).where(*same, FollowUp.id < follow_up.id).order_by(FollowUp.id.desc()).limit(1)
    for said in db.session.scalars(before):
        gone = {name: -n for name, n in _answers(said.contacted, said.solved).items()}
        _add_case(case, said.tried_on, said.redo_number, Counter(gone))
    _add_case(case, follow_up.tried_on, follow_up.redo_number, _answers(follow_up.contacted, follow_up.solved))


def add_unconfirmed(case: Case, at: datetime) -> None:
    """Count a closing as “not confirmed” (未确认): apart, and never as solved or satisfied."""
    _add_case(case, local_day(at), case.redo_number, Counter(not_confirmed=1))


def answering_departments(*conditions: ColumnElement[bool]) -> dict[tuple[int, int], int]:
    """The department that answered for each (case, redo): whose lead order was answered last. None settled at once."""
    wanted = select(WorkOrder.case_id, WorkOrder.redo_number, WorkOrder.department_id)
    wanted = wanted.where(WorkOrder.role == OrderRole.LEAD, WorkOrder.status == OrderStatus.ANSWERED, *conditions)
    rows = db.session.execute(wanted.order_by(WorkOrder.position))
    return {(row.case_id, row.redo_number): row.department_id for row in rows}


def kept_apart(*conditions: ColumnElement[bool]) -> set[tuple[int, int]]:
    """The conclusions (case, redo) of cases that were restricted then: no figure of a unit or a counter holds them.

    Who is complained about could take the cases they may list from the number they may read. What was counted as
    anybody's before the complaint stays: a number that falls would tell of it.
    """
    wanted = select(Event.case_id, Event.data).where(Event.action == "case_concluded", *conditions)
    return {(row.case_id, row.data["redo"]) for row in db.session.execute(wanted) if row.data["restricted"]}


def recount(hall: Hall | None = None) -> None:
    """Count one hall (or all) anew from ratings, follow-ups and events, in the running transaction.

    For rows written past the services by the thousand. Conclusions come from the events `case_concluded` (at, on_time,
    redo, restricted), “not confirmed” from `case_closed` (closing): the case itself forgets them at a redo.
    """
    if db.engine.dialect.name == "postgresql":
        # Who has written a count but not committed it comes first; who comes later adds to ours.
        db.session.execute(text("LOCK TABLE rating_day, label_day, case_day IN EXCLUSIVE MODE"))
    db.session.flush()
    for table, sums in counted(hall).items():
        here = [table.c.hall_id == hall.id] if hall is not None else []
        db.session.execute(delete(table).where(*here))
        rows = _rows(table, {key: amounts for key, amounts in sums.items() if any(amounts.values())})
        if rows:
            db.session.execute(insert(table), rows)


def counted(hall: Hall | None = None) -> dict[Table, Sums]:
    """What the three tables should hold, counted from what happened."""
    ratings: Sums = defaultdict(Counter)
    labels: Sums = defaultdict(Counter)
    wanted = select(*(getattr(Rating, name) for name in RATING_COLUMNS)).where(*_in(hall, Rating.hall_id))
    for row in db.session.execute(wanted).yield_per(1000):
        for sums, more in zip((ratings, labels), _parts(row._asdict(), 1), strict=True):
            _merge(sums, more)
    cases: Sums = defaultdict(Counter)
    departments = answering_departments(WorkOrder.case_id == Case.id, *_in(hall, Case.hall_id))
    apart = kept_apart(Event.case_id == Case.id, *_in(hall, Case.hall_id))
    for place, case_id, redo, amounts in (*_conclusions(hall), *_said(hall)):
        hall_id, day, counter_id = place
        unit = (departments.get((case_id, redo), 0), counter_id or 0)
        cases[(hall_id, day, *(NOBODY if (case_id, redo) in apart else unit))].update(amounts)
    return {RATINGS: ratings, LABELS: labels, CASES: cases}


def _count_rating(row: Mapping[str, Any], by: int) -> None:
    ratings, labels = _parts(row, by)
    _add(RATINGS, ratings)
    _add(LABELS, labels)


def _parts(row: Mapping[str, Any], by: int) -> tuple[Sums, Sums]:
    """What one rating adds to the ratings and to the labels of its day."""
    if row["superseded"]:
        return {}, {}
    place = (row["hall_id"], row["rated_on"], row["department_id"] or 0, row["counter_id"] or 0, row["evidence"])
    if row["set_aside_reason"]:
        return {(*place, row["level"]): Counter(set_aside=by)}, {}
    return {(*place, row["level"]): Counter(n=by)}, {(*place, label): Counter(n=by) for label in row["labels"]}


def _answers(contacted: bool | None, solved: str | None) -> Counter[str]:
    found = Counter(reached=1, contacted=int(bool(contacted)))
    if solved is not None:
        found[SAID[Solved(solved)]] = 1
    return found


def _add_case(case: Case, day: date, redo: int, amounts: Counter[str]) -> None:
    department = answering_departments(WorkOrder.case_id == case.id, WorkOrder.redo_number == redo)
    unit = (department.get((case.id, redo), 0), case.counter_id or 0)
    apart = (case.id, redo) in kept_apart(Event.case_id == case.id)
    _add(CASES, {(case.hall_id, day, *(NOBODY if apart else unit)): amounts})


Found = tuple[tuple[int, date, int | None], int, int, Counter[str]]


def _conclusions(hall: Hall | None) -> Iterator[Found]:
    """Every conclusion, and every closing as not confirmed under the redo number of the conclusion before it."""
    wanted = select(Case.hall_id, Case.counter_id, Event.case_id, Event.at, Event.action, Event.data).join(
        Case, Case.id == Event.case_id
    )
    redo: dict[int, int] = {}
    for row in db.session.execute(_events(wanted, hall)).yield_per(1000):
        place = (row.hall_id, local_day(row.at), row.counter_id)
        if row.action == "case_concluded":
            redo[row.case_id] = row.data["redo"]
            yield place, row.case_id, row.data["redo"], Counter(concluded=1, on_time=int(bool(row.data["on_time"])))
        elif row.data.get("closing") == Closing.NOT_CONFIRMED:
            yield place, row.case_id, redo.get(row.case_id, 0), Counter(not_confirmed=1)


def _events(wanted: Select[Any], hall: Hall | None) -> Select[Any]:
    these = Event.action.in_(("case_concluded", "case_closed"))
    return wanted.where(these, *_in(hall, Case.hall_id)).order_by(Event.seq)


def _said(hall: Hall | None) -> Iterator[Found]:
    columns = (FollowUp.tried_on, FollowUp.case_id, FollowUp.redo_number, FollowUp.contacted, FollowUp.solved)
    last = select(func.max(FollowUp.id)).where(FollowUp.reached).group_by(FollowUp.case_id, FollowUp.redo_number)
    wanted = select(Case.hall_id, Case.counter_id, *columns).join(Case, Case.id == FollowUp.case_id)
    for row in db.session.execute(wanted.where(FollowUp.id.in_(last), *_in(hall, Case.hall_id))).yield_per(1000):
        place = (row.hall_id, row.tried_on, row.counter_id)
        yield place, row.case_id, row.redo_number, _answers(row.contacted, row.solved)


def _in(hall: Hall | None, column: Any) -> list[ColumnElement[bool]]:
    return [] if hall is None else [column == hall.id]


def _merge(sums: Sums, more: Sums) -> None:
    for key, amounts in more.items():
        sums[key].update(amounts)


def _add(table: Table, sums: Sums) -> None:
    rows = _rows(table, sums)
    if not rows:
        return
    on_postgresql = db.engine.dialect.name == "postgresql"
    upsert = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(rows)
    grown = {column.name: column + upsert.excluded[column.name] for column in _counting(table)}
    db.session.execute(upsert.on_conflict_do_update(index_elements=list(table.primary_key), set_=grown))
    if any(amount < 0 for amounts in sums.values() for amount in amounts.values()):
        # An emptied place goes: no row means nothing happened there.
        empty = [column == 0 for column in _counting(table)]
        db.session.execute(delete(table).where(*empty, or_(*(_is_at(table, key) for key in sums))))


def _rows(table: Table, sums: Sums) -> list[dict[str, Any]]:
    """Rows in the order of their keys, so that two writers never wait for each other crosswise."""
    names = [column.name for column in table.primary_key]
    counts = [column.name for column in _counting(table)]
    return [dict(zip(names, key, strict=True)) | {name: sums[key][name] for name in counts} for key in sorted(sums)]


def _counting(table: Table) -> list[Any]:
    return [column for column in table.columns if not column.primary_key]


def _is_at(table: Table, key: tuple[Any, ...]) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))
