"""What the console tells about the demo: where to go, who to sign in as, which codes to try."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from portal.demo.fill import filled_with
from portal.demo.people import PASSWORD
from portal.extensions import db
from portal.models import Counter, Poster, Staff
from portal.services.installation import installation
from portal.serving.addresses import terminal_qr

COUNTER = "3"
CAST = (
    ("lixiaowen", "clerk: registers, enters cases for people at the window"),
    ("zhoumin", "triage officer: finds the cause, dispatches, confirms"),
    ("chenli", "handler of the medical insurance bureau: acknowledges, answers"),
    ("hejing", "follow-up caller: asks whether it is solved, closes"),
    ("sundu", "supervisor: complaints about people and units, late cases"),
    ("gaojie", "manager: posters, places, staff"),
    ("qianjin", "viewer: scores"),
)


def welcome() -> Iterator[str]:
    """The lines to print; nothing when this database is not the demo's."""
    if filled_with() is None:
        return
    url = installation().settings.public_url
    poster = db.session.scalars(
        select(Poster)
        .join(Counter, Counter.id == Poster.counter_id)
        .where(Counter.number == COUNTER, Poster.retired_at.is_(None))
    ).first()
    scanned = f"{url}/q/{poster.slug}" if poster else url
    yield f"Citizens, as scanned at counter {COUNTER}:  {scanned}"
    yield f"Staff:  {url}/staff/   everybody's password: {PASSWORD}"
    names = dict(db.session.execute(select(Staff.login, Staff.name).where(Staff.login.in_(dict(CAST)))).all())
    for login, duty in CAST:
        yield f"  {login:<10} {names[login]}  {duty}"
    yield terminal_qr(scanned)
