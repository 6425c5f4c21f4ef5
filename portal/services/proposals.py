"""否定报备: a “no” is proposed by one person and confirmed or sent back by another."""

from __future__ import annotations

from portal.models import Case, Proposal
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Door


def pending_proposal(case_id: int) -> Proposal | None:
    """The proposal of a case that waits for its second person."""
    raise NotImplementedError


def propose_decline(viewer: Viewer, number: str, *, version: int, reason: str, door: Door, say: str = "") -> Proposal:
    """Propose not to take a case up (不予受理): with the reason, the right door, and what the person will read.

    Until a second person decides, the case stays where it is. Raises NotFound, Conflict, Refused.
    """
    raise NotImplementedError


def propose_not_permitted(
    viewer: Viewer, number: str, *, version: int, public_reply: str, basis: str, internal_note: str = ""
) -> Proposal:
    """Propose to conclude as “explained” (不能办，已讲清依据), with reply and legal or policy basis.

    Until a second person decides, the case stays where it is. Raises NotFound, Conflict, Refused (a part is open).
    """
    raise NotImplementedError


def decide_proposal(
    viewer: Viewer, number: str, *, version: int, proposal_id: int, confirm: bool, note: str = ""
) -> Case:
    """Confirm a proposal or send it back with a note; never by the one who proposed it (否定答复报告).

    Confirmed, a decline tells the person the reason and the door and ends the case; a “not permitted” concludes it.
    Raises NotFound, Conflict, Refused (the same person, no note with what is sent back, already decided).
    """
    raise NotImplementedError
