"""Sending several cases to one department: the page that says what will be done, and what became of each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.blueprints.staff import bp
from portal.rules.codes import parse_case_number
from portal.rules.permissions import Permission
from portal.services.dispatching import Planned, dispatch_all, plan_dispatch, usual_of
from portal.services.errors import Refused
from portal.services.inbox_choices import Choices, choices_of
from portal.web.guards import needs, viewer
from portal.web.rendering import page


@bp.post("/dispatches/plan")
@needs(Permission.DISPATCH_CASE)
def plan_dispatches() -> Response:
    """Nothing is done yet: which cases would go where, and which cannot."""
    choices = choices_of(viewer(), request.form.get("hall", ""))
    try:
        planned = plan_dispatch(viewer(), request.form.getlist("case"))
    except Refused as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("staff.inbox", tab="dispatch"), 303)
    return _plan_page(choices, planned, request.form.get("department", "") or _usual(choices, planned))


@bp.post("/dispatches")
@needs(Permission.DISPATCH_CASE)
def dispatch_several() -> Response:
    choices = choices_of(viewer(), request.form.get("hall", ""))
    department = choices.department_id(request.form.get("department", ""))
    picks = [pick for pick in map(_read_pick, request.form.getlist("pick")) if pick is not None]
    if department is None or not picks:
        planned = plan_dispatch(viewer(), [number for number, _version in picks])
        return _plan_page(choices, planned, "", error=_("请选一个部门。"))
    sent = dispatch_all(viewer(), picks, department)
    name = next(one for one in choices.departments if one.id == department)
    return page("staff/dispatched.html", department=name, sent=sent)


def _plan_page(choices: Choices, planned: list[Planned], department: str, error: str = "") -> Response:
    ready = [one for one in planned if not one.obstacle]
    stuck = [one for one in planned if one.obstacle]
    shown: dict[str, Any] = {"choices": choices, "ready": ready, "stuck": stuck, "chosen": department, "error": error}
    return page("staff/dispatch_plan.html", status=422 if error else 200, **shown)


def _usual(choices: Choices, planned: list[Planned]) -> str:
    usual = usual_of(planned)
    return next((one.code for one in choices.departments if one.id == usual), "")


def _read_pick(text: str) -> tuple[str, int] | None:
    """`1008-0314:7`: a case as it was shown, with its version."""
    number, _colon, version = text.partition(":")
    plain = parse_case_number(number)
    return (plain, int(version)) if plain and version.isascii() and version.isdigit() and len(version) < 10 else None
