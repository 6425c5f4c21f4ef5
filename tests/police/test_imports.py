"""The direction of imports, proved on the syntax trees."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.police.tree import PORTAL, imports, parse, python_files

# Who may import whom inside portal/. `demo` and `commands` stand outside and call services.
MAY = {
    "rules": {"rules"},
    "data": {"data", "rules"},
    "models": {"models", "extensions", "rules"},
    "gateways": {"gateways", "rules", "clock"},
    "services": {"services", "models", "extensions", "rules", "gateways", "clock", "config", "data"},
    "web": {"web", "services", "rules", "extensions", "clock", "config", "models", "data"},
    "blueprints": {"blueprints", "web", "services", "models", "rules", "clock", "data"},
}
RULES_NEVER = ("flask", "sqlalchemy", "flask_babel", "babel", "time")
SERVICES_NEVER = ("flask.request", "flask.session", "flask.g", "flask.render_template", "flask.url_for")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}


def faults_of(path: Path, tree: ast.Module) -> list[str]:
    parts = path.relative_to(PORTAL).parts
    room = parts[0].removesuffix(".py")
    found = []
    for name in imports(tree):
        pieces = name.split(".")
        if pieces[0] == "portal" and len(pieces) > 1 and room in MAY and pieces[1] not in MAY[room]:
            found.append(f"{path.name} imports {name}")
        if room == "rules" and pieces[0] in RULES_NEVER:
            found.append(f"{path.name} imports {name}")
        if room in ("services", "models") and name in SERVICES_NEVER:
            found.append(f"{path.name} imports {name}")
        if room == "blueprints" and len(parts) > 2 and pieces[:2] == ["portal", "blueprints"] and len(pieces) > 2:
            found += [f"{path.name} imports {name}"] if pieces[2] != parts[1] else []
    return found


def test_imports_go_one_way() -> None:
    faults = [fault for path in python_files() for fault in faults_of(path, parse(path))]
    assert not faults, faults


def test_a_planted_import_is_found() -> None:
    for room, line in (
        ("rules/x.py", "from portal.models import Case"),
        ("rules/x.py", "import sqlalchemy"),
        ("models/x.py", "from portal.services.errors import Refused"),
        ("services/x.py", "from flask import request"),
        ("blueprints/track/views.py", "from portal.blueprints.report import forms"),
    ):
        assert faults_of(PORTAL / room, ast.parse(line)), line


def files_with(*words: str) -> list[Path]:
    sources = {p: p.read_text(encoding="utf-8") for p in python_files()}
    return [p.relative_to(PORTAL) for p, source in sources.items() if any(word in source for word in words)]


def test_views_never_touch_the_session_of_the_database() -> None:
    rooms = {path.parts[0] for path in files_with("db.session")}
    assert "services" in rooms
    assert not rooms & {"blueprints", "rules"}


def test_no_module_is_named_for_everything() -> None:
    assert not [p for p in python_files() if p.stem in FORBIDDEN_NAMES or p.parent.name in FORBIDDEN_NAMES]


def test_only_the_clock_asks_the_time() -> None:
    assert files_with("datetime.now(", "datetime.utcnow(", "date.today(", "time.time(") == [Path("clock.py")]
