"""Fixtures for all tests: an app on SQLite, services on both databases, a checking client, the cast."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings

from portal import clock, create_app
from portal.services.installation import NAME
from portal.services.sessions import begin_session
from portal.services.transaction import write
from tests.apps import running
from tests.chromium import address as address
from tests.chromium import chromium as chromium
from tests.databases import PostgresServer, SqliteTemplate, has_postgres, settings_for
from tests.demo_hall import demo_hall as demo_hall
from tests.demo_hall import demo_now as demo_now
from tests.measuring import counted
from tests.world import World, build_world

# No test asserts a time, and hypothesis' own deadline is one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _work_in_memory() -> None:
    """Put the tests' files into memory where there is room: every write is synced, and a disk would wait for each."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None


_work_in_memory()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    reason = has_postgres()
    if reason:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One app for all tests of a process, since making one takes longer than most tests; its file is laid anew."""
    folder = tmp_path_factory.mktemp("app")
    return create_app(settings_for(folder, f"sqlite:///{folder / 'bancheng.db'}"))


@pytest.fixture(scope="session")
def postgres_app(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same on PostgreSQL; its database is cloned anew."""
    return create_app(settings_for(tmp_path_factory.mktemp("app"), postgres.url(PostgresServer.FRESH)))


@pytest.fixture
def app(sqlite_app: Flask, sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Flask]:
    """The app on a fresh SQLite database; for tests of pages."""
    sqlite_template.copy(sqlite_app.extensions[NAME].settings.instance_dir)
    yield from running(sqlite_app, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Flask]:
    """The app on each kind of database in turn; for tests of services."""
    if request.param == "sqlite":
        here: Flask = request.getfixturevalue("sqlite_app")
        sqlite_template.copy(here.extensions[NAME].settings.instance_dir)
        yield from running(here, tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    app = request.getfixturevalue("postgres_app")
    server.clone(PostgresServer.FRESH)
    yield from running(app, tmp_path)


@pytest.fixture
def world(app: Flask) -> World:
    """A small hall with the cast, and another hall beside it (SQLite; for tests of pages)."""
    return build_world()


@pytest.fixture
def any_world(any_app: Flask) -> World:
    """The same on each kind of database in turn; for tests of services."""
    return build_world()


@pytest.fixture
def client(app: Flask) -> Any:
    """A browser that checks what it gets. It speaks Chinese."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN,zh;q=0.9"
    return client


@pytest.fixture
def signed_in(app: Flask, world: World) -> Callable[..., Any]:
    """A browser of one of the cast, signed in: signed_in("triage")."""

    def sign_in(name: str, language: str = "zh-CN") -> Any:
        with write():
            secret = begin_session(world.staff[name].id, clock.now())
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        client.set_cookie("bc_staff", secret)
        return client

    return sign_in


@pytest.fixture
def send() -> Callable[..., Any]:
    """POST a staff form as a person does: send(client, url, page, field=…), with the token of the page it stands on."""

    def post(client: Any, url: str, page: str, **fields: Any) -> Any:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
        assert token, f"{page} has no form"
        return client.post(url, data={"csrf_token": token[1], **fields})

    return post


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock: at(datetime(2026, 10, 8, 6, 6, tzinfo=UTC))."""

    def set_clock(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_clock


@pytest.fixture
def count_statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent since it was last cleared."""
    with counted() as sent:
        yield sent
