"""Photos: staged under a submission key while the person writes, then bound to a case or a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import IO, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.extensions import db
from portal.gateways.files import StoreFull
from portal.gateways.photos import MAX_BYTES, Photo, PhotoRefused, Reason, reencode
from portal.models import Attachment
from portal.rules.anonymity import half_hour
from portal.rules.codes import submission_fingerprint
from portal.services.errors import Refused
from portal.services.installation import installation
from portal.services.transaction import write

MAX_PHOTOS = 6
# Of names to take back: more than anybody staged, and few enough for one statement.
MOST_NAMES = 100
# One byte too many of an upload is enough to be told so.
READ_AT_MOST = MAX_BYTES + 1
# Two hours, and the half hour by which their time may have been rounded down.
STAGED_FOR = timedelta(hours=2, minutes=30)
# A file is on the disk before its row: what has none after a day belongs to a process that was killed in between.
ORPHAN_AFTER = timedelta(days=1)

SENTENCES: dict[Reason, Any] = {
    Reason.EMPTY: _l("这个文件是空的。请重新选一张照片。"),
    Reason.HEIC: _l("这是苹果的 HEIC 格式，我们打不开。请在 设置→相机→格式 选‘兼容性最佳’，或截个图再传。"),
    Reason.AVIF: _l("这是 AVIF 格式，我们打不开。请截个图再传。"),
    Reason.GIF: _l("这是动图，我们只收照片。请截个图再传。"),
    Reason.BMP: _l("这是 BMP 格式，我们打不开。请截个图再传。"),
    Reason.TIFF: _l("这是 TIFF 格式，我们打不开。请截个图再传。"),
    Reason.SVG: _l("这是图形文件，不是照片。请截个图再传。"),
    Reason.PDF: _l("这是 PDF 文件，我们只收照片。请把要紧的那一页截个图再传。"),
    Reason.VIDEO: _l("这是视频，我们只收照片。请在要紧的地方暂停，截个图再传。"),
    Reason.DOCUMENT: _l("这是文档，我们只收照片。请拍下来或截个图再传。"),
    Reason.ARCHIVE: _l("这是压缩包，我们只收照片。请解开以后一张一张传。"),
    Reason.WRONG_TYPE: _l("这个文件不是照片。请选一张 JPG 或 PNG 的照片。"),
    Reason.TOO_BIG: _l("这张照片太大了，一张不能超过 8 MB。请截个图再传。"),
    Reason.TOO_MANY_PIXELS: _l("这张照片尺寸太大，我们打不开。请截个图再传。"),
    Reason.BROKEN: _l("这张照片没传全，或者坏了，打不开。请再传一次，或换一张。"),
    Reason.TOOK_TOO_LONG: _l("这张照片处理不了。请截个图再传。"),
}
TOO_MANY = _l("最多传 6 张。要换的话，先删掉一张。")
NO_TIME = _l("这一次照片太多太大，这张还没来得及处理。请把它再传一次。")
NO_ROOM = _l("现在存不下照片。请先把文字交上来，照片过后在进度页补。")


@dataclass
class Purse:
    """Seconds of processor that the photos of one request may take together: everybody else waits that long.

    None is begun when it is empty, so that one photo may overdraw it by its own two seconds.
    """

    left: float = 2


def stage_photos(submission_key: bytes, uploads: Sequence[tuple[str, IO[bytes]]]) -> list[tuple[str, Any]]:
    """Keep photos that came together, each a file name and a stream; name and sentence of each that was not kept.

    At most six are looked at, whatever becomes of them; the same bytes are decoded once; and all of them have one
    Purse between them. One that fails costs none of the others.
    """
    faults: list[tuple[str, Any]] = []
    seen, purse = set(), Purse()
    for name, stream in uploads[:MAX_PHOTOS]:
        data = stream.read(READ_AT_MOST)
        digest = sha256(data).digest()
        if digest in seen:
            continue
        seen.add(digest)
        try:
            stage_photo(submission_key, data, purse)
        except Refused as refused:
            faults.append((name, refused.message))
    return [*faults, *((name, TOO_MANY) for name, _stream in uploads[MAX_PHOTOS:])]


def stage_photo(submission_key: bytes, data: bytes, purse: Purse | None = None) -> Attachment:
    """Keep one photo under a submission key: on return its files and its row survive a power cut, in that order.

    Read at most READ_AT_MOST bytes of an upload. The same photo again gives the same row, so that a retry
    after a lost answer adds nothing. Its time is kept to the half hour: nobody knows yet whether the person gives a
    name. Raises Refused with the sentence for the person, also for the seventh photo and for a full disk.
    """
    fingerprint, purse = _fingerprint(submission_key), purse or Purse()
    refuse_too_many(fingerprint)
    if purse.left <= 0:
        raise _refusal(NO_TIME)
    try:
        photo = reencode(data)
    except PhotoRefused as error:
        purse.left -= error.seconds
        raise _refusal(SENTENCES[error.reason]) from error
    purse.left -= photo.seconds
    return _already(fingerprint, photo.sha256) or _keep(fingerprint, photo)


def refuse_too_many(submission_hash: str) -> None:
    """Raise Refused when a submission has its six photos. Asked again before the row is written."""
    count = db.session.scalar(select(func.count()).where(Attachment.submission_hash == submission_hash))
    if (count or 0) >= MAX_PHOTOS:
        raise _refusal(TOO_MANY)


def staged(submission_key: bytes) -> Sequence[Attachment]:
    """The photos that wait under a submission key, oldest first."""
    wanted = select(Attachment).where(
        Attachment.submission_hash == _fingerprint(submission_key), Attachment.case_id.is_(None)
    )
    return db.session.scalars(wanted.order_by(Attachment.id)).all()


def is_spent(submission_key: bytes) -> bool:
    """Whether photos under this key were sent already: what comes under it now came from a page of before."""
    sent = (Attachment.submission_hash == _fingerprint(submission_key), Attachment.case_id.is_not(None))
    return bool(db.session.scalar(select(exists().where(*sent))))


def remove_staged(submission_key: bytes, names: Sequence[str]) -> int:
    """Take staged photos back, row first and then the files; how many there were. One that was sent stays."""
    if not names:
        return 0
    gone = _delete_rows(
        Attachment.submission_hash == _fingerprint(submission_key),
        Attachment.name.in_(names[:MOST_NAMES]),
        Attachment.case_id.is_(None),
    )
    return _delete_files(gone)


def bind_staged(submission_hash: str, case_id: int, message_id: int | None = None, *, held: bool = False) -> int:
    """Give all photos staged under a submission to its case or message, in the running transaction; how many.

    `held` ones are shown to nobody but staff until their reply is told (services/enclosing.py).
    """
    waiting = (Attachment.submission_hash == submission_hash, Attachment.case_id.is_(None))
    result = db.session.execute(
        update(Attachment)
        .where(*waiting)
        .values(case_id=case_id, message_id=message_id, held=held)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def photos_of(case_id: int) -> Sequence[Attachment]:
    """All photos of a case and of its messages (message_id says which), oldest first; also those that are held."""
    return db.session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)).all()


def photo_file(stored: str) -> Path:
    """Where the file lies: pass an Attachment's `file` or `thumbnail`, and only inside an authorised view."""
    return installation().files.path(stored)


