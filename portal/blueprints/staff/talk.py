"""What is said, named and revealed on a case: messages, notes, complaints, contact, claims, stories."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.blueprints.staff import bp
from portal.blueprints.staff.forms import (
    ClaimForm,
    ComplaintForm,
    ContactRightForm,
    IdentificationForm,
    MessageForm,
    NoteForm,
    RevealForm,
    StoryForm,
)
from portal.blueprints.staff.showing import after, show, take_step
from portal.blueprints.staff.slips import show_slip
from portal.models import Message
from portal.rules.permissions import Permission, Viewer
from portal.services.claims import issue_claim, reissue_claim, void_claim
from portal.services.complaints import identify_complaint, record_complaint
from portal.services.contact_rights import use_contact_right_for
from portal.services.contacts import reveal_contact
from portal.services.errors import Conflict, Refused
from portal.services.notes import say_to_reporter, write_note
from portal.services.solved_publishing import publish_solved
from portal.web.guards import needs, viewer


@bp.post("/cases/<number>/messages")
@needs(Permission.ASK_REPORTER, files="photos")
def message(number: str) -> Response:
    return take_step(number, MessageForm(), say_to_reporter, _("说出去了，本人在进度页能看到。"))


@bp.post("/cases/<number>/notes")
@needs(Permission.READ_CASE)
def note(number: str) -> Response:
    # Nothing is said afterwards: the note itself stands in the thread, also when htmx fetched only that.
    return take_step(number, NoteForm(), _write_note)


@bp.post("/cases/<number>/complaints")
@needs(Permission.RECORD_COMPLAINT)
def complaint(number: str) -> Response:
    return take_step(number, ComplaintForm(), record_complaint, _("记下了，从现在起由督办单独办。"))


@bp.post("/cases/<number>/identifications")
@needs(Permission.OVERSEE)
def identification(number: str) -> Response:
    return take_step(number, IdentificationForm(), identify_complaint, _("记下了。他们那条线上的人看不到这一件。"))


@bp.post("/cases/<number>/stories")
@needs(Permission.PUBLISH_SOLVED)
def story(number: str) -> Response:
    return take_step(number, StoryForm(), publish_solved, _("写好了，已经登在“办成的事”里。"))


@bp.post("/cases/<number>/contact-reveals")
@needs(Permission.REVEAL_CONTACT)
def reveal(number: str) -> Response:
    form = RevealForm()
    sheet = form.back.data == "follow_ups"
    if not form.validate():
        return show(number, failed=form, sheet=sheet, status=422)
    try:
        return show(number, revealed=reveal_contact(viewer(), number, **form.values()), sheet=sheet)
    except Refused as refusal:
        form.refuse(refusal)
        return show(number, failed=form, sheet=sheet, status=422)


@bp.post("/cases/<number>/contact-rights")
@needs(Permission.REMOVE_CONTACT)
def contact_right(number: str) -> Response:
    said = _("照本人说的办了，也记下了。答复在进度页看，一样办。")
    return take_step(number, ContactRightForm(), use_contact_right_for, said)


@bp.post("/cases/<number>/claims")
@needs(Permission.ISSUE_CLAIM)
def claim(number: str) -> Response:
    form = ClaimForm()
    try:
        if form.do.data == "void":
            void_claim(viewer(), number)
            return after(number, _("旧的领取条作废了，别人拿着也没有用。"))
        issue = reissue_claim if form.do.data == "reissue" else issue_claim
        return show_slip(number, issue(viewer(), number))
    except Refused as refusal:
        form.refuse(refusal)
        return show(number, failed=form, status=422)
    except Conflict as conflict:
        return show(number, failed=form, late=conflict.message, status=409)


def _write_note(who: Viewer, number: str, *, version: int, **values: Any) -> Message:
    return write_note(who, number, **values)
