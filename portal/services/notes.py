"""What is said on a case: among staff, and to the reporter."""

from __future__ import annotations

from portal.models import Message
from portal.rules.permissions import Viewer


def write_note(viewer: Viewer, number: str, *, body: str) -> Message:
    """An internal message, never seen by the reporter. It changes nothing else, so it needs no version.

    Raises NotFound, Refused (empty or over 2,000 characters).
    """
    raise NotImplementedError


def say_to_reporter(viewer: Viewer, number: str, *, version: int, body: str) -> Message:
    """A public message to the reporter. After triage it is the first reply that the receipt promised, unless the cause
    is 办不了, where only the explained conclusion is. Raises NotFound, Conflict, Refused.
    """
    raise NotImplementedError
