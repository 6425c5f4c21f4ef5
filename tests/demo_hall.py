"""The demo hall for tests: filled once per session, copied for whoever changes it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal import clock, create_app
from portal.extensions import db
from tests.databases import SqliteTemplate, settings_for

# Thursday 15 October 2026, 15:00 in Shanghai: the holiday is over, the make-up Saturday too.
UNTIL = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class DemoHall:
    """An installation that holds the demo: database, keys, photos. `until`: where its life ends."""

    folder: Path
    until: datetime

    def copy(self, folder: Path) -> Any:
        """Settings of a copy of one's own in `folder`."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True, copy_function=_link)
        # What changes is copied, what lies still is linked.
        shutil.copyfile(self.folder / "bancheng.db", _own(folder / "bancheng.db"))
        return settings_for(folder)


@pytest.fixture(scope="session")
def demo_hall(tmp_path_factory: pytest.TempPathFactory) -> DemoHall:
    """The demo as it stands on a certain Thursday afternoon: set the clock to its `until`. Only to be read."""
    folder = _once(tmp_path_factory, "demo_hall", lambda folder: _build(folder, UNTIL))
    return DemoHall(folder, UNTIL)


@pytest.fixture(scope="session")
def demo_now(tmp_path_factory: pytest.TempPathFactory) -> DemoHall:
    """The demo as it stands now, as `portal demo` fills it; for servers and browsers, whose clock is real."""
    now = clock.now().replace(second=0, microsecond=0)
    return DemoHall(_once(tmp_path_factory, "demo_now", lambda folder: _build(folder, now)), now)


def _build(folder: Path, until: datetime) -> None:
    from portal.demo.fill import fill

    template = SqliteTemplate(folder)
    shutil.move(template.file, folder / "bancheng.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        fill(until)
        # Into the file itself: a copy takes no write-ahead log along.
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


def _once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """Build it in the first of several test processes; the others wait for it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    ready, failed = folder / "ready", folder / "failed"
    try:
        folder.mkdir()
    except FileExistsError:
        while not ready.exists():
            if failed.exists():
                pytest.fail(f"{name} could not be built: {failed.read_text()}")
            time.sleep(0.2)
        return folder / "instance"
    try:
        (folder / "instance").mkdir()
        build(folder / "instance")
    except BaseException as error:
        failed.write_text(repr(error))
        raise
    ready.touch()
    return folder / "instance"


def _link(source: str, target: str) -> str:
    if not os.path.exists(target):
        os.link(source, target)
    return target


def _own(file: Path) -> Path:
    file.unlink(missing_ok=True)
    return file
