"""Name and number of a reporter: encrypted at rest, masked on pages, revealed with a reason and an event."""

from __future__ import annotations

from portal.services.installation import installation


def encrypt(text: str) -> bytes | None:
    """What is stored of a contact detail; nothing for nothing."""
    return installation().keys.contacts.encrypt(text.encode()) if text else None


def decrypt(stored: bytes | None) -> str:
    """The detail in full. Only for a masked display or after `reveal_contact` was allowed."""
    return installation().keys.contacts.decrypt(stored).decode() if stored else ""
