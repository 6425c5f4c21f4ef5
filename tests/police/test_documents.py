"""Docs as a contract: a setting, a command or a door that is not documented fails."""

from __future__ import annotations

import re
import subprocess

from flask import Flask

from portal.commands import verbs
from tests.police.tree import PORTAL, ROOT

OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_setting_is_documented() -> None:
    names = set(re.findall(r'"(PORTAL_[A-Z_]+)"', (PORTAL / "config.py").read_text(encoding="utf-8")))
    text = OPERATIONS.read_text(encoding="utf-8")
    assert names
    assert not [name for name in names if f"`{name}`" not in text]


def test_every_command_is_documented() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    assert not [verb for verb in verbs() if f"`portal {verb}" not in text]


def test_every_door_is_in_the_readme(app: Flask) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    doors = {"/" + str(rule).split("/")[1] for rule in app.url_map.iter_rules() if not str(rule).startswith("/static")}
    assert not [door for door in doors - {"/", "/Q"} if f"`{door}" not in readme]


def test_nothing_names_the_machine_it_was_written_on() -> None:
    words = ("/wor" + "k/main", "/tm" + "p/brief", "pypi" + ".org", "registry.npm" + "js.org")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="ignore") for name in listed.split("\0") if name}
    assert not [(name, word) for name, text in texts.items() for word in words if word in text]


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [file.name[:4] for file in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
