"""One process's HTTP server: waitress, made to hold against clients who drip, dawdle or crowd."""

from __future__ import annotations

import logging
import resource
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from portal.web.headers import HEADERS

WSGIApp = Callable[..., Any]
# In both languages: of whom it is for nothing could be read.
REFUSED = Path(__file__).with_name("refused.txt").read_bytes()


@dataclass(frozen=True)
class Limits:
    """What one client may take of one process. Bytes and seconds."""

    connections: int = 4_000
    header_bytes: int = 32 * 1024
    # Above what any form of ours takes, so that the portal's own page says “too large”, not the server's bare line.
    body_bytes: int = 128 * 1024 * 1024
    # A client may wait this long in all, plus one second for every so many bytes that it moved: a phone on the edge
    # of the network gets its photo through, one byte a second does not keep a place for ever.
    patience: float = 60
    bytes_per_second: int = 500
    # After the order to stop: so long for the answers that are already being made or sent.
    farewell: float = 8


def allow_descriptors(connections: int) -> int:
    """Raise the soft limit of open files for this process and its children; return how many connections fit.

    One connection may hold three descriptors: the socket and a spilled file each for what came in and what goes out.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * connections + 200
    ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < ceiling:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ceiling, hard))
        soft = ceiling
    if soft == resource.RLIM_INFINITY:
        return connections
    return max(10, min(connections, (soft - 200) // 3))


class BareAnswer(ErrorTask):  # type: ignore[misc]
    """What is refused before the portal sees it, since it is no request, endless or too large."""

    def execute(self) -> None:
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        self.response_headers += HEADERS.items()
        self.set_close_on_finish()
        self.content_length = len(REFUSED)
        self.write(REFUSED)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection. It remembers since when it has waited for its client and how much the client moved."""

    error_task_class = BareAnswer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.began = time.monotonic()
        self.moved = 0
        self.crowded = False
        super().__init__(*args, **kwargs)

    def __repr__(self) -> str:
        # waitress logs a channel by its address when something goes wrong; a citizen's address is never written down.
        return "<connection>"

    def start_waiting(self) -> None:
        self.began = time.monotonic()
        self.moved = 0

    def recv(self, size: int) -> bytes:
        data: bytes = super().recv(size)
        self.moved += len(data)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close)
        self.moved += sent
        return sent

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.start_waiting()
        taken: bool = super().received(data)
        with self.requests_lock:
            # Several requests in one packet: their answers would pile up for a client who reads none of them, and
            # waitress would hold its only thread until there is room. The first is answered, then the line is cut.
            if len(self.requests) > 1:
                for request in self.requests[1:]:
                    request.close()
                del self.requests[1:]
                self.crowded = True
        return taken

    def service(self) -> None:
        super().service()
        self.start_waiting()
        if self.crowded:
            self.close_when_flushed = True
            self.server.pull_trigger()

    def is_waiting(self) -> bool:
        """Whether it is the client's turn: nothing of this connection is being worked on."""
        return not self.requests

    def is_busy(self) -> bool:
        return bool(self.requests or self.total_outbufs_len)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """The listening side of one process: gives every connection its time, and makes room when all places are taken."""

    channel_class = Channel

    def __init__(self, app: WSGIApp, listener: socket.socket, limits: Limits, url_scheme: str = "http") -> None:
        self.limits = limits
        self.stopping = False
        self.leaving: list[Channel] = []
        super().__init__(
            app,
            map={},
            _sock=listener,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
            sockets=[listener],
            # One thread: two that write to SQLite wait for each other and for the interpreter (design, section 6).
            threads=1,
            # select() dies beyond 1,024 descriptors.
            asyncore_use_poll=True,
            # Never reached, since handle_accept makes room before. waitress would stop accepting: the dripper's wish.
            connection_limit=2 * limits.connections + 100,
            # Never reached either: at this mark waitress makes the only thread wait for the slow reader.
            outbuf_high_watermark=1 << 40,
            max_request_header_size=limits.header_bytes,
            max_request_body_size=limits.body_bytes,
            cleanup_interval=max(1, min(5, int(limits.patience / 4))),
            backlog=1024,
            ident="",
            url_scheme=url_scheme,
            expose_tracebacks=False,
            # A phone that leaves the network in mid-answer is no error.
            log_socket_errors=False,
        )

    def handle_accept(self) -> None:
        if len(self.active_channels) >= self.limits.connections:
            self.make_room()
        super().handle_accept()

    def make_room(self) -> None:
        """All places are taken: the client who has kept us waiting longest gives way."""
        waiting = [channel for channel in self.active_channels.values() if channel.is_waiting()]
        if waiting:
            self.leaving.append(min(waiting, key=lambda channel: channel.began))

    def maintenance(self, now: float) -> None:
        """Cut off clients who used up their time: idle, dripping a request, or dawdling over an answer."""
        present = time.monotonic()
        for channel in list(self.active_channels.values()):
            allowed = self.limits.patience + channel.moved / self.limits.bytes_per_second
            if channel.is_waiting() and present - channel.began > allowed:
                self.leaving.append(channel)

    def poll(self, seconds: float) -> None:
        """Do what the sockets are ready for, then close who has to leave.

        Only between two polls: a descriptor closed inside one could be given to a new connection, which would then get
        the old one's news. And at once: waitress' own will_close waits for a client who reads nothing to read.
        """
        wasyncore.poll2(seconds, self._map)
        while self.leaving:
            channel = self.leaving.pop()
            if channel.connected:
                channel.handle_close()

    def stop(self) -> None:
        """Ask the server to end; safe in a signal handler."""
        self.stopping = True
        self.pull_trigger()

    def run(self) -> None:
        """Serve until stop(), then finish the answers that are under way."""
        while not self.stopping:
            self.poll(1)
        self.accepting = False
        self.del_channel()
        self.socket.close()
        until = time.monotonic() + self.limits.farewell
        while time.monotonic() < until and any(c.is_busy() for c in list(self.active_channels.values())):
            self.poll(0.1)
        self.task_dispatcher.shutdown(timeout=1)


def quiet_waitress() -> None:
    """A queue of requests is what a queue is for: waitress would write a warning for every one that waits."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
