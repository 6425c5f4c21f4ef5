"""Tracking codes that nobody has: counted and alarmed, never slowed (design: a hall's Wi-Fi is one address)."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from portal.services import journal
from portal.services.transaction import write

log = logging.getLogger("portal.track")

WINDOW = timedelta(minutes=10)
ALARM_AT = 30
# A flood needs no exact count, and must not fill the memory.
MOST_KEPT = 10_000
NAME = "portal.wrong_codes"


@dataclass
class _Count:
    seen: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    alarmed_at: datetime | None = None


def count_wrong_code(at: datetime) -> int:
    """Count a well-formed code that belongs to no case; how many this process met in the last ten minutes.

    Only these can be guesses: a slip of the finger fails its check digit. The log gets a line each, without code or
    address; from 30 on it warns, with one event in ten minutes, so that a flood fills neither log nor journal of
    alarms. Nobody is turned away: guessing one of a million live codes at a thousand tries a second takes centuries.
    """
    count: _Count = current_app.extensions.setdefault(NAME, _Count())
    count.seen.append(at)
    while count.seen[0] <= at - WINDOW:
        count.seen.popleft()
    recent = len(count.seen)
    log.info("a code that no case has")
    if recent >= ALARM_AT and (count.alarmed_at is None or count.alarmed_at <= at - WINDOW):
        count.alarmed_at = at
        log.warning("%d codes that no case has within %d minutes", recent, WINDOW.seconds // 60)
        with write():
            journal.record("wrong_codes_alarmed", at, object_kind="installation", count=recent)
    return recent
