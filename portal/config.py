"""Every setting of an installation, read once from the environment, with its reason."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from portal.rules.scoring import STANDARD_WEIGHTS, Weights, weights_from

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process. Made by `from_environment`, never changed afterwards."""

    instance_dir: Path
    database_url: str
    public_url: str
    keys_file: Path
    uploads_dir: Path
    demo: bool
    score_weights: Weights = STANDARD_WEIGHTS

    @property
    def is_https(self) -> bool:
        """Whether people reach us over https; then cookies are Secure and `__Host-`."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def host(self) -> str:
        """The host (and port) of the public address."""
        return urlsplit(self.public_url).netloc


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read PORTAL_* (or PORTAL_*_FILE, the name of a file that holds the value). Raises BadSetting."""
    env = os.environ if environ is None else environ
    # Everything that must be kept lives below one folder, so that a backup has one thing to copy.
    instance = Path(_value(env, "PORTAL_INSTANCE_DIR") or ROOT / "instance").resolve()
    # SQLite by default: one machine, nothing to install. PostgreSQL when a city outgrows it.
    database = _value(env, "PORTAL_DATABASE_URL") or f"sqlite:///{instance / 'bancheng.db'}"
    # What posters, receipts and cookies go by; a printed address must not follow a Host header.
    public = (_value(env, "PORTAL_PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/")
    if urlsplit(public).scheme not in ("http", "https") or not urlsplit(public).netloc:
        raise BadSetting("PORTAL_PUBLIC_URL must be an address such as https://banshi.example.gov.cn")
    return Settings(
        instance_dir=instance,
        database_url=_with_driver(database),
        public_url=public,
        # Outside the database, so that a stolen database alone reads no code and no phone number.
        keys_file=Path(_value(env, "PORTAL_KEYS_FILE") or instance / "keys.json"),
        uploads_dir=Path(_value(env, "PORTAL_UPLOADS_DIR") or instance / "uploads"),
        # The sign-in page then lists the invented people to tap: never where strangers could.
        demo=_flag(env, "PORTAL_DEMO") and _is_nearby(public),
        # What a city counts how much in its scores; the pages print the formula with these numbers.
        score_weights=_weights(env, "PORTAL_SCORE_WEIGHTS"),
    )


def _is_nearby(public: str) -> bool:
    """Whether only this machine and its own network can go by this address."""
    url = urlsplit(public)
    if url.scheme != "http":
        return False
    try:
        address = ip_address(url.hostname or "")
    except ValueError:
        return url.hostname == "localhost"  # any other name may lead to the whole world
    return address.is_loopback or address.is_private or address.is_link_local


def _value(env: Mapping[str, str], name: str) -> str:
    file = env.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return env.get(name, "").strip()


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = _value(env, name).lower()
    if value not in ("", "0", "1", "no", "yes", "false", "true"):
        raise BadSetting(f"{name} must be 1 or 0")
    return value in ("1", "yes", "true")


def _weights(env: Mapping[str, str], name: str) -> Weights:
    try:
        return weights_from(_value(env, name))
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from error


def _with_driver(url: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
