"""To whom a case may be sent: a department of its hall, and perhaps a named handler."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Department, Grant, Staff
from portal.rules.vocabulary import Role
from portal.services.conflicts import is_nobody_named, refuse_line_complained_about
from portal.services.errors import Refused
from portal.services.typed import LONG, optional_text
from portal.services.visibility import department_ancestors
from portal.services.work import Errand


def usual_department(case: Case) -> int | None:
    """Where such a case is sent as a rule: to the department of its item, else of its counter (both are loaded).

    None for a restricted case: nobody is to be led to send it back to those who may have withheld it.
    """
    if case.restricted:
        return None
    return (case.item.department_id if case.item else None) or (case.counter.department_id if case.counter else None)


def checked_errand(
    case: Case, *, department_id: int, handler_id: int | None, task: str, unclear: bool = False
) -> Errand:
    """The errand, if this case may be sent there. Raises Refused, naming the field.

    The department is one of the case's hall. A named handler handles for that department or, in a restricted case,
    for any department of the hall. Neither is complained about nor in the line of who is; so in a restricted case
    somebody is named first, or it is said that it is `unclear` who it is about, of which an event is kept.
    """
    unnamed = is_nobody_named(case)
    if unnamed and not unclear:
        sentence = _l("还没写明反映的是谁、哪个单位，可能又派回他们手里。请先写明；查过还不清楚的，勾上“还不清楚”。")
        raise Refused(sentence, unclear=sentence)
    department = db.session.get(Department, department_id)
    if department is None or department.hall_id != case.hall_id:
        sentence = _l("请在本大厅的单位里选一个。")
        raise Refused(sentence, department_id=sentence)
    handler = _handler(case, department, handler_id) if handler_id is not None else None
    refuse_line_complained_about(case, department.id, handler)
    return Errand(department, handler, optional_text("task", task, LONG), unclear=unnamed)


def _handler(case: Case, department: Department, handler_id: int) -> Staff:
    handler = db.session.get(Staff, handler_id)
    grants = db.session.scalars(select(Grant).where(Grant.staff_id == handler_id, Grant.role == Role.HANDLER)).all()
    units = {department.id} | set(department_ancestors().get(department.id, ()))
    fits = any(
        grant.hall_id in (None, case.hall_id) and (case.restricted or grant.department_id in units) for grant in grants
    )
    if handler is None or not handler.active or not fits:
        sentence = _l("这位同志不办这个单位的工作单。请另选一位，或者不指定。")
        raise Refused(sentence, handler_id=sentence)
    return handler
