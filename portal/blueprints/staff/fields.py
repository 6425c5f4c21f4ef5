"""Fields and the parent of the forms of staff: they keep what was typed, and refuse in the person's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from portal.services.errors import Refused
from portal.web.words import WORDS

Code = TypeVar("Code", bound=StrEnum)
# Longer texts are worth giving back when the form they were typed into is gone.
WORTH_KEEPING = 4
_LARGEST_ID = 2**31 - 1


class DayField(StringField):  # type: ignore[misc]
    """A day as browsers send it (2026-10-15) or as people type it (2026/10/15, 2026.10.15)."""

    @property
    def day(self) -> date | None:
        """The day, or None."""
        parts = (self.data or "").strip().replace("/", "-").replace(".", "-").split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            return None
        try:
            return date(*map(int, parts))
        except ValueError:
            return None

    def pre_validate(self, form: Any) -> None:
        """What cannot be read is not passed over in silence."""
        if (self.data or "").strip() and self.day is None:
            raise ValidationError(_l("请这样写日子：2026-10-15。"))


class IdField(StringField):  # type: ignore[misc]
    """The number of something chosen from a list; what exists is the service's to know."""

    @property
    def number(self) -> int | None:
        """The number, or None for nothing chosen and for what is no number."""
        text = str(self.data or "")
        plain = text.isascii() and text.isdigit() and len(text) < 12
        return int(text) if plain and 0 < int(text) <= _LARGEST_ID else None


class ChoiceField(StringField):  # type: ignore[misc]
    """One of a few answers, (value, words) each; another one is as good as none."""

    def __init__(self, *args: Any, options: Sequence[tuple[str, Any]] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        self.choices = list(options)

    @property
    def said(self) -> str:
        """The value chosen, or nothing."""
        return self.data if self.data in [value for value, _words in self.choices] else ""


class CodeField(ChoiceField):
    """One code of the vocabulary, with its words as choices."""

    def __init__(self, codes: type[Code], group: str, *args: Any, leave_out: Iterable[Code] = (), **given: Any) -> None:
        left_out = set(leave_out)
        self.codes = [code for code in codes if code not in left_out]
        options = [(code.value, WORDS[group][code.value]) for code in self.codes]
        super().__init__(*args, options=options, **given)

    @property
    def code(self) -> Any:
        """The member of the enumeration, or None."""
        return next((code for code in self.codes if code.value == self.data), None)


class Said:
    """The field must say something (that its own property can read); else this sentence."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Raise unless something was said."""
        said = field.said if isinstance(field, ChoiceField) else (field.data or "").strip()
        if not said and not field.errors:
            raise ValidationError(self.sentence)


class StepForm(FlaskForm):  # type: ignore[misc]
    """The parent: `slot` tells the forms of one page apart, `version` is that of the row the person looked at."""

    class Meta:
        csrf = False

    slot: ClassVar[str] = ""
    version = HiddenField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self:
            field.id = f"{self.slot.replace('_', '-')}-{field.name}"

    @property
    def seen(self) -> int:
        """The version the person looked at; 0, which nothing has, for a form that was not filled by us."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def values(self) -> dict[str, Any]:
        """What the service takes beside viewer, number and version."""
        raise NotImplementedError

    def refuse(self, refusal: Refused) -> None:
        """Put a service's refusal where the person sees it: at its field, or above the form."""
        placed = False
        for name, sentence in refusal.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
                placed = True
        if not placed:
            self.form_errors.append(refusal.message)

    @property
    def typed(self) -> list[str]:
        """The longer texts, to be given back where the form itself is gone."""
        texts = [field.data for field in self if type(field) in (StringField, TextAreaField)]
        return [text for text in texts if text and len(text.strip()) >= WORTH_KEEPING]
