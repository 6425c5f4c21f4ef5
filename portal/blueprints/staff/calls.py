"""Follow-up calls: who is to be called, and the sheet of one call."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.staff import bp
from portal.blueprints.staff.showing import show
from portal.rules.permissions import Permission
from portal.rules.workdays import local_day
from portal.services.call_list import calls_due
from portal.web.guards import needs, viewer
from portal.web.rendering import page


@bp.get("/follow-ups")
@needs(Permission.FOLLOW_UP)
def follow_ups() -> Response:
    said = request.args.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    now = clock.now()
    found = calls_due(viewer(), now, after)
    return page("staff/follow_ups.html", calls=found.calls, after=found.after, today=local_day(now))


@bp.get("/follow-ups/<number>")
@needs(Permission.FOLLOW_UP)
def call_sheet(number: str) -> Response:
    return show(number, sheet=True)
