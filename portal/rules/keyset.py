"""Pages by keyset: the place in a list after which the next page begins, as it stands in an address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")


def place_after(instant: datetime, row_id: int) -> str:
    """The place after a row of a list that is sorted by an instant (aware) and then by id: microseconds, dot, id."""
    return f"{(instant - _EPOCH) // timedelta(microseconds=1)}.{row_id}"


def read_place(text: str) -> tuple[datetime, int] | None:
    """The instant (UTC) and the id of a place, or None for what is none: typed by hand, cut off, too far away."""
    found = _PLACE.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError:
        return None
