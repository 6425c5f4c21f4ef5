"""Photos that arrive with a request: read up to the limit, kept, or refused with a sentence for each."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from portal.blueprints.report.forms import ReportForm
from portal.rules.texts import clean_line
from portal.services import attachments
from portal.services.errors import Refused


def read_photo(file: FileStorage | None) -> bytes:
    """The bytes of an upload, and no more than it takes to see that it is too big."""
    return file.stream.read(attachments.READ_AT_MOST) if file is not None else b""


def take_uploads(form: ReportForm) -> None:
    """Keep the photos that came with the form, also when something else in it must be corrected first.

    What is wrong with one is left in `form.photo_faults`, named by its file: the other photos and the text stay.
    """
    if form.is_new_key:
        return
    if form.drop.data:
        attachments.remove_staged(form.submission_key, form.drop.data)
    for file in form.uploads:
        try:
            attachments.stage_photo(form.submission_key, read_photo(file))
        except Refused as refused:
            name = clean_line(file.filename or "", 200).text[:60]
            form.photo_faults.append(_l("照片“%(name)s”：%(why)s", name=name, why=refused.message))
