"""研判: why it could not be done, which decides everything that follows."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import Case
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import Cause, Complexity


@dataclass(frozen=True)
class Triaged:
    """The case, and whether the one who triaged it may still see it (not so with 不给办, unless oversight)."""

    case: Case
    still_visible: bool


def triage_case(
    viewer: Viewer, number: str, *, version: int, cause: Cause, sub_reason: str, complexity: Complexity
) -> Triaged:
    """Set cause, sub-reason (one of data/sub_reasons.csv under that cause; "" for none) and complexity.

    Starts or moves the deadline of the solution by the hall's profile (working days from registering); a moved date is
    told in the event. 不给办 makes the case supervised and restricted to oversight, and recalls what a department holds.
    Raises NotFound, Conflict, Refused (not registered yet, a sub-reason of another cause).
    """
    raise NotImplementedError
