"""Reporters with a code for tests of tracking: cases as tests/cases.py leads them, found by their tracking code."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import Any

from PIL import Image

from portal.models import Case
from portal.rules.codes import code_fingerprint, damm_digit, new_submission_key, parse_submission_key
from portal.rules.vocabulary import Level
from portal.services.attachments import bind_staged, stage_photo
from portal.services.installation import installation
from portal.services.ratings import rate_case
from portal.services.receipts import code_for, fingerprint_of
from portal.services.tracking_talk import say
from portal.services.transaction import write
from tests.cases import RECEIVED as RECEIVED
from tests.cases import concluded_case, make_case
from tests.world import World


def key() -> bytes:
    """A fresh submission key."""
    read = parse_submission_key(new_submission_key())
    assert read is not None
    return read


def coded(world: World, lead: Callable[..., Case] = make_case, **values: Any) -> tuple[Case, str]:
    """A case led so far by `lead`, and its tracking code."""
    fresh = key()
    code = code_for(fresh)
    pepper = installation().keys.pepper
    case = lead(world, code_hmac=code_fingerprint(pepper, code), submission_hash=fingerprint_of(fresh), **values)
    return case, code


def stranger(number: int = 7) -> str:
    """A well-formed code that no case has."""
    digits = f"{number:019d}"
    return digits + damm_digit(digits)


def picture(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo, different each time."""
    image = Image.new("RGB", size, colour)
    image.putpixel((0, 0), tuple(secrets.token_bytes(3)))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=95)
    return data.getvalue()


def answered_with_everything(world: World) -> str:
    """The code of a concluded case with photos, words of both sides and a rating."""
    case, code = coded(world, concluded_case)
    with_photo = key()
    stage_photo(with_photo, picture())
    with write():
        bind_staged(fingerprint_of(with_photo), case.id)
    another = key()
    stage_photo(another, picture("maroon"))
    say(code, "谢谢，收到了。", another, RECEIVED)
    rate_case(case, level=Level.SATISFIED, labels=[], words="", submission_key=key(), at=RECEIVED)
    return code
