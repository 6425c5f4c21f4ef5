"""/, /q/<slug>, /privacy, /accessibility: where a citizen comes in."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("entry", __name__)

from portal.blueprints.entry import views  # noqa: E402,F401
