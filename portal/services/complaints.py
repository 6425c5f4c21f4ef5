"""Complaints about a person or a unit: from then on the case belongs to oversight alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Exists, exists, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Complaint, Department, Grant, Staff
from portal.rules.permissions import Permission, Viewer
from portal.services import journal
from portal.services.conflicts import distrust, restrict
from portal.services.errors import NotFound, Refused
from portal.services.steps import is_still_visible, open_case
from portal.services.transaction import write
from portal.services.typed import SHORT, optional_text
from portal.services.work import point


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
    case = open_case(viewer, number, Permission.RECORD_COMPLAINT, version)
    said = optional_text("words", words, SHORT)
    if staff_id is None and department_id is None and not said:
        sentence = _l("请选一个人或单位，或者写下本人的原话。")
        raise Refused(sentence, words=sentence)
    _refuse_strangers(case, staff_id, department_id)
    at = clock.now()
    with write() as session:
        complaint = Complaint(
            case_id=case.id, staff_id=staff_id, department_id=department_id, words=said, created_at=at
        )
        session.add(complaint)
        session.flush()
        _record("complaint_recorded", complaint, at, viewer.staff_id)
        if staff_id is None and department_id is None:
            distrust(case)
        restrict(case, at, by=viewer.staff_id)
        point(case)
    return Recorded(complaint, is_still_visible(viewer, case))


def identify_complaint(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    complaint_id: int,
    staff_id: int | None = None,
    department_id: int | None = None,
) -> Recorded:
    """Oversight finds out who is meant by a complaint. What their line holds is recalled; the words stay.

    Raises NotFound, Conflict, Refused (nobody chosen; a person or unit of another hall).
    """
    case = open_case(viewer, number, Permission.OVERSEE, version)
    complaint = db.session.get(Complaint, complaint_id)
    if complaint is None or complaint.case_id != case.id:
        raise NotFound
    if staff_id is None and department_id is None:
        raise Refused(_l("请选出说的是哪个人或哪个单位。"))
    _refuse_strangers(case, staff_id, department_id)
    at = clock.now()
    with write():
        complaint.staff_id, complaint.department_id = staff_id, department_id
        _record("complaint_identified", complaint, at, viewer.staff_id)
        restrict(case, at, by=viewer.staff_id)
        point(case)
    return Recorded(complaint, is_still_visible(viewer, case))


def _refuse_strangers(case: Case, staff_id: int | None, department_id: int | None) -> None:
    if staff_id is not None and not db.session.scalar(select(_works_in(case.hall_id, staff_id))):
        sentence = _l("请在本大厅的人员里选一位。")
        raise Refused(sentence, staff_id=sentence)
    department = db.session.get(Department, department_id) if department_id is not None else None
    if department_id is not None and (department is None or department.hall_id != case.hall_id):
        sentence = _l("请在本大厅的单位里选一个。")
        raise Refused(sentence, department_id=sentence)


def _works_in(hall_id: int, staff_id: int) -> Exists:
    """Whether somebody belongs to the hall: by a department of it, or by a grant. Left the service or not."""
    of_department = (
        select(Staff.id)
        .join(Department, Department.id == Staff.department_id)
        .where(Staff.id == staff_id, Department.hall_id == hall_id)
    )
    of_grant = select(Grant.staff_id).where(Grant.staff_id == staff_id, Grant.hall_id == hall_id)
    return exists(of_department.union(of_grant).subquery().select())


def _record(action: str, complaint: Complaint, at: datetime, by: int) -> None:
    journal.record(
        action,
        at,
        staff_id=by,
        case_id=complaint.case_id,
        object_kind="complaint",
        object_id=complaint.id,
        staff=complaint.staff_id,
        department=complaint.department_id,
    )
