"""Rows as plain values, gathered table by table and written at once: 250,000 of them through the ORM take minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from portal.extensions import Base, db

Row = dict[str, Any]
_AT_ONCE = 5000


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    return Base.metadata.tables[model.__tablename__]


def row(model: type[Base], **values: Any) -> Row:
    """A row with these values and the model's defaults for the rest. Raises KeyError for a column it has not."""
    plain, made = _defaults(model)
    fresh = plain | {name: make(None) for name, make in made.items()} | values
    if len(fresh) > len(plain) + len(made):
        raise KeyError(f"{model.__tablename__} has no {sorted(fresh.keys() - plain.keys() - made.keys())}")
    return fresh


def write_rows(session: Session, model: type[Base], rows: Iterable[Row]) -> None:
    """Insert rows that carry their ids, in the running transaction; on PostgreSQL the next id is told."""
    listed = list(rows)
    table = table_of(model)
    for start in range(0, len(listed), _AT_ONCE):
        session.execute(insert(table), listed[start : start + _AT_ONCE])
    key = next(iter(table.primary_key))
    if listed and db.engine.dialect.name == "postgresql":
        highest = select(func.max(key)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence(f'"{table.name}"', key.name), highest)))


def analyse(session: Session) -> None:
    """Let the database look at what it holds now, so that the first pages are planned by it."""
    session.execute(text("ANALYZE"))


@cache
def _defaults(model: type[Base]) -> tuple[Row, dict[str, Callable[[Any], Any]]]:
    """The defaults of a model's columns: those that are values, and those that are made anew for every row."""
    plain: Row = {}
    made: dict[str, Callable[[Any], Any]] = {}
    for column in table_of(model).columns:
        default: Any = column.default
        if default is not None and default.is_callable:
            # The model says `default=list`; SQLAlchemy wraps it to take a context.
            made[column.name] = default.arg
        else:
            plain[column.name] = None if default is None else default.arg
    return plain, made
