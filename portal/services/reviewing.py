"""鉴定 · 检测 · 专家评审: the clock stands still for it, nothing is asked of the reporter, and staff end it."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.models import Message
from portal.rules.lifecycle import CaseStep
from portal.rules.permissions import Permission, Viewer
from portal.rules.vocabulary import WaitingReason
from portal.services.asking import is_asked, stop_waiting
from portal.services.deadlines import pause_clock
from portal.services.errors import Refused
from portal.services.hands import open_case_in_hand
from portal.services.steps import record_message, status_after, tell, touch
from portal.services.transaction import write
from portal.services.typed import MEDIUM, coming_date, required_text
from portal.services.work import point


def begin_review(viewer: Viewer, number: str, *, version: int, words: str, until: date | None) -> Message:
    """Send a matter to be heard, inspected, tested, appraised or reviewed: that time does not count.

    By the Administrative Licensing Law, article 45; the person is told in writing, which is `words`. Nothing is awaited
    from them, so nobody is reminded and no sweep lets the clock go on: only `end_review` does. In place of the dates
    that stand still the case goes by `until`, the day that they are told: from then on it is late. Raises NotFound,
    Conflict, Refused (no words, no day or one gone by, the clock stands still already, not under way).
    """
    case = open_case_in_hand(viewer, number, Permission.ASK_REPORTER, version)
    status_after(case, CaseStep.BEGIN_REVIEW)
    body = required_text("words", words, _l("请写给本人：送去做什么。"), MEDIUM)
    at = clock.now()
    expected = coming_date("until", until, at, _l("请写哪一天之前有结果，本人会看到。"))
    with write():
        case.waiting, case.review_until = WaitingReason.EXPERT_REVIEW, expected
        touch(case)
        told = tell(case, body, viewer.staff_id, at)
        pause_clock(case, at, WaitingReason.EXPERT_REVIEW)
        point(case)
        record_message("review_begun", told, at, until=expected.isoformat())
    return told


def end_review(viewer: Viewer, number: str, *, version: int, words: str) -> Message:
    """The review is over: the person is told what came out (`words`), and the clock goes on from the next working day.

    Raises NotFound, Conflict, Refused (no words, no review goes on).
    """
    case = open_case_in_hand(viewer, number, Permission.ASK_REPORTER, version)
    status_after(case, CaseStep.RESUME)
    if is_asked(case):
        raise Refused(_l("现在等的是本人的回答，不是评审的结果。"))
    body = required_text("words", words, _l("请写给本人：结果怎样，接下来怎么办。"), MEDIUM)
    at = clock.now()
    with write():
        told = tell(case, body, viewer.staff_id, at)
        stop_waiting(case, at)
        point(case)
        record_message("review_ended", told, at)
    return told
