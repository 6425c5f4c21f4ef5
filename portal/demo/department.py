"""What a department does with a work order: signs, asks, tells how it goes, answers; and the second person's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.demo.lives.ending import decide, end_work, propose
from portal.demo.lives.taking_in import counts_from
from portal.demo.lives.working import acknowledge, answer, ask, go_on, remind, says_no, take_down, tell, write_in
from portal.demo.office import DAY
from portal.demo.script import Over, Script
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Cause, FollowUpMethod, Outcome, ProposalKind, Role
from portal.services.concluding import Conclusion

_ASKED, _LATE, _SILENT, _RINGS = 0.2, 0.085, 0.16, 0.25
_DONE_AFTER_ALL = (Outcome.SOLVED, Outcome.SPECIAL, Outcome.CONDITIONAL)


def in_department(script: Script) -> None:
    """From the work order to the reply. `script.at` is when it was issued."""
    life, world = script.life, script.world
    order = life.open_order
    assert order is not None
    redo = order["redo_number"] > 0
    by = order["handler_id"] or world.someone(script.dice, Role.HANDLER, order["department_id"])
    issued = script.at
    acknowledge(life, script.work(120, slow=0.05), by)
    script.reach("acknowledged")
    script.reach("late")
    if not redo:
        script.aside()
    paused = 0.0
    if _can_ask(script) and not redo:
        paused = _question(script, by)
    start = world.office.position(issued if redo else counts_from(life)) + paused
    then = _when(script, start)
    _tell_how_it_goes(script, by, start, then)
    script.urge_until(then)
    _reply(script, by, script.go(then), redo=redo)


def _can_ask(script: Script) -> bool:
    wanted = script.plot.stop == "asked" or script.chance(_ASKED)
    return bool(wanted and script.has_code and script.ending["fits_answers"] and script.plot.language == "zh")


def _question(script: Script, by: int) -> float:
    """Ask the reporter; how many working minutes it took until the clock went on."""
    life, world = script.life, script.world
    asked = script.work(45)
    ask(life, asked, by, script.story["question"])
    script.reach("asked")
    said = script.story["answers"][script.dice.choice(script.ending["fits_answers"])]
    rings = life.case["contact_phone"] is not None and script.chance(_RINGS)
    answered = script.at_home(9, 1.1)
    answered = world.office.later(answered, 20) if rings else answered
    if script.chance(_SILENT) or answered >= _awaited(script, StepKind.SUPPLEMENT):
        remind(life, script.swept(_awaited(script, StepKind.SUPPLEMENT)))
        answered = script.at_home(20)
        if script.chance(0.5) or answered >= _awaited(script, StepKind.SUPPLEMENT_REMINDER):
            go_on(life, script.swept(_awaited(script, StepKind.SUPPLEMENT_REMINDER)))
            return world.office.position(script.at) - world.office.position(asked)
    if rings:
        take_down(life, script.go(answered), by, said, FollowUpMethod.PHONE)
    else:
        write_in(life, script.go(answered), said, world.pepper)
    return world.office.position(script.at) - world.office.position(asked)


def _awaited(script: Script, kind: StepKind) -> datetime:
    due: datetime = script.life.dates.running((kind,))[0]["due_at"]
    return due


def _when(script: Script, start: float) -> datetime:
    """When the answer comes: mostly in time, sometimes days too late. A “no” is owed within three days."""
    dice = script.dice
    late = script.chance(_LATE)
    if script.life.case["cause"] == Cause.NOT_PERMITTED:
        days = dice.uniform(3.1, 5.5) if late else dice.uniform(0.5, 2.2)
    else:
        days = dice.uniform(5.2, 9.5) if late else dice.triangular(0.6, 4.7, 2.6)
    if script.plot.stop:
        days = 0.9
    office = script.world.office
    return max(office.instant(start + days * DAY), office.later(script.at, dice.uniform(25, 120)))


def _tell_how_it_goes(script: Script, by: int, start: float, then: datetime) -> None:
    """A first reply within three days where the solution takes longer; some forget it."""
    office = script.world.office
    if script.life.case["cause"] == Cause.NOT_PERMITTED or office.position(then) - start < 2.6 * DAY:
        return
    latest = start + script.dice.uniform(1.2, 2.8) * DAY
    at = max(office.instant(latest), office.later(script.at, 15))
    if at < then and script.chance(0.92):
        tell(script.life, script.go(at), by, script.phrase("progress"))


def _reply(script: Script, by: int, at: datetime, *, redo: bool) -> None:
    life = script.life
    conclusion = script.conclusion(at, ending=_second_ending(script) if redo else None)
    no = says_no(life, conclusion)
    apart = not no and script.chance(0.06)
    answer(life, at, by, conclusion, conclude=not apart)
    if apart:
        # The window reads the answer first and concludes itself.
        end_work(life, conclusion, script.work(90), by=script.someone(Role.CLERK))
    if no:
        script.reach("no_pending")
        second_person(script, by, conclusion)


def _second_ending(script: Script) -> dict[str, Any] | None:
    """A redo is done after all, where the story knows such an ending."""
    done: list[dict[str, Any]] = [e for e in script.story["endings"] if e["outcome"] in _DONE_AFTER_ALL]
    return script.dice.choice(done) if done else None


def second_person(script: Script, by: int, conclusion: Conclusion) -> None:
    """Confirm what `by` proposed, or send it back until it is confirmed."""
    life = script.life
    while life.status is not CaseStatus.CONCLUDED:
        at = script.work(110, slow=0.03)
        second = script.second_to(by)
        confirm = script.chance(0.88)
        note = script.phrase("confirmed_note" if confirm else "sent_back_no")
        decide(life, at, second, confirm=confirm, note=note)
        if not confirm:
            again = script.conclusion(at)
            if again.outcome is not conclusion.outcome:
                raise Over
            propose(life, ProposalKind.CONCLUDE_NOT_PERMITTED, again.to_json(), script.work(150), by)
