"""The report form: it cleans and measures what was typed, and never loses it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext, pgettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from portal.data import labels_of, obstacle_of_label
from portal.rules.codes import new_submission_key, parse_slug, parse_submission_key
from portal.rules.phones import parse_phone
from portal.rules.texts import clean, clean_line
from portal.rules.vocabulary import Channel, Level, Materials, Obstacle
from portal.services.places import Place, place_of
from portal.services.submissions import Report
from portal.web.formats import local_name
from portal.web.words import WORDS

WORDS_LIMIT = 1000
MOST_TRIPS = 5
OPTIONS = {
    "obstacles": tuple(WORDS["obstacle"].items()),
    "trips": (*((str(n), str(n)) for n in range(1, MOST_TRIPS)), (str(MOST_TRIPS), f"{MOST_TRIPS}+")),
    "materials": tuple(WORDS["materials"].items()),
}
_Code = TypeVar("_Code", bound=StrEnum)


def fits(limit: int, cleaner: Any = clean_line) -> Callable[[FlaskForm, Field], None]:
    """Put the cleaned text back into the field; say by how much it is too long. Nothing is cut."""

    def check(form: FlaskForm, field: Field) -> None:
        cleaned = cleaner(field.data or "", limit)
        field.data = cleaned.text
        if cleaned.too_long_by:
            over, most = cleaned.too_long_by, limit
            raise ValidationError(
                ngettext(
                    "多了 %(num)s 个字，最多 %(limit)s 个字。请删掉一些。",
                    "多了 %(num)s 个字，最多 %(limit)s 个字。请删掉一些。",
                    over,
                    limit=most,
                )
            )

    return check


class ReportForm(FlaskForm):  # type: ignore[misc]
    """What a person may tell; only their own words are required. Codes nobody could choose are passed over."""

    class Meta:
        csrf = False

    key = HiddenField()
    at = HiddenField()
    hall = HiddenField()
    item = RadioField(validate_choice=False)
    item_words = StringField(validators=[fits(80)])
    application_number = StringField(validators=[fits(40)])
    words = TextAreaField(validators=[fits(WORDS_LIMIT, clean)])
    obstacles = SelectMultipleField(validate_choice=False)
    trips = RadioField(validate_choice=False)
    materials = RadioField(validate_choice=False)
    photos = MultipleFileField()
    # Staged photos the person takes back, and how many the browser believes to have sent.
    drop = SelectMultipleField(validate_choice=False)
    sent = HiddenField()
    about = StringField(validators=[fits(200)])
    name = StringField(validators=[fits(40)])
    phone = StringField(validators=[fits(40)])
    may_tell = BooleanField()

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.photo_faults: list[str] = []
        self.is_new_key = parse_submission_key(self.key.data or "") is None
        if self.is_new_key:
            self.key.data = new_submission_key()

    @property
    def submission_key(self) -> bytes:
        """The sixteen bytes of the key; a fresh one where the page brought none that is right."""
        return parse_submission_key(self.key.data or "") or b""

    @property
    def uploads(self) -> list[FileStorage]:
        """The files that came with the form: without script, or where the script could not send them."""
        return [file for file in self.photos.data or [] if isinstance(file, FileStorage) and file.filename]

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields; a key that is not one of ours is made anew, so the person only sends once more."""
        right = bool(super().validate(extra_validators))
        if self.is_new_key:
            self.form_errors.append(_l("这一页没有送全，请再按一次“送出”。您写的都在。"))
        return right and not self.is_new_key

    def validate_words(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_l("请写一句发生了什么，十个字也行。"))

    def validate_photos(self, field: Field) -> None:
        # Each photo has its own sentence; raising adds the last.
        field.errors.extend(self.photo_faults[:-1])
        if self.photo_faults:
            raise ValidationError(self.photo_faults[-1])

    def validate_phone(self, field: Field) -> None:
        if field.data and parse_phone(field.data) is None:
            raise ValidationError(_l("这个号码打不通，可能少了一位。请再看一眼；不想留，就清空。"))

    def place(self) -> Place | None:
        """Where it was opened, as far as the page still says so."""
        return place_of(self.at.data or "", self.hall.data or "")

    def report(self, language: str) -> Report:
        """The cleaned report; ask only after `validate`."""
        return Report(
            words=self.words.data or "",
            slug=parse_slug(self.at.data or "") or "",
            hall_code=self.hall.data or "",
            item_id=_number(self.item.data, 2**31 - 1),
            item_words=self.item_words.data or "",
            application_number=self.application_number.data or "",
            obstacles=tuple(code for code in Obstacle if code in (self.obstacles.data or ())),
            trips=_number(self.trips.data, MOST_TRIPS),
            materials=_known(Materials, self.materials.data),
            about=self.about.data or "",
            name=self.name.data or "",
            phone=parse_phone(self.phone.data or "") or "",
            may_tell_department=bool(self.may_tell.data),
            channel=Channel.QR if self.at.data else Channel.ONLINE,
            language=language,
        )

    def expected_photos(self) -> int:
        """How many photos the browser believes to be with the report."""
        return _number(self.sent.data, 99) or 0


def from_bad_rating(sent: MultiDict[str, str]) -> ReportForm:
    """A new form with what a bad rating said: its words, else the names of its labels; its labels as obstacles."""
    level = _known(Level, sent.get("level"))
    codes = {code for text in sent.getlist("labels") if (code := _number(text, 999))}
    chosen = [label for label in labels_of(level) if label.code in codes] if level else []
    stuck = {obstacle_of_label()[label.code].value for label in chosen if label.code in obstacle_of_label()}
    words = clean(sent.get("words", ""), WORDS_LIMIT).text or pgettext("between two sentences", "。").join(
        local_name(label) for label in chosen
    )
    at = sent.get("at", "")
    return ReportForm(formdata=None, at=at, hall=sent.get("hall", ""), words=words, obstacles=sorted(stuck))


def _number(text: Any, most: int) -> int | None:
    plain = str(text or "")
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else 0
    return number if 1 <= number <= most else None


def _known(codes: type[_Code], text: Any) -> _Code | None:
    return codes(text) if text in set(codes) else None
