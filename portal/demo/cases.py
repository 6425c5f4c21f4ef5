"""Inventing all cases, and giving their rows the ids and the order that the services would have given them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from random import Random

from sqlalchemy.orm import Session

from portal.demo.acts import play
from portal.demo.lives.life import Life
from portal.demo.lives.taking_in import submit
from portal.demo.plots import draw_other_kind, draw_plot, report_of
from portal.demo.rows import Row, write_rows
from portal.demo.script import Script
from portal.demo.timeline import Arrival, arrivals
from portal.demo.world import World
from portal.models import Case, Claim, Complaint, Deadline, FollowUp, Message, Proposal, WorkOrder
from portal.rules.vocabulary import CaseKind, Channel, Role


def submission_key(seed: int, number: int) -> bytes:
    """The key of the case that came in as the number-th; its tracking code also needs the installation's pepper."""
    return sha256(f"demo {seed} case {number}".encode()).digest()[:16]


def live(world: World, dice: Random, seed: int) -> None:
    """Let every case happen, in the order they come in."""
    numbers: set[str] = set()
    for arrival in arrivals(world.rules.calendar, world.office, world.until, dice):
        life = _live(world, dice, arrival, submission_key(seed, len(world.lives)))
        if life.case["number"] not in numbers:
            numbers.add(life.case["number"])
            world.lives.append(life)


def _live(world: World, dice: Random, arrival: Arrival, key: bytes) -> Life:
    if arrival.kind is CaseKind.REPORT:
        plot = draw_plot(world, dice, arrival.at, department=arrival.department, stop=arrival.stop)
    else:
        plot = draw_other_kind(world, dice, arrival.at, arrival.kind)
    by = world.someone(dice, Role.CLERK) if plot.channel in (Channel.WINDOW, Channel.PHONE) else None
    report = report_of(world, dice, plot, arrival.at)
    life = submit(report, key, world.pepper, arrival.at, world.terms, by)
    life.pictured = (plot.story["department"] or "", tuple(plot.story["photos"]), plot.story.get("item", ""))
    play(Script(world, dice, plot, life, arrival.at))
    return life


def write_cases(session: Session, lives: list[Life]) -> list[Row]:
    """Insert all rows of the cases in the running transaction; their events are given back, without their numbers."""
    for number, life in enumerate(lives, start=1):
        life.case["id"] = number
        for row in _children(life):
            row["case_id"] = number
    for life in lives:
        if life.joined is not None:
            life.case["merged_into_id"] = life.joined.case["id"]
    orders = _numbered(lives, "orders", "issued_at")
    tables = (
        (Case, [life.case for life in lives]),
        (Complaint, _numbered(lives, "complaints", "created_at")),
        (Message, _numbered(lives, "messages", "at")),
        (WorkOrder, orders),
        (Deadline, list(_dates(lives))),
        (Proposal, _numbered(lives, "proposals", "proposed_at")),
        (Claim, _numbered(lives, "claims", "issued_at")),
        (FollowUp, _numbered(lives, "calls", "at")),
    )
    for model, rows in tables:
        write_rows(session, model, rows)
    return [event for life in lives for event in _events(life)]


def in_order(rows: Iterable[tuple[datetime, Row]]) -> list[Row]:
    """Rows in the order of time; of equal times, and within a case, as they were written."""
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def written(rows: Iterable[Row], name: str) -> Iterator[tuple[datetime, Row]]:
    """A case's rows with the earliest time at which each can have been written.

    An anonymous person's times are rounded down: what follows staff's act was written after it all the same.
    """
    latest: datetime | None = None
    for row in rows:
        at: datetime = row[name]
        latest = at if latest is None else max(latest, at)
        yield latest, row


def _children(life: Life) -> Iterator[Row]:
    for rows in (life.orders, life.messages, life.calls, life.proposals, life.complaints, life.claims):
        yield from rows
    yield from (*life.dates.rows, *life.events, *life.ratings)


def _numbered(lives: list[Life], name: str, at: str) -> list[Row]:
    rows = in_order(pair for life in lives for pair in written(getattr(life, name), at))
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    return rows


def _dates(lives: list[Life]) -> Iterator[Row]:
    number = 0
    for life in lives:
        for deadline in life.dates.rows:
            number += 1
            deadline["id"] = number
            order = life.dates.orders.get(id(deadline))
            deadline["work_order_id"] = order["id"] if order else None
            yield deadline


def _events(life: Life) -> Iterator[Row]:
    for event in life.events:
        about = life.about.get(id(event))
        event["object_id"] = about["id"] if about else life.case["id"]
        if event["action"] == "case_merged" and life.joined is not None:
            event["data"] = {"into": life.joined.case["id"]}
        yield event
