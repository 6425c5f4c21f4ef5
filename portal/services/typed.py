"""What staff typed: cleaned, needed where it is needed, and never cut."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.rules.texts import clean
from portal.rules.workdays import local_day
from portal.services.errors import Refused

SHORT = 200
MEDIUM = 500
LONG = 2000
FARTHEST = timedelta(days=3 * 365)


def optional_text(field: str, text: str, limit: int = LONG) -> str:
    """The cleaned text (rules/texts.py). Raises Refused, naming the field, when it is over `limit` code points."""
    cleaned = clean(text, limit)
    if cleaned.too_long_by:
        sentence = _l("写得太长了，请删去 %(count)s 个字。", count=cleaned.too_long_by)
        raise Refused(sentence, **{field: sentence})
    return cleaned.text


def required_text(field: str, text: str, missing: Any, limit: int = LONG) -> str:
    """The same for a text that must say something; Refused says `missing` when it does not."""
    cleaned = optional_text(field, text, limit)
    if not cleaned:
        raise Refused(missing, **{field: missing})
    return cleaned


def coming_date(field: str, day: date | None, at: datetime, missing: Any) -> date:
    """A local day that is not over at `at` and within three years: the person reads it as a promise.

    Raises Refused: `missing` for none, a sentence for one gone by or too far away.
    """
    if day is None:
        raise Refused(missing, **{field: missing})
    if day < local_day(at):
        sentence = _l("这个日子已经过去了，请写今天或以后的日子。")
        raise Refused(sentence, **{field: sentence})
    if day > local_day(at) + FARTHEST:
        sentence = _l("这个日子太远了，请写三年以内的日子。")
        raise Refused(sentence, **{field: sentence})
    return day
