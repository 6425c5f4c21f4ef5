"""否定报备: a “no” is proposed by one person and confirmed or sent back by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Unpack

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.extensions import db
from portal.models import Case, Proposal
from portal.rules.lifecycle import CaseStep, Obstruction, is_second_person
from portal.rules.permissions import Permission, Viewer
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Door, Outcome, ProposalKind
from portal.services import journal
from portal.services.asking import stop_waiting
from portal.services.concluding import Conclusion, Owed, checked_conclusion, end_work
from portal.services.deadlines import drop_deadlines, meet_deadline, point_clock
from portal.services.enclosing import Enclosed, hold
from portal.services.errors import NotFound, Refused
from portal.services.hands import open_case_in_hand
from portal.services.steps import WHY_NOT, open_case, set_status, status_after, tell, touch
from portal.services.steps import pending_proposal as pending_proposal
from portal.services.transaction import write
from portal.services.typed import MEDIUM, optional_text, required_text
from portal.services.visibility import load_case

CONFIRMING = {
    ProposalKind.DECLINE: (Permission.CONFIRM_DECLINE, CaseStep.CONFIRM_DECLINE, CaseStep.SEND_BACK_DECLINE),
    ProposalKind.CONCLUDE_NOT_PERMITTED: (
        Permission.CONFIRM_CONCLUSION,
        CaseStep.CONFIRM_NOT_PERMITTED,
        CaseStep.SEND_BACK_NOT_PERMITTED,
    ),
}


def propose_decline(viewer: Viewer, number: str, *, version: int, reason: str, door: Door, say: str = "") -> Proposal:
    """Propose not to take a case up (不予受理): with the reason, the right door, and what the person will read.

    `reason` is the report to the second person; the person reads `say`, or the reason where that is empty. Until a
    second person decides, the case stays where it is. Raises NotFound, Conflict, Refused.
    """
    case = open_case(viewer, number, Permission.PROPOSE_DECLINE, version)
    status_after(case, CaseStep.PROPOSE_DECLINE)
    why = required_text("reason", reason, _l("请写清为什么不予受理。"), MEDIUM)
    data = {"reason": why, "door": door.value, "say": optional_text("say", say, MEDIUM)}
    at = clock.now()
    with write():
        return propose(case, ProposalKind.DECLINE, data, at, by=viewer.staff_id)


def propose_not_permitted(
    viewer: Viewer,
    number: str,
    *,
    version: int,
    public_reply: str,
    outcome: Outcome = Outcome.EXPLAINED,
    photos: Enclosed | None = None,
    **owed: Unpack[Owed],
) -> Proposal:
    """Propose a conclusion that says “no”: as a rule `explained` (不能办，已讲清依据), with reply and basis.

    `owed` is what concluding.checked_conclusion takes beside outcome and reply. Until a second person decides, the case
    stays where it is. Raises NotFound, Conflict, Refused (a part is open, no basis).
    """
    case = open_case_in_hand(viewer, number, Permission.CONCLUDE_CASE, version)
    status_after(case, CaseStep.PROPOSE_NOT_PERMITTED)
    at = clock.now()
    data = checked_conclusion(at, outcome=outcome, public_reply=public_reply, **owed).to_json()
    with write():
        hold(case, photos)
        return propose(case, ProposalKind.CONCLUDE_NOT_PERMITTED, data, at, by=viewer.staff_id)


def propose(case: Case, kind: ProposalKind, data: dict[str, Any], at: datetime, *, by: int) -> Proposal:
    """Write a proposal and its event in the running transaction."""
    proposal = Proposal(case_id=case.id, kind=kind, data=data, proposed_by_id=by, proposed_at=at)
    db.session.add(proposal)
    touch(case)
    db.session.flush()
    _record(f"{kind.value}_proposed", proposal, at, by)
    return proposal


def decide_proposal(
    viewer: Viewer, number: str, *, version: int, proposal_id: int, confirm: bool, note: str = ""
) -> Case:
    """Confirm a proposal or send it back with a note; never by the one who proposed it (否定答复报告).

    Confirmed, a decline tells the person the reason and the door and ends the case; a “not permitted” concludes it.
    Raises NotFound, Conflict, Refused (the same person, no note with what is sent back, already decided).
    """
    proposal = _waiting(viewer, number, proposal_id)
    permission, yes, no = CONFIRMING[ProposalKind(proposal.kind)]
    case = open_case(viewer, number, permission, version)
    status = status_after(case, yes if confirm else no)
    if not is_second_person(proposal.proposed_by_id, viewer.staff_id):
        raise Refused(_l("这是您自己提的意见，要另一个人来确认。"))
    why = optional_text("note", note, MEDIUM)
    if not confirm:
        why = required_text("note", note, _l("退回的时候，请写一句为什么。"), MEDIUM)
    at = clock.now()
    with write():
        proposal.decided_by_id, proposal.decided_at = viewer.staff_id, at
        proposal.confirmed, proposal.note = confirm, why
        touch(case)
        _record(f"{proposal.kind}_{'confirmed' if confirm else 'sent_back'}", proposal, at, viewer.staff_id)
        if confirm:
            _carry_out(case, proposal, status, at)
    return case


def _waiting(viewer: Viewer, number: str, proposal_id: int) -> Proposal:
    case = load_case(viewer, number)
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None or proposal.case_id != case.id:
        raise NotFound
    if proposal.decided_at is not None:
        raise Refused(WHY_NOT[Obstruction.NO_PROPOSAL])
    return proposal


def _carry_out(case: Case, proposal: Proposal, status: CaseStatus, at: datetime) -> None:
    by, author = proposal.decided_by_id, proposal.proposed_by_id
    assert by is not None
    if proposal.kind == ProposalKind.DECLINE:
        _decline(case, proposal.data, status, at, by=by, author=author)
    else:
        end_work(case, Conclusion.from_json(proposal.data), status, at, by=by, author=author)


def _decline(case: Case, data: dict[str, Any], status: CaseStatus, at: datetime, *, by: int, author: int) -> None:
    if case.waiting is not None:
        stop_waiting(case, at)
    # A decline takes the case up as much as registering does: the person is answered.
    meet_deadline(case, StepKind.REGISTER, at)
    drop_deadlines(case, at)
    case.public_reply = data["say"] or data["reason"]
    case.closed_at = at
    set_status(case, status)
    point_clock(case)
    tell(case, case.public_reply, author, at)
    journal.record("case_declined", at, staff_id=by, case_id=case.id, door=data["door"])


def _record(action: str, proposal: Proposal, at: datetime, by: int) -> None:
    journal.record(action, at, staff_id=by, case_id=proposal.case_id, object_kind="proposal", object_id=proposal.id)
