"""/, /q/<slug>, /privacy, /accessibility: where a citizen comes in."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("entry", __name__)
