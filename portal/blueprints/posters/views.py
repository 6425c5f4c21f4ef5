"""The shelf of posters, one poster, its picture, printing, making, retiring."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.posters import bp
from portal.blueprints.posters.forms import FilterForm, PickForm, RetireForm
from portal.models import Hall, Poster
from portal.rules.permissions import Permission
from portal.services.errors import Conflict, Refused
from portal.services.pdf_preview import render_png
from portal.services.poster_sheets import draw, missing_signs, opens_only_here, poster_language, poster_url
from portal.services.poster_shelf import (
    Wanted,
    departments_with_counters,
    floors_of,
    load_poster,
    managed_halls,
    printable_posters,
    replacement_of,
    shelf,
)
from portal.services.posters import create_posters, possible_successors, poster_to_retire, renew_posters, retire_poster
from portal.web.guards import needs, viewer
from portal.web.rendering import page, use_hall

PREVIEW_DPI = 80


@bp.get("/")
@needs(Permission.MANAGE_POSTERS)
def list_posters() -> Response:
    form, halls = FilterForm(request.args), managed_halls(viewer())
    hall = form.choose_hall(halls)
    use_hall(hall)
    form.offer(floors_of(hall), departments_with_counters(hall))
    return page(
        "posters/list.html", halls=halls, hall=hall, form=form, query=form.query(), **_lines(hall, form.wanted())
    )


@bp.get("/print")
@bp.post("/print")
@needs(Permission.MANAGE_POSTERS)
def print_posters() -> Response:
    """The posters ticked; asked by GET without any, all of the filter."""
    form = PickForm(request.values)
    numbers = form.poster.data or (_numbers_of_filter() if request.method == "GET" else [])
    try:
        posters = printable_posters(viewer(), numbers)
    except Refused as refusal:
        return _back(refusal.message, "error")
    return _pdf(posters, draw(posters, form.chosen_language(poster_language(posters[0].hall))))


@bp.post("/new")
@needs(Permission.MANAGE_POSTERS)
def create() -> Response:
    form, hall = PickForm(request.form), FilterForm(request.args).choose_hall(managed_halls(viewer()))
    try:
        numbers = create_posters(viewer(), hall, form.counter_ids(), form.chosen_purpose(), clock.now())
    except (Refused, Conflict) as refusal:
        return _back(refusal.message, "error")
    return _back(_("做好了 %(what)s，可以印了。", what=_named(numbers)))


@bp.post("/versions")
@needs(Permission.MANAGE_POSTERS)
def renew() -> Response:
    form = PickForm(request.form)
    try:
        numbers = renew_posters(viewer(), form.poster.data or [], form.versions_seen(), clock.now())
    except (Refused, Conflict) as refusal:
        return _back(refusal.message, "error")
    return _back(_("出了新版：%(what)s。旧的照样能扫，印好再换。", what=_named(numbers)))


@bp.get("/<number>")
@needs(Permission.MANAGE_POSTERS)
def show_poster(number: str) -> Response:
    poster = load_poster(viewer(), number)
    use_hall(poster.hall)
    language = PickForm(request.args).chosen_language(poster_language(poster.hall))
    signs = missing_signs([poster], language).get(poster.number, "")
    context: dict[str, Any] = {
        "url": poster_url(poster),
        "heir": replacement_of(poster),
        "only_here": opens_only_here(),
    }
    return page("posters/poster.html", poster=poster, language=language, signs=signs, **context)


@bp.get("/<number>/preview.png")
@needs(Permission.MANAGE_POSTERS)
def preview(number: str) -> Response:
    poster = load_poster(viewer(), number)
    language = PickForm(request.args).chosen_language(poster_language(poster.hall))
    response = make_response(render_png(draw([poster], language), 0, PREVIEW_DPI))
    response.mimetype = "image/png"
    return response


@bp.get("/<number>/retirement")
@bp.post("/<number>/retirement")
@needs(Permission.MANAGE_POSTERS)
def retire(number: str) -> Response:
    poster, form = poster_to_retire(viewer(), number), RetireForm(request.form)
    use_hall(poster.hall)
    form.offer(poster, possible_successors(poster))
    if request.method == "GET" or not form.validate():
        return page("posters/retire.html", poster=poster, form=form, status=422 if form.errors else 200)
    try:
        heir = retire_poster(viewer(), number, form.successor_said(), clock.now())
    except Refused as refusal:
        form.refuse(refusal)
        return page("posters/retire.html", poster=poster, form=form, status=422)
    said = _("%(number)s 停用了。", number=number)
    flash(said + _("接替它的是 %(heir)s，请印出来换上。", heir=heir) if heir else said)
    return redirect(url_for("posters.show_poster", number=number), 303)


def _lines(hall: Hall, wanted: Wanted) -> dict[str, Any]:
    """The list itself, and what would be wrong if it were printed now."""
    lines, language = shelf(hall, wanted), poster_language(hall)
    living = [line.poster for line in lines if line.poster and not line.poster.retired_at]
    return {
        "lines": lines,
        "living": living,
        "language": language,
        "signs": missing_signs(living, language),
        "only_here": opens_only_here(),
        "pick_all": request.args.get("pick") == "all",
    }


def _numbers_of_filter() -> list[str]:
    form = FilterForm(request.args)
    lines = shelf(form.choose_hall(managed_halls(viewer())), form.wanted())
    return [line.poster.number for line in lines if line.poster]


def _pdf(posters: list[Poster], made: bytes) -> Response:
    names = dict.fromkeys((posters[0].number, posters[-1].number))
    response = make_response(made)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{"-".join(("posters", *names))}.pdf"'
    return response


def _named(numbers: list[str]) -> str:
    ends = f"{numbers[0]} – {numbers[-1]}" if len(numbers) > 1 else numbers[0]
    return str(ngettext("%(num)s 张海报（%(ends)s）", "%(num)s 张海报（%(ends)s）", len(numbers), ends=ends))


def _back(message: Any, category: str = "message") -> Response:
    """To the list as it was filtered, with what happened said once."""
    flash(str(message), category)
    query: dict[str, Any] = {**FilterForm(request.args).query()}
    return redirect(url_for("posters.list_posters", **query), 303)
