"""Which part of the shelf, which posters, and what takes the place of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired

from portal.models import Hall, Poster
from portal.rules.vocabulary import PosterPurpose
from portal.services.errors import NotFound, Refused
from portal.services.poster_sheets import LANGUAGES
from portal.services.poster_shelf import Wanted
from portal.services.posters import SUCCESSOR_NEW, may_be_made_anew
from portal.web.words import word

STATES = ("", "living", "missing", "retired")
WHOLE_HALL = "hall"


class FilterForm(FlaskForm):  # type: ignore[misc]
    """The filter of the list, in its address; what makes no sense is taken as not said."""

    class Meta:
        csrf = False

    hall = StringField()
    floor = SelectField(validate_choice=False)
    department = SelectField(validate_choice=False)
    first = StringField()
    last = StringField()
    purpose = SelectField(validate_choice=False)
    state = StringField()

    def choose_hall(self, halls: Sequence[Hall]) -> Hall:
        """The hall named, or the first when none is. Raises NotFound when it is not among them."""
        found = [hall for hall in halls if self.hall.data in (None, "", hall.code)]
        if not found:
            raise NotFound
        return found[0]

    def offer(self, floors: Sequence[str], departments: Sequence[Any]) -> None:
        """What can be chosen in this hall."""
        self.floor.choices = [(floor, floor) for floor in floors]
        self.department.choices = [(str(department.id), department) for department in departments]
        self.purpose.choices = [(purpose.value, word("purpose", purpose)) for purpose in PosterPurpose]

    def wanted(self) -> Wanted:
        """As the service takes it."""
        said = self.query()
        department = said.get("department", "")
        return Wanted(
            floor=said.get("floor", ""),
            department_id=int(department) if department else None,
            first=said.get("first", ""),
            last=said.get("last", ""),
            purpose=said.get("purpose", ""),
            state=said.get("state", ""),
        )

    def query(self) -> dict[str, str]:
        """What was said and makes sense, for addresses that keep it."""
        said = {field.name: (field.data or "").strip()[:40] for field in self}
        if not _is_id(said["department"]):
            said["department"] = ""
        if said["purpose"] not in list(PosterPurpose):
            said["purpose"] = ""
        if said["state"] not in STATES:
            said["state"] = ""
        return {name: value for name, value in said.items() if value}


class PickForm(FlaskForm):  # type: ignore[misc]
    """The rows that were ticked: posters by number, counters without one by id (or the hall as a whole)."""

    class Meta:
        csrf = False

    poster = SelectMultipleField(validate_choice=False)
    counter = SelectMultipleField(validate_choice=False)
    # Which version each poster of the page has: "QC-0001:2 QC-0002:1".
    seen = StringField()
    purpose = SelectField(validate_choice=False)
    language = SelectField(validate_choice=False)

    def counter_ids(self) -> list[int | None]:
        """The counters ticked; None is the hall as a whole."""
        said: list[str] = self.counter.data or []
        return [None if text == WHOLE_HALL else int(text) for text in said if text == WHOLE_HALL or _is_id(text)]

    def versions_seen(self) -> dict[str, int]:
        """The version of each poster as the page showed it."""
        pairs = (text.rpartition(":") for text in (self.seen.data or "").split())
        return {number: int(version) for number, _colon, version in pairs if _is_id(version)}

    def chosen_purpose(self) -> PosterPurpose:
        """The purpose said, or all three choices."""
        return PosterPurpose(self.purpose.data) if self.purpose.data in list(PosterPurpose) else PosterPurpose.LANDING

    def chosen_language(self, usual: str) -> str:
        """The language said, or the usual one."""
        said = self.language.data
        return said if said in LANGUAGES else usual


class RetireForm(FlaskForm):  # type: ignore[misc]
    """What takes the poster's place: nothing is chosen beforehand."""

    class Meta:
        csrf = False

    successor = RadioField(
        validators=[InputRequired(_l("请选一项：这张停用以后，扫它的人去哪里。"))], validate_choice=False
    )
    other = SelectField(validate_choice=False)

    def refuse(self, refusal: Refused) -> None:
        """What the service found wrong about the poster chosen."""
        self.other.errors = [refusal.message]

    def offer(self, poster: Poster, others: Sequence[Poster]) -> None:
        """What can be chosen for this poster."""
        ways = [("none", _l("不接替：扫它的人去同一窗口最新的海报，没有就去整个大厅"))]
        if may_be_made_anew(poster):
            ways.insert(0, (SUCCESSOR_NEW, _l("给同一个地方做一张新的，地址也换新")))
        if others:
            ways.append(("other", _l("由下面这一张接替")))
        self.successor.choices = ways
        self.other.choices = [(other.number, other) for other in others]
        self.successor.validators = [
            *self.successor.validators,
            AnyOf([code for code, _label in ways], message=_l("请选列出来的一项。")),
        ]

    def validate_other(self, field: Field) -> None:
        if self.successor.data == "other" and field.data not in dict(field.choices or ()):
            raise ValidationError(_l("请选由哪一张接替。"))

    def successor_said(self) -> str:
        """As the service takes it."""
        if self.successor.data == "other":
            return str(self.other.data or "")
        return SUCCESSOR_NEW if self.successor.data == SUCCESSOR_NEW else ""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
