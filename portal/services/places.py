"""Halls, counters, posters and items: looking them up."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Counter, Hall, Poster


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
