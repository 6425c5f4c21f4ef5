"""Chinese or English, ordinary or elder view: chosen by a link, remembered by a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, after_this_request, g, redirect, request
from flask_babel import LazyString, refresh
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from portal.config import ROOT
from portal.extensions import babel
from portal.web.cookies import LANGUAGE_COOKIE, VIEW_COOKIE, YEAR, cookie_name, drop_cookie, set_cookie

LANGUAGES = ("zh", "en")


def init_app(app: Flask) -> None:
    """Bind Babel and the two choices."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel.init_app(app, locale_selector=language)
    # Flask-Babel calls its lazy sentences safe HTML as they are, with whatever was put into them: a file name, say.
    LazyString.__html__ = _escaped
    app.before_request(_remember_choice)
    app.context_processor(_choices)


def language() -> str:
    """zh or en: the cookie of the person's own choice, else what their browser asks for, else Chinese."""
    if "language" not in g:
        chosen = request.cookies.get(cookie_name(LANGUAGE_COOKIE), "")
        g.language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "zh")
    here: str = g.language
    return here


def view() -> str:
    """elder, or nothing."""
    if "view" not in g:
        g.view = "elder" if request.cookies.get(cookie_name(VIEW_COOKIE)) == "elder" else ""
    here: str = g.view
    return here


def choose(values: Mapping[str, str]) -> None:
    """Take `lang` or `view` from the fields of a form and remember it.

    For a page that answers a POST: it has no address to come back to, so there a link would lose it.
    """
    wanted = {name: values[name] for name in ("lang", "view") if name in values}
    if wanted.get("lang") in LANGUAGES:
        g.language = wanted["lang"]
        refresh()
    if "view" in wanted:
        g.view = "elder" if wanted["view"] == "elder" else ""
    if wanted:
        after_this_request(lambda response: _remember(response, wanted))


def local(path: str) -> str:
    """A path of this site, fit to be sent to: quoted, since it may hold a line end, and with one slash ahead.

    Browsers take what begins with two for the name of another site.
    """
    return "/" + quote(path.lstrip("/"), safe="/:@!$&'()*+,;=~")


def _remember_choice() -> Response | None:
    """`?lang=en` or `?view=elder` on any page: remember it and come back to the same page without it."""
    wanted = {name: request.args[name] for name in ("lang", "view") if name in request.args}
    if request.method != "GET" or not wanted:
        return None
    rest = [(name, value) for name, value in request.args.items(multi=True) if name not in wanted]
    return _remember(redirect(_here() + ("?" + urlencode(rest) if rest else ""), 303), wanted)


def _remember(response: Response, wanted: Mapping[str, str]) -> Response:
    if wanted.get("lang") in LANGUAGES:
        set_cookie(response, LANGUAGE_COOKIE, wanted["lang"], max_age=YEAR)
    if wanted.get("view") == "elder":
        set_cookie(response, VIEW_COOKIE, "elder", max_age=YEAR)
    elif "view" in wanted:
        drop_cookie(response, VIEW_COOKIE)
    return response


def _choices() -> dict[str, Any]:
    here = language()
    return {
        "lang": here,
        "html_lang": "zh-Hans" if here == "zh" else "en",
        "view": view(),
        "other_lang_url": _here_with("lang", "en" if here == "zh" else "zh"),
        "elder_url": _here_with("view", "elder"),
        "plain_url": _here_with("view", "plain"),
    }


def _escaped(sentence: LazyString) -> Markup:
    return escape(str(sentence))


def _here_with(name: str, value: str) -> str:
    # A page that answers a POST has no address to come back to but the form's own; see `choose`.
    return _here() + "?" + urlencode([*request.args.items(multi=True), (name, value)])


def _here() -> str:
    return local(request.path)
