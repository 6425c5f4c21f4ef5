"""The one way to write: read first, then take the lock, then commit or leave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.extensions import db
from portal.services import tallies as tallies  # its listeners count what every write changes
from portal.services.errors import Conflict


@contextmanager
def write() -> Iterator[Session]:
    """Run a block as one durable transaction.

    The read snapshot ends first, since SQLite cannot turn an old snapshot into a write lock; rows read before
    stay usable, and a row that somebody changed meanwhile fails on its version. Raises Conflict then.
    """
    db.session.commit()
    db.session.connection(execution_options={"immediate": True})
    try:
        yield db.session()
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise Conflict(_l("刚才有人先动了这一件。请看看最新的情况，再决定。您写的字还在。")) from error
    except BaseException:
        db.session.rollback()
        raise
