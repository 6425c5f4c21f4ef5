"""Signing in and out, the page of one's own account, a new password."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.blueprints.account import bp
from portal.blueprints.account.forms import ChangePasswordForm, ResetForm, SignInForm, local_path
from portal.rules.permissions import Permission, may_somewhere
from portal.services.errors import NotFound, Refused
from portal.services.hall_rules import hall_rules, unannounced_years
from portal.services.installation import installation
from portal.services.places import main_hall
from portal.services.sessions import load_signed_in, sessions_of, sign_out_elsewhere
from portal.services.sessions import sign_out as end_session
from portal.services.sign_in_tries import with_mark
from portal.services.signing_in import change_password, sign_in_invented, use_reset
from portal.services.signing_in import sign_in as open_session
from portal.services.staffing import people_by_role
from portal.web.cookies import DEVICE_COOKIE, STAFF_COOKIE, YEAR, cookie_name, drop_cookie, set_cookie
from portal.web.guards import me, open_token_post, public, signed_in, viewer
from portal.web.navigation import home_of
from portal.web.rendering import page


@bp.get("/account/sign-in")
@public
def sign_in() -> Response:
    return _sign_in_page(SignInForm(formdata=None, next=local_path(request.args.get("next"))))


@bp.post("/account/sign-in")
@open_token_post
def sign_in_with_password() -> Response:
    form = SignInForm()
    if form.validate():
        try:
            return _enter(open_session(form.login.data, form.password.data, _devices()), form.next.data)
        except Refused as refusal:
            form.refuse(refusal)
    return _sign_in_page(form, 422)


@bp.post("/account/sign-in/invented")
@open_token_post
def sign_in_as_invented() -> Response:
    """One tap in the demo hall; anywhere else there is no such page."""
    person = request.form.get("person", "")
    if not (person.isascii() and person.isdigit() and len(person) < 10):
        raise NotFound
    return _enter(sign_in_invented(int(person)), request.form.get("next"))


@bp.post("/account/sign-out")
@signed_in
def sign_out() -> Response:
    end_session(me())
    return _leave(_("您已经退出登录。"))


@bp.get("/account/")
@signed_in
def show() -> Response:
    return _account_page(ChangePasswordForm(formdata=None))


@bp.post("/account/password")
@signed_in
def choose_password() -> Response:
    form = ChangePasswordForm()
    if form.validate():
        try:
            change_password(me(), form.current.data, form.new.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("密码换好了。别处登录着的都已退出。"))
            return redirect(url_for("account.show"), 303)
    return _account_page(form, 422)


@bp.post("/account/sessions/others/end")
@signed_in
def end_other_sessions() -> Response:
    ended = sign_out_elsewhere(me())
    flash(ngettext("退出了另外 %(num)s 处。", "退出了另外 %(num)s 处。", ended))
    return redirect(url_for("account.show"), 303)


@bp.get("/account/reset")
@public
def reset() -> Response:
    return page("account/reset.html", form=ResetForm(formdata=None))


# The code is typed or pasted and sent in a form: in a path it would stand in the logs of every proxy between.
@bp.post("/account/reset")
@open_token_post
def reset_password() -> Response:
    form = ResetForm()
    if form.validate():
        try:
            use_reset(form.code.data, form.new.data)
            return _leave(_("密码设好了，请用新密码登录。"))
        except Refused as refusal:
            form.refuse(refusal)
    return page("account/reset.html", form=form, status=422)


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    invented = people_by_role() if installation().settings.demo else {}
    return page("account/sign_in.html", form=form, invented=invented, status=status)


def _account_page(form: ChangePasswordForm, status: int = 200) -> Response:
    sessions = sessions_of(me().staff.id)
    return page("account/show.html", form=form, sessions=sessions, missing_years=_missing_years(), status=status)


def _missing_years() -> list[int]:
    """The years without a holiday notice, for those who can see to it."""
    hall = main_hall() if may_somewhere(viewer(), Permission.MANAGE_STAFF) else None
    return unannounced_years(hall_rules(hall)) if hall is not None else []


def _enter(secret: str, wanted: Any) -> Response:
    """Into a fresh session; whoever was signed in on this browser before is signed out."""
    before = load_signed_in(request.cookies.get(cookie_name(STAFF_COOKIE), ""))
    if before is not None:
        end_session(before)
    session.clear()
    signed = load_signed_in(secret)
    response = redirect(local_path(wanted) or (home_of(signed.viewer) if signed else "/"), 303)
    set_cookie(response, STAFF_COOKIE, secret)
    if signed is not None:
        set_cookie(response, DEVICE_COOKIE, with_mark(signed.staff, _devices()), max_age=YEAR)
    return response


def _devices() -> str:
    return request.cookies.get(cookie_name(DEVICE_COOKIE), "")


def _leave(sentence: str) -> Response:
    session.clear()
    flash(sentence)
    response = redirect(url_for("account.sign_in"), 303)
    drop_cookie(response, STAFF_COOKIE)
    return response
