"""待补充: a question to the reporter stops the clock until it is answered."""

from __future__ import annotations

from datetime import datetime

from portal.models import Case, Message
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import WaitingReason


def ask_reporter(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    question: str,
    reason: WaitingReason = WaitingReason.NEEDS_INFORMATION,
) -> Message:
    """Ask the reporter something; the clock stands still with a reason they see.

    Awaited 5 working days, then reminded, then 5 more (the profile's steps; sweeps.run does both).
    Raises NotFound, Conflict, Refused (no question, one is open already, not under way).
    """
    raise NotImplementedError


def resume_after_answer(case: Case, at: datetime) -> None:
    """Let the clock of a waiting case go on, because the reporter answered at `at` (UTC).

    For use inside the caller's own transaction, which writes the answer and its event: the open questions become
    answered, the awaiting deadline is met, the other deadlines go on. Raises Refused when the case does not wait.
    """
    raise NotImplementedError
