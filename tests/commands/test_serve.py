"""`portal serve`, as it is started on a real machine: the whole portal, in processes of its own."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving.servers import RunningServer, SlowClients, failures, is_running

LARGE = "/static/fonts/NotoSansSC-Bancheng.ttf"


def portal(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run one command to its end."""
    started = RunningServer("-m", "portal", *words, **settings(folder), **environment).process
    said, errors = started.communicate(timeout=120)
    return subprocess.CompletedProcess(words, started.returncode, said, errors)


def digest(file: Path) -> str:
    """Of the holidays library that dates are counted by."""
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT digest FROM library_copy").fetchone()[0]


def settings(folder: Path) -> dict[str, str]:
    return {"PORTAL_INSTANCE_DIR": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[RunningServer]:
    assert portal(tmp_path, "db", "upgrade").returncode == 0
    with RunningServer("-m", "portal", "serve", "--port", "0", "--processes", "2", **settings(tmp_path)) as server:
        yield server


def test_the_portal_answers_while_300_clients_drip(served):
    def ask(timeout: float) -> None:
        assert served.get("/readyz", timeout=timeout)[0] == 200
        status, page = served.get("/privacy", timeout=timeout)
        assert status == 200
        assert b"<h1" in page

    assert failures(ask, requests=1, timeout=30) == []
    with SlowClients(served.port, each=100, small="/", form="/report", large=LARGE) as crowd:
        assert failures(ask, requests=30, timeout=30) == []
        assert crowd.still_held() == 300, "the crowd was sent away, so it proved nothing"


def test_sigterm_ends_the_portal_and_all_its_children(served):
    children = served.children()
    assert len(children) == 3, "two for the web, one for what falls due"
    assert served.end(signal.SIGTERM)[0] == 0
    assert not any(is_running(child) for child in children)


def test_the_server_does_not_say_what_it_is(served):
    client = served.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")[0].lower()
    client.close()
    assert head.startswith(b"http/1.1 200")
    assert b"\r\nserver:" not in head
    assert b"waitress" not in head


def test_a_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = portal(tmp_path, "serve", "--port", port)
    assert ended.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_another_port_is_used_and_said_and_the_other_commands_know_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        words = ("-m", "portal", "serve", "--port", str(port), "--or-next-port", "--processes", "1", "--no-worker")
        with RunningServer(*words, **settings(tmp_path)) as server:
            assert server.said[0] == f"Port {port} is taken by another program: using {server.port}."
            assert server.get("/healthz")[0] == 200
            assert (tmp_path / "address").read_text().strip() == f"http://127.0.0.1:{server.port}"


def test_a_setting_that_cannot_be_used_is_named(tmp_path):
    ended = portal(tmp_path, "serve", "--port", "0", PORTAL_PUBLIC_URL="banshi")
    assert ended.returncode == 1
    assert "PORTAL_PUBLIC_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_worker_can_run_apart_and_goes_over_to_the_installed_library(tmp_path):
    assert portal(tmp_path, "db", "upgrade").returncode == 0
    file = tmp_path / "bancheng.db"
    installed = digest(file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE library_copy SET digest = 'of an older one'")
    worker = subprocess.Popen(
        [sys.executable, "-m", "portal", "worker"],
        env={**settings(tmp_path), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "worker ready\n"
        patience = time.monotonic() + 60
        while digest(file) != installed and time.monotonic() < patience:
            time.sleep(0.1)
        assert digest(file) == installed
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=60)
        assert (worker.returncode, errors) == (0, "")
    finally:
        worker.kill()
        worker.communicate()
