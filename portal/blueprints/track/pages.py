"""What the track pages show."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.track.forms import ActForm, ClaimForm, CodeForm, RatingForm, SayForm, SolvedForm
from portal.blueprints.track.photos import photo_url
from portal.data import labels_of
from portal.models import Attachment, Staff
from portal.rules import qr
from portal.rules.masking import mask_name
from portal.rules.vocabulary import AuthorKind, Level, Solved
from portal.services import attachments, places
from portal.services.closing import CLOSED_UNANSWERED, CLOSED_UNREACHED
from portal.services.contacts import masked_contact
from portal.services.installation import installation
from portal.services.receipts import Receipt
from portal.services.sweeps import ANSWER_REMINDER, WENT_ON_WITHOUT_ANSWER
from portal.services.tracked import Said, Tracked
from portal.services.tracking import track_case
from portal.web.formats import local_name
from portal.web.rendering import page, use_hall

# What the system says by itself is kept as a code.
SYSTEM_WORDS: dict[str, Any] = {
    ANSWER_REMINDER: _l("前几天问您的那句话还没等到回答。您答了，我们接着办。"),
    WENT_ON_WITHOUT_ANSWER: _l("一直没等到回答，先按已经知道的接着办。您什么时候补充都行。"),
    CLOSED_UNREACHED: _l("打了几次电话没有联系上您，先放下了。没解决的话，在这里说一声，接着办。"),
    CLOSED_UNANSWERED: _l("答复以后一直没等到您的话，先放下了。没解决的话，在这里说一声，接着办。"),
}


def look_up_page(form: CodeForm, status: int = 200) -> Response:
    """The form for the code, with what was typed."""
    return page("track/look_up.html", status=status, form=form, halls=places.all_halls() if status != 200 else ())


def claim_page(form: ClaimForm, status: int = 200) -> Response:
    """The form for the number on a claim slip."""
    return page("track/claim.html", status=status, form=form, halls=places.all_halls() if status != 200 else ())


def claimed_page(receipt: Receipt, form: ClaimForm) -> Response:
    """The code that a claim gave, once; the same form again (in another language, say) gives the same page."""
    use_hall(receipt.place.hall)
    modules = qr.matrix(f"{installation().settings.public_url}/track#{receipt.code}")
    side = len(modules) + 2 * qr.QUIET_ZONE
    again = {"url": url_for("track.claim"), "fields": {"claim": form.found, "key": form.key.data}}
    return page("track/claimed.html", receipt=receipt, qr_path=qr.svg_path(modules), qr_side=side, again=again)


def case_page(code: str, *, failed: ActForm | None = None, done: str = "", status: int = 200) -> Response:
    """The case as it is now. `failed` is a form to show again as it was typed; `done` says what was just done."""
    tracked = track_case(code, clock.now())
    use_hall(tracked.case.hall)
    forms = {kind: failed if isinstance(failed, kind) else kind(formdata=None) for kind in _FORMS}
    kept = attachments.staged(failed.submission_key) if isinstance(failed, SayForm) else ()
    return page(
        "track/case.html",
        status=status,
        t=tracked,
        code=code,
        failed=failed,
        homeless=_homeless(failed, tracked),
        done=done,
        say=forms[SayForm],
        solved=forms[SolvedForm],
        rating=forms[RatingForm],
        labels={level: labels_of(level) for level in Level} if tracked.may_rate else {},
        kept=[_picture(photo, at) for at, photo in enumerate(kept, 1)],
        talk=[_line(said, tracked) for said in tracked.talk],
        reply=_line(tracked.reply, tracked) if tracked.reply else None,
        question=_line(tracked.question, tracked) if tracked.question else None,
        contact=masked_contact(tracked.case),
        name_of=lambda staff: name_of(staff, tracked),
        again={"url": url_for("track.show"), "fields": {"code": code}},
    )


def _homeless(failed: ActForm | None, tracked: Tracked) -> str:
    """What was typed into a form that the case, changed meanwhile, shows no more: to be copied, not to be lost."""
    shown = {
        SayForm: tracked.may_write,
        SolvedForm: tracked.may_answer and tracked.says is not Solved.NO,
        RatingForm: tracked.may_rate,
    }
    return "" if failed is None or shown.get(type(failed), True) else (failed["words"].data or "").strip()


_FORMS: tuple[type[Any], ...] = (SayForm, SolvedForm, RatingForm)


def name_of(staff: Staff | None, tracked: Tracked) -> str:
    """The name of somebody on duty; in a complaint only the surname.

    Whoever answers for the hall stands by their name (首问负责). Where a person or unit is complained about, whoever
    looks into it has colleagues to fear, and the reporter a screen that others may see: neither is helped by a full
    name, so the office and a surname say who spoke.
    """
    name = str(local_name(staff))
    return mask_name(name) if tracked.case.restricted else name


def _line(said: Said, tracked: Tracked) -> dict[str, Any]:
    """One thing said, as components/state.html prints it."""
    mine = said.author is AuthorKind.REPORTER
    return {
        "mine": mine,
        "speaker": _speaker(said, tracked),
        "at": said.at,
        "words": _words(said),
        "photos": [_picture(photo, at) for at, photo in enumerate(said.photos, 1)],
    }


def _words(said: Said) -> Any:
    if said.author is AuthorKind.SYSTEM:
        return SYSTEM_WORDS.get(said.body, said.body)
    # A photo may come without words; a message that has neither has had its time.
    return said.body or ("" if said.photos else _("到了保存期限，原话已经删除。"))


def _speaker(said: Said, tracked: Tracked) -> str:
    mine = said.author is AuthorKind.REPORTER
    if said.staff is None:
        return str(_("您") if mine else _("系统"))
    if mine:
        return str(_("您（%(name)s代记）", name=name_of(said.staff, tracked)))
    window = _("大厅") if tracked.case.restricted else _("反映窗口")
    who = {"office": local_name(said.office) or window, "name": name_of(said.staff, tracked)}
    return str(pgettext("who speaks", "%(office)s %(name)s", **who))


def _picture(photo: Attachment, at: int) -> dict[str, Any]:
    return {
        "name": photo.name,
        "url": photo_url(photo),
        "thumbnail": photo_url(photo, thumbnail=True),
        "label": _("照片 %(n)s", n=at),
        "width": photo.width,
        "height": photo.height,
    }
