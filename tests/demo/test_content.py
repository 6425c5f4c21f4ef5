"""The words of the invented hall: complete, consistent, nobody's real data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import portal.demo
from portal.data import sub_reasons
from portal.rules.vocabulary import Cause, Complexity, Door, Obstacle, Outcome, Role

CONTENT = Path(portal.demo.__file__).with_name("content")
WORDS_LIMIT = 1000
DECLINED = "declined"
CJK = re.compile(r"[㐀-鿿]")
PHOTO_KINDS = {"notice", "form", "screen", "counter", "receipt"}
# A mobile number has 11 digits, an ID card 15 or 18, a bank card up to 19; the invented series is never given out.
NUMBER_OF_SOMEBODY = re.compile(r"\d(?:[ -]?\d){6,}")
INVENTED_NUMBER = re.compile(r"1990000\d{4}|0300-555 0123")


def load(name: str) -> Any:
    return json.loads((CONTENT / name).read_text("utf-8"))


HALL, ITEMS, STAFF, MESSAGES = (load(f"{name}.json") for name in ("hall", "items", "staff", "messages"))
STORIES: list[dict[str, Any]] = [
    story for path in sorted(CONTENT.glob("stories_*.json")) for story in json.loads(path.read_text("utf-8"))
]
ENDINGS: list[dict[str, Any]] = [ending for story in STORIES for ending in story["endings"]]
DEPARTMENTS = {department["code"] for department in HALL["departments"]}


def texts(node: object) -> Iterator[str]:
    """Every string below a node."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def doubled(words: list[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def somebodys_numbers(text: str) -> list[str]:
    return [n for n in NUMBER_OF_SOMEBODY.findall(INVENTED_NUMBER.sub("", text)) if n]


def all_messages() -> list[str]:
    return [
        *(m["words"] for kind in ("suggestions", "praises") for m in MESSAGES[kind]),
        *texts({k: v for k, v in MESSAGES.items() if k not in {"suggestions", "praises"}}),
    ]


def test_the_hall_has_sixteen_departments_and_counters_from_1_to_108_on_four_floors() -> None:
    assert len(HALL["departments"]) == len(DEPARTMENTS) == 16
    assert [counter["number"] for counter in HALL["counters"]] == list(range(1, 109))
    assert {counter["floor"] for counter in HALL["counters"]} == {1, 2, 3, 4}
    assert 8 <= sum(counter["department"] is None for counter in HALL["counters"]) <= 14
    assert {c["department"] for c in HALL["counters"]} - {None} == DEPARTMENTS
    assert {d["parent"] for d in HALL["departments"]} - {None} <= DEPARTMENTS


def test_every_thing_with_a_name_has_an_english_one() -> None:
    named = [HALL["hall"], HALL["service_desk"], *HALL["departments"], *HALL["counters"], *ITEMS, *STAFF]
    for thing in named:
        for key in [k for k in thing if f"{k}_en" in thing]:
            assert CJK.search(thing[key]), thing
            assert thing[f"{key}_en"].strip(), thing
            assert not CJK.search(thing[f"{key}_en"]), thing
        assert "name_en" in thing


def test_about_300_items_all_different_each_of_a_department() -> None:
    assert len(ITEMS) >= 290
    assert not doubled([item["name"] for item in ITEMS])
    assert not doubled([item["name_en"] for item in ITEMS])
    codes = [item["code"] for item in ITEMS if item["code"]]
    assert not doubled(codes)
    assert all(re.fullmatch(r"[A-Z0-9]{1,24}", code) for code in codes)
    assert {item["department"] for item in ITEMS} == DEPARTMENTS
    assert all(0 <= item["days"] <= 30 for item in ITEMS)


def test_staff_fill_every_role_and_every_department_has_a_handler() -> None:
    assert not doubled([person["login"] for person in STAFF])
    assert not doubled([person["name"] for person in STAFF])
    assert {role for person in STAFF for role in person["roles"]} == set(Role)
    assert {p["department"] for p in STAFF if "handler" in p["roles"]} == DEPARTMENTS
    assert {p["department"] for p in STAFF} - {None} <= DEPARTMENTS
    assert len([p for p in STAFF if "clerk" in p["roles"]]) >= 4
    assert len([p for p in STAFF if "triage" in p["roles"]]) >= 2
    assert len([p for p in STAFF if "oversight" in p["roles"]]) >= 2
    seats = [p["counter"] for p in STAFF if p["counter"]]
    assert len(seats) >= 40
    assert not doubled([str(seat) for seat in seats])
    place = {c["number"]: c["department"] for c in HALL["counters"]}
    assert all(place[p["counter"]] == p["department"] for p in STAFF if p["counter"])
    representatives = {d["representative"] for d in HALL["departments"]}
    assert representatives <= {p["name"] for p in STAFF}


def test_at_least_66_stories_each_told_in_several_ways() -> None:
    assert len(STORIES) >= 66
    assert not doubled([story["id"] for story in STORIES])
    assert sum(bool(story["words_en"]) for story in STORIES) >= 6
    words = [w for story in STORIES for w in (*story["words"], *story["words_en"])]
    assert not doubled([*words, *all_messages()])
    assert not [w for w in words if not 40 <= len(w) <= 400]
    for story in STORIES:
        assert 3 <= len(story["words"]) <= 4, story["id"]
        assert not any(CJK.search(w) for w in story["words_en"]), story["id"]


