"""Where the server can be reached: a listening socket, this machine's address in its network."""

from __future__ import annotations

import errno
import socket

# How many ports after the wanted one are tried before giving up.
NEIGHBOURS = 50
BACKLOG = 1024


class PortTaken(Exception):
    """Another program listens there already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is taken by another program. Choose another: portal serve --port N")


def listen(host: str, port: int, *, or_next: bool = False) -> socket.socket:
    """A socket that listens on host and port, or, with `or_next`, on the next free port after it.

    Raises PortTaken. One socket is shared by all processes rather than one each (SO_REUSEPORT): the kernel would deal
    connections out blindly, to a busy process as well, and those dealt to a process that dies would be lost.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + (NEIGHBOURS if or_next and port else 1)):
        try:
            return socket.create_server((host, candidate), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise PortTaken(host, port)


def lan_address() -> str:
    """This machine's address in its network, as a phone beside it would type it; 127.0.0.1 when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only asks the routing table which of our addresses leads out.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def base_url(listener: socket.socket) -> str:
    """The http address people use for this listener: the machine's own address when it listens on all of them."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = lan_address()
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{port}"
