"""好差评: rating a counter or the handling of a case, once; and setting a suspicious rating aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.data import labels_of, labels_version
from portal.extensions import Base, db
from portal.models import Case, Hall, Poster, Rating, WorkOrder
from portal.rules.anonymity import stored_time
from portal.rules.codes import submission_fingerprint
from portal.rules.follow_up import may_be_rated
from portal.rules.permissions import Permission, Viewer, may
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import (
    AuthorKind,
    BadRatingState,
    CaseStatus,
    Evidence,
    Level,
    RatingChannel,
    RatingSubject,
    SetAsideReason,
)
from portal.rules.workdays import local_day
from portal.services import journal
from portal.services.errors import Conflict, NotFound, Refused
from portal.services.hall_rules import hall_rules
from portal.services.installation import installation
from portal.services.rollups import add_rating, answering_departments, remove_rating, row_of
from portal.services.transaction import write
from portal.services.typed import MEDIUM, optional_text

_TABLE: Table = Base.metadata.tables[Rating.__tablename__]


@dataclass(frozen=True)
class Opinion:
    """What a person says: a level, official labels of that level, a sentence."""

    level: Level
    labels: tuple[int, ...]
    words: str


def checked_opinion(level: str, labels: Sequence[int], words: str) -> Opinion:
    """A level that was really chosen, labels of that level in the present list, at most 500 characters.

    Raises Refused, naming the field (level, labels, words). Nothing is ever chosen for the person.
    """
    if level not in list(Level):
        sentence = _l("请选一个满意程度。") if not level else _l("请从五个满意程度里选一个。")
        raise Refused(sentence, level=sentence)
    allowed = {label.code for label in labels_of(Level(level))}
    if not allowed.issuperset(labels):
        sentence = _l("选的原因里有一项不是这个满意程度的，请再选一次。")
        raise Refused(sentence, labels=sentence)
    return Opinion(Level(level), tuple(sorted(set(labels))), optional_text("words", words, MEDIUM))


def rate_counter(
    poster: Poster, *, level: str, labels: Sequence[int], words: str, submission_key: bytes, language: str, at: datetime
) -> Rating:
    """One rating of a poster's counter by whoever scanned it: open evidence, which counts beside the score.

    The same key again gives the rating that was stored, whatever it says now: an open rating cannot be changed, since
    nothing proves that it is the same person. The time is kept to the half hour. A bad one starts as `new`, due by the
    profile's rating_contact in working days. Raises Refused: a poster without a counter in use, or as checked_opinion.
    """
    opinion = checked_opinion(level, labels, words)
    counter = poster.counter
    if counter is None or counter.retired_at is not None:
        raise Refused(_l("这个窗口已经停用，不能评价了。"))
    fingerprint = _fingerprint(submission_key)
    known = _replayed(fingerprint)
    if known is not None:
        return known
    row = _row(poster.hall, opinion, fingerprint, stored_time(at, anonymous=True)) | {
        "subject": RatingSubject.COUNTER,
        "counter_id": counter.id,
        "department_id": counter.department_id,
        "language": language,
        "channel": RatingChannel.QR,
        "evidence": Evidence.OPEN,
    }
    try:
        with write():
            return _store(row, "counter_rated")
    except IntegrityError:
        return _lost_race(fingerprint)


def rate_case(
    case: Case, *, level: str, labels: Sequence[int], words: str, submission_key: bytes, at: datetime
) -> Rating:
    """The reporter's own rating of how their case was handled, given with the tracking code; it counts in the score.

    It may be changed once: the second row has assess_number 2, the first stays as superseded and leaves the score
    (一事一评, assessNumber). It belongs to the department that answered and the counter where it happened; of a
    restricted case to the hall alone (rollups.kept_apart). The same key again gives what was stored. Raises Refused:
    not answered yet, changed once already, or as checked_opinion.
    """
    opinion = checked_opinion(level, labels, words)
    fingerprint = _fingerprint(submission_key)
    known = _replayed(fingerprint, case.id)
    if known is not None:
        return known
    if not may_be_rated(CaseStatus(case.status), 0):
        raise Refused(_l("等有了答复，再请您评价。"))
    hall = db.session.get_one(Hall, case.hall_id)
    departments = answering_departments(WorkOrder.case_id == case.id, WorkOrder.redo_number == case.redo_number)
    row = _row(hall, opinion, fingerprint, stored_time(at, anonymous=case.anonymous)) | {
        "subject": RatingSubject.CASE,
        "case_id": case.id,
        "counter_id": None if case.restricted else case.counter_id,
        "department_id": None if case.restricted else departments.get((case.id, case.redo_number)),
        "item_id": case.item_id,
        "language": case.language,
        "channel": RatingChannel.MOBILE,
        "evidence": Evidence.CASE,
    }
    try:
        with write():
            return _store(row | {"assess_number": _take_place(case)}, "case_rated")
    except IntegrityError:
        return _lost_race(fingerprint)


def set_aside_rating(viewer: Viewer, rating_id: int, reason: SetAsideReason) -> Rating:
    """Take a suspicious rating out of the score, with a reason; it is shown as a count and never deleted.

    By oversight of its hall. Raises NotFound (none, or not theirs to judge), Refused (replaced by the rater's own
    change, so it does not count anyway), Conflict (set aside already).
    """
    rating = db.session.get(Rating, rating_id, populate_existing=True)
    if rating is None or not may(viewer, Permission.OVERSEE, rating.hall_id):
        raise NotFound
    if rating.superseded:
        raise Refused(_l("这一份评价人自己改过，本来就不计。"))
    mine = update(_TABLE).where(_TABLE.c.id == rating.id, _TABLE.c.set_aside_reason.is_(None))
    before = row_of(rating)
    with write() as session:
        result = session.execute(mine.where(_TABLE.c.superseded.is_(False)).values(set_aside_reason=reason))
        if not result.rowcount:  # type: ignore[attr-defined]
            raise Conflict(_l("刚才有人已经处理过这一份。"))
        remove_rating(before)
        add_rating(before | {"set_aside_reason": reason})
        about: dict[str, Any] = {"object_kind": "rating", "object_id": rating.id, "case_id": rating.case_id}
        journal.record("rating_set_aside", clock.now(), staff_id=viewer.staff_id, **about, reason=reason.value)
    db.session.refresh(rating)
    return rating


def _fingerprint(submission_key: bytes) -> str:
    return submission_fingerprint(installation().keys.pepper, submission_key)


def _replayed(fingerprint: str, case_id: int | None = None) -> Rating | None:
    """What this key has stored before, if it was about the same case (or a counter). Raises Refused when it was not."""
    known = db.session.scalar(select(Rating).where(Rating.submission_hash == fingerprint))
    if known is not None and known.case_id != case_id:
        raise Refused(_l("这一页不是这次评价的，请重新打开再评。"))
    return known


def _lost_race(fingerprint: str) -> Rating:
    """A double tap: the other request stored it."""
    return db.session.scalars(select(Rating).where(Rating.submission_hash == fingerprint)).one()


def _row(hall: Hall, opinion: Opinion, fingerprint: str, at: datetime) -> dict[str, Any]:
    due = hall_rules(hall).due(StepKind.RATING_CONTACT, at).due_at if opinion.level.is_bad else None
    return {
        "hall_id": hall.id,
        "counter_id": None,
        "department_id": None,
        "item_id": None,
        "case_id": None,
        "level": opinion.level,
        "labels": list(opinion.labels),
        "labels_version": labels_version(),
        "words": opinion.words,
        "assess_number": 1,
        "superseded": False,
        "rated_at": at,
        "rated_on": local_day(at),
        "submission_hash": fingerprint,
        "set_aside_reason": None,
        "bad_state": BadRatingState.NEW if opinion.level.is_bad else None,
        "bad_due_at": due,
    }


def _take_place(case: Case) -> int:
    """The number of the next rating of a case; the one before it is superseded. One at a time, by the case's lock."""
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    wanted = select(Rating).where(Rating.case_id == case.id, Rating.subject == RatingSubject.CASE)
    before = db.session.scalars(wanted.with_for_update(), execution_options={"populate_existing": True}).all()
    if not may_be_rated(CaseStatus(case.status), len(before)):
        raise Refused(_l("评价可以改一次，您已经改过了。两次评价都留着，按后一次算。"))
    for first in before:
        remove_rating(row_of(first))
        db.session.execute(update(_TABLE).where(_TABLE.c.id == first.id).values(superseded=True))
        db.session.expire(first)
    return len(before) + 1


def _store(row: dict[str, Any], action: str) -> Rating:
    """Insert, count and record a rating past the ORM, in the running transaction."""
    result = db.session.execute(insert(_TABLE).values(row))
    stored = Rating(**row, id=result.inserted_primary_key[0])  # type: ignore[attr-defined]
    add_rating(row)
    about: dict[str, Any] = {"object_kind": "rating", "object_id": stored.id, "case_id": row["case_id"]}
    said = {"level": str(row["level"]), "evidence": str(row["evidence"]), "assess_number": row["assess_number"]}
    journal.record(action, row["rated_at"], actor=AuthorKind.REPORTER, **about, **said)
    return stored
