"""The console script: one module per verb."""

from __future__ import annotations

import argparse
import importlib
import stat

import pytest

from portal.commands import Failed, app_context, console_language, main, verbs
from portal.config import from_environment
from portal.services.errors import Refused


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_says_what_it_does_and_can_run(verb):
    module = importlib.import_module(f"portal.commands.{verb.replace('-', '_')}")
    assert (module.__doc__ or "").strip()
    module.add_arguments(argparse.ArgumentParser())
    assert callable(module.run)


def test_help_lists_every_verb(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"  {verb} " in told for verb in verbs())
    assert {"db", "serve", "worker"} <= set(verbs())


def test_an_unknown_verb_is_refused_with_the_list(capsys):
    assert main(["serv"]) == 2
    told = capsys.readouterr().err
    assert "there is no command 'serv'" in told
    assert "  serve " in told


def test_the_database_is_made_twice_without_harm_and_only_its_owner_reads_it(own_environment):
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0
    mode = (own_environment / "bancheng.db").stat().st_mode
    assert not mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_commands_beside_a_running_server_go_by_its_address(own_environment):
    (own_environment / "address").write_text("http://127.0.0.1:8123\n")
    assert main(["db", "upgrade"]) == 0
    assert from_environment().public_url == "http://127.0.0.1:8123"


def test_a_public_address_that_is_set_goes_before_the_noted_one(own_environment, monkeypatch):
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "https://banshi.example.gov.cn")
    (own_environment / "address").write_text("http://127.0.0.1:8123\n")
    assert main(["db", "upgrade"]) == 0
    assert from_environment().public_url == "https://banshi.example.gov.cn"


def test_a_refusal_reaches_the_console_as_a_sentence(own_environment):
    with pytest.raises(Failed, match="海报已经停用"), app_context():
        raise Refused("海报已经停用。")


@pytest.mark.parametrize(("told", "language"), [("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh"), ("C.UTF-8", "zh")])
def test_the_console_speaks_the_machines_language(monkeypatch, told, language):
    monkeypatch.setenv("LC_ALL", told)
    assert console_language() == language
