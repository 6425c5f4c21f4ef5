"""What a reporter does about their own case with the code: urge, withdraw, say whether it is solved."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Case, FollowUp, Message, Proposal, Staff
from portal.rules.follow_up import closing_by
from portal.rules.lifecycle import CaseStep
from portal.rules.urging import may_urge
from portal.rules.vocabulary import AuthorKind, CaseStatus, FollowUpMethod, Outcome, Solved
from portal.rules.workdays import local_day
from portal.services import journal
from portal.services.asking import is_asked, stop_waiting
from portal.services.deadlines import drop_deadlines, hall_rules, point_clock, running
from portal.services.errors import Refused
from portal.services.follow_ups import take_answer
from portal.services.receipts import fingerprint_of
from portal.services.rollups import add_follow_up
from portal.services.steps import open_orders, pending_proposal, set_status, status_after, touch
from portal.services.tracked import is_owed
from portal.services.tracking import find_case
from portal.services.tracking_talk import (
    REPORTER,
    WORDS_LIMIT,
    add_message,
    asked_at,
    insisting,
    moment_of,
    record_act,
    unwritten,
)
from portal.services.transaction import write
from portal.services.typed import optional_text
from portal.services.work import WITHDRAWN, take_back


def urge_case(code: str, at: datetime) -> bool:
    """Urge (催办) a case whose date has passed: an event on the case, never a second case; once a working day.

    False when it was urged already this working day: then nothing is done. Past the case's version, since it must not
    turn away whoever is just writing the answer. Raises NotFound, Refused (nothing is late, or the reporter is asked).
    """
    case = find_case(code, at)
    rules = hall_rules(case.hall)
    if is_asked(case):
        raise Refused(_l("现在在等您回答。您答了，我们就接着办，不用催。"))
    if not any(is_owed(case, date.kind) and date.due_at and date.due_at < at for date in running(case)):
        raise Refused(_l("还没有过答应您的日子。过了那天还没动静，这里就可以催。"))
    if not may_urge(local_day(case.urged_at) if case.urged_at else None, local_day(at), rules.calendar):
        return False
    moment = moment_of(case, at)
    with write() as session:
        before = Case.urged_at.is_(None) if case.urged_at is None else Case.urged_at == case.urged_at
        urged = update(Case.__table__).where(Case.id == case.id, before)  # type: ignore[arg-type]
        done = session.execute(urged.values(urge_count=Case.urge_count + 1, urged_at=moment))
        if getattr(done, "rowcount", 0) == 0:
            return False  # the other tap of a double tap
        journal.record("case_urged", moment, actor=REPORTER, case_id=case.id, count=case.urge_count + 1)
    return True


def withdraw_case(code: str, at: datetime) -> bool:
    """Withdraw (撤回) a case that is under way: what departments hold is recalled, a pending “no” falls away.

    False when it was withdrawn before. It cannot be undone; the code goes on showing the case. Raises NotFound, Refused
    (answered already, or ended otherwise), Conflict.
    """
    return insisting(lambda: _withdraw(code, at))


def answer_reply(code: str, solved: Solved, words: str, submission_key: bytes, at: datetime) -> bool:
    """Say “solved”, “partly” or “no” to the reply; False when the same was said before.

    By the closing rules: “solved” and “partly” close the case; “no” waits for a decision on a redo, owed within the
    profile's days for a follow-up, and a second “no” is supervised (red). A closed case stays closed and a “no” asks
    for that decision too. Words are added to the talk. Raises NotFound, Refused (no reply yet), Conflict.
    """
    return insisting(lambda: _answer_reply(code, solved, words, submission_key, at))


def seal_case(code: str, at: datetime) -> None:
    """The person has kept the code that a claim gave them: the slip shows it no more. Raises NotFound."""
    case = find_case(code, at)
    if case.sealed_at is None:
        moment = moment_of(case, at)
        with write() as session:
            session.execute(
                update(Case.__table__).where(Case.id == case.id).values(sealed_at=moment)  # type: ignore[arg-type]
            )
            journal.record("receipt_sealed", moment, actor=REPORTER, case_id=case.id)


def _withdraw(code: str, at: datetime) -> bool:
    case = find_case(code, at)
    if case.status == CaseStatus.WITHDRAWN:
        return False
    if not case.open:
        raise Refused(_l("这一件已经答复或者了结了，不用撤回。"))
    status = status_after(case, CaseStep.WITHDRAW)
    proposal = pending_proposal(case.id)
    moment = moment_of(case, at, asked_at(case), case.registered_at)
    with write():
        if case.waiting is not None:
            stop_waiting(case, moment)
        _take_everything_back(case, proposal, moment)
        drop_deadlines(case, moment)
        case.closed_at, case.outcome = moment, Outcome.WITHDRAWN
        set_status(case, status)
        point_clock(case)
        journal.record("case_withdrawn", moment, actor=REPORTER, case_id=case.id)
    return True


def _take_everything_back(case: Case, proposal: Proposal | None, moment: datetime) -> None:
    for order in open_orders(case.id):
        take_back(case, order, max(moment, order.issued_at), by=None, because=WITHDRAWN)
    if proposal is not None:
        # Nobody decided it; it only waits no longer.
        proposal.decided_at, proposal.confirmed = max(moment, proposal.proposed_at), False


def _answer_reply(code: str, solved: Solved, words: str, submission_key: bytes, at: datetime) -> bool:
    case = find_case(code, at)
    if case.status not in (CaseStatus.CONCLUDED, CaseStatus.CLOSED):
        raise Refused(_l("还没有答复，等答复了再说解决没有。"))
    body = optional_text("words", words, WORDS_LIMIT)
    fingerprint = fingerprint_of(submission_key)
    mark = unwritten(case, submission_key, body) if body else None
    if case.reporter_says == solved and mark is None:
        return False
    closed = status_after(case, CaseStep.CLOSE) if case.status == CaseStatus.CONCLUDED else None
    moment = moment_of(case, at, case.concluded_at, case.closed_at)
    contacted = _unit_wrote(case)
    with write() as session:
        if mark is not None:
            message_id, _photos = add_message(session, case, body, fingerprint, mark, moment)
            record_act("reporter_wrote", case, moment, "message", message_id)
        if case.reporter_says != solved:
            _take_word(session, case, solved, closed, moment, contacted=contacted)
    return True


def _take_word(
    session: Session, case: Case, solved: Solved, closed: CaseStatus | None, moment: datetime, *, contacted: bool
) -> None:
    """Count the reporter's word as a follow-up that reached them, and let it close the case or ask for a decision."""
    word = FollowUp(
        case_id=case.id,
        redo_number=case.redo_number,
        at=moment,
        tried_on=local_day(moment),
        method=FollowUpMethod.TRACK_PAGE,
        reached=True,
        contacted=contacted,
        solved=solved,
    )
    session.add(word)
    session.flush()
    if closed is not None or solved is Solved.NO:
        closing = closing_by(FollowUpMethod.TRACK_PAGE)
        take_answer(case, solved, closed or CaseStatus.CLOSED, closing, moment, by=None, actor=REPORTER)
    else:
        # Closed before, and it stays so: how it was closed is what happened.
        case.reporter_says = solved
        touch(case)
        drop_deadlines(case, moment)
    point_clock(case)
    add_follow_up(case, word)
    record_act("reporter_judged", case, moment, "follow_up", word.id, solved=solved.value, redo=case.redo_number)


def _unit_wrote(case: Case) -> bool:
    """Whether the unit itself wrote to the reporter, which is what a follow-up call asks about (是否联系)."""
    by_unit = select(Message.id).join(Staff, Staff.id == Message.staff_id)
    said = (Message.case_id == case.id, Message.public, Message.author == AuthorKind.STAFF)
    by_unit = by_unit.where(*said, Staff.department_id.is_not(None))
    return db.session.scalar(by_unit.limit(1)) is not None
