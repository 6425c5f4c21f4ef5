"""What no template may hold."""

from __future__ import annotations

import re

from tests.police.tree import ROOT, templates

CUTS = re.compile(r"maxlength['\"]?\s*[=:]")


def test_no_box_cuts_what_is_typed_into_it() -> None:
    """Browsers cut a pasted text at `maxlength` without a word; the services say by how much it is too long."""
    assert CUTS.search('<input maxlength="5">')
    assert CUTS.search("attributes={'maxlength': 5}")
    faults = [str(file.relative_to(ROOT)) for file in templates() if CUTS.search(file.read_text(encoding="utf-8"))]
    assert not faults
