"""What we ship of others is what they published: checksums and licences."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.police.tree import ROOT

FOLDERS = ["portal/static/vendor", "portal/static/fonts", "tests/vendor"]


def wrong(folder: Path) -> list[str]:
    lines = (folder / "SHA256SUMS").read_text().split("\n")
    named = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines if line.strip())}
    found = {f.name for f in folder.iterdir() if f.name != "SHA256SUMS"}
    changed = [n for n, d in named.items() if hashlib.sha256((folder / n).read_bytes()).hexdigest() != d]
    return changed + sorted(n for n in found - set(named) if not any(x in n for x in ("LICENSE", "OFL", "README")))


@pytest.mark.parametrize("name", FOLDERS)
def test_vendored_files_are_unchanged(name: str) -> None:
    assert wrong(ROOT / name) == []
    assert any("LICENSE" in f.name or "OFL" in f.name for f in (ROOT / name).iterdir())


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("1")
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'2').hexdigest()}  x.js\n")
    assert wrong(tmp_path) == ["x.js"]
