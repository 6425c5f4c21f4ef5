"""What went wrong, as a page: one sentence, what to do next, and everything that was typed."""

from __future__ import annotations

import logging
import traceback
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, g, redirect, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.services.errors import Conflict, NotFound, Refused, ServiceError
from portal.web.languages import local

log = logging.getLogger("portal")

# What a person might have typed at length; never passwords or tokens.
KEPT_LENGTH = 4
NEVER_KEPT = {"csrf_token", "key", "code", "claim", "password", "current", "new", "again", "next"}
# What was chosen and not typed: to give these codes back would only puzzle.
CHOSEN = {"at", "hall", "item", "obstacles", "trips", "materials", "drop", "sent", "level", "labels", "solved"}
CHOSEN |= {"lang", "view", "version", "channel", "cause", "sub_reason", "complexity", "outcome", "door", "method"}


LONGEST_LINE = 1000


class SignInFirst(Exception):
    """A POST for staff from somebody who is not (or no longer) signed in."""


class Forgery(Exception):
    """A POST that another site sent."""


SENTENCES: dict[int, tuple[Any, Any]] = {
    400: (_l("这个页面没有送全"), _l("请返回上一页，再送一次。")),
    401: (_l("您已经退出登录"), _l("停了一会儿没有动作，就自动退出了。登录以后再送一次；您写的字在下面，没有丢。")),
    403: (_l("这一页不归您看"), _l("如果工作上需要，请大厅管理员给您加上权限。")),
    404: (_l("没有这一页"), _l("地址可能抄错了一个字。可以从头开始，也可以打大厅的电话。")),
    405: (_l("这一页不能这样打开"), _l("请从头开始，您不会因此丢掉已经交上来的东西。")),
    409: (_l("这一步没有做成"), _l("刚才有人先动了这一件，没有覆盖任何内容。请看最新的情况，再决定。")),
    413: (_l("送来的东西太大了"), _l("照片一张不超过 8 MB，文字不超过 1000 字。请换小一点的再送。")),
    422: (_l("还差一点"), _l("请按提示改一下再送。")),
    500: (_l("是我们这边出错了"), _l("不是您的问题。请过一会儿再试；急的话，请打大厅的电话。")),
    503: (_l("现在存不下"), _l("我们这边的机器一时存不下，刚才这一次没有收下。您写的字在下面，请过几分钟再送一次。")),
}


def init_app(app: Flask) -> None:
    """Bind the handlers."""
    app.before_request(_stay_here)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ServiceError, _service)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(SignInFirst, lambda error: _page(401))
    app.register_error_handler(
        Forgery, lambda error: _page(400, _l("这一次不是从我们的页面送来的，没有收下。请从头打开页面再送。"))
    )
    app.register_error_handler(
        CSRFError, lambda error: _page(400, _l("这一页开得太久了，请再送一次。您写的字在下面。"))
    )
    app.register_error_handler(Exception, _unexpected)


def _stay_here() -> Response | None:
    """To the same address with a slash more or less; werkzeug would lead to the host that the request named."""
    found = request.routing_exception
    if not isinstance(found, RequestRedirect):
        return None
    way = urlsplit(found.new_url)
    return redirect(local(unquote(way.path)) + ("?" + way.query if way.query else ""), found.code)


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, BadHost):
        # No page can be made: its addresses would need the host.
        return Response(str(SENTENCES[400][0]), 400, mimetype="text/plain")
    return _page(code if code in SENTENCES else (400 if code < 500 else 500), status=code)


def _service(error: ServiceError) -> Any:
    code = {NotFound: 404, Conflict: 409, Refused: 422}.get(type(error), 422)
    return _page(code, error.message or None)


def _database(error: OperationalError) -> Any:
    db.session.rollback()
    # The statement is in it, which may be as long as what was asked for.
    log.error("database: %s", str(error)[:LONGEST_LINE])
    return _page(503)


def _unstorable(error: DataError) -> Any:
    """A sign (NUL, on PostgreSQL) or a number that no column takes: no page of ours sends such a thing."""
    db.session.rollback()
    log.warning("unstorable value at %s", request.endpoint)
    return _page(404 if request.method == "GET" else 400)


def _unexpected(error: Exception) -> Any:
    db.session.rollback()
    # Where it happened and the kind of error, never its message: a citizen's words must not reach a log.
    way = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected error at %s: %s\n%s", request.endpoint, type(error).__name__, way)
    return _page(500)


def _page(code: int, sentence: Any = None, *, status: int | None = None) -> Any:
    title, usual = SENTENCES[code]
    # A page of its own: what a half-done view had put aside must not leak into it.
    g.pop("hall", None)
    page = render_template("errors/page.html", title=title, sentence=sentence or usual, code=code, kept=_kept())
    return page, status or code


def _kept() -> list[str]:
    """The longer texts of the form that was sent, so that they can be copied back."""
    if request.method != "POST":
        return []
    try:
        fields = request.form.items(multi=True)
        return [v for k, v in fields if len(v.strip()) >= KEPT_LENGTH and k not in NEVER_KEPT | CHOSEN]
    except HTTPException:  # the body itself was too large to read
        return []
