"""What all pages share: guards, headers, errors, languages, rendering."""

from __future__ import annotations

from flask import Flask

from portal.web import compression, cookies, errors, formats, guards, headers, languages, rendering

__all__ = ["guards", "init_app"]


def init_app(app: Flask, *, https: bool) -> None:
    """Bind them all; languages first, since a guard's refusal is a sentence too."""
    compression.init_app(app)
    cookies.init_app(app, https=https)
    languages.init_app(app)
    guards.init_app(app)
    headers.init_app(app, https=https)
    errors.init_app(app)
    formats.init_app(app)
    rendering.init_app(app)
