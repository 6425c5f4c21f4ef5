"""Names the tests that were skipped, from pytest's record; with CI=true there may be none. Called by bin/test."""

from __future__ import annotations

import os
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def skipped(record: Path) -> list[str]:
    """Each skipped test, with its reason."""
    if not record.exists():
        return [f"everything: there is no {record.name}"]
    found = []
    for case in ElementTree.parse(record).iter("testcase"):
        for skip in case.iter("skipped"):
            found.append(f"{case.get('classname')}::{case.get('name')}: {skip.get('message')}")
    return found


def main(arguments: list[str]) -> int:
    found = skipped(Path(arguments[0]))
    for line in found:
        print(f"skipped {line}")
    if found:
        print(f"{len(found)} skipped")
    return 1 if found and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
