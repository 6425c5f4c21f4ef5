"""bin/run in parts: what it refuses, and that setting up twice does nothing the second time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run a few lines after bin/_setup was read, in the tree `folder`."""
    lines = f"set -euo pipefail\nsource {folder}/bin/_setup\n{script}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "VIRTUAL_ENV"))}
    return subprocess.run(["bash", "-c", lines], capture_output=True, text=True, env=kept | environment, timeout=300)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of its own whose lock holds nothing, so that nothing is fetched."""
    shutil.copytree(ROOT / "bin", tmp_path / "tree" / "bin")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / "tree" / lock).write_text("# nothing\n")
    return tmp_path / "tree"


def test_setting_up_makes_what_is_missing_and_nothing_the_second_time(tree):
    first = bash("prepare requirements.lock", tree)
    assert first.returncode == 0, first.stderr
    assert "making .venv" in first.stdout
    assert "installing from requirements.lock" in first.stdout
    assert (tree / ".venv/bin/portal").read_text().startswith(f"#!{tree}/.venv/bin/python\n")

    again = bash("prepare requirements.lock", tree)
    assert (again.returncode, again.stdout) == (0, "")

    (tree / "requirements.lock").write_text("# something else\n")
    changed = bash("prepare requirements.lock", tree)
    assert changed.stdout == "installing from requirements.lock\n"


def test_an_interrupted_installation_is_taken_up_again(tree):
    assert bash("prepare requirements.lock", tree).returncode == 0
    (tree / "requirements.lock").write_text("no-such-package-of-ours==1 --hash=sha256:00\n")
    assert bash("prepare requirements.lock", tree, PIP_NO_INDEX="1").returncode == 1
    (tree / "requirements.lock").write_text("# nothing\n")
    assert "installing from requirements.lock" in bash("prepare requirements.lock", tree).stdout


def test_what_the_tests_need_holds_what_the_portal_needs(tree):
    assert bash("prepare requirements-dev.lock", tree).returncode == 0
    again = bash("prepare requirements.lock", tree)
    assert (again.returncode, again.stdout) == (0, "")


def test_a_venv_that_came_from_elsewhere_is_made_anew(tree):
    (tree / ".venv/bin").mkdir(parents=True)
    (tree / ".venv/bin/python").write_text("#!/nonexistent/python\n")
    assert "making .venv" in bash("prepare requirements.lock", tree).stdout


def test_a_catalog_is_compiled_only_when_it_is_newer(tmp_path):
    folder = tmp_path / "tree"
    shutil.copytree(ROOT / "bin", folder / "bin")
    catalog = folder / "translations/en/LC_MESSAGES/messages.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "窗口"\nmsgstr "counter"\n'
    )
    compiled = catalog.with_suffix(".mo")
    script = f"python={sys.executable}; compile_translations"

    assert bash(script, folder).returncode == 0
    assert b"counter" in compiled.read_bytes()
    os.utime(compiled, (2_000_000_000, 2_000_000_000))
    assert bash(script, folder).returncode == 0
    assert compiled.stat().st_mtime == 2_000_000_000
    os.utime(catalog, (2_000_000_100, 2_000_000_100))
    assert bash(script, folder).returncode == 0
    assert compiled.stat().st_mtime != 2_000_000_000


@pytest.mark.parametrize("port", ["abc", "65536", "99999", "-1", "80 80", "0x50"])
def test_a_port_that_is_none_is_refused(port):
    ended = subprocess.run([ROOT / "bin/run"], capture_output=True, text=True, env=os.environ | {"PORT": port})
    assert (ended.returncode, ended.stderr) == (1, f"PORT must be a number below 65536, not {port}.\n")


def test_an_unknown_option_is_refused_with_the_list():
    ended = subprocess.run([ROOT / "bin/run", "--wan"], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "--wan" in ended.stderr
    assert "--lan" in ended.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_everything_by_hash_and_names_no_address(lock):
    text = (ROOT / lock).read_text()
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(pins) > 20
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text


def test_both_locks_pin_the_same_versions():
    def pins(name: str) -> set[str]:
        return {line.split()[0] for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum()}

    assert pins("requirements.lock") < pins("requirements-dev.lock")
