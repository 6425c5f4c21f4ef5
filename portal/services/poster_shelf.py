"""Which posters there are: a hall's shelf by counter, and the posters of somebody who manages them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Counter, Department, Hall, Poster
from portal.rules.permissions import Permission, Viewer, may
from portal.rules.vocabulary import PosterPurpose
from portal.services.errors import NotFound, Refused
from portal.services.places import all_halls

# In one go: no hall has as many.
MOST = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a hall's shelf: empty means all. `first` and `last` are counter numbers, both included."""

    floor: str = ""
    department_id: int | None = None
    first: str = ""
    last: str = ""
    purpose: str = ""
    # "": living and missing; or "living", "missing", "retired".
    state: str = ""

    @property
    def has_whole_hall(self) -> bool:
        """Do the hall's own posters belong to it? When no counter is left out; and only a counter can be rated."""
        all_counters = not (self.floor or self.department_id or self.first or self.last)
        return all_counters and self.purpose != PosterPurpose.RATE


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """One line of the shelf: a counter (None: the hall as a whole) and a poster of it (None: it has none)."""

    counter: Counter | None
    poster: Poster | None

    @property
    def counter_id(self) -> int | None:
        """The counter's id; None for the hall as a whole."""
        return self.counter.id if self.counter else None


def managed_halls(viewer: Viewer) -> list[Hall]:
    """The halls whose posters this person manages."""
    return [hall for hall in all_halls() if may(viewer, Permission.MANAGE_POSTERS, hall.id)]


def departments_with_counters(hall: Hall) -> Sequence[Department]:
    """The departments that have a counter in the hall; for choosing counters."""
    here = select(Counter.department_id).where(Counter.hall_id == hall.id)
    return db.session.scalars(select(Department).where(Department.id.in_(here)).order_by(Department.id)).all()


def floors_of(hall: Hall) -> Sequence[str]:
    """The floors that the hall has counters on, in order."""
    floors = select(Counter.floor).where(Counter.hall_id == hall.id, Counter.floor != "").distinct()
    return sorted(db.session.scalars(floors), key=lambda floor: (len(floor), floor))


def shelf(hall: Hall, wanted: Wanted) -> list[ShelfLine]:
    """The posters of a hall and the counters without one, the hall's own first, then by counter; two statements.

    A counter that is not in use any more stands here only with the posters it still has. With a purpose, a counter is
    missing a poster when it has none of that purpose.
    """
    counters = db.session.scalars(
        select(Counter).where(Counter.hall_id == hall.id).order_by(Counter.sort_key, Counter.number)
    ).all()
    retired = Poster.retired_at.is_not(None) if wanted.state == "retired" else Poster.retired_at.is_(None)
    purpose = [Poster.purpose == wanted.purpose] if wanted.purpose else []
    by_counter: dict[int | None, list[Poster]] = {}
    for poster in find_posters(Poster.hall_id == hall.id, retired, *purpose):
        by_counter.setdefault(poster.counter_id, []).append(poster)
    places: list[Counter | None] = [None] if wanted.has_whole_hall else []
    places += _picked(counters, wanted)
    return [line for counter in places for line in _lines(counter, by_counter, wanted)]


def load_poster(viewer: Viewer, number: str) -> Poster:
    """The poster of that number with hall and counter, if this person manages it. Raises NotFound."""
    return load_posters(viewer, [number])[0]


def load_posters(viewer: Viewer, numbers: Collection[str]) -> list[Poster]:
    """The posters of these numbers in the order of their counters. Raises NotFound unless all are this person's."""
    posters = find_posters(Poster.number.in_(set(numbers)))
    foreign = any(not may(viewer, Permission.MANAGE_POSTERS, poster.hall_id) for poster in posters)
    if foreign or len(posters) < len(set(numbers)):
        raise NotFound
    return posters


def printable_posters(viewer: Viewer, numbers: Collection[str]) -> list[Poster]:
    """Those of the posters that may be printed: the living ones.

    Raises NotFound, Refused when none is left or when more are asked for than a hall can have.
    """
    if len(numbers) > MOST:
        raise Refused(_l("一次最多选 %(most)s 张海报，请分几次。", most=MOST))
    living = [poster for poster in load_posters(viewer, numbers) if poster.retired_at is None]
    if not living:
        raise Refused(_l("没有选中可以印的海报。停用的海报不再印。"))
    return living


def replacement_of(poster: Poster) -> Poster | None:
    """What a retired poster was replaced by when it was retired, or None."""
    return db.session.get(Poster, poster.replaced_by_id) if poster.replaced_by_id else None


def living_posters() -> list[Poster]:
    """Every poster that hangs somewhere, of all halls; for the command line."""
    return find_posters(Poster.retired_at.is_(None))


def find_posters(*conditions: ColumnElement[bool]) -> list[Poster]:
    """Posters with hall and counter, a hall's own first, then in the order of the counters; one statement."""
    whole = joinedload(Poster.hall, innerjoin=True), joinedload(Poster.counter)
    found = db.session.scalars(select(Poster).options(*whole).where(*conditions).order_by(Poster.number)).all()
    return sorted(found, key=lambda poster: (poster.hall_id, poster.counter is not None, _order(poster.counter)))


def _order(counter: Counter | None) -> tuple[int, str]:
    return (counter.sort_key, counter.number) if counter else (0, "")


def _picked(counters: Sequence[Counter], wanted: Wanted) -> list[Counter]:
    first, last = _bound(counters, wanted.first), _bound(counters, wanted.last)
    return [
        counter
        for counter in counters
        if wanted.floor in ("", counter.floor)
        and wanted.department_id in (None, counter.department_id)
        and (first is None or first <= counter.sort_key)
        and (last is None or counter.sort_key <= last)
    ]


def _bound(counters: Sequence[Counter], number: str) -> int | None:
    """Where a counter number stands in the order of the hall; a number that no counter has counts by itself."""
    known = next((counter.sort_key for counter in counters if counter.number == number), None)
    return int(number) if known is None and number.isascii() and number.isdigit() else known


def _lines(counter: Counter | None, by_counter: dict[int | None, list[Poster]], wanted: Wanted) -> list[ShelfLine]:
    posters = by_counter.get(counter.id if counter else None, [])
    in_use = counter is None or counter.retired_at is None
    if not posters and in_use and wanted.state in ("", "missing"):
        return [ShelfLine(counter, None)]
    return [] if wanted.state == "missing" else [ShelfLine(counter, poster) for poster in posters]
