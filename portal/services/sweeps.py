"""What falls due without anybody acting: reminders, closing as not confirmed, staged photos nobody sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Swept:
    """How many reporters were reminded, clocks went on without an answer, cases closed unconfirmed, photos removed."""

    reminded: int
    resumed: int
    closed: int
    photos: int


def run(now: datetime) -> Swept:
    """Do what is due at `now` (UTC); each case in its own transaction, so that one in use is left for the next run.

    A question unanswered after its working days is reminded once (a system message); after the reminder's days the
    clock goes on and staff decide with what is known. A concluded case closes as “not confirmed” ten working days
    after the reply to somebody who cannot be called, or after the profile's tries on different days.
    """
    raise NotImplementedError
