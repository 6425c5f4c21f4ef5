"""/posters: choose, preview, print, retire."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("posters", __name__)
