"""Halls, counters, posters and items: looking them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Counter, Hall, Poster, ServiceItem
from portal.rules.codes import parse_slug
from portal.rules.likeness import pairs, share_found


@dataclass(frozen=True)
class Place:
    """Where a report belongs: its hall, the counter and poster it was scanned at, the item it is about."""

    hall: Hall
    poster: Poster | None = None
    counter: Counter | None = None
    item: ServiceItem | None = None


def main_hall() -> Hall | None:
    """The first hall: whose name stands on pages that belong to no hall in particular. None before set-up."""
    return db.session.scalar(select(Hall).order_by(Hall.id).limit(1))


def all_halls() -> Sequence[Hall]:
    """Every hall, in the order they were set up."""
    return db.session.scalars(select(Hall).order_by(Hall.id)).all()


def hall_by_code(code: str) -> Hall | None:
    """The hall of that code, or None."""
    return db.session.scalar(select(Hall).where(Hall.code == code))


def poster_by_slug(slug: str) -> Poster | None:
    """The poster of a slug as `codes.parse_slug` gives it, retired or not, with its hall and counter; one statement."""
    return db.session.scalar(_whole_posters().where(Poster.slug == slug))


def place_of(slug: str, hall_code: str) -> Place | None:
    """Where somebody reports: by the slug as scanned (retired ones too), else by the hall's code, else the only hall.

    None when there are several to choose from, or none. At most two statements.
    """
    read = parse_slug(slug)
    poster = poster_by_slug(read) if read else None
    if poster is not None:
        return Place(poster.hall, poster, poster.counter)
    halls = all_halls()
    chosen = [hall for hall in halls if hall.code == hall_code] or halls
    return Place(chosen[0]) if len(chosen) == 1 else None


def poster_instead_of(poster: Poster) -> Poster | None:
    """The living poster that a retired one leads to, with its hall and counter, or None.

    What replaces it, however often that was replaced in turn; else the newest of the same counter, as long as the
    counter is in use; else the hall's own. A poster with all three choices comes before one with a single purpose.
    """
    heir, seen = poster, {poster.id}
    while heir.retired_at is not None and heir.replaced_by_id is not None and heir.replaced_by_id not in seen:
        seen.add(heir.replaced_by_id)
        heir = db.session.scalars(_whole_posters().where(Poster.id == heir.replaced_by_id)).one()
    return heir if heir.retired_at is None else _newest_beside(poster)


def general_posters() -> dict[int, Poster]:
    """The newest living poster of each hall as a whole, by the hall's id."""
    found = db.session.scalars(
        _whole_posters().where(Poster.counter_id.is_(None), Poster.retired_at.is_(None)).order_by(*_OLDEST_FIRST)
    )
    return {poster.hall_id: poster for poster in found}


# All three choices sort before one purpose ("landing" comes first in the alphabet too, but that is an accident).
_OLDEST_FIRST = (Poster.purpose == "landing", Poster.made_on, Poster.id)


# Half of what was typed must stand in an item's name, so that a whole sentence still finds what it is about.
_ENOUGH = 0.5
_WEIGHED = 400


def search_items(hall_id: int, text: str, limit: int = 6) -> list[ServiceItem]:
    """The hall's items that match what somebody typed, best first: by name, English name or official code.

    A name that holds the whole text comes first, shorter ones before longer; then names that share most pairs of
    characters with it, or whose own name stands in the text. One statement; none for an empty text.
    """
    wanted = pairs(text[:80])
    if not wanted:
        return []
    columns = (ServiceItem.name, ServiceItem.name_en, ServiceItem.code)
    some = or_(*(column.icontains(pair, autoescape=True) for pair in sorted(wanted) for column in columns))
    found = db.session.scalars(
        select(ServiceItem)
        .where(ServiceItem.hall_id == hall_id, ServiceItem.retired_at.is_(None), some)
        .order_by(ServiceItem.id)
        .limit(_WEIGHED)
    ).all()
    weighed = [(max(_weight(wanted, name) for name in (i.name, i.name_en, i.code)), i) for i in found]
    good = [(weight, item) for weight, item in weighed if weight >= _ENOUGH]
    return [item for _, item in sorted(good, key=lambda pair: (-pair[0], len(pair[1].name)))[:limit]]


def _weight(wanted: frozenset[str], name: str) -> float:
    within = pairs(name)
    return max(share_found(wanted, name), len(wanted & within) / len(within) if len(within) > 1 else 0.0)


def _newest_beside(poster: Poster) -> Poster | None:
    in_use = and_(Poster.counter_id == poster.counter_id, Counter.retired_at.is_(None))
    return db.session.scalar(
        _whole_posters()
        .outerjoin(Counter, Counter.id == Poster.counter_id)
        .where(Poster.hall_id == poster.hall_id, Poster.retired_at.is_(None))
        .where(or_(Poster.counter_id.is_(None), in_use))
        .order_by(Poster.counter_id.is_(None), *(column.desc() for column in _OLDEST_FIRST))
        .limit(1)
    )


def _whole_posters() -> Select[Poster]:
    return select(Poster).options(joinedload(Poster.hall, innerjoin=True), joinedload(Poster.counter))
