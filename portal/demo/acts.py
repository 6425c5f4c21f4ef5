"""The acts of a play up to the department: taking a case up, finding its cause, sending it, or settling it at once."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta

from portal.demo.content import load
from portal.demo.department import in_department, second_person
from portal.demo.follow_through import follow_through
from portal.demo.lives.ending import decide, propose
from portal.demo.lives.taking_in import issue_claim, register, seal, settle, use_claim, void_claim
from portal.demo.lives.working import complain, dispatch, identify, says_no, take_back, triage
from portal.demo.script import Over, Script
from portal.rules.codes import new_claim
from portal.rules.vocabulary import CaseKind, Outcome, ProposalKind, Role
from portal.rules.workdays import local_day
from portal.services.concluding import Conclusion
from portal.services.work import RECALLED

_ON_THE_SPOT = (Outcome.SOLVED, Outcome.SPECIAL)
# Units that look into complaints about others; each is outside most lines.
_ENTRUSTED = ("hall", "justice", "qingshui")
_LONGEST_PROMISE = 20


def play(script: Script) -> None:
    """Play the case from the moment it was submitted, as far as its life goes."""
    with suppress(Over):
        if script.life.case["entered_by_id"]:
            _enter(script)
        elif script.chance(0.6):
            seal(script.life, script.at)
        script.reach("submitted")
        if script.plot.kind is not CaseKind.REPORT:
            _thank(script)
        elif script.plot.is_declined:
            _point_elsewhere(script)
        else:
            _handle(script)
        follow_through(script)


def _handle(script: Script) -> None:
    plot, life = script.plot, script.life
    if life.case["registered_at"] is None:
        if _is_easy(script) and script.chance(0.09):
            _settle(script, 45)
            return
        _take_up(script)
    script.reach("registered")
    at = script.work(42, slow=0.03)
    told = plot.ending
    triage(life, at, script.someone(Role.TRIAGE), told["cause"], told["sub_reason"], plot.story["complexity"])
    if plot.about_somebody:
        _find_out_who(script)
    script.reach("triaged")
    if _is_easy(script) and not says_no(life, script.conclusion(at)) and script.chance(0.07):
        _settle(script, 60)
        return
    _send(script)
    script.reach("dispatched")
    in_department(script)


def _is_easy(script: Script) -> bool:
    plot = script.plot
    return not (plot.about_somebody or plot.stop or script.guarded) and plot.ending["outcome"] in _ON_THE_SPOT


def _settle(script: Script, minutes: float) -> None:
    at = script.work(minutes)
    settle(script.life, at, script.someone(Role.CLERK), script.conclusion(at))


def _enter(script: Script) -> None:
    """What the window does in one step for somebody who stands there or has called, and the slip they take home."""
    life, by, pepper = script.life, script.life.case["entered_by_id"], script.world.pepper
    plan, say, rough_date = _plan(script)
    if script.guarded:
        life.say(script.at, plan, by, public=False)
    else:
        register(life, script.at, by, plan, rough_date, say=say, entering=True)
    issue_claim(life, script.at, by, pepper, new_claim(script.dice.randrange))
    if script.chance(0.06):
        script.work(90)
        void_claim(life, script.at, by)
        issue_claim(life, script.at, by, pepper, new_claim(script.dice.randrange))
    used = script.at + timedelta(minutes=script.dice.randrange(2, 90))
    if script.chance(0.6) and used <= script.world.until:
        use_claim(life, used, pepper, life.key)
        # Half an hour is rounded off the time of an anonymous person: staff go on after it all the same.
        script.at = used


def _take_up(script: Script) -> None:
    before = script.at
    at = script.work(32, slow=0.035)
    script.at = before
    script.urge_until(at)
    script.go(at)
    plan, say, rough_date = _plan(script)
    item = script.world.places.items.get(script.story.get("item", ""))
    found = item["id"] if item and script.life.case["item_id"] is None and script.chance(0.8) else None
    register(script.life, at, script.someone(Role.CLERK), plan, rough_date, item_id=found, say=say)


def _plan(script: Script) -> tuple[str, str, date]:
    """First plan, what is said to the person, and the rough date that the words promise."""
    if script.plot.kind is not CaseKind.REPORT:
        plan: str = script.phrases[f"{script.plot.kind.value}_plan"]
        return plan, "", script.workday(5)
    story = script.story
    days = [int(number) for number in re.findall(r"\d+", story["rough_date"])]
    rough_date = script.workday(min(max(days, default=1), _LONGEST_PROMISE))
    told: str = script.phrases["rough_date"]
    say = told.format(words=story["first_words"], date=story["rough_date"])
    return "\n".join(story["steps"]), say, rough_date


def _find_out_who(script: Script) -> None:
    """Oversight finds who is meant: whoever sits at the counter, or the unit."""
    at = script.work(150)
    counter = script.plot.counter
    person = script.world.people.at_counter(counter["id"]) if counter else None
    named = person if script.story["complaint"] == "person" else None
    unit = None if named else script.world.department(script.story["department"])["id"]
    by = script.someone(Role.OVERSIGHT)
    if script.life.complaints:
        identify(script.life, at, by, staff_id=named, department_id=unit)
        return
    words = script.phrases["about_found"][0 if named else 1].format(
        counter=counter["name"] if counter else "",
        department=script.world.department(script.story["department"])["name"],
    )
    complain(script.life, at, by, staff_id=named, department_id=unit, words=words)


def _send(script: Script) -> None:
    world, own = script.world, script.world.department(script.story["department"])["id"]
    if script.guarded:
        line = world.line_of(own)
        unit = next(world.department(c)["id"] for c in _ENTRUSTED if world.department(c)["id"] not in line)
        named = world.someone(script.dice, Role.HANDLER, unit) if script.chance(0.5) or script.plot.stop else None
        by = script.someone(Role.OVERSIGHT)
        dispatch(script.life, script.work(60), by, unit, script.phrase("task_entrusted"), named)
        return
    by = script.someone(Role.TRIAGE)
    if script.chance(0.03) and not script.plot.stop:
        wrong = script.dice.choice([d["id"] for d in world.places.departments.values() if d["id"] != own])
        dispatch(script.life, script.work(25), by, wrong, script.phrase("tasks"))
        take_back(script.life, script.work(160), by, RECALLED)
        script.life.say(script.at, script.phrase("recalled"), by, public=False)
    dispatch(script.life, script.work(18, slow=0.02), by, own, script.phrase("tasks"))


def _point_elsewhere(script: Script) -> None:
    """Propose to decline; a second person confirms, or sends it back and the window shows the way itself."""
    life, told = script.life, script.ending
    if life.case["registered_at"] is None and script.chance(0.3):
        _take_up(script)
    by = script.someone(Role.CLERK)
    data = {
        "reason": told["decline"]["reason"],
        "door": told["door"],
        "say": script.dice.choice(told["public_replies"]),
    }
    propose(life, ProposalKind.DECLINE, data, script.work(50), by)
    script.reach("decline_pending")
    at = script.work(110, slow=0.02)
    second = script.second_to(by)
    confirm = script.chance(0.86)
    note = script.phrase("confirmed_note" if confirm else "sent_back_decline")
    decide(life, at, second, confirm=confirm, note=note)
    if not confirm:
        if life.case["registered_at"] is None:
            _take_up(script)
        by, at = script.someone(Role.CLERK), script.work(60)
        conclusion = script.conclusion(at)
        propose(life, ProposalKind.CONCLUDE_NOT_PERMITTED, conclusion.to_json(), at, by)
        second_person(script, by, conclusion)


def _thank(script: Script) -> None:
    """A suggestion or a praise is read, passed on and answered by the window."""
    life, kind = script.life, script.plot.kind
    if life.case["registered_at"] is None:
        at = script.work(60)
        plan, say, rough_date = _plan(script)
        register(life, at, script.someone(Role.CLERK), plan, rough_date, say=say)
    at = script.work(420)
    settle(life, at, script.someone(Role.CLERK), _thanks(script, kind, at))


def _thanks(script: Script, kind: CaseKind, at: datetime) -> Conclusion:
    replies = load("messages")["replies"][kind.value]
    if kind is CaseKind.PRAISE:
        return Conclusion(Outcome.SOLVED, script.dice.choice(replies))
    number = script.dice.randrange(len(replies))
    if number in script.phrases["suggestion_done"]:
        return Conclusion(Outcome.SOLVED, replies[number])
    until = local_day(at) + timedelta(days=script.dice.randrange(20, 90))
    return Conclusion(
        Outcome.PLANNED, replies[number], remains=script.phrases["suggestion_remains"], remains_until=until
    )
