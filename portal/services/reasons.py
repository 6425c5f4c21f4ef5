"""细分: the finer reasons under the three causes, as a table that the installation and each hall can extend."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock, data
from portal.extensions import db
from portal.models import Hall, SubReason
from portal.rules.vocabulary import Cause
from portal.services import journal
from portal.services.errors import Refused
from portal.services.hall_rules import renew_rules
from portal.services.transaction import write
from portal.services.typed import required_text

_CODE = re.compile(r"[a-z][a-z0-9_]{2,31}", re.ASCII)
_NAME, _NAME_EN = 60, 120


def seed_reasons() -> int:
    """Put the shipped reasons (data/sub_reasons.csv) into the table; how many were missing.

    One that is there stays as it is: retired, if somebody retired it.
    """
    known = set(db.session.scalars(select(SubReason.code)))
    missing = [reason for reason in data.sub_reasons() if reason.code not in known]
    if missing:
        with write() as session:
            session.add_all(SubReason(code=r.code, cause=r.cause, name=r.name, name_en=r.name_en) for r in missing)
    return len(missing)


def all_reasons() -> Sequence[SubReason]:
    """Every reason of every hall."""
    return db.session.scalars(select(SubReason).order_by(SubReason.cause, SubReason.id)).all()


def add_reason(code: str, cause: Cause, name: str, name_en: str, *, hall_id: int | None = None) -> SubReason:
    """Add a reason to a hall's list, or to everybody's. A code is never given a second meaning, also not elsewhere.

    Raises Refused: a code that is none or is taken, no name or one that is too long.
    """
    if not _CODE.fullmatch(code):
        raise Refused(_l("代号用小写英文字母、数字和下划线，3 到 32 个，字母开头。"))
    if db.session.scalar(select(SubReason.id).where(SubReason.code == code)) is not None:
        raise Refused(_l("这个代号已经有了，停用的也不能再用。"))
    called = required_text("name", name, _l("请写中文名称。"), _NAME)
    called_en = required_text("name_en", name_en, _l("请写英文名称。"), _NAME_EN)
    reason = SubReason(code=code, cause=cause, hall_id=hall_id, name=called, name_en=called_en)
    with write() as session:
        session.add(reason)
        _renew(reason)
        session.flush()
        _record("reason_added", reason)
    return reason


def retire_reason(code: str) -> SubReason:
    """Offer a reason no more; cases that have it keep it. Raises Refused for an unknown or retired code."""
    reason = db.session.scalar(select(SubReason).where(SubReason.code == code))
    if reason is None or reason.retired_at is not None:
        raise Refused(_l("没有这个代号，或者已经停用了。"))
    with write():
        reason.retired_at = clock.now()
        _renew(reason)
        _record("reason_retired", reason)
    return reason


def _renew(reason: SubReason) -> None:
    halls = select(Hall) if reason.hall_id is None else select(Hall).where(Hall.id == reason.hall_id)
    for hall in db.session.scalars(halls).all():
        renew_rules(hall)


def _record(action: str, reason: SubReason) -> None:
    kind, at = "sub_reason", clock.now()
    journal.record(action, at, object_kind=kind, object_id=reason.id, code=reason.code, hall=reason.hall_id)
