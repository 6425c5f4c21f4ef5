"""One invented case with everything that hangs on it, before any of it has an id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.demo.lives.dates import Dates, Terms
from portal.demo.rows import Row, row
from portal.models import Event, Message
from portal.rules.anonymity import stored_time
from portal.rules.lifecycle import OPEN_CASES, OPEN_ORDERS
from portal.rules.vocabulary import AuthorKind, CaseStatus, Solved

STAFF, REPORTER, SYSTEM = AuthorKind.STAFF.value, AuthorKind.REPORTER.value, AuthorKind.SYSTEM.value


@dataclass
class Life:
    """A case, and its rows in the order they were written. `when` of an event is exact, what is stored may be rounded.

    The rows know neither their own id nor the case's: ids are given when all lives are put in the order of time.
    """

    case: Row
    terms: Terms
    key: bytes
    dates: Dates = field(init=False)
    orders: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    proposals: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    # What an event is about, by the identity of the event's row: a row that has no id yet.
    about: dict[int, Row] = field(default_factory=dict)
    ratings: list[Row] = field(default_factory=list)
    # What photos of it would show: the department, the kinds of things, and the item there is a form for.
    pictured: tuple[str, tuple[str, ...], str] = ("", (), "")
    # The case it was joined to.
    joined: Life | None = None

    def __post_init__(self) -> None:
        self.dates = Dates(self.terms, self.case)

    @property
    def status(self) -> CaseStatus:
        """Where it stands."""
        return CaseStatus(self.case["status"])

    @property
    def open_order(self) -> Row | None:
        """The work order that is out."""
        return next((order for order in self.orders if order["status"] in OPEN_ORDERS), None)

    @property
    def pending(self) -> Row | None:
        """The proposal that waits for its second person."""
        return next((p for p in self.proposals if p["decided_at"] is None), None)

    def moment(self, at: datetime, *not_before: datetime | None) -> datetime:
        """The time to keep of what the reporter does (services/tracking_acts.moment_of)."""
        earliest: datetime = self.case["received_at"]
        return max(stored_time(at, anonymous=self.case["anonymous"]), earliest, *(t for t in not_before if t))

    def set_status(self, status: CaseStatus) -> None:
        """Put it into its next status."""
        self.case["status"], self.case["open"] = status.value, status in OPEN_CASES
        self.touch()

    def touch(self) -> None:
        """Raise its version."""
        self.case["version"] += 1

    def point(self) -> None:
        """Bring the date that matters now into the case and its open orders."""
        self.dates.point([self.open_order] if self.open_order else [])

    def say(self, at: datetime, body: str, staff_id: int | None, *, public: bool = True, asks: bool = False) -> Row:
        """Something that staff said, to the reporter or among themselves; by nobody when the system says it."""
        author = STAFF if staff_id else SYSTEM
        self.messages.append(row(Message, author=author, staff_id=staff_id, public=public, asks=asks, body=body, at=at))
        return self.messages[-1]

    def record(
        self,
        action: str,
        at: datetime,
        by: int | None,
        *,
        actor: str = "",
        object_kind: str = "case",
        about: Row | None = None,
        **data: Any,
    ) -> None:
        """An event (services/journal.record)."""
        actor = actor or (STAFF if by else SYSTEM)
        event = row(Event, at=at, actor=actor, staff_id=by, action=action, object_kind=object_kind, data=data)
        self.events.append(event)
        if about is not None:
            self.about[id(event)] = about

    def is_not_solved_again(self) -> bool:
        """Whether the reporter has said “not solved” twice or more."""
        again: bool = self.case["redo_number"] + (self.case["reporter_says"] == Solved.NO) >= 2
        return again
