"""Signed-in browsers for the pages of scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.models import StaffSession
from portal.services.sessions import secret_hash
from tests.scores.rated import TODAY
from tests.world import World


@pytest.fixture
def signed_in(app: Flask, world: World, at: Any) -> Callable[[str], Any]:
    """A browser of one of the cast, signed in on TODAY."""
    at(TODAY)

    def sign_in(name: str) -> Any:
        secret = f"secret of {name}"
        person = world.staff[name]
        db.session.add(
            StaffSession(secret_hash=secret_hash(secret), staff_id=person.id, created_at=TODAY, seen_at=TODAY)
        )
        db.session.commit()
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
        client.set_cookie("bc_staff", secret)
        return client

    return sign_in


@pytest.fixture
def viewer(signed_in: Callable[[str], Any]) -> Any:
    """钱进's browser."""
    return signed_in("viewer")
