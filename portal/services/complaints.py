"""Complaints about a person or a unit: from then on the case belongs to oversight alone."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import Complaint
from portal.rules.permissions import Viewer


@dataclass(frozen=True)
class Recorded:
    """The complaint, and whether the one who recorded it may still see the case (only oversight may)."""

    complaint: Complaint
    still_visible: bool


def record_complaint(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    staff_id: int | None = None,
    department_id: int | None = None,
    words: str = "",
) -> Recorded:
    """Record who is complained about: a person, a unit, or words until oversight finds out who.

    The case becomes restricted and supervised; open work orders are recalled for oversight to send anew.
    Raises NotFound, Conflict, Refused (nobody named and no words; a person or unit of another hall).
    """
    raise NotImplementedError


def identify_complaint(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    complaint_id: int,
    staff_id: int | None = None,
    department_id: int | None = None,
) -> Recorded:
    """Oversight finds out who is meant by a complaint in words. What their line holds is recalled.

    Raises NotFound, Conflict, Refused.
    """
    raise NotImplementedError
