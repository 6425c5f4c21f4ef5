"""Following a case: every page is the answer to a POST that carries the code, so that no address ever holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.track import bp
from portal.blueprints.track.forms import ActForm, ClaimForm, CodeForm, RatingForm, SayForm, SolvedForm
from portal.blueprints.track.pages import case_page, claim_page, claimed_page, look_up_page
from portal.blueprints.track.photos import read_token
from portal.rules.codes import CodeFault, parse_code
from portal.rules.vocabulary import ContactRight, Solved
from portal.services import attachments, ratings, tracking, tracking_acts, tracking_talk
from portal.services.claiming import use_claim
from portal.services.contact_rights import use_contact_right
from portal.services.errors import Conflict, NotFound, Refused
from portal.web.guards import open_photo_post, open_post, public
from portal.web.languages import choose
from portal.web.rendering import picture
from portal.web.uploads import keep_photos


@bp.get("/track")
@public
def look_up() -> Response:
    return look_up_page(CodeForm(formdata=None))


@bp.post("/track/case")
@open_post
def show() -> Response:
    choose(request.form)
    form = CodeForm()
    if not form.validate():
        return look_up_page(form, 422)
    try:
        return case_page(form.found)
    except NotFound as unknown:
        form.code.errors = [unknown.message]
        return look_up_page(form, 404)


@bp.get("/track/case")
@bp.get("/track/messages")
@bp.get("/track/urges")
@bp.get("/track/withdrawal")
@bp.get("/track/answer")
@bp.get("/track/rating")
@bp.get("/track/contact-deletion")
@bp.get("/track/consent-withdrawal")
@bp.get("/track/claim/saved")
@public
def come_back() -> Response:
    """The address of a page that answered a POST, opened from a history: it holds no code, so that is asked for."""
    return redirect(url_for("track.look_up"), 303)


@bp.post("/track/messages")
@open_photo_post("photos")
def add_message() -> Response:
    form = SayForm()
    # Photos cost much to look at: first whether there is a case at all.
    tracking.find_case(_code_of(form), clock.now())
    attachments.remove_staged(form.submission_key, request.form.getlist("drop"))
    form.photo_faults = keep_photos(form.submission_key, form.uploads)
    return _act(
        form,
        lambda code, at: tracking_talk.say(code, form.words.data or "", form.submission_key, at),
        lambda written: "answered" if written.answered else "said",
    )


@bp.post("/track/urges")
@open_post
def urge() -> Response:
    return _act(ActForm(), tracking_acts.urge_case, lambda urged: "urged" if urged else "urged_before")


@bp.post("/track/withdrawal")
@open_post
def withdraw() -> Response:
    return _act(ActForm(), tracking_acts.withdraw_case, lambda withdrawn: "withdrawn")


@bp.post("/track/answer")
@open_post
def answer() -> Response:
    form = SolvedForm()
    return _act(
        form,
        lambda code, at: tracking_acts.answer_reply(
            code, Solved(form.solved.data), form.words.data or "", form.submission_key, at
        ),
        lambda answered: f"solved_{form.solved.data}",
    )


@bp.post("/track/rating")
@open_post
def rate() -> Response:
    form = RatingForm()
    return _act(
        form,
        lambda code, at: ratings.rate_case(
            tracking.find_case(code, at), **form.opinion, submission_key=form.submission_key, at=at
        ),
        lambda rating: "rated",
    )


@bp.post("/track/contact-deletion")
@open_post
def delete_contact() -> Response:
    return _act(ActForm(), _using(ContactRight.DELETE), lambda used: "contact_deleted")


@bp.post("/track/consent-withdrawal")
@open_post
def withdraw_consent() -> Response:
    return _act(ActForm(), _using(ContactRight.STOP_TELLING), lambda used: "telling_withdrawn")


@bp.get("/track/photos/<token>")
@public
def show_photo(token: str) -> Response:
    name, thumbnail = read_token(token)
    photo = tracking.photo_named(name)
    return picture(attachments.photo_file(photo.thumbnail if thumbnail else photo.file))


@bp.get("/track/claim")
@public
def show_claim() -> Response:
    return claim_page(ClaimForm(formdata=None))


@bp.post("/track/claim")
@open_post
def claim() -> Response:
    choose(request.form)
    form = ClaimForm()
    if not form.validate():
        return claim_page(form, 422)
    try:
        return claimed_page(use_claim(form.found, form.submission_key, clock.now()), form)
    except (NotFound, Refused, Conflict) as refusal:
        form.claim.errors = [refusal.message]
        return claim_page(form, 404 if isinstance(refusal, NotFound) else 422)


@bp.post("/track/claim/saved")
@open_post
def saved() -> Response:
    return _act(ActForm(), tracking_acts.seal_case, lambda nothing: "")


def _using(right: ContactRight) -> Callable[[str, datetime], bool]:
    return lambda code, at: use_contact_right(code, right, at)


def _act(form: ActForm, deed: Callable[[str, datetime], Any], done: Callable[[Any], str]) -> Response:
    """Do one thing to the case and answer with its page again; refused, with everything typed still there."""
    code = _code_of(form)
    if form.validate():
        try:
            return case_page(code, done=done(deed(code, clock.now())))
        except (Refused, Conflict) as refusal:
            form.refuse(refusal)
    return case_page(code, failed=form, status=422)


def _code_of(form: ActForm) -> str:
    code = parse_code(form.code.data or "")
    if isinstance(code, CodeFault):
        raise NotFound(tracking.UNKNOWN_CODE)
    return code