def sweep_staged(now: datetime) -> int:
    """Remove photos that were staged two hours ago and never sent, with their files; how many."""
    return _delete_files(_delete_rows(Attachment.case_id.is_(None), Attachment.at < now - STAGED_FOR))


def sweep_orphans(now: datetime) -> int:
    """Remove files that no row names, left by a process killed between file and row; how many. It walks the store."""
    rows = db.session.execute(select(Attachment.file, Attachment.thumbnail))
    return installation().files.sweep(now - ORPHAN_AFTER, {name for row in rows for name in row})


def _keep(submission_hash: str, photo: Photo) -> Attachment:
    files = installation().files
    stored: list[str] = []
    try:
        for data in (photo.jpeg, photo.thumbnail):
            stored.append(files.put(data))
        with write() as session:
            # Again, now that nobody else writes: two uploads at once must not both be the sixth.
            refuse_too_many(submission_hash)
            attachment = Attachment(
                name=token_urlsafe(16),
                submission_hash=submission_hash,
                file=stored[0],
                thumbnail=stored[1],
                width=photo.width,
                height=photo.height,
                size=photo.size,
                sha256=photo.sha256,
                at=half_hour(clock.now()),
            )
            session.add(attachment)
    except BaseException as error:
        _delete_files([(name,) for name in stored])
        # Sent twice at once, and the other was faster.
        first = _already(submission_hash, photo.sha256) if isinstance(error, IntegrityError | Refused) else None
        if first is not None:
            return first
        if isinstance(error, StoreFull):
            raise _refusal(NO_ROOM) from error
        raise
    return attachment


def _already(submission_hash: str, sha256: str) -> Attachment | None:
    same = (Attachment.submission_hash == submission_hash, Attachment.sha256 == sha256)
    return db.session.scalar(select(Attachment).where(*same).limit(1))


def _delete_rows(*which: Any) -> list[tuple[str, ...]]:
    """One statement decides and deletes, so that a photo bound in the same instant stays."""
    with write() as session:
        gone = session.execute(
            delete(Attachment)
            .where(*which)
            .returning(Attachment.file, Attachment.thumbnail)
            .execution_options(synchronize_session=False)
        )
        return [tuple(row) for row in gone]


def _delete_files(rows: Sequence[tuple[str, ...]]) -> int:
    for row in rows:
        for name in row:
            installation().files.delete(name)
    return len(rows)


def _fingerprint(submission_key: bytes) -> str:
    return submission_fingerprint(installation().keys.pepper, submission_key)


def _refusal(sentence: Any) -> Refused:
    return Refused(sentence, photo=sentence)
