"""/posters: choose, preview, print, retire."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("posters", __name__, url_prefix="/posters")

from portal.blueprints.posters import views  # noqa: E402,F401
