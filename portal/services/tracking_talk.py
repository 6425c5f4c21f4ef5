"""What a reporter writes on their own case with the code: words, photos, the answer to a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Attachment, Case, Message
from portal.rules.anonymity import stored_time
from portal.rules.vocabulary import AuthorKind
from portal.services import journal
from portal.services.asking import is_asked, resume_after_answer
from portal.services.attachments import bind_staged
from portal.services.errors import Conflict, Refused
from portal.services.receipts import fingerprint_of
from portal.services.search import index_talk
from portal.services.tracked import is_heard
from portal.services.tracking import find_case
from portal.services.transaction import write
from portal.services.typed import optional_text

WORDS_LIMIT = 1000
REPORTER = AuthorKind.REPORTER.value
_TRIES = 4
_Done = TypeVar("_Done")


@dataclass(frozen=True)
class Written:
    """What became of the reporter's words: did they answer a question, were they there already?"""

    answered: bool = False
    repeated: bool = False


def say(code: str, words: str, submission_key: bytes, at: datetime) -> Written:
    """Add words, or photos staged under the key, to the case; when something is asked they are the answer.

    An answer lets the clock go on. The same words under the same key add nothing; other words under it (a page that
    a phone's “back” brought again) are another message: what is said to have arrived has arrived. Raises NotFound,
    Refused (neither words nor photos, over 1,000 characters, nobody works on the case any more), Conflict.
    """
    return insisting(lambda: _say(code, words, submission_key, at))


def moment_of(case: Case, at: datetime, *not_before: datetime | None) -> datetime:
    """The time to keep of what the reporter does: the half hour for an anonymous one, never before what they answer.

    Staff's own times are exact: rounded below them, a pause would end before it began.
    """
    return max(stored_time(at, anonymous=case.anonymous), *(t for t in (case.received_at, *not_before) if t))


def insisting(act: Callable[[], _Done]) -> _Done:
    """Do it again when somebody else changed the case meanwhile: a reporter's act goes by the case as it is now."""
    for _ in range(_TRIES - 1):
        try:
            return act()
        except Conflict:
            continue
    return act()


def _say(code: str, words: str, submission_key: bytes, at: datetime) -> Written:
    case = find_case(code, at)
    body = optional_text("words", words, WORDS_LIMIT)
    fingerprint = fingerprint_of(submission_key)
    mark = unwritten(case, submission_key, body)
    if mark is None:
        return Written(repeated=True)
    _refuse_silence(case, body, fingerprint)
    answers = is_asked(case)
    moment = moment_of(case, at, asked_at(case) if answers else None)
    try:
        with write() as session:
            message_id, photos = add_message(session, case, body, fingerprint, mark, moment)
            if answers:
                resume_after_answer(case, moment)
            action = "reporter_answered" if answers else "reporter_wrote"
            record_act(action, case, moment, "message", message_id, photos=photos)
    except IntegrityError:
        return Written(repeated=True)  # the other tap of a double tap
    return Written(answered=answers)


def _refuse_silence(case: Case, body: str, fingerprint: str) -> None:
    if not is_heard(case):
        raise Refused(_l("这一件已经不在办了，写在这里没有人看。要紧的话，请打大厅的电话，或者另外反映。"))
    staged = exists().where(Attachment.submission_hash == fingerprint, Attachment.case_id.is_(None))
    if not body and not db.session.scalar(select(staged)):
        sentence = _l("请写一句话，或者加一张照片。")
        raise Refused(sentence, words=sentence)


def add_message(
    session: Session, case: Case, body: str, fingerprint: str, mark: str, moment: datetime
) -> tuple[int, int]:
    """The message with its photos and its place in the search index; its id and how many photos.

    `fingerprint` is the key's, under which the photos wait; `mark` is what `unwritten` gave.
    """
    message = Message(case_id=case.id, author=REPORTER, public=True, body=body, at=moment, submission_hash=mark)
    session.add(message)
    session.flush()
    photos = bind_staged(fingerprint, case.id, message.id)
    index_talk(case)
    return message.id, photos


def asked_at(case: Case) -> datetime | None:
    """When the question was asked that waits for the reporter's answer (UTC); None when there is none."""
    return db.session.scalar(
        select(func.max(Message.at)).where(Message.case_id == case.id, Message.asks, Message.answered_at.is_(None))
    )


def unwritten(case: Case, submission_key: bytes, body: str) -> str | None:
    """The mark that lets a message of this key in once; None when it brings nothing that is not there already."""
    fingerprint = fingerprint_of(submission_key)
    first = db.session.execute(
        select(Message.case_id, Message.body).where(Message.submission_hash == fingerprint)
    ).one_or_none()
    if first is None:
        return fingerprint
    waiting = select(Attachment.name).where(Attachment.submission_hash == fingerprint, Attachment.case_id.is_(None))
    photos = db.session.scalars(waiting.order_by(Attachment.id)).all()
    if not photos and (not body or tuple(first) == (case.id, body)):
        return None
    digest = sha256("\n".join([str(case.id), body, *photos]).encode()).digest()
    mark = fingerprint_of(submission_key + digest)
    return None if db.session.scalar(select(exists().where(Message.submission_hash == mark))) else mark


def record_act(action: str, case: Case, moment: datetime, kind: str, object_id: int, **data: Any) -> None:
    """The event of something the reporter did, in the running transaction; `moment` is what `moment_of` gave."""
    journal.record(action, moment, actor=REPORTER, case_id=case.id, object_kind=kind, object_id=object_id, **data)
