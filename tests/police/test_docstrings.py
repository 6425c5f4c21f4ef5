"""What rules and services offer says what it does: the rule, the units, the errors, where it comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tests.police.tree import PORTAL, ROOT, parse

ROOMS = ("rules", "services")
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def undocumented(body: Sequence[ast.stmt], within: str = "") -> Iterator[str]:
    """The public functions, classes and methods of a module without a docstring."""
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield within + node.name
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node.body, f"{node.name}.")


def test_rules_and_services_say_what_they_do() -> None:
    modules = [path for room in ROOMS for path in sorted((PORTAL / room).rglob("*.py"))]
    faults = [(path.relative_to(ROOT), name) for path in modules for name in undocumented(parse(path).body)]
    assert len(modules) > 80
    assert not faults, faults


def test_planted_silence_is_found() -> None:
    silent = (
        "class Tree:\n"
        "    '''The tree.'''\n"
        "    def below(self): pass\n"
        "    def _above(self): pass\n"
        "def line(): pass\n"
        "def told():\n"
        "    '''Told.'''\n"
        "    def inner(): pass\n"
    )
    assert list(undocumented(ast.parse(silent).body)) == ["Tree.below", "line"]
