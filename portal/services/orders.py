"""工作单: sending a case to its department, and what the department does with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.models import Case, WorkOrder
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Door, Outcome


@dataclass(frozen=True)
class Answered:
    """What an answer led to: concluded, or waiting for the second person who confirms a “no”."""

    case: Case
    order: WorkOrder
    concluded: bool
    proposal_id: int | None


def dispatch_case(
    viewer: Viewer, number: str, *, version: int, department_id: int, task: str = "", handler_id: int | None = None
) -> WorkOrder:
    """Send a triaged case to one lead department (派发): work order, holder, and the deadlines of the hall's profile.

    `handler_id` names a person; for a restricted case oversight may name one outside the line complained about.
    Raises NotFound, Conflict, Refused: not triaged, another hall's department, an order already out (recall it first),
    or the unit or person complained about, or their line.
    """
    raise NotImplementedError


def acknowledge_order(
    viewer: Viewer, number: str, position: int, *, version: int, days: int | None = None
) -> WorkOrder:
    """Sign for a work order (签收); `version` is the order's.

    `days` (working days from registering) is the shorter date of the solution a district confirms, within the profile's
    limit, where the profile's acknowledging sets the date. Raises NotFound, Conflict, Refused.
    """
    raise NotImplementedError


def answer_order(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    public_reply: str,
    outcome: Outcome,
    internal_note: str = "",
    basis: str = "",
    remains: str = "",
    remains_until: date | None = None,
    door: Door | None = None,
    conclude: bool = True,
) -> Answered:
    """Answer the open work order; `version` is the case's. An order not yet signed for is signed for by answering.

    The lead's answer concludes the case in the same step; one that says “no” becomes a proposal for a second person.
    With `conclude` False the window concludes later. Public reply and internal note are separate for ever.
    Raises NotFound, Conflict, Refused.
    """
    raise NotImplementedError


def recall_order(viewer: Viewer, number: str, position: int, *, version: int, reason: str) -> WorkOrder:
    """Take a work order back that was not answered (收回); `version` is the order's. Raises NotFound, Conflict, Refused."""
    raise NotImplementedError
