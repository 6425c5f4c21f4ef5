"""An installation of its own for commands that run in the test's process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own; what a command sets in the environment or for files ends with the test."""
    for name in ("PORTAL_PUBLIC_URL", "PORTAL_PUBLIC_URL_FILE", "PORTAL_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path))
    mask = os.umask(0o022)
    yield tmp_path
    os.umask(mask)
