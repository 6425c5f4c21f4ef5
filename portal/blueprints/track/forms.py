"""The forms of the track page. Each carries the code, which is its only key, and a key of its own against a replay."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field, HiddenField, MultipleFileField, StringField, TextAreaField, ValidationError

from portal.rules.codes import (
    CLAIM_LENGTH,
    CODE_LENGTH,
    CodeFault,
    new_submission_key,
    parse_claim,
    parse_code,
    parse_submission_key,
)
from portal.rules.texts import clean
from portal.rules.vocabulary import Solved
from portal.services.errors import ServiceError
from portal.services.tracking_talk import WORDS_LIMIT
from portal.web.opinions import OpinionForm

# Nobody needs more of a paste to see what was read.
_SHOWN = 60


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The tracking code in any writing; what is wrong with it is said in one sentence."""

    class Meta:
        csrf = False

    code = StringField()

    def validate_code(self, field: Field) -> None:
        """Leave the twenty digits in `found`, or say what to look at."""
        read = parse_code(field.data or "")
        if isinstance(read, CodeFault):
            raise ValidationError(_fault(read, _digits(field.data or "")))
        self.found = read

    @property
    def read(self) -> list[str]:
        """The digits that were read, in groups of four, to lay beside the receipt."""
        digits = _digits(self.code.data or "")[:_SHOWN]
        return [digits[at : at + 4] for at in range(0, len(digits), 4)]


class KeyForm(FlaskForm):  # type: ignore[misc]
    """A form with a key against a second tap. One that is missing or forged is made anew: it then counts as new."""

    class Meta:
        csrf = False

    key = HiddenField()

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        if parse_submission_key(self.key.data or "") is None:
            self.key.data = new_submission_key()

    @property
    def submission_key(self) -> bytes:
        """The sixteen bytes of the key."""
        return parse_submission_key(self.key.data or "") or b""


class ClaimForm(KeyForm):
    """The number on a claim slip, and the key that becomes the code."""

    claim = StringField()

    def validate_claim(self, field: Field) -> None:
        read = parse_claim(field.data or "")
        if isinstance(read, CodeFault):
            raise ValidationError(_claim_fault(read))
        self.found = read


class ActForm(KeyForm):
    """One thing the person does."""

    code = HiddenField()

    def refuse(self, refusal: ServiceError) -> None:
        """Put the service's sentence where it belongs."""
        for name, sentence in refusal.fields.items():
            self[name].errors = [sentence]
        if not refusal.fields:
            self.form_errors.append(refusal.message)


class SayForm(ActForm):
    """Words, photos, or both. The limit is the service's too; here it is told before anything else."""

    words = TextAreaField(id="say")
    photos = MultipleFileField(id="pick")

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.photo_faults: list[str] = []

    @property
    def uploads(self) -> list[FileStorage]:
        """The files that came with the form."""
        return [file for file in self.photos.data or [] if isinstance(file, FileStorage) and file.filename]

    def validate_words(self, field: Field) -> None:
        _fit(field)

    def validate_photos(self, field: Field) -> None:
        if self.photo_faults:
            raise ValidationError(" ".join(self.photo_faults))


class SolvedForm(ActForm):
    """Solved, partly, or no; and what is missing."""

    solved = StringField()
    words = TextAreaField(id="left")

    def validate_solved(self, field: Field) -> None:
        if field.data not in list(Solved):
            raise ValidationError(_l("请选一项：解决了、解决了一部分，还是没解决。"))

    def validate_words(self, field: Field) -> None:
        _fit(field)


class RatingForm(OpinionForm, ActForm):  # type: ignore[misc]
    """How the case was handled, by whoever holds its code."""


def _fit(field: Field) -> None:
    cleaned = clean(field.data or "", WORDS_LIMIT)
    field.data = cleaned.text
    if cleaned.too_long_by:
        raise ValidationError(
            ngettext(
                "多了 %(num)s 个字，最多 %(limit)s 个字。请删掉一些。",
                "多了 %(num)s 个字，最多 %(limit)s 个字。请删掉一些。",
                cleaned.too_long_by,
                limit=WORDS_LIMIT,
            )
        )


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) for sign in text[:400] if sign.isdecimal())


def _fault(fault: CodeFault, digits: str) -> Any:
    if fault is CodeFault.EMPTY:
        return _l("请输入查询码，一共 20 位数字，在回执上。")
    if fault is CodeFault.TOO_SHORT:
        missing = max(1, CODE_LENGTH - len(digits))
        return ngettext("查询码有 20 位，还少 %(num)s 位。", "查询码有 20 位，还少 %(num)s 位。", missing)
    if fault is CodeFault.TOO_LONG:
        more = max(1, len(digits) - CODE_LENGTH)
        return ngettext("查询码有 20 位，多了 %(num)s 位。", "查询码有 20 位，多了 %(num)s 位。", more)
    if fault is CodeFault.NOT_DIGITS:
        return _l("查询码全是数字，这里面有别的字。请对着回执再看一遍。")
    return _l("有一位可能写错了，或者相邻两位写反了。请一组一组对着回执看。")


def _claim_fault(fault: CodeFault) -> Any:
    return {
        CodeFault.EMPTY: _l("请输入领取条上的号，一共 %(num)s 位。", num=CLAIM_LENGTH),
        CodeFault.TOO_SHORT: _l("领取号有 %(num)s 位，还少几位。", num=CLAIM_LENGTH),
        CodeFault.TOO_LONG: _l("领取号只有 %(num)s 位，写多了。", num=CLAIM_LENGTH),
        CodeFault.NOT_DIGITS: _l("领取号只有字母和数字，这里面有别的符号。"),
        CodeFault.CHECK_DIGIT: _l("有一位可能写错了，或者相邻两位写反了。请三个三个对着领取条看。"),
    }[fault]
