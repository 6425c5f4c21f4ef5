"""Rating a counter, and the thanks for it."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.rate import bp
from portal.blueprints.rate.forms import RateForm
from portal.data import labels_of
from portal.models import Poster, Rating
from portal.rules.codes import parse_slug
from portal.rules.vocabulary import Level
from portal.services import ratings
from portal.services.errors import Refused
from portal.services.places import poster_by_slug, poster_instead_of
from portal.web.guards import open_post, public
from portal.web.languages import language
from portal.web.rendering import page, use_hall


@bp.get("/rate/<slug>", strict_slashes=False)
@public
def rate_counter(slug: str) -> Response:
    poster = _poster(slug)
    if poster is None or not _can_be_rated(poster):
        return _explained(poster)
    return _shown(poster, RateForm(formdata=None))


@bp.post("/rate/<slug>", strict_slashes=False)
@open_post
def send_rating(slug: str) -> Response:
    poster, form = _poster(slug), RateForm()
    # A page opened before its poster was retired may still be sent: the counter is what is rated.
    if poster is None or not _has_counter(poster):
        return _explained(poster, form)
    try:
        rating = ratings.rate_counter(
            poster, **form.opinion, submission_key=form.submission_key, language=language(), at=clock.now()
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(poster, form, status=422)
    return _thanked(poster, rating)


def _poster(slug: str) -> Poster | None:
    read = parse_slug(slug)
    poster = poster_by_slug(read) if read else None
    if poster is not None:
        use_hall(poster.hall)
    return poster


def _has_counter(poster: Poster) -> bool:
    return poster.counter is not None and poster.counter.retired_at is None


def _can_be_rated(poster: Poster) -> bool:
    return poster.retired_at is None and _has_counter(poster)


def _shown(poster: Poster, form: RateForm, status: int = 200) -> Response:
    labels = {level: labels_of(level) for level in Level}
    return page("rate/rate.html", status=status, poster=poster, form=form, labels=labels)


def _explained(poster: Poster | None, form: RateForm | None = None) -> Response:
    """Why this address rates nothing, and where to go; what was written comes back to be copied."""
    heir = poster_instead_of(poster) if poster is not None else None
    return page(
        "rate/closed.html",
        status=404 if poster is None or poster.counter is None else 410,
        poster=poster,
        heir=heir if heir is not None and _can_be_rated(heir) else None,
        kept=form.words.data if form is not None else "",
    )


def _thanked(poster: Poster, rating: Rating) -> Response:
    level = Level(rating.level)
    said = [label for label in labels_of(level, rating.labels_version) if label.code in rating.labels]
    report_url = url_for("report.new_report", at=poster.slug)
    return page("rate/thanks.html", poster=poster, rating=rating, level=level, said=said, report_url=report_url)
