"""The page of oversight."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.staff import bp
from portal.rules.permissions import Permission
from portal.services.oversight_desk import desk_of
from portal.web.guards import needs, viewer
from portal.web.rendering import page


@bp.get("/oversight")
@needs(Permission.OVERSEE)
def oversight() -> Response:
    return page("staff/oversight.html", desk=desk_of(viewer(), clock.now()))
