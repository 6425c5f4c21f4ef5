"""Short modules, short functions, short views: the tail is what hurts."""

from __future__ import annotations

import ast

from tests.police.tree import ROOT, parse, python_files, templates

MODULE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 15


def long_functions(tree: ast.Module, limit: int) -> list[str]:
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > limit]


def views(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions that a blueprint has routed: @bp.get(…), @bp.post(…), @bp.route(…)."""
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    return [f for f in functions if any(ast.unparse(decorator).startswith("bp.") for decorator in f.decorator_list)]


def long_views(tree: ast.Module) -> list[str]:
    """By their own lines, from `def` on: load, form, act, answer."""
    return [f.name for f in views(tree) if (f.end_lineno or 0) - f.lineno + 1 > VIEW_LINES]


def test_no_module_is_too_long() -> None:
    faults = [p for p in python_files() if len(p.read_text(encoding="utf-8").splitlines()) > MODULE_LINES]
    assert not faults, faults


def test_no_function_is_too_long() -> None:
    faults = [(p.relative_to(ROOT), n) for p in python_files() for n in long_functions(parse(p), FUNCTION_LINES)]
    assert not faults, faults


def test_no_view_is_too_long() -> None:
    trees = {p: parse(p) for p in python_files() if "blueprints" in p.parts}
    assert sum(len(views(tree)) for tree in trees.values()) > 60
    faults = [(p.relative_to(ROOT), name) for p, tree in trees.items() for name in long_views(tree)]
    assert not faults, faults


def test_a_planted_long_view_is_found() -> None:
    head, line = "@bp.get('/x')\n@public\n", "    y = 1\n"
    assert long_views(ast.parse(head + "def x():\n" + line * VIEW_LINES)) == ["x"]
    assert not long_views(ast.parse(head + "def x():\n" + line * (VIEW_LINES - 1)))
    assert not long_views(ast.parse("@public\ndef x():\n" + line * VIEW_LINES))


def test_a_planted_long_function_is_found() -> None:
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 41), FUNCTION_LINES) == ["f"]


def test_our_scripts_are_small_and_no_template_is_a_novel() -> None:
    scripts = (ROOT / "portal/static/js").glob("*.js")
    assert not [s.name for s in scripts if s.stat().st_size > 4096]
    assert not [t for t in templates() if len(t.read_text(encoding="utf-8").splitlines()) > 250]
