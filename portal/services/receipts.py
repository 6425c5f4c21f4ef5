"""What a person takes home after sending: number, code, two promised dates; and sealing it once it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal.extensions import db
from portal.models import Case
from portal.rules.anonymity import stored_time
from portal.rules.codes import submission_fingerprint, tracking_code
from portal.services import journal
from portal.services.deadlines import Promises
from portal.services.installation import installation
from portal.services.places import Place
from portal.services.transaction import write


@dataclass(frozen=True)
class Receipt:
    """The answer to a report; the same again for the same submission key.

    `code` is None once the person has said that they kept it, or when staff entered the case. `promises` explains the
    two dates, or is None when the calendar has changed since and would tell others than were promised. `added` says
    that a repeated sending brought something new, `unheard` that it did and nobody works on the case any more, so that
    nothing was added; `photos` how many are with the case.
    """

    case_id: int
    number: str
    code: str | None
    place: Place
    item_words: str
    anonymous: bool
    received_at: datetime
    take_up_at: datetime
    reply_at: datetime
    promises: Promises | None
    restricted: bool
    photos: int = 0
    repeated: bool = False
    added: bool = False
    unheard: bool = False


def code_for(submission_key: bytes) -> str:
    """The tracking code of a submission: derived from key and pepper, never stored."""
    return tracking_code(installation().keys.pepper, submission_key)


def fingerprint_of(submission_key: bytes) -> str:
    """What is stored of a submission key."""
    return submission_fingerprint(installation().keys.pepper, submission_key)


def seal_receipt(submission_key: bytes, at: datetime) -> bool:
    """The person has kept the code: from now on no receipt shows it (on a shared phone, say). Was there a case?

    Sealing twice is sealing once.
    """
    case = db.session.execute(
        select(Case.id, Case.anonymous, Case.sealed_at).where(Case.submission_hash == fingerprint_of(submission_key))
    ).one_or_none()
    if case is None:
        return False
    if case.sealed_at is None:
        moment = stored_time(at, anonymous=case.anonymous)
        with write() as session:
            # Past the version: it is no step of the case, and must not turn away whoever works on it.
            sealed = update(Case.__table__).where(Case.id == case.id, Case.sealed_at.is_(None))  # type: ignore[arg-type]
            session.execute(sealed.values(sealed_at=moment))
            journal.record("receipt_sealed", moment, actor="reporter", case_id=case.id)
    return True
