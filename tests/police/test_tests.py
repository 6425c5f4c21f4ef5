"""A test that cannot fail says nothing: each asserts something, by itself or through a function of the tests."""

from __future__ import annotations

import ast

from tests.police.tree import ROOT, parse

EXPECTING = {"raises", "expect", "fail", "warns"}


def called(function: ast.AST) -> set[str]:
    functions = [n.func for n in ast.walk(function) if isinstance(n, ast.Call)]
    return {getattr(f, "attr", getattr(f, "id", "")) for f in functions}


def asserts(function: ast.AST) -> bool:
    """Whether it has an assert that is about something: a name, not a constant alone."""
    tests = [n.test for n in ast.walk(function) if isinstance(n, ast.Assert)]
    return any(isinstance(part, ast.Name) for test in tests for part in ast.walk(test))


def toothless(trees: list[ast.Module]) -> list[str]:
    functions = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    sharp = EXPECTING | {f.name for f in functions if asserts(f)}
    # A helper of a helper asserts too.
    for _ in range(3):
        sharp |= {f.name for f in functions if called(f) & sharp}
    return [f.name for f in functions if f.name.startswith("test_") and f.name not in sharp]


def test_every_test_can_fail() -> None:
    assert toothless([parse(path) for path in (ROOT / "tests").rglob("*.py")]) == []


def test_planted_tests_that_cannot_fail_are_found() -> None:
    blunt = "def test_a(): open_page()\ndef test_b(): assert True\ndef test_c(): assert 'rating' == 'rating'\n"
    sharp = "def test_d(): check(1)\ndef check(x): assert x\ndef test_e():\n with raises(KeyError): {}[0]\n"
    assert toothless([ast.parse(blunt + sharp)]) == ["test_a", "test_b", "test_c"]
