"""Signed-in browsers for the pages of managers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def manager(signed_in: Callable[[str], Any]) -> Any:
    """高洁's browser; she manages 清川市政务服务中心."""
    return signed_in("manager")


@pytest.fixture
def send(send: Callable[..., Any]) -> Callable[..., Any]:
    """The same, from the shelf of posters unless another page is named."""

    def post(client: Any, url: str, page: str = "/posters/", **fields: Any) -> Any:
        return send(client, url, page, **fields)

    return post
