"""Every kind of event that services record on a case has words."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

import portal.services
from portal.blueprints.staff.events import SENTENCES, Names, tell
from portal.models import Event

SERVICES = Path(portal.services.__file__).parent
# Functions that write an event named by their first argument, or (record_act and the like) by the one called action.
RECORDERS = {"record", "_record", "record_order", "record_act", "record_message", "_store"}
# About staff, halls, posters and the installation: on no case's page.
ELSEWHERE = {
    "signed_in",
    "signed_out",
    "sign_in_failed",
    "password_set",
    "reset_issued",
    "staff_added",
    "staff_granted",
    "grant_added",
    "notice_imported",
    "library_followed",
    "day_set",
    "hours_changed",
    "profile_changed",
    "reason_added",
    "reason_retired",
    "wrong_codes_alarmed",
    "counter_rated",
}
PROPOSALS = {
    f"{kind}_{deed}"
    for kind in ("decline", "conclude_not_permitted")
    for deed in ("proposed", "confirmed", "sent_back")
}


def recorded(tree: ast.Module) -> set[str]:
    """The literal actions that a module records: first arguments, and what is assigned to a name `action`."""
    places: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in RECORDERS:
            places += node.args[1:2] if getattr(node.func, "id", "") == "_store" else node.args[:1]
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "action":
            places.append(node.value)
    # Proposals are recorded under a name put together from kind and deed: PROPOSALS below.
    plain = (place for place in places if not isinstance(place, ast.JoinedStr))
    constants = (part for place in plain for part in ast.walk(place) if isinstance(part, ast.Constant))
    return {constant.value for constant in constants if isinstance(constant.value, str) and "_" in constant.value}


def all_recorded() -> set[str]:
    modules = [
        path for path in SERVICES.glob("*.py") if path.name not in ("posters.py", "staffing.py", "wrong_codes.py")
    ]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    return set().union(*(recorded(tree) for tree in trees)) - ELSEWHERE


def test_every_action_that_a_service_records_has_words() -> None:
    found = all_recorded()
    assert len(found) > 25, found
    assert not found - SENTENCES.keys()
    assert SENTENCES.keys() >= PROPOSALS


def test_no_words_stand_there_for_what_nobody_records() -> None:
    # solved_publishing calls it by a name of its own; merging and archiving happen in the demo hall so far.
    assert not SENTENCES.keys() - all_recorded() - PROPOSALS - {"story_published", "case_merged", "case_archived"}


def test_a_planted_action_is_found() -> None:
    assert recorded(ast.parse("journal.record('case_danced', at)")) == {"case_danced"}
    assert recorded(ast.parse("action = 'case_sung' if loud else 'case_hummed'")) == {"case_sung", "case_hummed"}


DATA = {
    "channel": "qr",
    "anonymous": True,
    "rough_date": "2026-10-15",
    "cause": "hard_to_do",
    "complexity": "normal",
    "sub_reason": "legacy_case",
    "kind": "solve",
    "reason": "triage",
    "old": "2026-10-15T09:30:00+00:00",
    "new": None,
    "position": 1,
    "department": 1,
    "handler": None,
    "outcome": "solved",
    "door": "court",
    "on_time": False,
    "redo": 1,
    "closing": "by_reporter",
    "reached": True,
    "contacted": False,
    "solved": "no",
    "level": "dissatisfied",
    "method": "phone",
    "message": 3,
    "staff": None,
    "count": 2,
    "assess_number": 2,
}


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_every_sentence_can_be_said(app: Flask, action: str) -> None:
    order = SimpleNamespace(department=SimpleNamespace(name="市医保局", name_en="Medical Insurance"))
    reason = "needs_materials" if action == "reporter_asked" else DATA["reason"]
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        said = str(tell(Event(action=action, data=DATA | {"reason": reason}), Names({}, {}, {1: order})))  # type: ignore[dict-item]
    assert said
    assert said != action
    assert "None" not in said


def test_an_event_of_a_later_version_is_named_rather_than_hidden(app: Flask) -> None:
    with app.test_request_context():
        assert tell(Event(action="case_danced", data={}), Names({}, {}, {})) == "case_danced"
