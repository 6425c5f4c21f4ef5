"""The invented hall itself: departments, counters, items, and the posters that hang there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.demo.content import load
from portal.demo.rows import Row, row, table_of, write_rows
from portal.models import Counter, Department, Event, Hall, Poster, ServiceItem
from portal.rules.codes import format_poster_number, new_slug
from portal.rules.vocabulary import PosterPurpose
from portal.rules.workdays import instant_at, local_day

HALL_ID = 1
LETTERS = "QC"
# The posters were hung a month before the first report, some were printed anew, some came off the wall.
HUNG_BEFORE = timedelta(days=215)
RENEWED = 24
RENEWED_BEFORE = timedelta(days=66)
REPLACED = (8, 36, 61, 92)
REPLACED_BEFORE = timedelta(days=31)


@dataclass
class Places:
    """The hall's rows, found by what content calls them."""

    hall: Row
    departments: dict[str, Row] = field(default_factory=dict)
    counters: dict[int, Row] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    posters: list[Row] = field(default_factory=list)

    def counters_labelled(self, label: str) -> list[Row]:
        """The counters under one sign."""
        return [counter for counter in self.counters.values() if counter["label"] == label]


def make_places(until: datetime, dice: Random) -> Places:
    """The hall with everything in it, as it stands at `until`."""
    told = load("hall")
    places = Places(_hall(told["hall"]))
    for number, told_department in enumerate(told["departments"], start=1):
        places.departments[told_department["code"]] = _department(number, told_department)
    for told_department in told["departments"]:
        parent = told_department["parent"]
        places.departments[told_department["code"]]["parent_id"] = places.departments[parent]["id"] if parent else None
    ids = {code: department["id"] for code, department in places.departments.items()}
    for number, told_counter in enumerate(told["counters"], start=1):
        places.counters[told_counter["number"]] = _counter(number, told_counter, ids)
    for number, told_item in enumerate(load("items"), start=1):
        places.items[told_item["name"]] = _item(number, told_item, ids)
    places.posters = _posters(places, until, dice)
    return places


def write_places(session: Session, places: Places) -> None:
    """Insert the hall's rows without its posters and representatives, in the running transaction."""
    write_rows(session, Hall, [places.hall])
    write_rows(session, Department, sorted(places.departments.values(), key=lambda d: d["parent_id"] is not None))
    write_rows(session, Counter, places.counters.values())
    write_rows(session, ServiceItem, places.items.values())


def write_posters(session: Session, places: Places, manager_id: int) -> list[Row]:
    """Insert the posters; the events of making, renewing and retiring them are given back."""
    write_rows(session, Poster, [poster | {"replaced_by_id": None} for poster in places.posters])
    table = table_of(Poster)
    for poster in places.posters:
        if poster["replaced_by_id"]:
            heir = update(table).where(table.c.id == poster["id"]).values(replaced_by_id=poster["replaced_by_id"])
            session.execute(heir)
    return [event for poster in places.posters for event in _events_of(poster, places, manager_id)]


def _hall(told: dict[str, Any]) -> Row:
    return row(
        Hall,
        id=HALL_ID,
        code=LETTERS,
        name=told["name"],
        name_en=told["name_en"],
        window_name=told["window_name"],
        window_name_en=told["window_name_en"],
        window_place=told["window_place"] + told["window_name"],
        window_place_en=f"{told['window_name_en']}, {told['window_place_en']}",
        phone=told["phone"],
        host_name=told["host"],
        host_name_en=told["host_en"],
        icp_number=told["icp"],
        police_number=told["police_filing"],
        hours={"opens": told["opens"], "noon": "12:00", "closes": told["closes"], "cutoff": "16:00"},
    )


def _department(number: int, told: dict[str, Any]) -> Row:
    return row(Department, id=number, hall_id=HALL_ID, code=told["code"], name=told["name"], name_en=told["name_en"])


def _counter(number: int, told: dict[str, Any], departments: dict[str, int]) -> Row:
    return row(
        Counter,
        id=number,
        hall_id=HALL_ID,
        department_id=departments.get(told["department"]),
        number=str(told["number"]),
        sort_key=told["number"],
        name=told["name"],
        name_en=told["name_en"],
        label=told["label"],
        label_en=told["label_en"],
        floor=str(told["floor"]),
    )


def _item(number: int, told: dict[str, Any], departments: dict[str, int]) -> Row:
    return row(
        ServiceItem,
        id=number,
        hall_id=HALL_ID,
        department_id=departments[told["department"]],
        code=told["code"] or "",
        name=told["name"],
        name_en=told["name_en"],
        promised_days=told["days"],
    )


def _posters(places: Places, until: datetime, dice: Random) -> list[Row]:
    """One per counter and one for the hall; some in a second version, four replaced, one withdrawn for good."""
    hung = local_day(until - HUNG_BEFORE)
    below = dice.randrange
    posters: list[Row] = []

    def hang(counter: Row | None, made_on: date, purpose: PosterPurpose = PosterPurpose.LANDING) -> Row:
        posters.append(
            row(
                Poster,
                id=len(posters) + 1,
                slug=new_slug(below),
                number=format_poster_number(LETTERS, len(posters) + 1),
                hall_id=HALL_ID,
                counter_id=counter["id"] if counter else None,
                purpose=purpose.value,
                made_on=made_on,
            )
        )
        return posters[-1]

    for counter in places.counters.values():
        hang(counter, hung)
    hang(None, hung)
    for poster in dice.sample(posters, RENEWED):
        poster["version"], poster["made_on"] = 2, local_day(until - RENEWED_BEFORE)
    trial = hang(places.counters[1], hung, PosterPurpose.REPORT)
    trial["retired_at"] = until - RENEWED_BEFORE
    for number in REPLACED:
        old, new = posters[number - 1], hang(places.counters[number], local_day(until - REPLACED_BEFORE))
        old["retired_at"], old["replaced_by_id"] = until - REPLACED_BEFORE, new["id"]
    return posters


def _events_of(poster: Row, places: Places, manager_id: int) -> list[Row]:
    """What the manager did to a poster; times are the day's, at the hour it was done."""
    new = poster["number"] > format_poster_number(LETTERS, len(places.counters) + 2)
    first = next(p for p in places.posters if p["version"] == 1)["made_on"] if not new else poster["made_on"]
    done: list[tuple[str, datetime, Row]] = [("create_poster", _morning(first), {})]
    if poster["version"] > 1:
        done.append(("renew_poster", _morning(poster["made_on"]), {}))
    if poster["retired_at"]:
        heir = next((p["number"] for p in places.posters if p["id"] == poster["replaced_by_id"]), "")
        done.append(("retire_poster", poster["retired_at"], {"replaced_by": heir}))
    about = {"staff_id": manager_id, "actor": "staff", "object_kind": "poster", "object_id": poster["id"]}
    return [
        row(Event, at=at, action=action, data=data | {"number": poster["number"]}, **about) for action, at, data in done
    ]


def _morning(day: date) -> datetime:
    return instant_at(day, time(9, 30))
