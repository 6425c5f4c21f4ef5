"""/report: say what could not get done, and get a receipt."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("report", __name__)

from portal.blueprints.report import views  # noqa: E402,F401
