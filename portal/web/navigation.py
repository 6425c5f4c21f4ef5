"""The staff's main navigation: what a person may open, in the order of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal.rules.permissions import Permission, Viewer, may_somewhere

ITEMS: tuple[tuple[str, Any, tuple[Permission, ...]], ...] = (
    ("staff.inbox", _l("收件"), (Permission.READ_CASE,)),
    ("staff.orders", _l("工作单"), (Permission.ACKNOWLEDGE_ORDER,)),
    ("staff.follow_ups", _l("回访"), (Permission.FOLLOW_UP,)),
    ("staff.oversight", _l("督办"), (Permission.OVERSEE,)),
    ("posters.list_posters", _l("海报"), (Permission.MANAGE_POSTERS,)),
    ("scores.show", _l("评分"), (Permission.SEE_SCORES,)),
)


@dataclass(frozen=True)
class NavItem:
    """One entry; `current` where its section is open."""

    label: Any
    url: str
    current: bool


def items_for(viewer: Viewer) -> list[NavItem]:
    """The entries this person may open."""
    return [
        NavItem(label, url_for(endpoint), request.endpoint == endpoint)
        for endpoint, label, wanted in ITEMS
        if endpoint in current_app.view_functions and any(may_somewhere(viewer, permission) for permission in wanted)
    ]


def home_of(viewer: Viewer) -> str:
    """The page somebody's day begins with: the first they may open, else their own account."""
    items = items_for(viewer)
    return items[0].url if items else url_for("account.show")
