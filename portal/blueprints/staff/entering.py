"""Entering a case for somebody at the window or on the phone: one page, one minute, and the slip."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from portal.blueprints.staff import bp
from portal.blueprints.staff.fields import ChoiceField, CodeField, DayField, Said, StepForm
from portal.blueprints.staff.slips import show_slip
from portal.rules.codes import new_submission_key, parse_submission_key
from portal.rules.permissions import Permission
from portal.rules.phones import parse_phone
from portal.rules.texts import clean, clean_line
from portal.rules.vocabulary import Channel, Materials, Obstacle
from portal.services.entering import desks_of
from portal.services.errors import Conflict, Refused
from portal.services.registering import Entered, enter_case
from portal.services.submissions import Report
from portal.web.guards import needs, viewer
from portal.web.rendering import page, use_hall
from portal.web.words import WORDS

WORDS_LIMIT = 1000
MOST_TRIPS = 5


class EnterForm(StepForm):
    """What the clerk hears and says, in the order of the talk."""

    slot = "enter"
    key = HiddenField()
    channel = CodeField(
        Channel,
        "channel",
        leave_out=(Channel.QR, Channel.ONLINE),
        validators=[Said(_l("请选人在窗口，还是在电话里。"))],
    )
    words = TextAreaField(validators=[Said(_l("请写一句发生了什么，十个字也行。"))])
    place = StringField()
    item_words = StringField()
    application_number = StringField()
    obstacles = SelectMultipleField(validate_choice=False)
    trips = ChoiceField(options=[(str(n), str(n)) for n in range(1, MOST_TRIPS)] + [("5", "5+")])
    materials = CodeField(Materials, "materials")
    about = StringField()
    person = StringField()
    phone = StringField()
    may_tell = BooleanField()
    plan = TextAreaField(validators=[Said(_l("请写下初步打算怎么办、分几步。"))])
    rough_date = DayField(validators=[Said(_l("请写大概哪一天能有结果。"))])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if parse_submission_key(self.key.data or "") is None:
            self.key.data = new_submission_key()

    def validate_words(self, field: Any) -> None:
        _fit(field, WORDS_LIMIT, clean)

    def validate_item_words(self, field: Any) -> None:
        _fit(field, 80)

    def validate_application_number(self, field: Any) -> None:
        _fit(field, 40)

    def validate_about(self, field: Any) -> None:
        _fit(field, 200)

    def validate_person(self, field: Any) -> None:
        _fit(field, 40)

    def validate_phone(self, field: Any) -> None:
        if (field.data or "").strip() and parse_phone(field.data) is None:
            raise ValidationError(_l("这个号码打不通，可能少了一位。请再看一眼；不想留，就清空。"))

    def report(self, language: str = "zh") -> Report:
        """The cleaned report; ask only after `validate`."""
        hall_code, _colon, counter = (self.place.data or "").partition(":")
        return Report(
            words=clean(self.words.data, WORDS_LIMIT).text,
            hall_code=hall_code[:16],
            counter_id=int(counter) if counter.isascii() and counter.isdigit() and len(counter) < 10 else None,
            item_words=_line(self.item_words, 80),
            application_number=_line(self.application_number, 40),
            obstacles=tuple(code for code in Obstacle if code in (self.obstacles.data or ())),
            trips=int(self.trips.said) if self.trips.said else None,
            materials=self.materials.code,
            about=_line(self.about, 200),
            name=_line(self.person, 40),
            phone=parse_phone(self.phone.data or "") or "",
            may_tell_department=bool(self.may_tell.data),
            language=language,
        )

    def start_afresh(self, conflict: Conflict) -> None:
        """Say what was in the way; with a fresh key where this one has made another case."""
        self.form_errors.append(conflict.message)
        if "key" in conflict.fields:
            self.key.data = new_submission_key()

    def enter(self) -> Entered:
        """Enter the case. Raises Refused, NotFound, Conflict."""
        return enter_case(
            viewer(),
            self.report(),
            parse_submission_key(self.key.data) or b"",
            channel=self.channel.code,
            plan=self.plan.data,
            rough_date=self.rough_date.day,
        )


@bp.get("/cases/new")
@bp.post("/cases/new")
@needs(Permission.ENTER_CASE)
def enter() -> Response:
    form = EnterForm()
    if request.method == "GET" or not form.validate():
        return _page(form, 422 if form.errors else 200)
    try:
        entered = form.enter()
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form, 422)
    except Conflict as conflict:
        form.start_afresh(conflict)
        return _page(form, 409)
    return show_slip(entered.number, entered.claim, still_visible=entered.still_visible)


def _page(form: EnterForm, status: int) -> Response:
    desks = desks_of(viewer())
    use_hall(desks[0].hall if desks else None)
    obstacles = list(WORDS["obstacle"].items())
    return page("staff/enter.html", form=form, desks=desks, obstacles=obstacles, status=status)


def _fit(field: Any, limit: int, cleaner: Any = clean_line) -> None:
    over = cleaner(field.data or "", limit).too_long_by
    if over:
        raise ValidationError(_l("写得太长了，请删去 %(count)s 个字。", count=over))


def _line(field: Any, limit: int) -> str:
    return clean_line(field.data or "", limit).text
