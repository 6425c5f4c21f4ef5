"""Name and number of a reporter: encrypted at rest, masked on pages, revealed with a reason and an event."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.models import Case, ContactReveal
from portal.rules.masking import mask_name, mask_phone
from portal.rules.permissions import Permission, Viewer, may_reveal_contact
from portal.services import journal
from portal.services.errors import Refused
from portal.services.installation import installation
from portal.services.transaction import write
from portal.services.typed import SHORT, required_text
from portal.services.visibility import department_ancestors, load_case, scope_of


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


def has_contact(case: Case) -> bool:
    """Whether a name or a number is kept."""
    return case.contact_name is not None or case.contact_phone is not None


def masked_contact(case: Case) -> Contact:
    """Name and number as lists and pages show them: 张*, 138****5678."""
    return Contact(mask_name(decrypt(case.contact_name)), mask_phone(decrypt(case.contact_phone)))


def can_reveal(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer may see name and number of this case in full: for showing the button."""
    if not has_contact(case):
        return False
    return may_reveal_contact(
        viewer, scope_of(case), department_ancestors(), may_tell_department=case.may_tell_department
    )


def reveal_contact(viewer: Viewer, number: str, reason: str) -> Contact:
    """Name and number in full, for a reason that is kept with who asked (PIPL 51; domain.md section 8).

    The event stays for ever, the reason as long as the case's words. A department's handler only when the reporter
    allowed it. Raises NotFound, Refused.
    """
    case = load_case(viewer, number, Permission.REVEAL_CONTACT)
    if not has_contact(case):
        raise Refused(_l("本人没有留姓名和电话，可以在进度页里问。"))
    if not can_reveal(viewer, case):
        raise Refused(_l("本人没有同意让部门知道是谁。要联系，请在这里写，由窗口转。"))
    why = required_text("reason", reason, _l("请写一句为什么要看，这会记下来。"), SHORT)
    at = clock.now()
    with write() as session:
        look = ContactReveal(case_id=case.id, staff_id=viewer.staff_id, reason=why, at=at)
        session.add(look)
        session.flush()
        _record("contact_revealed", look)
    return Contact(decrypt(case.contact_name), decrypt(case.contact_phone))


def _record(action: str, look: ContactReveal) -> None:
    kind, by = "contact_reveal", look.staff_id
    journal.record(action, look.at, staff_id=by, case_id=look.case_id, object_kind=kind, object_id=look.id)
