"""The invented hall's words and names, read from content/."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).with_name("content")
DECLINED = "declined"


@cache
def load(name: str) -> Any:
    """One file of content, by name."""
    return json.loads((_HERE / f"{name}.json").read_text("utf-8"))


@cache
def stories() -> tuple[dict[str, Any], ...]:
    """Every story, in the order of the files; the first ending of each is its main one."""
    files = sorted(_HERE.glob("stories_*.json"))
    return tuple(story for file in files for story in json.loads(file.read_text("utf-8")))
