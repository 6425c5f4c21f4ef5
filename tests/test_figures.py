"""The limits that the README promises, on a hall of real size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal.extensions import db
from tests.demo_hall import DemoHall
from tests.measuring import FEW, LIMITS, MANY, ROOT, cases_now, dependencies, first_visit, most_statements, multiply


@pytest.fixture
def filled(demo_hall: DemoHall, tmp_path: Path, at: Any) -> Iterator[Flask]:
    """The demo hall, at its own time, to be changed."""
    at(demo_hall.until)
    app = create_app(demo_hall.copy(tmp_path / "own"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_request_asks_no_more_with_twenty_thousand_cases_than_with_two(filled: Flask) -> None:
    assert cases_now() >= FEW
    few = most_statements(filled)
    multiply(MANY)
    assert cases_now() >= MANY
    assert most_statements(filled) == few
    assert few.keys() == LIMITS.keys()
    assert all(0 < few[page] <= limit for page, limit in LIMITS.items()), few
    assert_told(" · ".join(str(few[page]) for page in LIMITS))


def test_direct_dependencies_are_few() -> None:
    assert len(dependencies()) <= 20
    assert_told(str(len(dependencies())))


def test_a_first_visit_is_small(filled: Flask) -> None:
    page, *files = first_visit(filled)
    assert page <= 8_000
    assert page + sum(files) <= 30_000
    assert 1 + len(files) <= 5


def assert_told(figure: str) -> None:
    """Both READMEs have it in a cell of its table."""
    for readme in ("README.md", "README.zh.md"):
        assert f"| {figure} |" in (ROOT / readme).read_text(encoding="utf-8"), (readme, figure)
