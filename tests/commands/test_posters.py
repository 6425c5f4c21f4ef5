"""`portal posters --list`: what a person prints a label or tries an address by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.commands import main
from portal.services.installation import installation
from portal.services.posters import retire_poster
from tests.world import World


@pytest.fixture
def installed(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The command line of the same installation."""
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(installation().settings.instance_dir))
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "https://bs.qingchuan.example/")
    return world


def test_each_poster_in_use_is_one_line(installed: World, capsys: pytest.CaptureFixture[str]) -> None:
    retire_poster(installed.viewer("manager"), "QC-0002", "", datetime(2026, 10, 8, tzinfo=UTC))
    assert main(["posters", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "QC-0001 3m7kd2qa https://bs.qingchuan.example/q/3m7kd2qa",
        "QC-0003 t5r8w0zy https://bs.qingchuan.example/q/t5r8w0zy",
        "QC-0004 abcd1234 https://bs.qingchuan.example/q/abcd1234",
    ]


def test_without_list_it_says_what_it_takes(installed: World, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["posters"])
    assert "--list" in capsys.readouterr().err
