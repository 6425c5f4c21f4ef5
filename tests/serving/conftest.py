"""Servers that end with their test."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.servers import RunningServer


@pytest.fixture
def start_server() -> Iterator:
    """Start the small server of this folder: ours, broken or blocking."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> RunningServer:
            server = RunningServer(str(Path(__file__).with_name("small_server.py")), *arguments)
            stack.callback(server.end, signal.SIGKILL)
            return server

        yield start
