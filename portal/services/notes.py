"""What is said on a case: among staff, and to the reporter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.models import Message
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Cause
from portal.services.deadlines import meet_deadline
from portal.services.enclosing import Enclosed, enclose
from portal.services.errors import Refused
from portal.services.hands import open_case_in_hand
from portal.services.steps import note, record_message, tell, touch
from portal.services.transaction import write
from portal.services.typed import LONG, required_text
from portal.services.visibility import load_case
from portal.services.work import point

UNDER_WAY = (CaseStatus.REGISTERED, CaseStatus.DISPATCHED)


def write_note(viewer: Viewer, number: str, *, body: str) -> Message:
    """An internal message, never seen by the reporter. It changes nothing else, so it needs no version.

    Raises NotFound, Refused (empty or over 2,000 characters).
    """
    case = load_case(viewer, number)
    words = required_text("body", body, _l("请写下要记的话。"), LONG)
    at = clock.now()
    with write():
        written = note(case, words, viewer.staff_id, at)
        record_message("note_written", written, at)
    return written


def say_to_reporter(viewer: Viewer, number: str, *, version: int, body: str, photos: Enclosed | None = None) -> Message:
    """A public message to the reporter, while the case is taken up and later, by whoever may ask them something.

    After triage it is the first reply that the receipt promised; but where the cause is 办不了 only the explained
    conclusion is. Raises NotFound, Conflict, Refused.
    """
    case = open_case_in_hand(viewer, number, Permission.ASK_REPORTER, version)
    if case.status == CaseStatus.SUBMITTED:
        raise Refused(_l("这一件还没有登记。请先登记：登记时写的话，本人就能看到。"))
    words = required_text("body", body, _l("请写下要告诉本人的话。"), LONG)
    at = clock.now()
    with write():
        touch(case)
        said = tell(case, words, viewer.staff_id, at)
        enclose(said, photos)
        if case.status in UNDER_WAY and case.cause not in (None, Cause.NOT_PERMITTED):
            meet_deadline(case, StepKind.REPLY, at)
        point(case)
        record_message("reporter_told", said, at)
    return said
