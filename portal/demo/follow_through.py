"""After the reply: calling, the reporter's own word, doing it again, closing, putting away."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.demo.content import load
from portal.demo.department import in_department
from portal.demo.lives.afterwards import archive, call, close_unanswered, judge, keep_closed, reopen
from portal.demo.lives.life import STAFF
from portal.demo.office import DAY
from portal.demo.opinions import rate_handling
from portal.demo.script import Script
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseKind, CaseStatus, Cause, Closing, Level, Outcome, Role, Solved

_YES, _PARTLY, _NO = Solved.YES, Solved.PARTLY, Solved.NO
# How often the reply solved it, in the reporter's eyes: yes, partly, no.
_WORDS = {
    Outcome.PARTLY_SOLVED: (20, 58, 22),
    Outcome.PLANNED: (24, 52, 24),
    Outcome.EXPLAINED: (46, 24, 30),
    Outcome.UNFOUNDED: (40, 24, 36),
    Outcome.TRANSFERRED: (52, 24, 24),
}
_MOSTLY = (85, 8, 7)
_LEVELS = {
    _YES: (Level.VERY_SATISFIED, Level.SATISFIED, Level.SATISFIED, Level.FAIRLY_SATISFIED),
    _PARTLY: (Level.SATISFIED, Level.FAIRLY_SATISFIED, Level.FAIRLY_SATISFIED, Level.DISSATISFIED),
    _NO: (Level.FAIRLY_SATISFIED, Level.DISSATISFIED, Level.DISSATISFIED, Level.VERY_DISSATISFIED),
}
_REACHED, _JUDGES, _JUDGES_ALONE, _TRIES = 0.76, 0.2, 0.56, 3
# How often it is done again: the second time, and where the rules do not allow it.
_AGAIN = {(False, False): 0.68, (True, False): 0.3, (False, True): 0.3, (True, True): 0.05}
_PUT_AWAY = timedelta(days=80)


def follow_through(script: Script) -> None:
    """From the reply to the end: once more from the department for every redo."""
    life = script.life
    if life.status is CaseStatus.DECLINED:
        rate_handling(script, Solved.PARTLY)
        return
    while life.status is CaseStatus.CONCLUDED:
        script.reach("concluded")
        _hear(script)
        if life.case["reporter_says"] == _NO:
            script.reach("not_solved")
            _decide(script)
        elif life.case["closing"] == Closing.NOT_CONFIRMED and script.has_code and script.chance(0.06):
            # Who was not reached comes back with the code.
            _judge(script, script.go(script.at_home(90)), _NO)
            _decide(script)
    _put_away(script)


def _hear(script: Script) -> None:
    """Ask by telephone, or wait for the reporter's own word on the track page."""
    life = script.life
    phone = life.case["contact_phone"] is not None
    word = _word(script)
    judged = script.at_home(16) if script.has_code and script.chance(_JUDGES if phone else _JUDGES_ALONE) else None
    if script.plot.stop:
        judged = script.at if script.plot.stop == "not_solved" and script.has_code else None
    if not phone:
        closes = life.dates.running((StepKind.UNCONFIRMED_CLOSE,))[0]["due_at"]
        if judged is None or judged >= closes:
            close_unanswered(life, script.swept(closes))
        else:
            _judge(script, script.go(judged), word)
        return
    first = script.world.office.later(script.at, script.dice.uniform(60, 400))
    if judged is not None and judged < first:
        _judge(script, script.go(judged), word)
        return
    if script.chance(0.07):
        first = script.world.office.later(first, 1.2 * DAY)
    _call(script, first, word)


def _call(script: Script, at: datetime, word: Solved) -> None:
    """Up to three tries on different days."""
    by = script.someone(Role.FOLLOW_UP)
    for _ in range(_TRIES):
        script.go(at)
        if script.plot.stop != "unreached" and script.chance(_REACHED):
            level = script.dice.choice(_LEVELS[word]).value
            contacted = script.chance(0.9)
            call(script.life, at, by, solved=word, contacted=contacted, level=level, note=_note(script, word))
            rate_handling(script, word)
            return
        call(script.life, at, by, note=script.phrase("unreached"))
        script.reach("unreached")
        at = script.world.office.later(at, DAY + script.dice.uniform(-30, 120))


def _word(script: Script) -> Solved:
    if script.plot.stop == "not_solved":
        return _NO
    outcome = Outcome(script.life.case["outcome"])
    if script.plot.kind is not CaseKind.REPORT:
        return _YES if script.chance(0.9) else _PARTLY
    yes, partly, no = _WORDS.get(outcome, _MOSTLY)
    if not script.life.case["on_time"]:
        yes, no = yes - 8, no + 8
    return script.dice.choices([_YES, _PARTLY, _NO], [yes, partly, no])[0]


def _note(script: Script, word: Solved) -> str:
    """What the caller writes down; the story's own note only fits its own ending."""
    if word is _NO:
        return script.phrase("not_solved_note")
    case = script.life.case
    own: str = script.ending.get("follow_up", "")
    fits = word is _YES and case["redo_number"] == 0 and case["outcome"] == script.ending["outcome"]
    return own if own and fits else script.phrase("reached_note")


def _judge(script: Script, at: datetime, word: Solved) -> None:
    life, said = script.life, ""
    messages = load("messages")
    if word is _NO:
        said = script.dice.choice(messages["not_solved"]) if script.chance(0.8) else ""
    elif script.chance(0.5) and script.plot.language == "zh" and script.plot.kind is CaseKind.REPORT:
        fitting = script.phrases["thanks_of"][_tone(script, word)]
        said = messages["thanks"][script.dice.choice(fitting)]
    writers = {m["staff_id"] for m in life.messages if m["public"] and m["author"] == STAFF}
    contacted = any(script.world.writes_for_a_unit(writer) for writer in writers)
    judge(life, at, word, said, script.world.pepper, contacted=contacted)
    rate_handling(script, word)


def _tone(script: Script, word: Solved) -> str:
    if word is _PARTLY:
        return "partly"
    if script.life.case["outcome"] in (Outcome.EXPLAINED, Outcome.UNFOUNDED, Outcome.TRANSFERRED):
        return "explained"
    return "solved" if script.life.case["on_time"] else "late"


def _decide(script: Script) -> None:
    """A redo, or the reason against one."""
    life, world = script.life, script.world
    at = script.work(200, slow=0.05)
    by = script.someone(Role.TRIAGE)
    again = script.chance(_AGAIN[life.case["redo_number"] > 0, life.case["cause"] == Cause.NOT_PERMITTED])
    if not again or script.plot.kind is not CaseKind.REPORT:
        keep_closed(life, at, by, script.phrase("keep_reason"))
        return
    unit = life.case["holder_id"] or world.department(script.story["department"])["id"]
    reopen(life, at, by, unit, script.phrase("redo_reason"), script.phrase("task_redo"))
    in_department(script)


def _put_away(script: Script) -> None:
    life = script.life
    if life.status is CaseStatus.CLOSED and life.case["reporter_says"] != _NO and life.case["closed_at"]:
        archive(life, script.go(life.case["closed_at"] + _PUT_AWAY))
