"""Apps for tests: templates compiled once a process, and nothing left of the test before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from portal.extensions import db
from portal.gateways.files import FileStore
from portal.services.hall_rules import forget_rules
from portal.services.installation import NAME, Installation
from portal.services.wrong_codes import NAME as WRONG_CODES
from tests.checking import CheckingClient


class _Compiled(BytecodeCache):
    """Templates compiled once per test process instead of once per app: some tests make an app of their own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}


def running(app: Flask, folder: Path) -> Iterator[Flask]:
    """The app with photos in a folder of this test and nothing remembered; afterwards its connections close."""
    before: Installation = app.extensions[NAME]
    settings = replace(before.settings, uploads_dir=folder / "uploads")
    app.extensions[NAME] = Installation(settings, before.keys, FileStore(settings.uploads_dir))
    app.test_client_class = CheckingClient
    app.extensions.pop(WRONG_CODES, None)
    forget_rules()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
