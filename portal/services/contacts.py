"""Name and number of a reporter: encrypted at rest, masked on pages, revealed with a reason and an event."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import Case
from portal.rules.permissions import Viewer
from portal.services.installation import installation


def encrypt(text: str) -> bytes | None:
    """What is stored of a contact detail; nothing for nothing."""
    return installation().keys.contacts.encrypt(text.encode()) if text else None


def decrypt(stored: bytes | None) -> str:
    """The detail in full. Only for a masked display or after `reveal_contact` was allowed."""
    return installation().keys.contacts.decrypt(stored).decode() if stored else ""


@dataclass(frozen=True)
class Contact:
    """A reporter's name and number; empty where they gave none."""

    name: str
    phone: str


def masked_contact(case: Case) -> Contact:
    """Name and number as lists and pages show them: 张*, 138****5678."""
    raise NotImplementedError


def reveal_contact(viewer: Viewer, number: str, reason: str) -> Contact:
    """Name and number in full, for a reason that is kept in the event with who asked (PIPL 51; domain.md section 8).

    A department's handler only when the reporter allowed it. Raises NotFound, Refused.
    """
    raise NotImplementedError
