"""What a request costs, in SQL statements and bytes: bin/figures prints it, tests/test_figures.py holds it."""

from __future__ import annotations

import configparser
import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.demo.fill import filled_with
from portal.demo.welcome import COUNTER, sample_codes
from portal.extensions import db
from portal.models import Case, Counter, Poster, Staff
from portal.rules.codes import new_submission_key, parse_submission_key, tracking_code
from portal.services.installation import installation
from portal.services.sessions import begin_session
from portal.services.tallies import recount
from portal.services.transaction import write

ROOT = Path(__file__).resolve().parents[1]
# SQL statements of one request at most, however many cases there are.
LIMITS = {"landing": 2, "report page": 2, "report sent": 6, "track": 8, "inbox": 6}
FEW, MANY = 2_000, 20_000


class FreshClient(FlaskClient):
    """One app context stays open here; a request must not find what the one before put aside, nor rows it has read."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        db.session.remove()
        return super().open(*args, **kwargs)


def most_statements(app: Flask) -> dict[str, int]:
    """For each kind of page the most that one request asks, by whatever road it is reached."""
    slug, anyone = slug_of_the_counter(), FreshClient(app)
    code = _reported(anyone, slug)
    codes = [code, *(code for code, _state in sample_codes(filled_with() or {}))]
    triage, clerk = _signed_in(app, "zhoumin"), _signed_in(app, "lixiaowen")
    roads: dict[str, list[Callable[[], TestResponse]]] = {
        "landing": [lambda: anyone.get(f"/q/{slug}")],
        "report page": [lambda: anyone.get(f"/report?at={slug}"), lambda: anyone.get("/report")],
        "report sent": [lambda: anyone.post("/report", data=report(slug))],
        "track": [lambda code=code: anyone.post("/track/case", data={"code": code}) for code in codes],
        "inbox": [
            lambda who=who, query=query: who.get(f"/staff/{query}")
            for who in (triage, clerk)
            for query in ("", "?tab=late", "?q=社保")
        ],
    }
    return {page: max(map(_statements_of, asks)) for page, asks in roads.items()}


def _statements_of(ask: Callable[[], TestResponse]) -> int:
    ask()  # A process reads its hall's rules once, not once a request.
    with counted() as sent:
        answer = ask()
    assert answer.status_code == 200, answer.request.path
    return len(sent)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile; to begin and to end a transaction is none."""
    sent: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA", "ROLLBACK")):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


def report(slug: str) -> dict[str, str]:
    """A report as most are: where, what, and words."""
    return {"key": new_submission_key(), "at": slug, "item_words": "异地就医备案", "words": "跑了三趟没办成"}


def _reported(client: FlaskClient, slug: str) -> str:
    form = report(slug)
    assert client.post("/report", data=form).status_code == 200
    return tracking_code(installation().keys.pepper, parse_submission_key(form["key"]) or b"")


def _signed_in(app: Flask, login: str) -> FlaskClient:
    client = FreshClient(app)
    with write() as session:
        staff_id = session.scalars(sa.select(Staff.id).where(Staff.login == login)).one()
        client.set_cookie("bc_staff", begin_session(staff_id, clock.now()))
    return client


def first_visit(app: Flask) -> list[int]:
    """Compressed bytes of the page under a QR and of every file it asks for; the page first."""
    client, headers = FreshClient(app), {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
    page = client.get(f"/q/{slug_of_the_counter()}", headers=headers)
    urls = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', gzip.decompress(page.data).decode()))
    files = [client.get(url, headers=headers, buffered=True) for url in sorted(urls)]
    assert {answer.status_code for answer in (page, *files)} == {200}
    assert not any(b"url(" in client.get(url, buffered=True).data for url in urls), "a file that asks for another"
    return [len(page.data), *(len(file.data) for file in files)]


def dependencies() -> list[str]:
    """What setup.cfg asks for to run; psycopg, only where a PostgreSQL is used, apart."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup["options"]["install_requires"].strip().splitlines()


def slug_of_the_counter() -> str:
    """The poster in use at the counter that bin/run names."""
    wanted = sa.select(Poster.slug).join(Counter, Counter.id == Poster.counter_id)
    return db.session.scalars(wanted.where(Counter.number == COUNTER, Poster.retired_at.is_(None))).one()


def cases_now() -> int:
    """How many there are."""
    return db.session.scalar(sa.select(sa.func.count(Case.id))) or 0


def multiply(wanted: int) -> None:
    """Copy the cases until there are that many; lists, tallies and search must not care."""
    columns = [column.name for column in Case.__table__.columns if column.name != "id"]
    fresh = {
        "number": "substr(hex(randomblob(5)), 1, 9)",
        "submission_hash": "hex(randomblob(16))",
        "code_hmac": "NULL",
    }
    picked = ", ".join(fresh.get(name, f'"{name}"') for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    copy = sa.text(f'INSERT INTO "case" ({named}) SELECT {picked} FROM "case" ORDER BY id LIMIT :missing')
    with write() as session:
        while (missing := wanted - cases_now()) > 0:
            session.execute(copy, {"missing": missing})
        recount()
