"""The few cookies: a staff session, the form token beside it, the marks of a device, and two choices of display."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

from portal.services.installation import installation

STAFF_COOKIE = "bc_staff"
FORM_COOKIE = "bc_form"
DEVICE_COOKIE = "bc_device"
LANGUAGE_COOKIE = "bc_lang"
VIEW_COOKIE = "bc_view"
YEAR = 365 * 24 * 3600


def init_app(app: Flask, *, https: bool) -> None:
    """Flask's own session only carries the form token and the sentence shown after a redirect."""
    app.config.update(
        SESSION_COOKIE_NAME=("__Host-" if https else "") + FORM_COOKIE,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # web/guards.py asks for it, on staff's POSTs
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session does
    )


def cookie_name(name: str) -> str:
    """`__Host-` on https: no neighbouring subdomain can set it."""
    return ("__Host-" if installation().settings.is_https else "") + name


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set one of our cookies, out of scripts' reach."""
    options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "path": "/"}
    response.set_cookie(cookie_name(name), value, max_age=max_age, secure=installation().settings.is_https, **options)


def drop_cookie(response: Response, name: str) -> None:
    """Take one of our cookies back."""
    response.delete_cookie(cookie_name(name), path="/", secure=installation().settings.is_https, samesite="Lax")
