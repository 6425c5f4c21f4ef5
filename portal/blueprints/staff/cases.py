"""One case: its page, its photos, and the way back to it from a page that was loaded again."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from portal.blueprints.staff import bp
from portal.blueprints.staff.showing import show
from portal.rules.permissions import Permission
from portal.services.attachments import photo_file
from portal.services.case_page import visible_photo
from portal.web.guards import needs, viewer
from portal.web.rendering import picture


@bp.get("/cases/<number>")
@needs(Permission.READ_CASE)
def show_case(number: str) -> Response:
    return show(number)


# A page that answered a POST has that POST's address: loaded again, or in the other language, it is the case.
@bp.get("/cases/<number>/<step>")
@needs(Permission.READ_CASE)
def show_case_again(number: str, step: str) -> Response:
    return redirect(url_for("staff.show_case", number=number), 303)


@bp.get("/photos/<name>")
@needs(Permission.READ_CASE)
def photo(name: str) -> Response:
    return picture(photo_file(visible_photo(viewer(), name).file))


@bp.get("/photos/<name>/thumb")
@needs(Permission.READ_CASE)
def thumbnail(name: str) -> Response:
    return picture(photo_file(visible_photo(viewer(), name).thumbnail))
