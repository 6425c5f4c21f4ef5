"""/healthz and /readyz: for operations."""

from __future__ import annotations

from flask import Blueprint

from portal.services.readiness import is_ready
from portal.web.guards import public

bp = Blueprint("status", __name__)


@bp.get("/healthz")
@public
def healthz() -> tuple[str, int, dict[str, str]]:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
@public
def readyz() -> tuple[str, int, dict[str, str]]:
    ready = is_ready()
    return (
        ("ready\n" if ready else "not ready\n"),
        (200 if ready else 503),
        {"Content-Type": "text/plain; charset=utf-8"},
    )
