"""Why a service would not do it; the pages turn these into a sentence in one place (web/errors.py)."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """The parent of all refusals; `message` is a (lazily translated) sentence for the person."""

    def __init__(self, message: Any = "", **fields: Any) -> None:
        super().__init__(str(message) if isinstance(message, str) else message)
        self.message = message
        # Which form field is meant, and its sentence, where there is one.
        self.fields = fields


class Refused(ServiceError):
    """A rule does not allow it; the message says which and what to do instead."""


class NotFound(ServiceError):
    """It does not exist, or this person must not learn that it does."""


class Conflict(ServiceError):
    """Somebody else was first; nothing was overwritten."""
