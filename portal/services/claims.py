"""Claims: single-use slips that the person's own phone turns into a tracking code."""

from __future__ import annotations

from portal.rules.permissions import Viewer


def issue_claim(viewer: Viewer, number: str) -> str:
    """A new claim for a case, as text for the slip (shown once; only its hash is kept).

    Refused while an unused claim is out (use `reissue_claim`), once the case has a code, and NotFound out of sight.
    """
    raise NotImplementedError


def void_claim(viewer: Viewer, number: str) -> int:
    """Make the unused claims of a case worthless, such as a lost slip; how many there were. Raises NotFound, Refused."""
    raise NotImplementedError


def reissue_claim(viewer: Viewer, number: str) -> str:
    """Void what is out and issue a new claim in one step. Raises NotFound, Refused when the case already has a code."""
    raise NotImplementedError
