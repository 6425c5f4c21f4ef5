"""Pages and their regions; the only reader of htmx's headers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.services.places import main_hall
from portal.web import words
from portal.web.navigation import items_for


def init_app(app: Flask) -> None:
    """What every template may use."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static_url=static_url, csrf_field=csrf_field, word=words.word)
    app.context_processor(_shared)


def page(template: str, *, region: str = "", status: int = 200, **context: Any) -> Response:
    """The whole page; or, when htmx asks for a page that has a region, that region alone."""
    # Going back makes htmx ask for the whole page again, since it keeps no copies (historyCacheSize 0).
    whole = "HX-Boosted" in request.headers or "HX-History-Restore-Request" in request.headers
    fragment = bool(region) and request.headers.get("HX-Request") == "true" and not whole
    response = make_response(render_template(region if fragment else template, **context), status)
    if region:
        response.headers["Vary"] = "HX-Request"
    return response


def picture(path: Path) -> Response:
    """A photo without its name in the store, and without its exact time, which is told nowhere else either."""
    return Response(path.read_bytes(), mimetype="image/jpeg")


def use_hall(hall: Any) -> None:
    """Say whose page this is: its name in the head and its host in the foot."""
    g.hall = hall


def static_url(name: str) -> str:
    """The address of a file of ours, with its hash: cached for a year, changed when it changes."""
    return url_for("static", filename=name, v=_digest(str(Path(current_app.static_folder or "") / name)))


def csrf_field() -> Markup:
    """The hidden token of a staff form; the public forms have none (design.md section 3)."""
    if "signed_in" not in g and request.blueprint != "account":
        return Markup("")
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


@cache
def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def _shared() -> dict[str, Any]:
    signed = g.get("signed_in")
    return {"site": _Site(), "staff": signed, "nav_items": items_for(signed.viewer) if signed is not None else []}


class _Site:
    """The hall of this page, asked for only when a template wants it."""

    def __getattr__(self, name: str) -> Any:
        if "hall" not in g:
            g.hall = main_hall()
        return getattr(g.hall, name) if g.hall is not None else ""
