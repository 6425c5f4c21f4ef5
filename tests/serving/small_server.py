"""A server process for the tests: the portal's server around a small WSGI app, or a plain blocking one beside it."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import wsgiref.simple_server

from portal.commands.serve import serve
from portal.serving.addresses import base_url, listen
from portal.serving.http import Limits

# More than the buffers of both sockets together: a slow reader leaves the rest with the server.
LARGE = b"\xe5\x8a\x9e\xe6\x88\x90" * 2_000_000


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/hash":
        words = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        body = hashlib.sha256(words).hexdigest().encode()
    elif path == "/large":
        body = LARGE
    elif path == "/process":
        body = str(os.getpid()).encode()
    else:
        body = b"hello"
    start_response("200 OK", [("Content-Length", str(len(body))), ("Content-Type", "text/plain")])
    return [body]


def broken():
    raise RuntimeError("this app cannot be made")


class Silent(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


def serve_blocking() -> int:
    with wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=Silent) as server:
        print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["ours", "broken", "blocking"])
    parser.add_argument("--connections", type=int, default=4_000)
    parser.add_argument("--patience", type=float, default=60)
    args = parser.parse_args()
    if args.kind == "blocking":
        return serve_blocking()
    listener = listen("127.0.0.1", 0)
    return serve(
        broken if args.kind == "broken" else lambda: app,
        listener,
        processes=2,
        on_ready=lambda: print("ready", base_url(listener), flush=True),
        limits=Limits(connections=args.connections, patience=args.patience),
    )


if __name__ == "__main__":
    sys.exit(main())
