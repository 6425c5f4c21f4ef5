"""Bringing the database up to date: its schema, and what it keeps of the things we ship."""

from __future__ import annotations

import flask_migrate

from portal.extensions import db
from portal.services.calendars import follow_library
from portal.services.reasons import seed_reasons


def upgrade() -> None:
    """Run the migrations that are missing, then take over what is shipped: holidays, sub-reasons. Idempotent.

    SQLite is put into WAL mode here, once: setting it on every connection races with other processes.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("BEGIN")
    flask_migrate.upgrade()
    follow_library()
    seed_reasons()
