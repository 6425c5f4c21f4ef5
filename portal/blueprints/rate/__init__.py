"""/rate/<slug>: rate a counter."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rate", __name__)
