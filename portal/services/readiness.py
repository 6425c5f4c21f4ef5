"""Whether this process can serve people now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.extensions import db
from portal.models import Hall
from portal.services.installation import installation


def is_ready() -> bool:
    """The database answers with its schema in place, and photos have somewhere to go."""
    try:
        db.session.execute(select(Hall.id).limit(1))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    folder = installation().settings.uploads_dir
    return folder.is_dir() or not folder.exists()
