"""The form of a rating: a level, labels of that level, a sentence; nothing is chosen beforehand."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField

from portal.rules.vocabulary import Level
from portal.services.errors import ServiceError

# No label of ours: a ticked box that is no number was not on our page.
FORGED = -1


class OpinionForm(FlaskForm):  # type: ignore[misc]
    """The service judges what is in it (ratings.checked_opinion)."""

    class Meta:
        csrf = False

    # The first face carries this id: the summary of errors leads to it.
    level = StringField(id="l5")
    words = TextAreaField(id="opinion")

    @property
    def opinion(self) -> dict[str, Any]:
        """As the services take it."""
        return {"level": self.level.data or "", "labels": self._labels(), "words": self.words.data or ""}

    def field_of(self, level: str) -> Any:
        """The boxes of one level. Each level has its own: who changes their mind leaves ticks behind, and without
        script nothing takes those back."""
        return self[f"labels_{level}"]

    def refuse(self, refusal: ServiceError) -> None:
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
    setattr(OpinionForm, f"labels_{_level}", SelectMultipleField(choices=[], validate_choice=False))
