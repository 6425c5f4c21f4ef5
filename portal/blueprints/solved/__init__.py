"""/solved: solved problems, told without the person."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("solved", __name__)

from portal.blueprints.solved import views  # noqa: E402,F401
