"""Reading the tree: its Python files, syntax trees and templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"


def python_files() -> list[Path]:
    """Our own modules, without the generated migrations."""
    return sorted(p for p in PORTAL.rglob("*.py") if "versions" not in p.parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module a syntax tree imports, functions' own imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def templates() -> list[Path]:
    return sorted((PORTAL / "templates").rglob("*.html"))
