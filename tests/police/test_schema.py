"""Migrations and models say the same, in one straight line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from portal.extensions import Base, db
from tests.police.tree import PORTAL


def differences(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"include_name": include_name, "compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def include_name(name: str | None, kind: str, parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith("case_search"))


def test_migrations_equal_models(any_app: Flask) -> None:
    with db.engine.connect() as connection:
        assert differences(connection) == []


def test_a_planted_column_is_noticed(any_app: Flask) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE hall ADD COLUMN planted INTEGER")
        assert differences(connection)
        connection.rollback()


def test_migrations_are_one_line() -> None:
    script = ScriptDirectory(str(PORTAL / "migrations"))
    assert len(script.get_heads()) == 1
    assert all(revision.revision.isdigit() for revision in script.walk_revisions())
