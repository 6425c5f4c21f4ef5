"""What a clerk chooses from when entering a case for somebody: places and items of the halls they serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.extensions import db
from portal.models import Counter, Hall, ServiceItem
from portal.rules.permissions import Permission, Viewer, may
from portal.services.places import all_halls


@dataclass(frozen=True)
class Desk:
    """One hall with its living counters and items, by number and by name."""

    hall: Hall
    counters: Sequence[Counter]
    items: Sequence[ServiceItem]


def desks_of(viewer: Viewer) -> list[Desk]:
    """The halls where this person may enter cases, usually one; three statements."""
    halls = [hall for hall in all_halls() if may(viewer, Permission.ENTER_CASE, hall.id)]
    ids = [hall.id for hall in halls]
    counters = select(Counter).where(Counter.hall_id.in_(ids), Counter.retired_at.is_(None))
    items = select(ServiceItem).where(ServiceItem.hall_id.in_(ids), ServiceItem.retired_at.is_(None))
    all_counters = db.session.scalars(counters.order_by(Counter.sort_key, Counter.id)).all()
    all_items = db.session.scalars(items.order_by(ServiceItem.name)).all()
    return [
        Desk(
            hall,
            [counter for counter in all_counters if counter.hall_id == hall.id],
            [item for item in all_items if item.hall_id == hall.id],
        )
        for hall in halls
    ]
