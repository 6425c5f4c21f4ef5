"""Photos that go with the words of staff: a plain multipart form, read before its words are judged."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, MultipleFileField, SelectMultipleField, ValidationError

from portal.blueprints.staff.fields import StepForm
from portal.rules.codes import new_submission_key, parse_submission_key
from portal.rules.texts import clean_line
from portal.services import attachments
from portal.services.enclosing import Enclosed
from portal.services.errors import Refused
from portal.services.visibility import load_case
from portal.web.guards import viewer

# The reporter's own sentence sends them to the track page.
NO_ROOM = _l("现在存不下照片。请先把话写给本人，照片过后再附。")


class EnclosingForm(StepForm):
    """A form whose words go with photos: those sent with it, and those that came with a try before."""

    key = HiddenField()
    photos = MultipleFileField()
    drop = SelectMultipleField(validate_choice=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.faults: list[str] = []
        if parse_submission_key(self.key.data or "") is None:
            self.key.data = new_submission_key()

    def validate_photos(self, field: Any) -> None:
        if self.faults:
            raise ValidationError(" ".join(self.faults))

    @property
    def enclosed(self) -> Enclosed:
        """What the service takes."""
        return Enclosed(self._key, tuple(self.drop.data or ()))

    def take_photos(self, number: str) -> None:
        """Keep what came, before anything else is judged; a sentence for each that cannot be kept, by its name.

        Raises NotFound where the case does not exist for this person.
        """
        load_case(viewer(), number)
        if attachments.is_spent(self._key):
            self.key.data = new_submission_key()
        attachments.remove_staged(self._key, self.drop.data or [])
        for file in self.photos.data or []:
            if isinstance(file, FileStorage) and file.filename:
                self._take(file)

    def pictures(self) -> list[dict[str, str]]:
        """The photos that were kept; nobody else sees them yet, so they have no address and are shown as they are."""
        return [
            {"name": photo.name, "thumb": _as_data(photo.thumbnail), "label": _("照片 %(number)s", number=number)}
            for number, photo in enumerate(attachments.staged(self._key), 1)
        ]

    @property
    def _key(self) -> bytes:
        return parse_submission_key(self.key.data or "") or b""

    def _take(self, file: FileStorage) -> None:
        try:
            attachments.stage_photo(self._key, file.stream.read(attachments.READ_AT_MOST))
        except Refused as refused:
            why = NO_ROOM if refused.message is attachments.NO_ROOM else refused.message
            name = clean_line(file.filename or "", 200).text[:60]
            self.faults.append(_("照片“%(name)s”：%(why)s", name=name, why=why))


def _as_data(stored: str) -> str:
    return "data:image/jpeg;base64," + b64encode(attachments.photo_file(stored).read_bytes()).decode()
