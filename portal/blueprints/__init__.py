"""Who comes in: one package for each door."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

DOORS = ("status", "entry", "report", "track", "rate", "solved", "account", "staff", "posters", "scores")


def init_app(app: Flask) -> None:
    """Register every door's blueprint (`bp` of its package)."""
    for door in DOORS:
        app.register_blueprint(import_module(f"portal.blueprints.{door}").bp)
