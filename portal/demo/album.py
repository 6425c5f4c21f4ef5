"""Photos on some of the cases, of reporters and of staff: each drawn once, and linked by every case that has it."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from secrets import token_hex
from typing import Any

from portal.demo.lives.life import Life
from portal.demo.photos import DemoPhoto, demo_photos
from portal.demo.rows import Row, row
from portal.gateways.files import FileStore
from portal.gateways.photos import Photo, reencode
from portal.models import Attachment
from portal.rules.anonymity import half_hour

_CHILDREN = 2
_HAS_PHOTOS = 0.1
_SENDS_SAMPLE = 0.5


@dataclass
class Album:
    """The photos as they lie in the store."""

    drawn: tuple[DemoPhoto, ...]
    photos: list[Photo]
    files: FileStore

    def pages(self, lives: list[Life], dice: Random) -> Iterator[Row]:
        """The photos of all cases that have some, with their ids; asked for when cases and messages have theirs."""
        stored = [(self.files.put(photo.jpeg), self.files.put(photo.thumbnail)) for photo in self.photos]
        pages = [
            page for life in lives for page in (*self._brought(life, stored, dice), *self._sent(life, stored, dice))
        ]
        for number, page in enumerate(pages, 1):
            yield page | {"id": number}
        for names in stored:
            for name in names:
                self.files.delete(name)

    def _brought(self, life: Life, stored: list[tuple[str, str]], dice: Random) -> Iterator[Row]:
        """What the reporter photographed."""
        department, kinds, _item = life.pictured
        if not kinds or dice.random() >= _HAS_PHOTOS:
            return
        for position, index in enumerate(_fitting(self.drawn, dice, department, kinds)):
            told = {"submission_hash": life.case["submission_hash"], "at": half_hour(life.case["received_at"])}
            yield self._page(life, index, stored[index], dice, position=position, **told)

    def _sent(self, life: Life, stored: list[tuple[str, str]], dice: Random) -> Iterator[Row]:
        """The sample of a form that staff sent with a question, or else with the reply."""
        index = next((n for n, photo in enumerate(self.drawn) if photo.item and photo.item == life.pictured[2]), None)
        message = _worth_a_sample(life)
        if index is None or message is None or dice.random() >= _SENDS_SAMPLE:
            return
        told = {"submission_hash": dice.randbytes(32).hex(), "at": half_hour(message["at"])}
        yield self._page(life, index, stored[index], dice, message_id=message["id"], **told)

    def _page(self, life: Life, index: int, stored: tuple[str, str], dice: Random, **told: Any) -> Row:
        photo = self.photos[index]
        return row(
            Attachment,
            name=urlsafe_b64encode(dice.randbytes(16)).decode().rstrip("="),
            case_id=life.case["id"],
            file=self._own(stored[0]),
            thumbnail=self._own(stored[1]),
            width=photo.width,
            height=photo.height,
            size=photo.size,
            sha256=photo.sha256,
            **told,
        )

    def _own(self, stored: str) -> str:
        """Another name for a stored file: a case's photo may be erased without taking another case's away."""
        name = token_hex(16)
        try:
            os.link(self.files.path(stored), self.files.path(name))
        except OSError:
            # A file system without hard links keeps copies.
            return self.files.put(self.files.path(stored).read_bytes())
        return name


def make_album(files: FileStore) -> Album:
    """Draw the photos and make them anew in limited children, as every photo from outside is."""
    drawn = demo_photos()
    with ThreadPoolExecutor(_CHILDREN) as children:
        return Album(drawn, list(children.map(reencode, [photo.jpeg for photo in drawn])), files)


def _worth_a_sample(life: Life) -> Row | None:
    """What staff asked, or else the reply."""
    asked = next((message for message in life.messages if message["asks"]), None)
    replies = [m for m in life.messages if m["staff_id"] and m["public"] and m["body"] == life.case["public_reply"]]
    return asked or next(reversed(replies), None)


def _fitting(drawn: tuple[DemoPhoto, ...], dice: Random, department: str, kinds: tuple[str, ...]) -> list[int]:
    """One or two photos for a case: of its department and of the kinds its story has, as far as there are."""
    own = [n for n, photo in enumerate(drawn) if photo.department == department and photo.kind in kinds]
    alike = [n for n, photo in enumerate(drawn) if photo.kind in kinds and photo.kind != "counter"]
    among = own or alike
    return dice.sample(among, min(len(among), dice.choice([1, 1, 2])))
