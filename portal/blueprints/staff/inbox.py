"""收件: the list that a day at work begins with; every filter is an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.staff import bp
from portal.rules.bigrams import LONGEST_QUERY, phrases
from portal.rules.permissions import Permission, may_somewhere
from portal.rules.vocabulary import CaseKind, Cause
from portal.services.inbox import Listing, Wanted, list_cases
from portal.services.inbox_choices import Choices, choices_of
from portal.services.inbox_tabs import Reach, Tab, count_tabs, reach_of, tabs_of
from portal.services.visibility import Tree
from portal.web.guards import needs, viewer
from portal.web.rendering import page

LABELS: dict[Tab, tuple[Any, str]] = {
    Tab.OPEN: (_l("全部在办"), ""),
    Tab.REGISTER: (_l("待登记"), ""),
    Tab.DISPATCH: (_l("待分办"), ""),
    Tab.CONFIRM: (_l("待我确认"), ""),
    Tab.TODAY: (_l("今天到期"), "near"),
    Tab.LATE: (_l("已超期"), "late"),
    Tab.WAITING: (_l("时限停着"), "waiting"),
    Tab.FOLLOW_UP: (_l("待回访"), "over"),
}


@dataclass(frozen=True)
class Query:
    """The address of an inbox as it was understood; what makes no sense in it is taken as not said."""

    kept: dict[str, str]
    wanted: Wanted
    unclear: bool

    @property
    def narrowed(self) -> bool:
        """Whether a filter is on: then the counts of the tabs would not be those of the rows."""
        return bool(self.kept.keys() - {"hall"})

    def url(self, **changes: Any) -> str:
        """The same inbox with something else chosen."""
        return url_for("staff.inbox", **{**self.kept, **changes})


@dataclass(frozen=True)
class TabLink:
    """One tab as the page shows it."""

    tab: Tab
    label: Any
    light: str
    url: str
    current: bool
    count: int | None


@bp.get("/")
@needs(Permission.READ_CASE)
def inbox() -> Response:
    now, choices = clock.now(), choices_of(viewer(), request.args.get("hall", ""))
    query = read_query(request.args, choices)
    reach = reach_of(viewer(), choices.hall.id, Tree())
    listing = list_cases(reach, query.wanted, now)
    return page("staff/inbox.html", region="staff/_cases.html", **_shown(reach, choices, query, listing, now))


def read_query(args: Mapping[str, str], choices: Choices) -> Query:
    """Read an address: tab, words, department, counter, cause, kind, place. A search looks at every state."""
    words = args.get("q", "").strip()[:LONGEST_QUERY]
    unclear = bool(words) and not phrases(words)
    department, counter = choices.department_id(args.get("dep", "")), choices.counter_id(args.get("win", ""))
    cause = args.get("cause", "") if args.get("cause", "") in set(Cause) else ""
    kind = args.get("kind", "") if args.get("kind", "") in set(CaseKind) else ""
    tab = Tab(args["tab"]) if args.get("tab", "") in set(Tab) else None if words and not unclear else Tab.OPEN
    said = {
        "hall": choices.hall.code if len(choices.halls) > 1 else "",
        "q": words,
        "dep": args["dep"] if department else "",
        "win": args["win"] if counter else "",
        "cause": cause,
        "kind": kind,
    }
    kept = {name: value for name, value in said.items() if value}
    return Query(kept, Wanted(tab, words, department, counter, cause, kind, args.get("after", "")), unclear)


def _shown(reach: Reach, choices: Choices, query: Query, listing: Listing, now: datetime) -> dict[str, Any]:
    counts = {} if query.narrowed else count_tabs(reach, now)
    return {
        "choices": choices,
        "query": query,
        "listing": listing,
        "counts": counts,
        "tabs": [_link(tab, query, counts) for tab in tabs_of(reach)],
        "can_pick": may_somewhere(viewer(), Permission.DISPATCH_CASE),
        "whole_hall": reach.holders is None,
        "may_enter": may_somewhere(viewer(), Permission.ENTER_CASE),
    }


def _link(tab: Tab, query: Query, counts: Mapping[Tab, int]) -> TabLink:
    label, light = LABELS[tab]
    current = query.wanted.tab is tab
    return TabLink(
        tab,
        label,
        light,
        query.url(tab=None if tab is Tab.OPEN and not query.kept.get("q") else tab.value),
        current,
        counts.get(tab),
    )
