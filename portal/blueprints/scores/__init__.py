"""/scores: what people say of halls, departments and counters."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("scores", __name__)
