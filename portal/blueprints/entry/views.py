"""What a poster opens, the list of halls, and the two notices."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.entry import bp
from portal.models import Poster
from portal.rules.codes import parse_slug
from portal.rules.hours import HallHours
from portal.rules.vocabulary import PosterPurpose
from portal.services.deadlines import hall_rules, receipt_promises
from portal.services.places import all_halls, general_posters, poster_by_slug, poster_instead_of
from portal.web.guards import public
from portal.web.rendering import page, use_hall

# Raised with every change of what the notice says; the page names both.
PRIVACY_VERSION, PRIVACY_SINCE = 1, date(2026, 11, 22)
ACCESSIBILITY_CHECKED = date(2026, 11, 22)


@bp.get("/")
@public
def home() -> Response:
    return page("entry/home.html", **_halls())


# Both spellings: a QR code holds the address in capitals, in fewer and larger modules. The lower one is built.
@bp.get("/Q/<slug>", strict_slashes=False)
@bp.get("/q/<slug>", strict_slashes=False)
@public
def landing(slug: str) -> Response:
    read = parse_slug(slug)
    poster = poster_by_slug(read) if read else None
    if poster is None:
        return page("entry/unknown.html", status=404, whole=bool(read), **_halls())
    use_hall(poster.hall)
    return _retired(poster) if poster.retired_at else _opened(poster)


@bp.get("/Q", strict_slashes=False)
@bp.get("/q", strict_slashes=False)
@public
def landing_without_slug() -> Response:
    return page("entry/unknown.html", status=404, whole=False, **_halls())


@bp.get("/privacy")
@public
def privacy() -> Response:
    return page("entry/privacy.html", version=PRIVACY_VERSION, since=PRIVACY_SINCE, **_halls())


@bp.get("/accessibility")
@public
def accessibility() -> Response:
    return page("entry/accessibility.html", checked=ACCESSIBILITY_CHECKED, **_halls())


def _opened(poster: Poster) -> Response:
    """A poster with one purpose opens that page; all others, and a rating without a counter to rate, the choices."""
    in_use = poster.counter is not None and poster.counter.retired_at is None
    if poster.purpose == PosterPurpose.REPORT:
        return redirect(url_for("report.new_report", at=poster.slug), 303)
    if poster.purpose == PosterPurpose.RATE and in_use:
        return redirect(url_for("rate.rate_counter", slug=poster.slug), 303)
    rules = hall_rules(poster.hall)
    promises = receipt_promises(rules, clock.now())
    return page(
        "entry/landing.html", poster=poster, in_use=in_use, rules=rules, promises=promises, hours=_hours(poster.hall)
    )


def _retired(poster: Poster) -> Response:
    heir = poster_instead_of(poster)
    return page("entry/retired.html", status=410, poster=poster, heir=heir, hours=_hours(poster.hall))


def _halls() -> dict[str, Any]:
    """All halls with their own posters, for pages that belong to none of them; the first lends its name and foot."""
    halls = all_halls()
    use_hall(halls[0] if halls else None)
    return {"halls": halls, "posters": general_posters(), "hours": {hall.id: _hours(hall) for hall in halls}}


def _hours(hall: Any) -> HallHours:
    return HallHours.from_json(hall.hours)
