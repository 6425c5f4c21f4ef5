"""What is done to posters: making them, a new version, retiring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Hall, Poster
from portal.rules.codes import format_poster_number, new_slug
from portal.rules.permissions import Permission, Viewer, may
from portal.rules.vocabulary import PosterPurpose
from portal.rules.workdays import local_day
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.journal import record
from portal.services.poster_shelf import Wanted, find_posters, load_poster, printable_posters, shelf
from portal.services.transaction import write

SUCCESSOR_NEW = "new"


def create_posters(
    viewer: Viewer, hall: Hall, counter_ids: Iterable[int | None], purpose: PosterPurpose, at: datetime
) -> list[str]:
    """Make a poster of this purpose for each of the counters that lacks one; the numbers of those made.

    None among the ids stands for the hall as a whole, which cannot be rated. Counters of other halls, counters not in
    use and counters that have a living poster of the purpose are passed over. Raises Refused when nothing is to be
    made, Conflict when somebody else was making posters at the same moment, NotFound for a hall of others.
    """
    if not may(viewer, Permission.MANAGE_POSTERS, hall.id):
        raise NotFound
    asked = set(counter_ids)
    lacking = [line.counter_id for line in shelf(hall, Wanted(purpose=purpose, state="missing"))]
    places = [place for place in lacking if place in asked]
    if not places:
        raise Refused(_l("选中的窗口都有这种海报了，没有要做的。"))
    numbers = _Numbers.of(hall)
    with _making():
        made = [_insert(viewer, hall.id, place, purpose, numbers.take(), at) for place in places]
    return [poster.number for poster in made]


def renew_posters(viewer: Viewer, numbers: Collection[str], seen: Mapping[str, int], at: datetime) -> list[str]:
    """A new version of living posters, because what is printed on them changed: version + 1, made today.

    The slug stays, so that the old paper goes on working until somebody has changed it; the version on the paper tells
    which one hangs there. The purpose stays too: old paper would promise what its code no longer opens; another
    purpose is another poster. Paper that must stop working is retired.

    `seen` is the version of each on the page of the person who asks: where another one is reached by now, somebody
    was first (or the button was pressed twice), and none is renewed. Raises NotFound, Refused when none is left,
    Conflict.
    """
    posters = printable_posters(viewer, numbers)
    with write() as session:
        for poster in posters:
            as_seen = Poster.id == poster.id, Poster.retired_at.is_(None), Poster.version == seen.get(poster.number)
            change = {"version": Poster.version + 1, "made_on": local_day(at)}
            if session.scalar(update(Poster).where(*as_seen).values(change).returning(Poster.id)) is None:
                raise Conflict(
                    _l("%(number)s 刚才已经有人出了新版，这一次没有再出。请看最新的版次。", number=poster.number)
                )
            _note("renew_poster", at, viewer, poster)
    return [poster.number for poster in posters]


def poster_to_retire(viewer: Viewer, number: str) -> Poster:
    """A living poster of this person's. Raises NotFound, Conflict when it was retired already."""
    poster = load_poster(viewer, number)
    if poster.retired_at is not None:
        raise Conflict(_l("这张海报已经停用了，没有再改。"))
    return poster


def possible_successors(poster: Poster) -> list[Poster]:
    """The living posters of the same hall that may take a poster's place, its own counter's first."""
    others = find_posters(Poster.hall_id == poster.hall_id, Poster.retired_at.is_(None), Poster.id != poster.id)
    return sorted(others, key=lambda other: other.counter_id != poster.counter_id)


def may_be_made_anew(poster: Poster) -> bool:
    """Whether a new poster of the same place makes sense: the counter is in use."""
    return poster.counter is None or poster.counter.retired_at is None


def retire_poster(viewer: Viewer, number: str, successor: str, at: datetime) -> str:
    """Retire a poster: it is never printed again, its code leads to what takes its place; that one's number or "".

    `successor` is the number of a living poster of the same hall, SUCCESSOR_NEW for a new one of the same counter and
    purpose, or "". Raises NotFound, Refused when the successor will not do, Conflict when it was retired already.
    """
    poster = poster_to_retire(viewer, number)
    heir, numbers = _heir(poster, successor), _Numbers.of(poster.hall)
    with _making() as session:
        if successor == SUCCESSOR_NEW:
            purpose = PosterPurpose(poster.purpose)
            heir = _insert(viewer, poster.hall_id, poster.counter_id, purpose, numbers.take(), at)
        _retire(session, poster, heir, at)
        _note("retire_poster", at, viewer, poster, replaced_by=heir.number if heir else "")
    return heir.number if heir else ""


def _heir(poster: Poster, successor: str) -> Poster | None:
    if successor == "" or (successor == SUCCESSOR_NEW and may_be_made_anew(poster)):
        return None
    found = next((other for other in possible_successors(poster) if other.number == successor), None)
    if found is None:
        raise Refused(_l("接替的海报要是同一个大厅里还在用的另一张。"))
    return found


def _retire(session: Session, poster: Poster, heir: Poster | None, at: datetime) -> None:
    change = {"retired_at": at, "replaced_by_id": heir.id if heir else None}
    living = update(Poster).where(Poster.id == poster.id, Poster.retired_at.is_(None))
    if session.scalar(living.values(change).returning(Poster.id)) is None:
        raise Conflict(_l("这张海报刚才已经有人停用了，没有再改。"))


@contextmanager
def _making() -> Iterator[Session]:
    """A write in which two people may have taken the same running number: the second is told, nothing is made."""
    try:
        with write() as session:
            yield session
    except IntegrityError as error:
        raise Conflict(_l("刚才有人也在做海报，号码撞上了。这次没有改动，请再点一次。")) from error


@dataclass(slots=True)
class _Numbers:
    """The running poster numbers with a hall's letters, in whichever hall they are used."""

    prefix: str
    last: int

    @classmethod
    def of(cls, hall: Hall) -> _Numbers:
        newest = select(Poster.number).where(Poster.hall_id == hall.id).order_by(Poster.id.desc()).limit(1)
        own = db.session.scalar(newest)
        prefix = own.rsplit("-", 1)[0] if own else hall.code.upper()[:8]
        alike = select(Poster.number).where(Poster.number.startswith(f"{prefix}-", autoescape=True))
        tails = [number.rsplit("-", 1)[1] for number in db.session.scalars(alike)]
        return cls(prefix, max((int(tail) for tail in tails if tail.isdigit()), default=0))

    def take(self) -> str:
        self.last += 1
        return format_poster_number(self.prefix, self.last)


def _insert(
    viewer: Viewer, hall_id: int, counter_id: int | None, purpose: PosterPurpose, number: str, at: datetime
) -> Poster:
    poster = Poster(
        slug=new_slug(),
        number=number,
        hall_id=hall_id,
        counter_id=counter_id,
        purpose=purpose.value,
        version=1,
        made_on=local_day(at),
    )
    db.session.add(poster)
    db.session.flush()
    _note("create_poster", at, viewer, poster)
    return poster


def _note(action: str, at: datetime, viewer: Viewer, poster: Poster, **data: Any) -> None:
    data["number"] = poster.number
    record(action, at, staff_id=viewer.staff_id, object_kind="poster", object_id=poster.id, **data)
