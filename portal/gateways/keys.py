"""The keys file: what must not lie in the database."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet


@dataclass(frozen=True)
class Keys:
    """The secrets of an installation: losing them loses every tracking code and every contact detail."""

    pepper: bytes
    contacts: MultiFernet
    session_secret: str


def load_or_create(path: Path) -> Keys:
    """Read the keys file, making it (mode 0600, durable before it is used) when there is none."""
    if not path.exists():
        _create(path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Keys(
        pepper=bytes.fromhex(stored["pepper"]),
        # The first encrypts, all decrypt: a rotation puts a new one in front.
        contacts=MultiFernet([Fernet(key) for key in stored["contacts"]]),
        session_secret=stored["session"],
    )


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "pepper": secrets.token_hex(32),
        "contacts": [Fernet.generate_key().decode()],
        "session": secrets.token_hex(32),
    }
    temporary = path.with_suffix(f".{os.getpid()}.new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        # link() fails if another process was first; rename would replace keys already in use.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
