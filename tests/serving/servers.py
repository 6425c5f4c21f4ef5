"""Real server processes, and clients who keep them waiting."""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]


class RunningServer:
    """A server in a process of its own: our Python with these words, or another program."""

    def __init__(self, *command: str, program: str | Path = sys.executable, **environment: str) -> None:
        self.process = subprocess.Popen(
            [program, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )
        self.port = 0
        self.said: list[str] = []

    def __enter__(self) -> RunningServer:
        return self.wait_until_ready()

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def wait_until_ready(self, patience: float = 60) -> RunningServer:
        """Read what it says up to the line that it is ready; `patience` is for each silence, in seconds."""
        pipe, rest = self.process.stdout.fileno(), b""
        while not (ready := [line for line in self.said if line.startswith("ready http://")]):
            # Not by readline: what it has put aside of several lines, select does not know of.
            part = os.read(pipe, 65536) if select.select([pipe], [], [], patience)[0] else b""
            assert part, f"never ready: {self.said} {self.end()}"
            *lines, rest = (rest + part).split(b"\n")
            self.said += [line.decode().rstrip() for line in lines]
        self.port = urlsplit(ready[0].split()[1]).port
        return self

    def get(self, path: str, body: bytes | None = None, timeout: float = 30) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("POST" if body is not None else "GET", path, body=body)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def connect(self, head: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        client.sendall(head)
        return client

    def children(self) -> set[int]:
        return children_of(self.process.pid)

    def end(self, order: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send the order, wait for the end; return the status and what it said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(order)
        return self.finish()

    def finish(self) -> tuple[int, str]:
        """Wait for the end; return the status and what it said on stderr."""
        last, errors = self.process.communicate(timeout=60)
        self.said += last.splitlines()
        return self.process.returncode, errors


def children_of(parent: int) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # pid (name) state parent …; the name may hold blanks and brackets.
            state, ppid = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.add(int(folder.name))
    return found


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def eventually(condition: Callable, seconds: float = 60):
    """The condition's first true value; a bound for the test's patience, not a claim about speed."""
    until = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.05)
    return value


def failures(ask: Callable[[float], None], requests: int, timeout: float) -> list[str]:
    """Ask again and again, as ordinary clients would; what went wrong, at most three times."""
    found = []
    for number in range(requests):
        try:
            ask(timeout)
        except (OSError, AssertionError) as error:
            found.append(f"request {number}: {error!r}")
            if len(found) == 3:
                break
    return found


class SlowClients:
    """A crowd that keeps a server waiting: a third drips headers, a third drips bodies, a third reads by the byte."""

    def __init__(self, port: int, each: int = 100, small: str = "/hello", form: str = "/hash", large: str = "/large"):
        header = f"GET {small} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Slow: "
        body = f"POST {form} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100000\r\n\r\n"
        asking = f"GET {large} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        self.droppers = [self._connect(port, head.encode()) for head in (header, body) for _ in range(each)]
        self.readers = [self._connect(port, asking.encode(), 2048) for _ in range(each)]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)

    def _connect(self, port: int, head: bytes, receive_buffer: int = 0) -> socket.socket:
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        client.sendall(head)
        client.setblocking(False)
        return client

    def __enter__(self) -> SlowClients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        for client in self.droppers + self.readers:
            client.close()

    def _drip(self) -> None:
        while not self._done.wait(0.2):
            for client in self.droppers:
                with contextlib.suppress(OSError):
                    client.send(b"x")
            for client in self.readers:
                with contextlib.suppress(OSError):
                    client.recv(1)

    @staticmethod
    def is_cut(client: socket.socket) -> bool:
        return _hears(client) == b""

    def still_held(self) -> int:
        """How many are still connected, and have no whole answer."""
        return sum(_hears(c) is None for c in self.droppers) + sum(_hears(c) != b"" for c in self.readers)


def _hears(client: socket.socket) -> bytes | None:
    """The next byte; None when there is nothing yet; empty when the line was cut."""
    try:
        return client.recv(1)
    except BlockingIOError:
        return None
    except OSError:
        return b""
