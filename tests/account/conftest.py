"""Browsers at the door for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.extensions import db
from portal.models import Staff
from portal.services.passwords import hashed
from tests.world import World

PASSWORD = "窗口七点半开门先擦玻璃"


@pytest.fixture
def clerk(world: World) -> Staff:
    """李晓雯, with a password."""
    person = world.staff["clerk"]
    person.password_hash = hashed(PASSWORD)
    db.session.commit()
    return person


@pytest.fixture
def send(send: Callable[..., Any]) -> Callable[..., Any]:
    """The same, from the page for signing in unless another is named."""

    def post(client: Any, url: str, page: str = "/account/sign-in", **fields: Any) -> Any:
        return send(client, url, page, **fields)

    return post
