"""Photos on some of the cases: each drawn and stored once, with a name of its own for every case that has it."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from secrets import token_hex

from portal.demo.lives.life import Life
from portal.demo.photos import DemoPhoto, demo_photos
from portal.demo.rows import Row, row
from portal.gateways.files import FileStore
from portal.gateways.photos import Photo, reencode
from portal.models import Attachment
from portal.rules.anonymity import half_hour

_CHILDREN = 2
_HAS_PHOTOS = 0.1


@dataclass
class Album:
    """The photos as they lie in the store."""

    drawn: tuple[DemoPhoto, ...]
    photos: list[Photo]
    files: FileStore

    def pages(self, lives: list[Life], dice: Random) -> Iterator[Row]:
        """The photos of all cases that have some, with their ids."""
        stored = [(self.files.put(photo.jpeg), self.files.put(photo.thumbnail)) for photo in self.photos]
        number = 0
        for life in lives:
            if not life.pictured[1] or dice.random() >= _HAS_PHOTOS:
                continue
            for position, index in enumerate(_fitting(self.drawn, dice, *life.pictured)):
                number += 1
                yield self._page(life, position, index, stored[index], dice) | {"id": number}
        for names in stored:
            for name in names:
                self.files.delete(name)

    def _page(self, life: Life, position: int, index: int, stored: tuple[str, str], dice: Random) -> Row:
        photo = self.photos[index]
        return row(
            Attachment,
            name=urlsafe_b64encode(dice.randbytes(16)).decode().rstrip("="),
            submission_hash=life.case["submission_hash"],
            case_id=life.case["id"],
            position=position,
            file=self._own(stored[0]),
            thumbnail=self._own(stored[1]),
            width=photo.width,
            height=photo.height,
            size=photo.size,
            sha256=photo.sha256,
            at=half_hour(life.case["received_at"]),
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


def _fitting(drawn: tuple[DemoPhoto, ...], dice: Random, department: str, kinds: tuple[str, ...]) -> list[int]:
    """One or two photos for a case: of its department and of the kinds its story has, as far as there are."""
    own = [n for n, photo in enumerate(drawn) if photo.department == department and photo.kind in kinds]
    alike = [n for n, photo in enumerate(drawn) if photo.kind in kinds and photo.kind != "counter"]
    among = own or alike
    return dice.sample(among, min(len(among), dice.choice([1, 1, 2])))
