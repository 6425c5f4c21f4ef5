"""What the console tells about the demo: where to go, who to sign in as, which codes to try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.demo.cases import submission_key
from portal.demo.fill import filled_with
from portal.demo.people import PASSWORD
from portal.extensions import db
from portal.models import Case, Counter, Poster, Staff
from portal.rules import qr
from portal.rules.codes import format_code, submission_fingerprint, tracking_code
from portal.rules.vocabulary import CaseStatus
from portal.services.installation import installation

COUNTER = "3"
CAST = (
    ("lixiaowen", "clerk: registers, enters cases for people at the window"),
    ("zhoumin", "triage officer: finds the cause, dispatches, confirms"),
    ("chenli", "handler of the medical insurance bureau: acknowledges, answers"),
    ("hejing", "follow-up caller: asks whether it is solved, closes"),
    ("sundu", "supervisor: complaints about people and units"),
    ("gaojie", "manager: posters, places, staff"),
    ("qianjin", "viewer: scores"),
)
_OPEN_TO_TRY = (Case.code_hmac.is_not(None), Case.entered_by_id.is_(None), Case.language == "zh")
ASKED = (Case.status == CaseStatus.DISPATCHED.value, Case.waiting.is_not(None), *_OPEN_TO_TRY)
IN_DEPARTMENT = (Case.status == CaseStatus.DISPATCHED, *_OPEN_TO_TRY)
ANSWERED = (Case.status == CaseStatus.CONCLUDED, Case.reporter_says.is_(None), *_OPEN_TO_TRY)


def welcome() -> Iterator[str]:
    """The lines to print; one sentence when this database is not the demo's."""
    told = filled_with()
    if told is None:
        yield "This is not the demo hall: there are no invented people to sign in as."
        return
    url = installation().settings.public_url
    scanned = f"{url}/q/{_slug()}"
    yield f"Citizens, as scanned at counter {COUNTER}:  {scanned}"
    yield f"Staff:  {url}/staff/   everybody's password: {PASSWORD}"
    names = {row.login: row.name for row in db.session.execute(select(Staff.login, Staff.name))}
    for login, duty in CAST:
        yield f"  {login:<10} {names.get(login, '')}  {duty}"
    yield f"Tracking codes, for {url}/track"
    for code, state in sample_codes(told):
        yield f"  {format_code(code)}  {state}"
    yield qr.terminal(qr.matrix(qr.dense(scanned), level="L"))


def sample_codes(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Codes of two cases that still stand where a visitor can do something, as far as there are such."""
    # A code is stored nowhere: it comes from the key the case was invented with, and this installation's pepper.
    pepper = installation().keys.pepper
    keys = [submission_key(told["seed"], number) for number in range(told["counts"]["cases"])]
    by_fingerprint = {submission_fingerprint(pepper, key): key for key in keys}
    for state, ways in (("asked, or in a department's hands", (ASKED, IN_DEPARTMENT)), ("answered", (ANSWERED,))):
        found = next(filter(None, (_newest(way) for way in ways)), None)
        if found in by_fingerprint:
            yield tracking_code(pepper, by_fingerprint[found]), state


def _newest(conditions: tuple[ColumnElement[bool], ...]) -> str | None:
    # An unrestricted one, so that staff can be watched working on it; a claim's code is made otherwise.
    told = (Case.restricted.is_(False), Case.entered_by_id.is_(None))
    wanted = select(Case.submission_hash).where(*told, *conditions)
    return db.session.scalar(wanted.order_by(Case.received_at.desc(), Case.id.desc()).limit(1))


def _slug() -> str:
    here = select(Poster.slug).join(Counter, Counter.id == Poster.counter_id)
    return db.session.scalar(here.where(Counter.number == COUNTER, Poster.retired_at.is_(None)).limit(1)) or ""
