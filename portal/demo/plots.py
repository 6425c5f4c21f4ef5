"""What a case will be about: its story, how it ends, who writes it and how; chosen by dice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

from portal.demo.content import DECLINED, load, stories
from portal.demo.lives.taking_in import Report
from portal.demo.rows import Row
from portal.demo.world import World
from portal.rules.codes import new_case_number
from portal.rules.vocabulary import CaseKind, Cause, Channel, Materials, Outcome
from portal.rules.workdays import local_day

# Half of the stories of the medical bureau again: its handler is one of those a visitor signs in as.
_BUSY = {"medical": 2.4, "hrss": 1.4, "land": 1.3, "police": 1.2}
_ENGLISH, _HALL_POSTER, _NO_ITEM = 0.16, 0.1, 0.1
_MOBILE = "1990000"
# Who stands there waits for a call.
_CALLED = ("concluded", "unreached")


@dataclass
class Plot:
    """One case to come. `stop`: where it stands still for a visitor to find it; `leaves`: where its reporter does."""

    kind: CaseKind
    story: dict[str, Any]
    ending: dict[str, Any]
    channel: Channel
    counter: Row | None
    language: str = "zh"
    words: str = ""
    complained_at_once: bool = False
    stop: str = ""
    leaves: tuple[str, str] = ("", "")

    @property
    def about_somebody(self) -> bool:
        """Whether a person or unit is complained about."""
        return self.story["complaint"] is not None

    @property
    def is_declined(self) -> bool:
        """Whether it belongs elsewhere."""
        return bool(self.ending["outcome"] == DECLINED)


def draw_plot(world: World, dice: Random, at: datetime, *, department: str = "", stop: str = "") -> Plot:
    """A report that comes in at `at`, of one department if wanted."""
    told, weights = _choice(department, stop)
    story = dice.choices(told, weights)[0]
    ending = _ending(dice, story, stop)
    plot = Plot(CaseKind.REPORT, story, ending, _channel(world, dice, at), None, stop=stop)
    if stop:
        # Its reporter has the code from the start.
        plot.channel = dice.choice([Channel.QR, Channel.ONLINE])
    plot.counter = _counter(world, dice, plot)
    if story["words_en"] and ending is story["endings"][0] and dice.random() < _ENGLISH and not stop:
        plot.language, plot.words = "en", _said(dice, dice.choice(story["words_en"]), "_en")
    else:
        plot.words = _said(dice, story["words"][dice.choice(ending["fits_words"])], "")
    plot.complained_at_once = plot.about_somebody and dice.random() < (1.0 if stop else 0.6)
    if not stop:
        plot.leaves = _leaves(dice, plot)
    return plot


def draw_other_kind(world: World, dice: Random, at: datetime, kind: CaseKind) -> Plot:
    """A suggestion or a praise."""
    told = dice.choice(load("messages")["suggestions" if kind is CaseKind.SUGGESTION else "praises"])
    story = {"department": told["department"], "complaint": None, "trips": 1, "obstacles": [], "photos": [], "id": ""}
    plot = Plot(kind, story, {"outcome": Outcome.SOLVED}, _channel(world, dice, at), None, words=told["words"])
    here = [c for c in world.places.counters.values() if c["department_id"] == _department_id(world, told)]
    if plot.channel is Channel.QR and here and dice.random() < 0.6:
        plot.counter = dice.choice(here)
    return plot


def report_of(world: World, dice: Random, plot: Plot, at: datetime) -> Report:
    """The form as the person filled it in."""
    name, phone = _contact(dice, plot)
    poster = world.poster_hanging(plot.counter["id"] if plot.counter else None, at)
    by_paper = plot.channel is Channel.QR or plot.counter is not None
    item = world.places.items.get(plot.story.get("item", ""))
    own_words = item is not None and dice.random() < _NO_ITEM
    columns = {
        "number": new_case_number(dice.randrange),
        "poster_id": poster["id"] if by_paper else None,
        "counter_id": plot.counter["id"] if plot.counter else None,
        "item_id": item["id"] if item and not own_words else None,
        "item_words": dice.choice(load("phrases")["own_item_words"]) if own_words and dice.random() < 0.7 else "",
        "kind": plot.kind.value,
        "channel": plot.channel.value,
        "language": plot.language,
        "words": plot.words,
        "may_tell_department": bool(name or phone) and dice.random() < 0.55,
    }
    about = _about(world, dice, plot) if plot.complained_at_once else ""
    return Report(columns | _circumstances(dice, plot, at), about, name, phone)


@cache
def _choice(department: str, stop: str) -> tuple[list[dict[str, Any]], list[float]]:
    """The stories that may be told, and how often each is."""
    fitting = [s for s in stories() if not stop or _fits(s, stop)]
    told = [s for s in fitting if department in ("", s["department"])] or fitting
    return told, [_weight(story) for story in told]


def _weight(story: dict[str, Any]) -> float:
    weight = _BUSY.get(story["department"], 1.0)
    if story["complaint"]:
        weight *= 0.5
    return weight * (0.5 if story["endings"][0]["outcome"] == DECLINED else 1.0)


def _ending(dice: Random, story: dict[str, Any], stop: str) -> dict[str, Any]:
    endings = [e for e in story["endings"] if not stop or _ends(e, stop)]
    weights = [2.0 if ending is story["endings"][0] else 1.0 for ending in endings]
    ending: dict[str, Any] = dice.choices(endings, weights)[0]
    return ending


def _fits(story: dict[str, Any], stop: str) -> bool:
    restricted = stop.startswith("restricted")
    return bool(story["complaint"]) == restricted and any(_ends(ending, stop) for ending in story["endings"])


def _ends(ending: dict[str, Any], stop: str) -> bool:
    """Whether a case with this ending passes the place where it is to stand still."""
    outcome, cause = ending["outcome"], ending["cause"]
    if stop == "decline_pending":
        return bool(outcome == DECLINED)
    if stop == "no_pending":
        return bool(outcome == Outcome.EXPLAINED)
    if stop == "asked":
        return bool(ending["fits_answers"]) and outcome != DECLINED and cause != Cause.NOT_PERMITTED
    return bool(outcome != DECLINED and (stop.startswith("restricted") or cause == Cause.HARD_TO_DO))


def _channel(world: World, dice: Random, at: datetime) -> Channel:
    office = world.office
    if office.later(at, 0) != at:
        return Channel.ONLINE if dice.random() < 0.72 else Channel.QR
    return dice.choices([Channel.QR, Channel.ONLINE, Channel.WINDOW, Channel.PHONE], [62, 15, 14, 9])[0]


def _counter(world: World, dice: Random, plot: Plot) -> Row | None:
    here = world.places.counters_labelled(plot.story["counter"])
    if plot.story["complaint"] == "person":
        here = [counter for counter in here if world.people.at_counter(counter["id"])]
    elif plot.channel is Channel.ONLINE or dice.random() < _HALL_POSTER:
        return None
    return dice.choice(here) if here else None


def _department_id(world: World, told: dict[str, Any]) -> int | None:
    found = world.places.departments.get(told["department"] or "")
    return found["id"] if found else None


def _said(dice: Random, words: str, language: str) -> str:
    phrases = load("phrases")
    opening = "" if language else dice.choice(phrases["openings"])
    return f"{opening}{words}{dice.choice(phrases['closings' + language])}"


def _leaves(dice: Random, plot: Plot) -> tuple[str, str]:
    chance = dice.random()
    if plot.ending["outcome"] == Outcome.WITHDRAWN:
        return "acknowledged", "withdraw"
    if chance < 0.03 and not plot.is_declined:
        return dice.choice(["submitted", "registered", "dispatched"]), "withdraw"
    if chance < 0.05 and not (plot.about_somebody or plot.is_declined):
        return dice.choice(["registered", "dispatched"]), "merge"
    return "", ""


def _contact(dice: Random, plot: Plot) -> tuple[str, str]:
    """Two of three stay anonymous; whom the window writes for mostly leaves a number."""
    by_staff = plot.channel in (Channel.WINDOW, Channel.PHONE)
    if plot.stop not in _CALLED and dice.random() < (0.12 if by_staff else 0.78):
        return "", ""
    phrases = load("phrases")
    name = dice.choice(phrases["surnames"]) + dice.choice(phrases["titles"])
    if plot.language == "en":
        name = dice.choice(phrases["names_en"])
    phone = f"{_MOBILE}{dice.randrange(10_000):04d}"
    only_name = 0 if plot.stop in _CALLED else 6
    return dice.choices([(name, phone), ("", phone), (name, "")], [84, 10, only_name])[0]


def _about(world: World, dice: Random, plot: Plot) -> str:
    phrases = load("phrases")["about_person" if plot.story["complaint"] == "person" else "about_department"]
    counter = plot.counter["name"] if plot.counter else ""
    said: str = dice.choice(phrases)
    return said.format(counter=counter, department=world.department(plot.story["department"])["name"])


def _circumstances(dice: Random, plot: Plot, at: datetime) -> dict[str, Any]:
    """What may be left out, and often is."""
    if plot.kind is not CaseKind.REPORT:
        return {"obstacles": []}
    number = f"{local_day(at):%Y%m}-{dice.randrange(100_000):05d}" if dice.random() < 0.2 else ""
    return {
        "obstacles": [obstacle for obstacle in plot.story["obstacles"] if dice.random() < 0.8],
        "trips": max(1, plot.story["trips"] + dice.choice([-1, 0, 0, 0, 1])) if dice.random() < 0.8 else None,
        "materials": dice.choice(list(Materials)).value if dice.random() < 0.5 else None,
        "application_number": number,
    }
