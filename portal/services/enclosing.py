"""Photos of staff: they go with a question or a message; those of a reply wait until the reporter is told it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update

from portal.extensions import db
from portal.models import Attachment, Case, Message
from portal.services.attachments import MAX_PHOTOS, MOST_NAMES, TOO_MANY, bind_staged
from portal.services.errors import Refused
from portal.services.receipts import fingerprint_of


@dataclass(frozen=True)
class Enclosed:
    """What a form of staff brought: the key its photos were staged under, and the names of held ones to leave out."""

    key: bytes
    without: tuple[str, ...] = ()


def enclose(message: Message, photos: Enclosed | None) -> None:
    """Give staged photos to what is being said to the reporter, in the running transaction."""
    if photos is not None:
        db.session.flush()
        bind_staged(fingerprint_of(photos.key), message.case_id, message.id)


def hold(case: Case, photos: Enclosed | None) -> None:
    """Keep the photos of a reply that is written and not told yet, in the running transaction.

    A second person may have to confirm it, or the window concludes with what the department answered: whoever goes on
    sees them and may leave some out. Raises Refused when they are more than six together.
    """
    if photos is None:
        return
    # The files of those left out go with the nightly sweep: until the commit they may still be needed.
    out = delete(Attachment).where(*_held(case.id), Attachment.name.in_(photos.without[:MOST_NAMES]))
    db.session.execute(out.execution_options(synchronize_session=False))
    bind_staged(fingerprint_of(photos.key), case.id, held=True)
    if (db.session.scalar(select(func.count(Attachment.id)).where(*_held(case.id))) or 0) > MAX_PHOTOS:
        raise Refused(TOO_MANY, photos=TOO_MANY)


def send_held(reply: Message) -> None:
    """Give the photos that waited to the reply that is being told, in the running transaction."""
    db.session.flush()
    sent = update(Attachment).where(*_held(reply.case_id)).values(message_id=reply.id, held=False)
    db.session.execute(sent.execution_options(synchronize_session=False))


def _held(case_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Attachment.case_id == case_id, Attachment.held.is_(True))
