"""After the reply: the call, the reporter's own word, redo, closing; and the ways out before it."""

from __future__ import annotations

from datetime import datetime

from portal.demo.lives.life import REPORTER, STAFF, SYSTEM, Life
from portal.demo.lives.working import MERGED, add_message, make_out, record_order, stop_waiting, take_back
from portal.demo.rows import row
from portal.models import FollowUp
from portal.rules.follow_up import closing_by, may_close_unreached, next_redo
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Cause, Closing, FollowUpMethod, Outcome, Solved
from portal.rules.workdays import local_day
from portal.services.closing import CLOSED_UNANSWERED, CLOSED_UNREACHED
from portal.services.work import WITHDRAWN


def call(
    life: Life,
    at: datetime,
    by: int,
    *,
    solved: Solved | None = None,
    contacted: bool | None = None,
    level: str | None = None,
    note: str = "",
) -> None:
    """One try to reach the person: with their word when they were reached, else without."""
    made = row(
        FollowUp,
        redo_number=life.case["redo_number"],
        staff_id=by,
        at=at,
        tried_on=local_day(at),
        method=FollowUpMethod.PHONE.value,
        reached=solved is not None,
        contacted=contacted,
        solved=solved.value if solved else None,
        level=level,
        note=note,
    )
    life.calls.append(made)
    life.touch()
    said = {name: made[name] for name in ("reached", "contacted", "solved", "level", "method")}
    life.record("follow_up_recorded", at, by, object_kind="follow_up", about=made, **said)
    if solved is not None:
        take_answer(life, solved, closing_by(FollowUpMethod.PHONE), at, by=by)
    elif _is_unreached(life):
        close_unconfirmed(life, at, CLOSED_UNREACHED, by=by)
    life.point()


def judge(life: Life, at: datetime, solved: Solved, words: str, pepper: bytes, *, contacted: bool) -> None:
    """The reporter says on the track page whether it is solved; `contacted`: the unit wrote to them."""
    moment = life.moment(at, life.case["concluded_at"], life.case["closed_at"])
    if words:
        said = add_message(life, moment, words, pepper)
        life.record("reporter_wrote", moment, None, actor=REPORTER, object_kind="message", about=said)
    made = row(
        FollowUp,
        redo_number=life.case["redo_number"],
        at=moment,
        tried_on=local_day(moment),
        method=FollowUpMethod.TRACK_PAGE.value,
        reached=True,
        contacted=contacted,
        solved=solved.value,
    )
    life.calls.append(made)
    if life.status is CaseStatus.CONCLUDED or solved is Solved.NO:
        take_answer(life, solved, closing_by(FollowUpMethod.TRACK_PAGE), moment, by=None)
    else:
        life.case["reporter_says"] = solved.value
        life.touch()
        life.dates.drop(moment)
    life.dates.point()
    told = {"solved": solved.value, "redo": life.case["redo_number"]}
    life.record("reporter_judged", moment, None, actor=REPORTER, object_kind="follow_up", about=made, **told)


def take_answer(life: Life, solved: Solved, closing: Closing, at: datetime, *, by: int | None) -> None:
    """What the reporter's word brings about (services/follow_ups.take_answer)."""
    actor = STAFF if by else REPORTER
    life.case["reporter_says"] = solved.value
    life.touch()
    if solved is not Solved.NO:
        close(life, closing, at, by=by, actor=actor)
        return
    life.dates.meet(StepKind.FOLLOW_UP, at)
    life.dates.drop(at, (StepKind.UNCONFIRMED_CLOSE,))
    life.dates.start(StepKind.FOLLOW_UP, at)
    if life.is_not_solved_again() and not life.case["supervised"]:
        life.case["supervised"] = True
        life.record("case_supervised", at, by, actor=actor)
    life.point()


