"""Photos that arrive with a request: read up to the limit, kept, or refused with a sentence for each."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.rules.texts import clean_line
from portal.services import attachments

_SHOWN = 60


def read_photo(file: FileStorage | None) -> bytes:
    """The bytes of an upload, and no more than it takes to see that it is too big."""
    return file.stream.read(attachments.READ_AT_MOST) if file is not None else b""


def keep_photos(submission_key: bytes, files: Sequence[FileStorage]) -> list[str]:
    """Keep the photos that came with a form; a sentence, with the name of its file, for each that cannot be kept."""
    faults = attachments.stage_photos(submission_key, [(file.filename or "", file.stream) for file in files])
    return [_("照片“%(name)s”：%(why)s", name=_short(name), why=why) for name, why in faults]


def _short(name: str) -> str:
    return clean_line(name[: 4 * _SHOWN], _SHOWN).text[:_SHOWN]
