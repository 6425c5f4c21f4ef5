"""Signed-in browsers for the pages of managers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.extensions import db
from portal.models import StaffSession
from portal.services.sessions import secret_hash
from tests.world import World


@pytest.fixture
def signed_in(app: Flask, world: World) -> Callable[[str], Any]:
    """A browser of one of the cast, signed in."""

    def sign_in(name: str) -> Any:
        secret, now = f"secret of {name}", clock.now()
        person = world.staff[name]
        db.session.add(StaffSession(secret_hash=secret_hash(secret), staff_id=person.id, created_at=now, seen_at=now))
        db.session.commit()
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
        client.set_cookie("bc_staff", secret)
        return client

    return sign_in


@pytest.fixture
def manager(signed_in: Callable[[str], Any]) -> Any:
    """高洁's browser; she manages 清川市政务服务中心."""
    return signed_in("manager")


@pytest.fixture
def send() -> Callable[..., Any]:
    """POST a staff form as a person does: from a page that carries the token."""

    def post(client: Any, url: str, page: str = "/posters/", **fields: Any) -> Any:
        html = client.get(page).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert token, f"{page} has no form"
        return client.post(url, data={"csrf_token": token[1], **fields})

    return post