def close(life: Life, closing: Closing, at: datetime, *, by: int | None, actor: str) -> None:
    """Close (services/closing.close)."""
    life.dates.meet(StepKind.FOLLOW_UP, at)
    life.dates.drop(at)
    life.case["closed_at"], life.case["closing"] = at, closing.value
    life.set_status(CaseStatus.CLOSED)
    life.dates.point()
    life.record("case_closed", at, by, actor=actor, closing=closing.value)


def close_unconfirmed(life: Life, at: datetime, told: str, *, by: int | None = None) -> None:
    """Close as “not confirmed”."""
    close(life, Closing.NOT_CONFIRMED, at, by=by, actor=STAFF if by else SYSTEM)
    life.say(at, told, None)


def close_unanswered(life: Life, at: datetime) -> None:
    """Nobody can be called and nobody said anything for ten working days: the sweep closes."""
    close_unconfirmed(life, at, CLOSED_UNANSWERED)


def reopen(life: Life, at: datetime, by: int, department_id: int, reason: str, task: str) -> None:
    """Decide to do it again."""
    case = life.case
    case["redo_number"] = next_redo(case["redo_number"])
    for name in ("outcome", "concluded_at", "on_time", "closed_at", "closing", "reporter_says"):
        case[name] = None
    life.dates.meet(StepKind.FOLLOW_UP, at)
    life.dates.drop(at)
    life.set_status(CaseStatus.DISPATCHED)
    order = make_out(life, at, by, department_id, task)
    if case["cause"] == Cause.NOT_PERMITTED:
        life.dates.start_with_stops(StepKind.REPLY, at)
    life.point()
    record_order(life, "case_reopened", order, at, by, redo=case["redo_number"], department=department_id)
    life.say(at, reason, by)


def keep_closed(life: Life, at: datetime, by: int, reason: str) -> None:
    """Decide against doing it again, with the reason."""
    life.touch()
    life.say(at, reason, by)
    life.record("redo_refused", at, by, redo=life.case["redo_number"])
    life.dates.meet(StepKind.FOLLOW_UP, at)
    if life.status is CaseStatus.CONCLUDED:
        said = next(c["method"] for c in reversed(life.calls) if c["solved"])
        close(life, closing_by(FollowUpMethod(said)), at, by=by, actor=STAFF)
    life.point()


def withdraw(life: Life, at: datetime) -> None:
    """The reporter takes it back while it is under way."""
    question = next((m["at"] for m in life.messages if m["asks"] and m["answered_at"] is None), None)
    moment = life.moment(at, question, life.case["registered_at"])
    _leave(life, moment, None, WITHDRAWN)
    life.case["closed_at"], life.case["outcome"] = moment, Outcome.WITHDRAWN.value
    life.set_status(CaseStatus.WITHDRAWN)
    life.dates.point()
    life.record("case_withdrawn", moment, None, actor=REPORTER)


def merge(life: Life, at: datetime, by: int, into: Life) -> None:
    """Join it to another case of the same matter; its reporter keeps their code."""
    _leave(life, at, by, MERGED)
    life.joined, life.case["closed_at"] = into, at
    life.set_status(CaseStatus.MERGED)
    life.dates.point()
    life.record("case_merged", at, by)


def archive(life: Life, at: datetime) -> None:
    """Put a closed case away."""
    life.dates.drop(at)
    life.set_status(CaseStatus.ARCHIVED)
    life.record("case_archived", at, None, actor=SYSTEM)


def _leave(life: Life, at: datetime, by: int | None, because: str) -> None:
    if life.case["waiting"] is not None:
        stop_waiting(life, at)
    order, proposal = life.open_order, life.pending
    if order is not None:
        take_back(life, max(at, order["issued_at"]), by, because)
    if proposal is not None:
        proposal["decided_at"], proposal["confirmed"] = max(at, proposal["proposed_at"]), False
    life.dates.drop(at)


def _is_unreached(life: Life) -> bool:
    redo = life.case["redo_number"]
    failed = [c["tried_on"] for c in life.calls if c["redo_number"] == redo and not c["reached"]]
    return may_close_unreached(failed, life.terms.rules.profile.follow_up_tries)
