"""Halls, counters, posters and items: looking them up."""

from __future__ import annotations

from sqlalchemy import select

from portal.extensions import db
from portal.models import Hall


def main_hall() -> Hall | None:
    """The first hall: whose name stands on pages that belong to no hall in particular. None before set-up."""
    return db.session.scalar(select(Hall).order_by(Hall.id).limit(1))