def test_every_story_refers_to_what_exists() -> None:
    departments = {item["name"]: item["department"] for item in ITEMS}
    labels = {c["label"] for c in HALL["counters"]} | {HALL["service_desk"]["label"]}
    staffed = {c["label"] for c in HALL["counters"] if c["number"] in {p["counter"] for p in STAFF}}
    for story in STORIES:
        assert departments[story["item"]] == story["department"], story["id"]
        assert story["counter"] in labels, story["id"]
        assert story["complexity"] in set(Complexity), story["id"]
        assert set(story["obstacles"]) <= set(Obstacle), story["id"]
        assert set(story["photos"]) <= PHOTO_KINDS, story["id"]
        assert 1 <= story["trips"] <= 5, story["id"]
        assert story["complaint"] in {None, "person", "department"}, story["id"]
        assert story["complaint"] != "person" or story["counter"] in staffed, story["id"]
        assert story["reporter"] in {"self", "other", "business"}, story["id"]


def test_every_sub_reason_belongs_to_its_cause() -> None:
    causes = {reason.code: reason.cause for reason in sub_reasons()}
    for told in [*STORIES, *ENDINGS]:
        assert causes[told["sub_reason"]] == told["cause"], told
    assert {story["sub_reason"] for story in STORIES} == set(causes)


def test_every_story_has_all_the_words_its_way_needs() -> None:
    for story in STORIES:
        assert all(story[key] for key in ("question", "first_words", "rough_date")), story["id"]
        assert len(story["steps"]) >= 2, story["id"]
        assert len(story["answers"]) == 2, story["id"]
        assert story["endings"], story["id"]
    for ending in ENDINGS:
        assert ending["outcome"] in {*Outcome, DECLINED}
        assert len(set(ending["public_replies"])) == 2, ending
        assert all(ending[key] for key in ("basis", "legal_basis", "internal_note", "follow_up")), ending
        assert bool(ending["remains"]) == (ending["outcome"] in {Outcome.PARTLY_SOLVED, Outcome.PLANNED}), ending
        assert bool(ending["door"]) == (ending["outcome"] in {Outcome.TRANSFERRED, DECLINED}), ending
        assert ending["door"] is None or ending["door"] in set(Door)
        assert bool(ending["decline"]) == (ending["outcome"] == DECLINED), ending
        assert ending["decline"] is None or all(ending["decline"].values()), ending
    assert sum(ending["outcome"] == DECLINED for ending in ENDINGS) >= 3


def test_every_way_of_telling_a_story_has_an_ending_that_fits_it() -> None:
    for story in STORIES:
        told = {number for ending in story["endings"] for number in ending["fits_words"]}
        assert told == set(range(len(story["words"]))), story["id"]
        assert all(set(ending["fits_answers"]) <= {0, 1} for ending in story["endings"]), story["id"]


def test_every_outcome_occurs_with_every_cause_more_than_once() -> None:
    seen = Counter((ending["cause"], ending["outcome"]) for ending in ENDINGS)
    assert not [(cause, outcome) for cause in Cause for outcome in Outcome if seen[cause, outcome] < 2]


def test_what_is_published_as_solved_was_at_least_partly_solved_and_names_nobody() -> None:
    solved = {Outcome.SOLVED, Outcome.PARTLY_SOLVED, Outcome.CONDITIONAL, Outcome.SPECIAL}
    published = [ending for ending in ENDINGS if ending["solved"]]
    assert len(published) >= 40
    assert {e["outcome"] for e in published} <= solved
    assert not doubled([e["solved"]["title"] for e in published])
    names = [p["name"] for p in STAFF if len(p["name"]) > 2]
    for ending in published:
        assert all(ending["solved"][key] for key in ("title", "wrong", "done", "tip")), ending
        assert not [name for name in names for text in texts(ending["solved"]) if name in text]


def test_messages_and_rating_sentences_are_many_short_and_different() -> None:
    assert len(MESSAGES["suggestions"]) >= 8
    assert len(MESSAGES["praises"]) >= 8
    assert {m["department"] for k in ("suggestions", "praises") for m in MESSAGES[k]} - {None} <= DEPARTMENTS
    for tone in ("good", "middling", "bad"):
        assert len(MESSAGES["ratings"][tone]) >= 60
        assert all(len(sentence) <= 60 for sentence in MESSAGES["ratings"][tone])
    assert not doubled(all_messages())


def test_nothing_is_longer_than_a_report_may_be_and_nobodys_number_is_in_it() -> None:
    for text in texts([STORIES, MESSAGES]):
        assert text == text.strip() != ""
        assert len(text) <= WORDS_LIMIT
        assert not somebodys_numbers(text), text


@pytest.mark.parametrize(
    "planted", ["打13912345678", "身份证110101199003071234", "卡号6222 0212 3456 7890", "139-1234-5678"]
)
def test_a_planted_number_is_found(planted: str) -> None:
    assert somebodys_numbers(planted)


def test_the_invented_numbers_are_let_through() -> None:
    assert not somebodys_numbers("打 0300-555 0123 或 19900001234，拨 12345")
