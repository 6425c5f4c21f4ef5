"""待补充: a question to the reporter stops the clock until it is answered, there or to staff."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, Message
from portal.rules.lifecycle import CaseStep
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import AuthorKind, FollowUpMethod, WaitingReason
from portal.services.deadlines import drop_deadlines, meet_deadline, pause_clock, resume_clock, start_deadline
from portal.services.enclosing import Enclosed, enclose
from portal.services.errors import Refused
from portal.services.hands import open_case_in_hand
from portal.services.search import index_talk
from portal.services.steps import record_message, status_after, tell, touch
from portal.services.transaction import write
from portal.services.typed import MEDIUM, required_text
from portal.services.work import point

# As much as the reporter may write there.
ANSWER = 1000
AWAITING = (StepKind.SUPPLEMENT, StepKind.SUPPLEMENT_REMINDER)


def ask_reporter(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    question: str,
    reason: WaitingReason = WaitingReason.NEEDS_INFORMATION,
    photos: Enclosed | None = None,
) -> Message:
    """Ask the reporter something, with photos if need be; the clock stands still with a reason they see.

    Awaited 5 working days, then reminded, then 5 more (the profile's steps; sweeps.run does both). A review asks them
    nothing: that is reviewing.begin_review. Raises NotFound, Conflict, Refused (no question, the clock stands still
    already, not under way).
    """
    if not reason.asks_reporter:
        raise ValueError(f"nothing is asked of the reporter for {reason}")
    case = open_case_in_hand(viewer, number, Permission.ASK_REPORTER, version)
    status_after(case, CaseStep.ASK_REPORTER)
    body = required_text("question", question, _l("请写清楚要问本人什么。"), MEDIUM)
    at = clock.now()
    with write():
        case.waiting = reason
        touch(case)
        asked = tell(case, body, viewer.staff_id, at, asks=True)
        enclose(asked, photos)
        # The clock stops first: what is awaited from the reporter has a clock of its own, which runs.
        pause_clock(case, at, reason)
        start_deadline(case, StepKind.SUPPLEMENT, at)
        point(case)
        record_message("reporter_asked", asked, at, reason=reason.value)
    return asked


def record_answer(
    viewer: Viewer, number: str, *, version: int, words: str, method: FollowUpMethod = FollowUpMethod.PHONE
) -> Message:
    """Take down what the reporter answered on the phone or brought to the window; the clock goes on.

    The words are the reporter's, marked by whom they were taken down, so that the reporter can set them right on the
    track page; `method` is by phone or in person. The time is that of staff's own act, exact. Raises NotFound,
    Conflict, Refused (no words, over 1,000 characters, nothing is asked).
    """
    if method is FollowUpMethod.TRACK_PAGE:
        raise ValueError("what is written on the track page needs nobody to take it down")
    case = open_case_in_hand(viewer, number, Permission.ASK_REPORTER, version)
    status_after(case, CaseStep.RESUME)
    if not is_asked(case):
        raise Refused(_l("现在等的是评审的结果，不是本人的回答。"))
    body = required_text("words", words, _l("请写下本人怎么说的、交来了什么。"), ANSWER)
    at = clock.now()
    with write() as session:
        said = Message(case_id=case.id, author=AuthorKind.REPORTER, staff_id=viewer.staff_id, public=True)
        said.body, said.at = body, at
        session.add(said)
        resume_after_answer(case, at)
        index_talk(case)
        record_message("answer_recorded", said, at, method=method.value)
    return said


def is_asked(case: Case) -> bool:
    """Whether the clock stands still for something that the reporter can answer."""
    return case.waiting is not None and WaitingReason(case.waiting).asks_reporter


def resume_after_answer(case: Case, at: datetime) -> None:
    """Let the clock of a waiting case go on, because the reporter answered at `at` (UTC).

    For use inside the caller's own transaction, which writes the answer and its event: the open questions become
    answered, the awaiting deadline is met, the other deadlines go on. Raises Refused when the case does not wait.
    """
    status_after(case, CaseStep.RESUME)
    for kind in AWAITING:
        meet_deadline(case, kind, at)
    open_questions = select(Message).where(Message.case_id == case.id, Message.asks, Message.answered_at.is_(None))
    for question in db.session.scalars(open_questions):
        question.answered_at = at
    stop_waiting(case, at)
    point(case)


def stop_waiting(case: Case, at: datetime) -> None:
    """Let the clock go on at `at` (UTC) in the running transaction; nothing is awaited from the reporter any more."""
    drop_deadlines(case, at, AWAITING)
    resume_clock(case, at)
    case.waiting = case.review_until = None
    touch(case)
