"""/account: signing in and out, one's own sessions and password."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account", __name__)

from portal.blueprints.account import views  # noqa: E402,F401
