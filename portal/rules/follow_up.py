"""After the reply: who is asked, what a word or silence closes, what may be rated or done again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portal.rules.lifecycle import CASE_STEPS, CaseStep
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Closing, FollowUpMethod, Solved

# 一事一评: one matter, one rating, which may be changed once.
MOST_RATINGS = 2
_ANSWERED = frozenset({CaseStatus.CONCLUDED, CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.DECLINED})


def step_after_reply(*, has_phone: bool) -> StepKind:
    """What runs from the reply on: the call to whoever left a number, or else the days after which silence closes.

    A name alone cannot be called, so silence closes there as for an anonymous reporter: after the profile's working
    days (ten, unless set otherwise), counted apart as “not confirmed” and never as satisfied.
    """
    return StepKind.FOLLOW_UP if has_phone else StepKind.UNCONFIRMED_CLOSE


def may_close_unreached(tried_on: Iterable[date], required: int) -> bool:
    """Whether a case may close as “not confirmed” because nobody could be reached.

    `tried_on` are the hall's local days of unsuccessful tries since the last conclusion; two tries on one day
    count once. `required` is the profile's number of tries (three, on different days, unless set otherwise).
    """
    return len(set(tried_on)) >= max(required, 1)


def may_follow_up(status: CaseStatus, says: Solved | None) -> bool:
    """Whether the reporter is still to be asked (回访), or silence may close: concluded, and they have not said yet.

    A “no” waits for a decision on a redo: another call would ask again what was answered, and a try in vain would close
    as “not confirmed” what was confirmed as not solved.
    """
    return status is CaseStatus.CONCLUDED and says is None


def closing_by(method: FollowUpMethod) -> Closing:
    """How a case is closed by the reporter's word: by themselves on the track page, else in a follow-up (回访).

    Also where a redo is decided against: what closes it is the word that was given, however it came.
    """
    return Closing.BY_REPORTER if method is FollowUpMethod.TRACK_PAGE else Closing.BY_FOLLOW_UP


def may_reopen(status: CaseStatus, says: Solved | None) -> bool:
    """Whether a redo (重办) can be decided: concluded or closed, and the reporter says “no” or “partly”.

    A case closed as “not confirmed” opens the same way: by the reporter's word given with the code.
    """
    return status in CASE_STEPS[CaseStep.REOPEN] and says in (Solved.NO, Solved.PARTLY)


def next_redo(redo_number: int) -> int:
    """The number of the redo that a reopening begins; the first handling is number 0."""
    return redo_number + 1


def may_be_rated(status: CaseStatus, given: int) -> bool:
    """Whether the reporter may rate how it was handled, having rated it `given` times before (一事一评).

    Every answer can be rated, a decline too (全覆盖): else the bad ratings would be missing from the score.
    """
    return status in _ANSWERED and given < MOST_RATINGS
