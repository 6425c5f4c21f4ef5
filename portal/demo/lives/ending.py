"""Concluding, and the “no” that needs two people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.demo.lives.life import Life
from portal.demo.rows import Row, row
from portal.models import Proposal
from portal.rules.follow_up import step_after_reply
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, ProposalKind
from portal.services.asking import AWAITING
from portal.services.concluding import PROMISED, Conclusion
from portal.services.deadlines import LATE


def end_work(life: Life, conclusion: Conclusion, at: datetime, *, by: int, author: int | None = None) -> None:
    """Conclude (services/concluding.end_work); `author` wrote the reply when `by` only confirmed it."""
    case = life.case
    if case["waiting"] is not None:
        life.dates.drop(at, AWAITING)
        life.dates.resume(at)
        case["waiting"] = None
    for kind in PROMISED:
        life.dates.meet(kind, at)
    case["on_time"] = _kept_its_dates(life)
    life.dates.drop(at)
    case["outcome"], case["public_reply"], case["basis"] = (
        conclusion.outcome.value,
        conclusion.public_reply,
        conclusion.basis,
    )
    case["remains"], case["remains_until"] = conclusion.remains, conclusion.remains_until
    case["concluded_at"], case["reporter_says"] = at, None
    life.set_status(CaseStatus.CONCLUDED)
    life.dates.start(step_after_reply(has_phone=case["contact_phone"] is not None), at)
    life.dates.point()
    life.say(at, conclusion.public_reply, author or by)
    if conclusion.internal_note:
        life.say(at, conclusion.internal_note, author or by, public=False)
    door = conclusion.door.value if conclusion.door else None
    told = {"outcome": case["outcome"], "door": door, "on_time": case["on_time"], "redo": case["redo_number"]}
    life.record("case_concluded", at, by, **told, restricted=case["restricted"])


def _kept_its_dates(life: Life) -> bool:
    redo = life.case["redo_number"]
    late = [d for d in life.dates.rows if d["kind"] in PROMISED and d["state"] == LATE]
    if redo:
        began = min(order["issued_at"] for order in life.orders if order["redo_number"] == redo)
        late = [d for d in late if d["counts_from"] >= began]
    return not late


def propose(life: Life, kind: ProposalKind, data: dict[str, Any], at: datetime, by: int) -> None:
    """Propose a “no”."""
    proposal = row(Proposal, kind=kind.value, data=data, proposed_by_id=by, proposed_at=at)
    life.proposals.append(proposal)
    life.touch()
    _record(life, f"{kind.value}_proposed", proposal, at, by)


def decide(life: Life, at: datetime, by: int, *, confirm: bool, note: str = "") -> None:
    """A second person confirms it, which carries it out, or sends it back."""
    proposal = life.pending
    assert proposal is not None
    proposal["decided_by_id"], proposal["decided_at"] = by, at
    proposal["confirmed"], proposal["note"] = confirm, note
    life.touch()
    _record(life, f"{proposal['kind']}_{'confirmed' if confirm else 'sent_back'}", proposal, at, by)
    if confirm and proposal["kind"] == ProposalKind.DECLINE:
        _decline(life, proposal, at, by)
    elif confirm:
        end_work(life, Conclusion.from_json(proposal["data"]), at, by=by, author=proposal["proposed_by_id"])


def _decline(life: Life, proposal: Row, at: datetime, by: int) -> None:
    data = proposal["data"]
    life.dates.meet(StepKind.REGISTER, at)
    life.dates.drop(at)
    life.case["public_reply"], life.case["closed_at"] = data["say"] or data["reason"], at
    life.set_status(CaseStatus.DECLINED)
    life.dates.point()
    life.say(at, life.case["public_reply"], proposal["proposed_by_id"])
    life.record("case_declined", at, by, door=data["door"])


def _record(life: Life, action: str, proposal: Row, at: datetime, by: int) -> None:
    life.record(action, at, by, object_kind="proposal", about=proposal)
