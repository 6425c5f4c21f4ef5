"""The rating of a counter, with the key that makes a double tap one rating."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from portal.rules.codes import new_submission_key, parse_submission_key
from portal.services.errors import Refused
from portal.web.opinions import OpinionForm


class RateForm(OpinionForm):
    """A page that lost its key gets a new one and is sent once more."""

    key = HiddenField()
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
