"""portal staff: the first person of a real installation, who then chooses a password in the browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.commands import main
from portal.extensions import db
from portal.services.staffing import staff_by_login
from tests.apps import running
from tests.databases import SqliteTemplate, settings_for
from tests.world import build_world


@pytest.fixture
def installation(sqlite_template: SqliteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    url = sqlite_template.copy(tmp_path)
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "http://localhost")
    yield from running(create_app(settings_for(tmp_path, url)), tmp_path)


def test_the_first_administrator_gets_a_link_that_works(installation: Any, capsys: Any) -> None:
    assert main(["staff", "add", "fangping2", "方平", "--role", "administrator"]) == 0
    out = capsys.readouterr().out
    link = re.search(r"http://localhost/account/reset#((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})", out)
    assert link
    client = installation.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/reset").get_data(as_text=True))
    assert token
    fields = {"csrf_token": token[1], "code": link[1], "new": "a cup of warm tea", "again": "a cup of warm tea"}
    assert client.post("/account/reset", data=fields).status_code == 303


def test_people_are_added_to_a_hall_and_a_department_and_listed(installation: Any, capsys: Any) -> None:
    world = build_world()
    words = ["staff", "add", "newhand", "罗平", "--role", "handler", "--hall", "QC", "--department", "land"]
    assert main(words) == 0
    person = staff_by_login("newhand")
    assert person is not None
    assert person.department_id == world.departments["land"].id
    assert main(["staff", "list"]) == 0
    assert "newhand 罗平 handler" in capsys.readouterr().out.splitlines()


def test_a_new_code_for_who_forgot(installation: Any, capsys: Any) -> None:
    build_world()
    assert main(["staff", "reset", "lixiaowen"]) == 0
    assert "/account/reset#" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["add", "both", "某某", "--role", "administrator", "--role", "clerk"],
        ["add", "lost", "某某", "--role", "clerk", "--hall", "XX"],
        ["add", "lost", "某某", "--role", "handler", "--hall", "QC", "--department", "xx"],
        ["add", "lost", "某某", "--role", "handler", "--department", "land"],
        ["add", "lixiaowen", "某某", "--role", "clerk"],
        ["reset", "nobody"],
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(installation: Any, capsys: Any, words: list[str]) -> None:
    build_world()
    assert main(["staff", *words]) == 1
    assert "portal: " in capsys.readouterr().err
    db.session.rollback()
    assert staff_by_login("lost") is None
    assert staff_by_login("both") is None
