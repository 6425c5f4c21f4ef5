"""回访 · 重办: asking the person, closing, and doing it again after a “not solved”."""

from __future__ import annotations

from portal.models import Case, FollowUp
from portal.rules.permissions import Viewer
from portal.rules.vocabulary import FollowUpMethod, Level, Solved


def record_follow_up(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    reached: bool,
    contacted: bool | None = None,
    solved: Solved | None = None,
    level: Level | None = None,
    note: str = "",
    method: FollowUpMethod = FollowUpMethod.PHONE,
) -> FollowUp:
    """Record one try to reach the person of a concluded case, and what they said.

    Reached: “solved” and “partly” close it; “no” waits for a decision on a redo, and a second “no” makes it supervised.
    Not reached: after the profile's tries on different local days it closes as “not confirmed”, never as satisfied.
    Raises NotFound, Conflict, Refused (not concluded, reached without an answer).
    """
    raise NotImplementedError


def reopen_case(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    department_id: int,
    reason: str,
    task: str = "",
    handler_id: int | None = None,
) -> Case:
    """Decide to do it again (重办) after “no” or “partly”: redo n, a new work order and a new date, told to the person.

    Raises NotFound, Conflict, Refused (the reporter did not say so; the line complained about).
    """
    raise NotImplementedError


def keep_closed(viewer: Viewer, number: str, *, version: int, reason: str) -> Case:
    """Decide against a redo, with the reason the person will read; a concluded case closes. Raises as reopen_case."""
    raise NotImplementedError
