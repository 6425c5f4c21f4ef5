"""The form, its answer, and the small requests of its scripts."""

from __future__ import annotations

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.report import bp
from portal.blueprints.report.forms import ReportForm, from_bad_rating
from portal.blueprints.report.pages import choose_hall, form_page, receipt_page
from portal.rules.codes import parse_submission_key
from portal.services import attachments, places, receipts, solved
from portal.services.errors import Refused
from portal.services.submissions import submit_case
from portal.web.guards import open_photo_post, open_post, public
from portal.web.languages import choose, language
from portal.web.rendering import page
from portal.web.uploads import keep_photos, read_photo


@bp.get("/report")
@public
def new_report() -> Response:
    at = request.args.get("at", "")
    place = places.place_of(at, request.args.get("hall", ""))
    if place is None:
        return choose_hall()
    return form_page(ReportForm(formdata=None, at=at, hall=place.hall.code), place)


@bp.post("/report")
@open_photo_post("photos")
def submit() -> Response:
    choose(request.form)
    form = ReportForm()
    _take_photos(form)
    if not form.validate():
        return form_page(form, form.place(), status=422)
    receipt = submit_case(form.report(language()), form.submission_key, clock.now())
    return receipt_page(receipt, form)


@bp.post("/report/from-rating")
@open_post
def from_rating() -> Response:
    """From a bad rating: the same form, with what was said there filled in."""
    form = from_bad_rating(request.form)
    return form_page(form, form.place())


@bp.post("/report/items")
@open_photo_post("photos")
def search_items() -> Response:
    """Items like what was typed: a piece of the page for the script, the whole form again without one.

    The choice of language comes here too, since it must bring the form back as it is.
    """
    choose(request.form)
    form = ReportForm()
    _take_photos(form)
    place = form.place()
    found = places.search_items(place.hall.id, form.item_words.data or "") if place else []
    return form_page(form, place, region="report/_items.html", items=found, searched=True)


@bp.get("/report/items")
@bp.get("/report/from-rating")
@bp.get("/report/saved")
@public
def come_back() -> Response:
    """The address of a page that answered a POST, opened from a history."""
    return redirect(url_for("report.new_report"), 303)


@bp.post("/report/similar")
@open_post
def similar() -> Response:
    """Solved stories like what is being written; a piece of the page, asked for by the script alone."""
    form = ReportForm()
    place = form.place()
    words = f"{form.item_words.data or ''} {form.words.data or ''}"
    return page("report/_similar.html", stories=solved.similar(place.hall.id, words) if place else [])


@bp.post("/report/photos")
@open_photo_post("photo")
def stage_photo() -> Response:
    """One photo, sent while the person writes. Its name is told; its picture never leaves here without a code."""
    key = parse_submission_key(request.form.get("key", ""))
    if key is None:
        return Response(status=400)
    try:
        photo = attachments.stage_photo(key, read_photo(request.files.get("photo")))
    except Refused as refused:
        response = jsonify(error=str(refused.message))
        response.status_code = 422
        return response
    return jsonify(name=photo.name)


@bp.post("/report/photos/remove")
@open_post
def remove_photo() -> Response:
    key = parse_submission_key(request.form.get("key", ""))
    if key is not None:
        attachments.remove_staged(key, request.form.getlist("name"))
    return Response(status=204)


@bp.post("/report/saved")
@open_post
def saved() -> Response:
    """The code is kept: seal the receipt, and let the same form open the track page (307 keeps code and method)."""
    key = parse_submission_key(request.form.get("key", ""))
    known = key is not None and receipts.seal_receipt(key, clock.now())
    if known and request.form.get("code"):
        return Response(status=307, headers={"Location": url_for("track.show")})
    return redirect(url_for("track.look_up"), 303)


def _take_photos(form: ReportForm) -> None:
    """Keep the photos that came with the form, also when something else in it must be corrected first."""
    if not form.is_new_key:
        attachments.remove_staged(form.submission_key, form.drop.data or [])
        form.photo_faults = keep_photos(form.submission_key, form.uploads)
