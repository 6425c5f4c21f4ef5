"""Signed-in browsers of the cast, for the pages of staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.services.sessions import begin_session
from portal.services.transaction import write
from tests.world import World


@pytest.fixture
def signed_in(app: Flask, world: World) -> Callable[..., Any]:
    """A browser of one of the cast, signed in: signed_in("triage")."""

    def sign_in(name: str, language: str = "zh-CN") -> Any:
        with write():
            secret = begin_session(world.staff[name].id, clock.now())
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        client.set_cookie("bc_staff", secret)
        return client

    return sign_in


@pytest.fixture
def send() -> Callable[..., Any]:
    """POST a staff form as a person does: send(client, url, page, field=…), with the token of the page it stands on."""

    def post(client: Any, url: str, page: str, **fields: Any) -> Any:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
        assert token, f"{page} has no form"
        return client.post(url, data={"csrf_token": token[1], **fields})

    return post
