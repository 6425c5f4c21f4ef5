"""The figures the README states, measured: `bin/figures` prints them. Nothing here is asserted."""

from __future__ import annotations

import gzip
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient

from portal import clock, create_app
from portal.demo.fill import fill
from portal.demo.people import PASSWORD
from portal.extensions import db
from portal.models import Case, Counter, Poster
from portal.rules.codes import new_submission_key
from portal.services.poster_sheets import draw
from portal.services.tallies import recount
from portal.services.transaction import write
from tests.databases import SqliteTemplate, settings_for

ROOT = Path(__file__).resolve().parents[1]
GZIP = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
MANY = 20_000


class FreshClient(FlaskClient):
    """One app context stays open here; a request must not find what the one before put aside."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


def main() -> None:
    """Fill a demo hall in a folder of its own and measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        SqliteTemplate(folder)
        (folder / "template" / "bancheng.db").rename(folder / "bancheng.db")
        app = create_app(settings_for(folder))
        app.test_client_class = FreshClient
        with app.app_context():
            started = time.perf_counter()
            fill(clock.now())
            row("portal demo", f"{time.perf_counter() - started:.1f} s")
            slug = slug_of_counter_3()
            landing(app, slug)
            statements(app, slug)
            multiply()
            statements(app, slug)
            posters()
    lines_of_code()


def row(what: str, figure: str) -> None:
    print(f"{what:<58} {figure}")


def slug_of_counter_3() -> str:
    wanted = sa.select(Poster.slug).join(Counter, Counter.id == Poster.counter_id).where(Counter.number == "3")
    return str(db.session.scalars(wanted.where(Poster.retired_at.is_(None))).first())


def landing(app: Flask, slug: str) -> None:
    """What a first visit to the page under a QR costs on the wire."""
    client = app.test_client()
    page = client.get(f"/q/{slug}", headers=GZIP)
    html = gzip.decompress(page.data).decode()
    files = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html)))
    sizes = [len(client.get(url.replace("&amp;", "&"), headers=GZIP).data) for url in files]
    row("landing page alone, compressed", f"{len(page.data):,} B")
    row(f"landing page, first visit, {1 + len(files)} requests", f"{len(page.data) + sum(sizes):,} B")


def statements(app: Flask, slug: str) -> None:
    """SQL statements of one request each, on the number of cases there is now."""
    cases = db.session.scalar(sa.select(sa.func.count(Case.id)))
    staff = signed_in(app)
    client = app.test_client()
    key = new_submission_key()
    form = {"key": key, "at": slug, "words": "跑了三趟没办成"}
    for what, ask in (
        ("landing", lambda: client.get(f"/q/{slug}")),
        ("report GET", lambda: client.get(f"/report?at={slug}")),
        ("report POST", lambda: client.post("/report", data=form)),
        ("track", lambda: client.post("/track/case", data={"code": code_of(key)})),
        ("inbox", lambda: staff.get("/staff/")),
        ("inbox, searching", lambda: staff.get("/staff/?q=社保")),
    ):
        if what in ("landing", "report GET"):
            ask()  # a process knows its hall's rules after the first request
        with counted() as sent:
            started = time.perf_counter()
            status = ask().status_code
            spent = time.perf_counter() - started
        row(
            f"{what}, {cases:,} cases",
            f"{len(sent)} statements, {spent * 1000:.1f} ms" + (f" ({status})" if status != 200 else ""),
        )


def code_of(key: str) -> str:
    from portal.rules.codes import parse_submission_key, tracking_code
    from portal.services.installation import installation

    return tracking_code(installation().keys.pepper, parse_submission_key(key) or b"")


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    data = {"login": "zhoumin", "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    assert client.post("/account/sign-in", data=data).status_code == 303
    return client


@contextmanager
def counted() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA", "ROLLBACK")):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


def multiply() -> None:
    """Copy the cases until there are many; lists, tallies and search must not care."""
    columns = [c.name for c in Case.__table__.columns if c.name != "id"]
    fresh = {"number": "substr(hex(randomblob(5)), 1, 9)", "submission_hash": "hex(randomblob(16))"}
    fresh["code_hmac"] = "NULL"
    picked = ", ".join(fresh.get(name, f'"{name}"') for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    with write() as session:
        have = session.scalar(sa.select(sa.func.count(Case.id))) or 1
        copy = f'INSERT INTO "case" ({named}) SELECT {picked} FROM "case" ORDER BY id LIMIT :n'
        while have < MANY:
            session.execute(sa.text(copy), {"n": MANY - have})
            have = session.scalar(sa.select(sa.func.count(Case.id))) or MANY
        recount()


def posters() -> None:
    """All counters' posters as one file, five times."""
    wanted = (
        sa.select(Poster)
        .options(sa.orm.joinedload(Poster.hall), sa.orm.joinedload(Poster.counter))
        .where(Poster.retired_at.is_(None), Poster.counter_id.is_not(None))
    )
    living = list({poster.counter_id: poster for poster in db.session.scalars(wanted)}.values())[:108]
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        pdf = draw(living, "zh")
        spent.append(time.perf_counter() - started)
    row(f"{len(living)} posters", f"{len(pdf):,} B, median {statistics.median(spent):.2f} s")


def lines_of_code() -> None:
    for what, pattern in (
        ("Python", "*.py"),
        ("templates", "*.html"),
        ("CSS", "*.css"),
        ("JavaScript of ours", "js/*.js"),
    ):
        files = [f for f in (ROOT / "portal").rglob(pattern) if "versions" not in f.parts and "vendor" not in f.parts]
        row(f"lines of {what}, {len(files)} files", f"{sum(len(f.read_text().splitlines()) for f in files):,}")
    tests = list((ROOT / "tests").rglob("*.py"))
    row(f"lines of tests, {len(tests)} files", f"{sum(len(f.read_text().splitlines()) for f in tests):,}")
    wanted = (ROOT / "setup.cfg").read_text().split("install_requires =")[1].split("[options.packages")[0]
    row("direct run-time dependencies", str(len([line for line in wanted.splitlines() if line.strip()])))


if __name__ == "__main__":
    main()
