"""Photos of a case for its reporter.

A page that answers a POST needs addresses for its pictures, and an address must not hold the code: it would stand in
histories and logs. So each picture gets an address of its own, signed and good for an hour: it names one photo by its
random name, and nothing of the case or the code can be read from it or guessed with it.
"""

from __future__ import annotations

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal.models import Attachment
from portal.services.errors import NotFound

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


def _signer() -> URLSafeTimedSerializer:
    assert current_app.secret_key is not None
    return URLSafeTimedSerializer(current_app.secret_key, salt="track.photo")
