"""Ending the work on a case by the window: concluded at once, or, where it says “no”, proposed to a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.models import Case, Proposal
from portal.rules.permissions import Permission, Viewer
from portal.services.concluding import conclude_case, needs_second_person
from portal.services.proposals import propose_not_permitted
from portal.services.visibility import load_case


@dataclass(frozen=True)
class Ended:
    """The case, and the proposal that waits where the conclusion says “no”."""

    case: Case
    proposal: Proposal | None


def end_case(viewer: Viewer, number: str, *, version: int, **conclusion: Any) -> Ended:
    """Conclude (concluding.conclude_case), or propose it where nobody may say it alone (否定答复报告).

    `conclusion` is what both take: outcome, public_reply, photos and what the outcome owes. Raises NotFound, Conflict,
    Refused.
    """
    case = load_case(viewer, number, Permission.CONCLUDE_CASE)
    if needs_second_person(case, conclusion["outcome"]):
        return Ended(case, propose_not_permitted(viewer, number, version=version, **conclusion))
    return Ended(conclude_case(viewer, number, version=version, **conclusion), None)
