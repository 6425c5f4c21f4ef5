"""An installation of its own for commands that run in the test's process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.commands import app_context, main
from tests.world import build_world


@pytest.fixture
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own; what a command sets in the environment or for files ends with the test."""
    for name in ("PORTAL_PUBLIC_URL", "PORTAL_PUBLIC_URL_FILE", "PORTAL_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path))
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)


@pytest.fixture
def console(own_environment: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Run a command in an installation with two halls: console("calendar", "list"); its status and its lines."""
    main(["db", "upgrade"])
    with app_context():
        build_world()

    def run(*words: str) -> tuple[int, list[str]]:
        capsys.readouterr()
        status = main(words)
        said = capsys.readouterr()
        return status, (said.out + said.err).splitlines()

    return run
