"""bin/test in parts: a skipped test is named, and fails the run where nothing may be skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPING = """
import pytest

def test_runs():
    pass

@pytest.mark.skip(reason="no browser here")
def test_needs_a_browser():
    pass
"""


@pytest.fixture
def record_of(tmp_path):
    def record(source: str) -> Path:
        (tmp_path / "test_some.py").write_text(source)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=record.xml", "test_some.py"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        return tmp_path / "record.xml"

    return record


def skipped(record: Path, ci: str) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "tests/skipped.py", record]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | {"CI": ci})


def test_a_skipped_test_is_named_and_counted(record_of):
    ended = skipped(record_of(SKIPPING), ci="")
    assert ended.returncode == 0
    assert "test_some::test_needs_a_browser: no browser here" in ended.stdout
    assert ended.stdout.endswith("1 skipped\n")


def test_nothing_may_be_skipped_where_it_counts(record_of):
    assert skipped(record_of(SKIPPING), ci="true").returncode == 1
    assert skipped(record_of("def test_runs():\n    pass\n"), ci="true").returncode == 0


def test_a_run_without_a_record_counts_as_failed_where_it_counts(tmp_path):
    assert skipped(tmp_path / "nothing.xml", ci="true").returncode == 1
