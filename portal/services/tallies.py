"""The counts of the inbox's tabs, kept by every change of a case in the transaction of the change itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, delete, event, insert, inspect, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, Session, SessionTransaction

from portal.extensions import Base, db
from portal.models import Case, CaseTally
from portal.rules.workdays import local_day

NO_DAY = date(9999, 12, 31)
KEY_COLUMNS = ("hall_id", "holder_id", "status", "waiting", "due_at", "restricted")


class TallyKey(NamedTuple):
    """One row of the tally: 0 for no holding department, "" for a running clock, 9999-12-31 for no date."""

    hall_id: int
    holder_id: int
    status: str
    waiting: str
    due_on: date


def tally_key(values: Mapping[str, Any]) -> TallyKey | None:
    """Where a case with these column values is counted; None for a restricted one.

    Restricted cases are few, and who may know of them is a question of the person: they are counted live
    (services/visibility.py). The due day is the local one (Asia/Shanghai).
    """
    if values.get("restricted"):
        return None
    due_at = values.get("due_at")
    return TallyKey(
        values["hall_id"],
        values.get("holder_id") or 0,
        values.get("status") or "submitted",
        values.get("waiting") or "",
        local_day(due_at) if due_at else NO_DAY,
    )


def count_in(case_row_values: Mapping[str, Any]) -> None:
    """Count a new case inserted past the ORM, in the running transaction. The ORM's changes count themselves."""
    _note(db.session(), None, tally_key(case_row_values))


def recount() -> None:
    """Count all cases anew, in the running transaction: after rows were written past the ORM by the thousand."""
    if db.engine.dialect.name == "postgresql":
        # Who has written a count but not committed it comes first; who comes later adds to ours.
        db.session.execute(text("LOCK TABLE case_tally IN EXCLUSIVE MODE"))
    rows = db.session.execute(select(*(getattr(Case, name) for name in KEY_COLUMNS))).yield_per(1000)
    counted = Counter(tally_key(row._asdict()) for row in rows)
    db.session.execute(delete(_TABLE))
    found = [{**key._asdict(), "n": n} for key, n in counted.items() if key is not None]
    if found:
        db.session.execute(insert(_TABLE), found)


_TABLE = Base.metadata.tables[CaseTally.__tablename__]
# Differences of each running transaction, written at its end in one statement: in a fixed order, so that two writers
# never wait for each other crosswise.
_pending: WeakKeyDictionary[SessionTransaction, Counter[TallyKey]] = WeakKeyDictionary()


def _note(session: Session, old: TallyKey | None, new: TallyKey | None) -> None:
    transaction = session.get_nested_transaction() or session.get_transaction()
    if old == new or transaction is None:
        return
    changes = _pending.setdefault(transaction, Counter())
    for key, by in ((old, -1), (new, 1)):
        if key is not None:
            changes[key] += by


def _key_of(case: Case) -> TallyKey | None:
    return tally_key({name: getattr(case, name) for name in KEY_COLUMNS})


# The history of an attribute is not enough to know where a case was counted: touching a case to raise its version
# (flag_modified) forgets it. So the place is remembered before the first change.
_COUNTED = "tally"


def _before_change(case: Case, _value: Any, _old: Any, _initiator: Any) -> None:
    state = inspect(case)
    if state.persistent and _COUNTED not in state.info:
        state.info[_COUNTED] = _key_of(case)


for _name in KEY_COLUMNS:
    event.listen(getattr(Case, _name), "set", _before_change, active_history=True)


@event.listens_for(Case, "expire", raw=True)
def _forget_change(state: InstanceState[Case], attributes: Any) -> None:
    if attributes is None:
        state.info.pop(_COUNTED, None)


@event.listens_for(Case, "after_insert")
def _after_insert(_mapper: Any, _connection: Any, case: Case) -> None:
    _note(_session_of(case), None, _key_of(case))


@event.listens_for(Case, "after_update")
def _after_update(_mapper: Any, _connection: Any, case: Case) -> None:
    state = inspect(case)
    if _COUNTED in state.info:
        _note(_session_of(case), state.info.pop(_COUNTED), _key_of(case))


@event.listens_for(Case, "after_delete")
def _after_delete(_mapper: Any, _connection: Any, case: Case) -> None:
    info = inspect(case).info
    _note(_session_of(case), info.pop(_COUNTED) if _COUNTED in info else _key_of(case), None)


def _session_of(case: Case) -> Session:
    session = inspect(case).session
    assert session is not None
    return session


@event.listens_for(Session, "before_commit")
def _write_differences(session: Session) -> None:
    session.flush()
    transaction = session.get_nested_transaction() or session.get_transaction()
    changes = _pending.pop(transaction, None) if transaction is not None else None
    if not changes:
        return
    rows = [{**key._asdict(), "n": by} for key, by in sorted(changes.items()) if by]
    if rows:
        _add(session, rows)
    if any(row["n"] < 0 for row in rows):
        # An empty place goes, else the days of years would pile up.
        emptied = or_(*(_is_at(row) for row in rows if row["n"] < 0))
        session.execute(delete(_TABLE).where(_TABLE.c.n == 0, emptied))


@event.listens_for(Session, "after_transaction_end")
def _drop_differences(_session: Session, transaction: SessionTransaction) -> None:
    _pending.pop(transaction, None)


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    upsert = (postgresql.insert if on_postgresql else sqlite.insert)(_TABLE).values(rows)
    key = list(_TABLE.primary_key)
    session.execute(upsert.on_conflict_do_update(index_elements=key, set_={"n": _TABLE.c.n + upsert.excluded.n}))


def _is_at(row: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in _TABLE.primary_key))
