"""Taking a case up: registering it, settling it on the spot, entering it for somebody at the window or on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.models import Case
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Channel, Door, Outcome
from portal.services.submissions import Report


@dataclass(frozen=True)
class Entered:
    """A case entered for somebody: its number, and the claim for the slip (shown once; only its hash is kept)."""

    number: str
    claim: str
    still_visible: bool


def register_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    plan: str,
    rough_date: date | None,
    item_id: int | None = None,
    say: str = "",
) -> Case:
    """Take a submitted case up (登记): the viewer becomes its first-contact owner (首问负责) and stays so to the end.

    The person is told `say`, or else the plan, at once, as the window does face to face: first plan, steps and the
    rough date (city rule). Meets the register deadline and starts the one for the first reply.
    Raises NotFound, Conflict (another `version`), Refused (no plan, a date gone by, an item of another hall).
    """
    raise NotImplementedError


def conclude_on_spot(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    outcome: Outcome,
    reply: str,
    basis: str = "",
    internal_note: str = "",
    remains: str = "",
    remains_until: date | None = None,
    door: Door | None = None,
) -> Case:
    """Settle a case at the window or with one call (当场办结): no work order; a submitted one is registered first.

    Raises NotFound, Conflict, Refused: the outcome needs a second person, or something it owes is missing.
    """
    raise NotImplementedError


def enter_case(
    viewer: Viewer,
    report: Report,
    *,
    channel: Channel,
    plan: str,
    rough_date: date | None,
    say: str = "",
) -> Entered:
    """Enter a case for somebody at the window or on the phone, registered in the same step, with a claim slip.

    The person's phone turns the claim into a tracking code. A case with a complaint belongs to oversight from then on:
    `still_visible` is False and it waits to be registered there. Raises Refused, NotFound (not this viewer's hall).
    """
    raise NotImplementedError
