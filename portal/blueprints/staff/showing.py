"""The page of one case, as somebody sees it: also after a refusal, with what they typed and the case as it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.staff.all_forms import FORMS
from portal.blueprints.staff.enclosing import EnclosingForm
from portal.blueprints.staff.events import Names, tell, who
from portal.blueprints.staff.fields import StepForm
from portal.models import Attachment, Message
from portal.rules.vocabulary import AuthorKind
from portal.services.case_page import CasePage, open_case_page
from portal.services.contacts import Contact
from portal.services.errors import Conflict, Refused
from portal.web.formats import local_name
from portal.web.guards import viewer
from portal.web.rendering import page, use_hall

# What the system says to a reporter, as staff read it.
SYSTEM_SAID: dict[str, Callable[[], Any]] = {
    "closed_unreached": lambda: _("一直没联系上您，先按“未确认”了结；凭查询码随时可以再打开。"),
    "closed_unanswered": lambda: _("答复后没等到您的话，先按“未确认”了结；凭查询码随时可以再打开。"),
    "answer_reminder": lambda: _("提醒：还在等您回答。"),
    "went_on_without_answer": lambda: _("没等到您的回答，先按知道的往下办。"),
}


@dataclass(frozen=True)
class Said:
    """One thing said, as components/state.html shows it."""

    speaker: str
    at: datetime
    words: str
    mine: bool
    internal: bool
    day_only: bool
    photos: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One line of what happened. `day_only`: a person's own act in an anonymous case shows no hour."""

    at: datetime
    day_only: bool
    who: str
    what: str
    note: str


def show(
    number: str,
    *,
    failed: StepForm | None = None,
    late: Any = None,
    revealed: Contact | None = None,
    sheet: bool = False,
    status: int = 200,
) -> Response:
    """The page, or the sheet for a call; `failed` is the form that was refused, `late` what to tell who was second."""
    found = open_case_page(viewer(), number, clock.now())
    use_hall(found.case.hall)
    return page(
        "staff/call_sheet.html" if sheet else "staff/case.html",
        region="" if sheet else "staff/_talk.html",
        status=status,
        found=found,
        case=found.case,
        forms=_forms(found, failed),
        failed=failed,
        late=late,
        revealed=revealed,
        thread=_thread(found),
        lines=_lines(found),
        photos=_photos(found.kept.own_photos),
        held=_photos(found.kept.held_photos),
        chosen=failed.pictures() if isinstance(failed, EnclosingForm) else [],
        reasons=found.reasons,
    )


def take_step(
    number: str,
    form: StepForm,
    act: Callable[..., Any],
    said: Any = "",
    *,
    back: str = "",
    sheet: bool = False,
) -> Response:
    """Do one deed by its service and come back to the case (or to `back`), saying what was done.

    What is wrong comes back as the same page (or `sheet`) with the same words in the form: 422, or 409 when somebody
    was first. `said` may be a function of the service's result.
    """
    if isinstance(form, EnclosingForm):
        form.take_photos(number)
    if not form.validate():
        return show(number, failed=form, sheet=sheet, status=422)
    try:
        done = act(viewer(), number, version=form.seen, **form.values())
    except Refused as refusal:
        form.refuse(refusal)
        return show(number, failed=form, sheet=sheet, status=422)
    except Conflict as conflict:
        return show(number, failed=form, late=conflict.message, sheet=sheet, status=409)
    return after(
        number, said(done) if callable(said) else said, still_visible=getattr(done, "still_visible", True), back=back
    )


def after(number: str, said: Any, *, still_visible: bool = True, back: str = "") -> Response:
    """To the case again, or to the inbox when it is oversight's from now on."""
    if not still_visible:
        flash(_("记下了。这一件从现在起由督办单独办，您这里看不到了。"))
        return redirect("/staff/", 303)
    if said:
        flash(str(said))
    return redirect(back or url_for("staff.show_case", number=number), 303)


def _forms(found: CasePage, failed: StepForm | None) -> dict[str, StepForm]:
    """Every form that the page may show: empty, but for the one that was refused."""
    wanted = [*map(str, found.deeds.others), "note", "reveal"]
    wanted += [found.deeds.main.value] if found.deeds.main is not None else []
    forms = {slot: FORMS[slot](formdata=None) for slot in wanted}
    if failed is not None and failed.slot in forms:
        forms[failed.slot] = failed
    return forms


def _thread(found: CasePage) -> list[Said]:
    return [_said(found, message) for message in found.kept.messages]


def _said(found: CasePage, message: Message) -> Said:
    mine = message.author == AuthorKind.REPORTER
    name = local_name(found.people.staff.get(message.staff_id or 0))
    if mine:
        speaker = _("本人（%(name)s代记）", name=name) if name else _("本人")
    elif message.author == AuthorKind.SYSTEM:
        speaker = _("系统")
    else:
        speaker = name or _("工作人员")
    system = SYSTEM_SAID.get(message.body) if message.author == AuthorKind.SYSTEM else None
    return Said(
        speaker=speaker,
        at=message.at,
        words=str(system()) if system is not None else message.body,
        mine=mine,
        internal=not message.public,
        day_only=mine and found.case.anonymous,
        photos=_photos(found.kept.photos_with(message)),
    )


def _lines(found: CasePage) -> list[Line]:
    orders = {order.position: order for order in found.kept.orders}
    names = Names(found.people.staff, found.people.department_by_id, orders, found.reasons)
    return [
        Line(
            entry.event.at,
            found.case.anonymous and entry.event.actor == AuthorKind.REPORTER,
            who(entry.event, names),
            str(tell(entry.event, names)),
            entry.note,
        )
        for entry in found.kept.happened
    ]


def _photos(photos: Iterable[Attachment]) -> list[dict[str, str]]:
    return [
        {
            "name": photo.name,
            "url": url_for("staff.photo", name=photo.name),
            "thumb": url_for("staff.thumbnail", name=photo.name),
            "label": _("照片 %(number)s", number=number),
        }
        for number, photo in enumerate(photos, 1)
    ]
