"""/rate/<slug>: rate a counter."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rate", __name__)

from portal.blueprints.rate import views  # noqa: E402,F401
