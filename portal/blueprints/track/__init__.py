"""/track: follow a case with its code."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("track", __name__)

from portal.blueprints.track import views  # noqa: E402,F401
