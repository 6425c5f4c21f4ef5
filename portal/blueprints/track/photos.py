"""Photos of a case for its reporter.

A page that answers a POST needs addresses for its pictures, and an address must not hold the code: it would stand in
histories and logs. So each picture gets an address of its own, signed and good for an hour: it names one photo by its
random name, and nothing of the case or the code can be read from it or guessed with it.
"""

from __future__ import annotations

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from portal.models import Attachment
from portal.rules.texts import clean_line
from portal.services import attachments
from portal.services.errors import NotFound, Refused

GOOD_FOR = 3600  # seconds


def photo_url(photo: Attachment, *, thumbnail: bool = False) -> str:
    """The address of one picture, or of its thumbnail."""
    return url_for("track.show_photo", token=_signer().dumps([photo.name, int(thumbnail)]))


def read_token(token: str) -> tuple[str, bool]:
    """The photo's name, and whether the thumbnail is meant. Raises NotFound: forged, or older than an hour."""
    try:
        name, thumbnail = _signer().loads(token, max_age=GOOD_FOR)
    except BadSignature as error:
        raise NotFound from error
    return name, bool(thumbnail)


def take_uploads(submission_key: bytes, uploads: list[FileStorage]) -> list[str]:
    """Keep the photos that came with a form; a sentence for each that cannot be kept, the others stay."""
    faults = []
    for file in uploads:
        try:
            attachments.stage_photo(submission_key, file.stream.read(attachments.READ_AT_MOST))
        except Refused as refused:
            faults.append(f"{clean_line(file.filename or '', 200).text[:60]} {refused.message}")
    return faults


def _signer() -> URLSafeTimedSerializer:
    assert current_app.secret_key is not None
    return URLSafeTimedSerializer(current_app.secret_key, salt="track.photo")
