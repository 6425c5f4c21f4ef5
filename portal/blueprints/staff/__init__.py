"""/staff: inbox, case, orders, follow-up calls, oversight."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

from portal.blueprints.staff import (  # noqa: E402,F401
    calls,
    cases,
    dispatches,
    entering,
    inbox,
    orders,
    overseeing,
    steps,
    talk,
)
