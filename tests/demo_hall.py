"""The demo hall, filled once for all test processes, and real servers on copies of it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.serving.servers import ROOT, RunningServer


def filled_hall(shared: Path) -> Path:
    """An instance folder with the demo hall in it, made by whichever process comes first."""
    folder = shared / "demo-hall"
    with open(shared / "demo-hall.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "filled").exists():
            for verb in (["db", "upgrade"], ["demo"]):
                command = [sys.executable, "-m", "portal", *verb]
                subprocess.run(command, check=True, cwd=ROOT, env=environment_of(folder), stdout=subprocess.DEVNULL)
            (folder / "filled").touch()
    return folder


def environment_of(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {"PORTAL_INSTANCE_DIR": str(folder), "PORTAL_DEMO": "1", "PYTHONPATH": str(ROOT)}


def serve_copy(filled: Path, folder: Path, *, processes: int = 1) -> RunningServer:
    """A server on a copy of its own, so that tests may change what they like."""
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    command = ("-m", "portal", "serve", "--port", "0", "--processes", str(processes), "--no-worker")
    return RunningServer(*command, PORTAL_INSTANCE_DIR=str(folder), PORTAL_DEMO="1")
