"""What a person decides about their own name and number: to have them deleted, or the department not know them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.models import Case
from portal.rules.follow_up import step_after_reply
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, ContactRight
from portal.services import journal
from portal.services.contacts import has_contact
from portal.services.deadlines import drop_deadlines, running, start_deadline
from portal.services.errors import Refused
from portal.services.steps import open_case
from portal.services.tracking import find_case
from portal.services.tracking_talk import REPORTER, insisting, moment_of
from portal.services.transaction import write
from portal.services.work import point


def use_contact_right(code: str, right: ContactRight, at: datetime) -> bool:
    """Delete the reporter's name and number, or no longer let the department know who it is; False: nothing to do.

    By whoever holds the code, at any time and in any state of the case (PIPL 15, 47; /privacy). The case goes on and is
    answered on the track page. Raises NotFound, Conflict.
    """
    return insisting(lambda: _use(code, right, at))


def use_contact_right_for(viewer: Viewer, number: str, *, version: int, right: ContactRight) -> Case:
    """The same for somebody who asks at the window or by phone, once staff know that it is they.

    Raises NotFound, Conflict, Refused (nothing is there to be deleted or withdrawn).
    """
    case = open_case(viewer, number, Permission.REMOVE_CONTACT, version)
    if not _is_there(case, right):
        raise Refused(_l("本来就没有：没有姓名和电话，或者本来就没让部门知道。"))
    at = clock.now()
    with write():
        _act(case, right, at, by=viewer.staff_id)
    return case


def _use(code: str, right: ContactRight, at: datetime) -> bool:
    case = find_case(code, at)
    if not _is_there(case, right):
        return False
    moment = moment_of(case, at)
    with write():
        _act(case, right, moment, by=None)
    return True


def _is_there(case: Case, right: ContactRight) -> bool:
    return has_contact(case) and (right is ContactRight.DELETE or case.may_tell_department)


def _act(case: Case, right: ContactRight, moment: datetime, *, by: int | None) -> None:
    case.may_tell_department = False
    if right is ContactRight.DELETE:
        case.contact_name = case.contact_phone = None
        # From now on their times are kept and shown as those of somebody who never gave a name.
        case.anonymous = True
        _expect_no_call(case, moment)
    action = "contact_deleted" if right is ContactRight.DELETE else "telling_withdrawn"
    journal.record(action, moment, staff_id=by, actor="" if by else REPORTER, case_id=case.id)


def _expect_no_call(case: Case, moment: datetime) -> None:
    """Who can be called no more is waited for as one who left no number: the profile's days from the reply."""
    called = case.status == CaseStatus.CONCLUDED and case.reporter_says is None and case.concluded_at
    if called and running(case, (StepKind.FOLLOW_UP,)):
        drop_deadlines(case, moment, (StepKind.FOLLOW_UP,))
        start_deadline(case, step_after_reply(has_phone=False), called)
        point(case)
