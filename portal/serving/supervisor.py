"""The parent: forks the children, replaces those that die, ends them together; and the children's tie to it."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

log = logging.getLogger(__name__)

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A child that lived shorter than this was not able to work: the next one waits, twice as long each time.
SHORT_LIFE = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# What a child gets to end by itself before it is ended.
GRACE = 10.0


class Life:
    """What a child knows of its own life: it says when it is ready and is told when to stop."""

    def __init__(self, slot: int, ready: int, lifeline: int) -> None:
        self._slot, self._ready, self._lifeline = slot, ready, lifeline
        self._bell = os.pipe()
        for end in self._bell:
            os.set_blocking(end, False)
        self._on_stop: list[Callable[[], None]] = []
        self.stopping = False
        # Ctrl-C reaches every process of the terminal; the parent decides, and says so by SIGTERM.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._stop)
        threading.Thread(target=self._hold_lifeline, daemon=True, name="lifeline").start()

    def ready(self) -> None:
        """Tell the parent that this child does its work from now on."""
        os.write(self._ready, bytes([self._slot]))

    def on_stop(self, action: Callable[[], None]) -> None:
        """Have `action` called when the order to stop comes; it runs in a signal handler."""
        self._on_stop.append(action)
        if self.stopping:
            action()

    def wait(self, seconds: float) -> bool:
        """Sleep until the order to stop or the end of the time; True means stop."""
        if not self.stopping:
            select.select([self._bell[0]], [], [], seconds)
        return self.stopping

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True
        os.write(self._bell[1], b".")
        for action in self._on_stop:
            action()

    def _hold_lifeline(self) -> None:
        # Only the parent holds the other end: when this returns, the parent is gone, however it went.
        os.read(self._lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)


Work = Callable[[Life], None]


@dataclass
class _Child:
    """One place for a child process, whoever fills it."""

    name: str
    work: Work
    pid: int = 0
    born: float = 0.0
    ready: bool = False
    pause: float = 0.0
    due: float = 0.0


class Supervisor:
    """Keeps one process alive for each piece of work."""

    def __init__(self, works: Sequence[tuple[str, Work]]) -> None:
        self._children = [_Child(name, work) for name, work in works]
        self._lifeline = os.pipe()
        self._ready = os.pipe()
        self._bell = os.pipe()
        self._orders = 0

    def run(self, on_ready: Callable[[], None]) -> int:
        """Start the children, call `on_ready` once all of them work, keep them alive until a signal ends it.

        Returns the exit status: 0 after a signal, 1 when a child could not start at all.
        """
        self._listen()
        try:
            for child in self._children:
                self._fork(child)
            if not self._await_all():
                return 0 if self._stopping else 1
            on_ready()
            while not self._stopping:
                self._turn()
            return 0
        finally:
            self._end_all()

    def _listen(self) -> None:
        for end in (self._ready[0], *self._bell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._bell[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOPS:
            # nohup had SIGHUP ignored; it stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._stop)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._orders += 1

    @property
    def _stopping(self) -> bool:
        return self._orders > 0

    def _fork(self, child: _Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.born, child.ready = time.monotonic(), False
        child.pid = os.fork()
        if child.pid == 0:
            self._become(child)

    def _become(self, child: _Child) -> None:
        """In the new process: leave the parent's things behind, do the work, and never return."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._lifeline[1])
            for end in (self._ready[0], *self._bell):
                os.close(end)
            life = Life(self._children.index(child), self._ready[1], self._lifeline[0])
            # An order that came between fork() and here was counted by the handler that the parent left us.
            if not self._stopping:
                child.work(life)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _await_all(self) -> bool:
        while not self._stopping and not all(child.ready for child in self._children):
            self._wait(1)
            if self._bury():
                return False
        return not self._stopping

    def _turn(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.pid and child.due <= now:
                self._fork(child)
        waits = [child.due - now for child in self._children if not child.pid]
        self._wait(max(0.0, min(waits, default=60.0)))
        for child in self._bury():
            lived = time.monotonic() - child.born
            child.pause = 0.0 if lived >= SHORT_LIFE else min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * child.pause))
            child.due = time.monotonic() + child.pause

    def _wait(self, seconds: float) -> None:
        """Sleep until a signal, a word from a child, or the end of the time."""
        readable, _, _ = select.select([self._bell[0], self._ready[0]], [], [], seconds)
        if self._bell[0] in readable:
            os.read(self._bell[0], 4096)
        if self._ready[0] in readable:
            for slot in os.read(self._ready[0], 4096):
                self._children[slot].ready = True

    def _bury(self) -> list[_Child]:
        dead = []
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                log.warning("%s (process %d) ended", child.name, child.pid)
                child.pid, child.ready = 0, False
                dead.append(child)
        return dead

    def _end_all(self) -> None:
        """Ask all to end and see them gone; those that do not go in time, or at a second order, are ended."""
        self._signal_all(signal.SIGTERM)
        until = time.monotonic() + GRACE + 1
        while any(child.pid for child in self._children):
            if time.monotonic() > until or self._orders > 1:
                self._signal_all(signal.SIGKILL)
            self._wait(0.2)
            for child in self._children:
                if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                    child.pid = 0

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, number)
