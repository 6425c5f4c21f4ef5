"""Serve the portal over HTTP until it is told to stop."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from socket import socket

from portal.commands import worker
from portal.config import from_environment
from portal.serving.addresses import PortTaken, base_url, listen
from portal.serving.http import Limits, Server, WSGIApp, allow_descriptors, quiet_waitress
from portal.serving.supervisor import Life, Supervisor, Work


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--or-next-port", action="store_true", help="when the port is taken, use the next free one")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="one per core by default")
    parser.add_argument("--no-worker", action="store_true", help="portal worker runs elsewhere")
    parser.add_argument("--welcome", action="store_true", help="first print the demo hall's addresses and sign-ins")


def run(args: argparse.Namespace) -> int:
    try:
        listener = listen(args.host, args.port, or_next=args.or_next_port)
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    url = base_url(listener)
    if args.port and listener.getsockname()[1] != args.port:
        print(f"Port {args.port} is taken by another program: using {listener.getsockname()[1]}.", flush=True)
    _note_address(url)
    scheme = "https" if from_environment().is_https else "http"
    welcome = [sys.executable, "-m", "portal", "demo", "--show"]

    def on_ready() -> None:
        if args.welcome:
            # In a process of its own: a database connection opened here would be inherited by the next child.
            subprocess.run(welcome, check=False)  # noqa: S603 - our own words
        print(f"ready {url}", flush=True)

    others = [] if args.no_worker else [("worker", worker.work)]
    return serve(_portal, listener, processes=args.processes, on_ready=on_ready, url_scheme=scheme, others=others)


def serve(
    make_app: Callable[[], WSGIApp],
    listener: socket,
    *,
    processes: int,
    on_ready: Callable[[], None],
    limits: Limits | None = None,
    url_scheme: str = "http",
    others: Sequence[tuple[str, Work]] = (),
) -> int:
    """Serve what `make_app` makes on a socket that already listens, until a signal ends it; return the exit status.

    `make_app` runs in each of the `processes` children, so that no connection or thread crosses a fork. `others` are
    further children, named, such as the worker. `on_ready` is called once, when all of them work.
    """
    limits = limits or Limits()
    limits = Limits(**{**vars(limits), "connections": allow_descriptors(limits.connections)})
    quiet_waitress()

    def work(life: Life) -> None:
        # Made after the fork: a server made before it hangs, its threads stay behind in the parent.
        server = Server(make_app(), listener, limits, url_scheme)
        life.on_stop(server.stop)
        life.ready()
        server.run()

    works = [(f"web {number}", work) for number in range(1, processes + 1)]
    return Supervisor([*works, *others]).run(on_ready)


def _portal() -> WSGIApp:
    from portal import create_app

    app: WSGIApp = create_app()
    return app


def _note_address(url: str) -> None:
    """Without a public address of its own, the portal goes by the one it listens on; other verbs read it here."""
    if os.environ.get("PORTAL_PUBLIC_URL") or os.environ.get("PORTAL_PUBLIC_URL_FILE"):
        return
    os.environ["PORTAL_PUBLIC_URL"] = url
    from portal.commands import served_address_file

    file = Path(served_address_file())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(url + "\n", encoding="utf-8")
