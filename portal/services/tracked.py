"""A case as its reporter sees it: what was said, which dates are theirs, what they may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from portal.models import Attachment, Case, Department, Rating, Staff, WorkOrder
from portal.rules.deadlines import Due
from portal.rules.explanations import Explanation, StripDay, explain, week_strip
from portal.rules.follow_up import may_be_rated
from portal.rules.lights import Light, LightCode
from portal.rules.profiles import StepKind
from portal.rules.progress import PublicProgress
from portal.rules.urging import may_urge
from portal.rules.vocabulary import AuthorKind, CaseStatus, Closing, Door, Solved
from portal.rules.workdays import local_day
from portal.services.asking import is_asked
from portal.services.deadlines import HallRules

_S = CaseStatus
# The dates that are the reporter's business; when a work order is sent or signed for is the hall's own.
PUBLIC_DATES: dict[CaseStatus, tuple[StepKind, ...]] = {
    _S.SUBMITTED: (StepKind.REGISTER,),
    _S.REGISTERED: (StepKind.REPLY, StepKind.SOLVE),
    _S.DISPATCHED: (StepKind.REPLY, StepKind.SOLVE),
    _S.CONCLUDED: (StepKind.FOLLOW_UP, StepKind.UNCONFIRMED_CLOSE),
    _S.CLOSED: (StepKind.FOLLOW_UP,),
}
OWED = (StepKind.REGISTER, StepKind.REPLY, StepKind.SOLVE)
AWAITED = (StepKind.SUPPLEMENT, StepKind.SUPPLEMENT_REMINDER)
_CLOSED = (_S.CLOSED, _S.ARCHIVED)
# Where words still reach somebody who works on the case.
HEARD = (_S.SUBMITTED, _S.REGISTERED, _S.DISPATCHED, _S.CONCLUDED)


@dataclass(frozen=True)
class Said:
    """One thing said where the reporter can read it. `office` is the speaker's department (None: the window itself).

    The body of a system's message is a code that the page puts into words.
    """

    author: AuthorKind
    at: datetime
    body: str
    staff: Staff | None = None
    office: Department | None = None
    asks: bool = False
    answered: bool = False
    photos: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class PublicDate:
    """A date that was promised to the reporter: how it stands, and why it is that date.

    `origin` is the code of what happened on the day it starts.
    """

    kind: StepKind
    due: Due
    origin: str
    light: Light
    rules: HallRules
    now: datetime

    @property
    def at(self) -> datetime | None:
        """When; None while the clock stands still."""
        return self.due.due_at

    @property
    def is_late(self) -> bool:
        """Has it passed?"""
        return self.light.code is LightCode.LATE

    @cached_property
    def why(self) -> Explanation:
        """The facts of the sentence."""
        return explain(self.due)

    @cached_property
    def weeks(self) -> tuple[tuple[StripDay, ...], ...]:
        """The strip of days."""
        return week_strip(self.due, local_day(self.now), self.rules.calendar)


@dataclass(frozen=True)
class Moved:
    """A promised date that moved at `at`: from when to when, and the code of the reason."""

    kind: str
    at: datetime
    reason: str
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True)
class Tracked:
    """A case as its reporter sees it at `now`."""

    case: Case
    owner: Staff | None
    rating: Rating | None
    rules: HallRules
    now: datetime
    progress: PublicProgress
    dates: tuple[PublicDate, ...]
    promised_reply: PublicDate | None
    talk: tuple[Said, ...]
    reply: Said | None
    order: WorkOrder | None
    handler: Staff | None
    door: Door | None
    moves: tuple[Moved, ...]
    joined: Case | None

    @property
    def status(self) -> CaseStatus:
        """Where the case stands."""
        return CaseStatus(self.case.status)

    @property
    def question(self) -> Said | None:
        """What is asked of the reporter now."""
        asked = [said for said in self.talk if said.asks and not said.answered]
        return asked[-1] if asked and is_asked(self.case) else None

    @property
    def next_date(self) -> PublicDate | None:
        """The first date that is owed to the reporter, or that stands still."""
        owed = [date for date in self.dates if date.kind not in AWAITED]
        return owed[0] if owed else None

    @property
    def owed(self) -> tuple[PublicDate, ...]:
        """What staff owe while the case is under way, those due first ahead; what stands still comes last."""
        return tuple(date for date in self.dates if date.kind in OWED)

    def moves_of(self, date: PublicDate) -> tuple[Moved, ...]:
        """How this date has moved since it began to run; what became of an earlier one is no business of it."""
        return tuple(move for move in self.moves if move.kind == date.kind and move.at >= date.due.started_at)

    @property
    def awaited(self) -> PublicDate | None:
        """Until when the reporter's answer is awaited."""
        return next((date for date in self.dates if date.kind in AWAITED), None)

    @property
    def says(self) -> Solved | None:
        """The reporter's own word on the reply."""
        return Solved(self.case.reporter_says) if self.case.reporter_says else None

    @property
    def is_undecided(self) -> bool:
        """Has the reporter said “not solved”, and has nobody decided yet what follows?"""
        owed = any(date.kind is StepKind.FOLLOW_UP for date in self.dates)
        return self.says is Solved.NO and (self.status is _S.CONCLUDED or owed)

    @property
    def is_settled(self) -> bool:
        """Is it closed by the reporter's word or by a call, and no decision owed? One not confirmed may go on."""
        return self.status in _CLOSED and self.case.closing != Closing.NOT_CONFIRMED and not self.is_undecided

    @property
    def has_spoken(self) -> bool:
        """Has the reporter said whether it is solved, or is that not asked? Until then nothing else is asked."""
        return self.says is not None or self.case.closing == Closing.BY_FOLLOW_UP or not self.may_answer

    @property
    def is_late(self) -> bool:
        """Is something owed to the reporter past its date?"""
        return any(is_owed(self.case, date.kind) and date.is_late for date in self.dates)

    @property
    def may_urge(self) -> bool:
        """Late, nothing asked of the reporter, and not urged yet this working day."""
        urged_on = local_day(self.case.urged_at) if self.case.urged_at else None
        may = may_urge(urged_on, local_day(self.now), self.rules.calendar)
        return self.is_late and not is_asked(self.case) and may

    @property
    def may_write(self) -> bool:
        """Does somebody still read what the reporter adds?"""
        return is_heard(self.case)

    @property
    def may_withdraw(self) -> bool:
        """Is it still under way?"""
        return self.case.open

    @property
    def may_answer(self) -> bool:
        """Is there a reply to say “solved”, “partly” or “no” to? A closed case can be taken up again by a “no”."""
        return self.status in (_S.CONCLUDED, _S.CLOSED)

    @property
    def is_review_late(self) -> bool:
        """Was the result of the review to be there before today?"""
        until = self.case.review_until
        return until is not None and until < local_day(self.now)

    @property
    def may_rate(self) -> bool:
        """Is there something to rate: an answer, not rated yet or only once? (一事一评, changed once)"""
        return may_be_rated(self.status, self.rating.assess_number if self.rating is not None else 0)


def is_heard(case: Case) -> bool:
    """Do the reporter's words still reach somebody who works on it? In a closed case once they said “not solved”."""
    return case.status in HEARD or (case.status == _S.CLOSED and case.reporter_says == Solved.NO)


def is_owed(case: Case, kind: StepKind | str) -> bool:
    """Whether a date is one the hall owes, so that missing it is a reason to urge.

    A call after the reply is a courtesy until the reporter has said “not solved”: then the decision is owed by it.
    """
    if kind == StepKind.FOLLOW_UP:
        return case.reporter_says == Solved.NO
    return kind in OWED
