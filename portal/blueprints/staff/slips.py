"""The slip that turns into a tracking code on the person's own phone: shown once, printed on A5."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.services.slips import slip
from portal.web.rendering import page, use_hall


def show_slip(number: str, claim: str, *, still_visible: bool = True) -> Response:
    """The slip's page; the only time the claim is seen."""
    made = slip(number, claim)
    use_hall(made.case.hall)
    return page("staff/slip.html", slip=made, case=made.case, still_visible=still_visible)
