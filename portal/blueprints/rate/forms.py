"""A level, labels of that level, a sentence; nothing is chosen beforehand."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField

from portal.rules.codes import new_submission_key, parse_submission_key
from portal.rules.vocabulary import Level
from portal.services.errors import Refused

# No label of ours: a ticked box that is no number was not on our page.
FORGED = -1


class RateForm(FlaskForm):  # type: ignore[misc]
    """The service judges what is in it; a page that lost its key gets a new one and is sent once more."""

    class Meta:
        csrf = False

    key = HiddenField()
    # The first face carries this id: the summary of errors leads to it.
    level = StringField(id="l5")
    words = TextAreaField()

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.is_new_key = parse_submission_key(self.key.data or "") is None
        if self.is_new_key:
            self.key.data = new_submission_key()

    @property
    def submission_key(self) -> bytes:
        """The sixteen bytes of the key. Raises Refused when the page brought none that is right."""
        key = parse_submission_key(self.key.data or "")
        if self.is_new_key or key is None:
            raise Refused(_l("这一页没有送全，请再按一次“交上去”。您选的、写的都在。"))
        return key

    @property
    def opinion(self) -> dict[str, Any]:
        """As the services take it."""
        return {"level": self.level.data or "", "labels": self._labels(), "words": self.words.data or ""}

    def field_of(self, level: str) -> Any:
        """The boxes of one level. Each level has its own field: who changes their mind leaves ticks behind, and
        without script nothing takes those back."""
        return self[f"labels_{level}"]

    def refuse(self, refusal: Refused) -> None:
        """Put the service's sentence where it belongs."""
        for name, sentence in refusal.fields.items():
            field = self.field_of(self.level.data) if name == "labels" else self[name]
            field.errors = [sentence]
        if not refusal.fields:
            self.form_errors.append(refusal.message)

    def _labels(self) -> list[int]:
        if self.level.data not in list(Level):
            return []
        ticked: list[str] = self.field_of(self.level.data).data or []
        return [int(code) if code.isascii() and code.isdigit() and len(code) < 6 else FORGED for code in ticked]


for _level in Level:
    setattr(RateForm, f"labels_{_level}", SelectMultipleField(choices=[], validate_choice=False))
