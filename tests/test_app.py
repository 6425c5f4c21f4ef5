"""The app as a whole: it starts, answers operations, and refuses an endpoint without a policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal import web
from portal.config import BadSetting, from_environment
from portal.extensions import db
from tests.world import World


def test_healthz_and_readyz_answer(client: Any, world: World) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_an_endpoint_without_a_policy_stops_the_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    web.guards.check_policies(app)
    monkeypatch.setitem(app.view_functions, "planted", lambda: "")
    with pytest.raises(RuntimeError, match="planted"):
        web.guards.check_policies(app)


def test_an_unknown_page_is_a_sentence_in_the_persons_language(client: Any, world: World) -> None:
    chinese = client.get("/no-such-page")
    assert chinese.status_code == 404
    assert "没有这一页" in chinese.text


def test_services_run_on_each_database(any_world: World) -> None:
    assert any_world.viewer("clerk").staff_id == any_world.staff["clerk"].id


def test_an_error_of_the_database_does_not_carry_what_was_written(any_app: Flask) -> None:
    with pytest.raises(DBAPIError) as failed:
        db.session.execute(text("SELECT missing FROM hall WHERE name = :words"), {"words": "窗口让我再来一趟"})
    assert "missing" in str(failed.value)
    assert "再来一趟" not in str(failed.value)


def test_weights_that_make_no_sense_are_named_with_a_sentence() -> None:
    assert from_environment({"PORTAL_SCORE_WEIGHTS": "fairly_satisfied=0.8"}).score_weights.contact == Decimal("0.1")
    for told, sentence in (("contact=0.2", "add up to 1"), ("0.9", "is not one of fairly_satisfied, contact")):
        with pytest.raises(BadSetting, match=f"PORTAL_SCORE_WEIGHTS: .*{sentence}"):
            from_environment({"PORTAL_SCORE_WEIGHTS": told})
