"""Small on the wire by itself: old phones on bad networks reach us without a proxy in between."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

SMALLEST = 600  # below this a packet is a packet
TYPES = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Compress what is text. Answers to a POST are left alone: they may hold a code beside a person's own words,
    and the length of a compressed mixture of both tells about the secret (BREACH)."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _is_wanted(response):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) >= SMALLEST:
            fixed = request.endpoint == "static"
            response.set_data(_once(body) if fixed else gzip.compress(body, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response


def _is_wanted(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code in (200, 404)
        and response.mimetype in TYPES
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
    )


@lru_cache(maxsize=64)
def _once(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
