"""/scores: what people say of halls, departments and counters."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("scores", __name__)

from portal.blueprints.scores import views  # noqa: E402,F401
