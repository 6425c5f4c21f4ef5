"""Who may come in: every endpoint carries a policy, and one without stops the app from starting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from portal.extensions import csrf
from portal.rules.permissions import Permission, Viewer, may_somewhere
from portal.services.sessions import SignedIn, load_signed_in
from portal.web.cookies import STAFF_COOKIE, cookie_name
from portal.web.errors import Forgery, SignInFirst

View = TypeVar("View", bound=Callable[..., Any])

# Enough to give a megabyte of pasted text back with a sentence: a form writes each of its bytes as three.
FORM_BYTES = 8 * 1024 * 1024
PHOTO_BYTES = 64 * 1024 * 1024  # six photos as old phones take them, without script to shrink them


@dataclass(frozen=True)
class Policy:
    """What an endpoint asks of those who call it."""

    kind: str
    permissions: tuple[Permission, ...] = ()
    # The field in which files may come, where any may.
    files: str = ""
    token: bool = False


def public(view: View) -> View:
    """Anyone may read it; nothing is changed by it."""
    return _with(view, Policy("public"))


def open_post(view: View) -> View:
    """Anyone may send it: no cookie, no token to expire and eat a text; foreign origins are refused."""
    return _with(view, Policy("open_post"))


def open_token_post(view: View) -> View:
    """As open_post, with the form's token: for signing in, where a forged form would sign somebody in as another."""
    return _with(view, Policy("open_post", token=True))


def open_photo_post(field: str) -> Callable[[View], View]:
    """As open_post, with room for photos in the field of that name."""
    return lambda view: _with(view, Policy("open_post", files=field))


def signed_in(view: View) -> View:
    """Any member of staff."""
    return _with(view, Policy("staff"))


def needs(*permissions: Permission, files: str = "") -> Callable[[View], View]:
    """Staff who hold one of the permissions somewhere; where exactly is asked again by the service.

    `files` is the field that has room for photos.
    """
    return lambda view: _with(view, Policy("staff", permissions, files=files))


def viewer() -> Viewer:
    """The signed-in person's grants, for the services."""
    return me().viewer


def me() -> SignedIn:
    """The signed-in person; only inside endpoints for staff."""
    signed: SignedIn = g.signed_in
    return signed


def init_app(app: Flask) -> None:
    """Enforce the policies before every request."""
    app.before_request(_enforce)


def check_policies(app: Flask) -> None:
    """Stop an app that has an endpoint without a policy. Raises RuntimeError with their names."""
    bare = [name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "policy")]
    if bare:
        raise RuntimeError(f"endpoints without a policy: {', '.join(sorted(bare))}")


def _with(view: View, policy: Policy) -> View:
    view.__dict__["policy"] = policy
    return view


def _enforce() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    policy: Policy = vars(current_app.view_functions[request.endpoint])["policy"]
    request.max_content_length = PHOTO_BYTES if policy.files else FORM_BYTES
    request.max_form_memory_size = FORM_BYTES
    if request.method == "POST":
        _refuse_foreign_origin()
    if policy.kind == "staff":
        return _let_staff_in(policy)
    if request.method == "POST":
        _part_text_from_files(policy)
    if policy.token:
        _ask_for_token()
    return None


def _part_text_from_files(policy: Policy) -> None:
    """Leave files only where files are asked for, and no more text beside them than without them.

    To the forms a file is a value like any other: one in a text field would trip them all.
    """
    parts = list(request.files.items(multi=True))
    for name, file in parts:
        if name != policy.files:
            file.close()
    request.files = ImmutableMultiDict((name, file) for name, file in parts if name == policy.files)
    # werkzeug measures each part for itself.
    if sum(len(text.encode()) for _name, text in request.form.items(multi=True)) > FORM_BYTES:
        request.form = ImmutableMultiDict()
        abort(413)


def _ask_for_token() -> None:
    # Flask-WTF goes through the names of the fields and trips over one that has none (a part of a broken upload).
    if any(name is None for name in request.form):
        abort(400)
    csrf.protect()


def _refuse_foreign_origin() -> None:
    """Browsers say where a form came from: Sec-Fetch-Site, and the older ones Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Forgery
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.split("://", 1)[-1] != request.host:
        raise Forgery


def _let_staff_in(policy: Policy) -> Response | None:
    signed = load_signed_in(request.cookies.get(cookie_name(STAFF_COOKIE), ""))
    if signed is None:
        if request.method == "POST":
            raise SignInFirst
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)
    g.signed_in = signed
    if policy.permissions and not any(may_somewhere(signed.viewer, wanted) for wanted in policy.permissions):
        abort(403)
    if request.method == "POST":
        _part_text_from_files(policy)
        _ask_for_token()
    return None
