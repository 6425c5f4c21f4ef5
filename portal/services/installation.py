"""What this installation has beside the database: settings, keys, file store."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from portal.config import Settings
from portal.gateways.files import FileStore
from portal.gateways.keys import Keys

NAME = "portal"


@dataclass(frozen=True)
class Installation:
    """Made once by create_app and kept in `app.extensions`."""

    settings: Settings
    keys: Keys
    files: FileStore


def installation() -> Installation:
    """The running app's installation."""
    here: Installation = current_app.extensions[NAME]
    return here
