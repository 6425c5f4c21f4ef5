"""办结 · 答复: ending the work with an outcome, a public reply and, apart from it, an internal note."""

from __future__ import annotations

from datetime import date

from portal.models import Case
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Door, Outcome


def conclude_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    outcome: Outcome,
    public_reply: str,
    basis: str = "",
    internal_note: str = "",
    remains: str = "",
    remains_until: date | None = None,
    door: Door | None = None,
) -> Case:
    """Conclude a registered or dispatched case whose parts are all answered.

    On time when every date promised for reply and solution was kept. Starts the follow-up call, or, where nobody can
    be called, the ten working days after which it closes unconfirmed. Raises NotFound, Conflict, Refused: an open work
    order, a “no” that needs a second person (proposals.propose_not_permitted), or something the outcome owes.
    """
    raise NotImplementedError
