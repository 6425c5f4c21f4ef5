"""Signed-in browsers for the pages of scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scores.rated import TODAY


@pytest.fixture
def signed_in(signed_in: Callable[..., Any], at: Any) -> Callable[..., Any]:
    """The same, on TODAY."""
    at(TODAY)
    return signed_in


@pytest.fixture
def viewer(signed_in: Callable[[str], Any]) -> Any:
    """钱进's browser."""
    return signed_in("viewer")
