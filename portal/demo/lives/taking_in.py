"""Submitting, registering, settling at once, claiming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.demo.hall import HALL_ID
from portal.demo.lives.dates import Terms
from portal.demo.lives.ending import end_work
from portal.demo.lives.life import REPORTER, STAFF, Life
from portal.demo.rows import Row, row
from portal.models import Case, Claim, Complaint
from portal.rules.anonymity import stored_time
from portal.rules.codes import (
    claim_fingerprint,
    code_fingerprint,
    code_of_claim,
    submission_fingerprint,
    tracking_code,
)
from portal.rules.profiles import StepKind
from portal.rules.promises import ChangeReason
from portal.rules.vocabulary import CaseStatus
from portal.rules.workdays import local_day
from portal.services.concluding import Conclusion
from portal.services.contacts import encrypt


@dataclass(frozen=True)
class Report:
    """What a person wrote: columns of the case, and apart from them whom it concerns and how to be reached."""

    columns: dict[str, Any]
    about: str = ""
    name: str = ""
    phone: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Neither a name nor a number."""
        return not (self.name or self.phone)


def submit(report: Report, key: bytes, pepper: bytes, at: datetime, terms: Terms, by: int | None = None) -> Life:
    """A new case (services/submissions.add_case); `by` staff who entered it for somebody."""
    moment = stored_time(at, anonymous=report.is_anonymous)
    promised = terms.due(StepKind.REGISTER, moment)
    take_up = promised.due_at
    assert take_up is not None
    reply = terms.due(StepKind.REPLY, take_up).due_at
    case = row(
        Case,
        hall_id=HALL_ID,
        status=CaseStatus.SUBMITTED.value,
        anonymous=report.is_anonymous,
        contact_name=encrypt(report.name),
        contact_phone=encrypt(report.phone),
        restricted=bool(report.about),
        supervised=bool(report.about),
        received_at=moment,
        received_on=local_day(moment),
        clock_from=moment,
        entered_by_id=by,
        due_at=take_up,
        due_sort=take_up,
        due_kind=promised.kind.value,
        take_up_promised_at=take_up,
        reply_promised_at=reply,
        submission_hash=submission_fingerprint(pepper, key),
        code_hmac=None if by else code_fingerprint(pepper, tracking_code(pepper, key)),
        **report.columns,
    )
    life = Life(case, terms, key)
    for kind in (StepKind.REGISTER, StepKind.DISPATCH):
        life.dates.start(kind, moment)
    actor = STAFF if by else REPORTER
    said = {"channel": case["channel"], "anonymous": case["anonymous"], "restricted": case["restricted"]}
    life.record("case_submitted", moment, by, actor=actor, **said)
    if report.about:
        life.complaints.append(row(Complaint, words=report.about, created_at=moment))
    return life


def seal(life: Life, at: datetime) -> None:
    """The person has kept the code."""
    life.case["sealed_at"] = moment = life.moment(at)
    life.record("receipt_sealed", moment, None, actor=REPORTER)


def register(
    life: Life,
    at: datetime,
    by: int,
    plan: str,
    rough_date: date,
    *,
    item_id: int | None = None,
    say: str = "",
    entering: bool = False,
) -> None:
    """Take it up; `entering` in the step that makes it (services/registering.enter_case)."""
    _become_owner(life, at, by)
    life.case["item_id"] = item_id or life.case["item_id"]
    life.case["plan"], life.case["rough_date"] = plan, rough_date
    reply = life.dates.start(StepKind.REPLY, counts_from(life))
    life.say(at, say or plan, by)
    life.record("case_registered", at, by, rough_date=rough_date.isoformat(), item=life.case["item_id"])
    if entering:
        life.case["reply_promised_at"] = reply["due_at"]
    elif reply["due_at"] != life.case["reply_promised_at"]:
        _tell_reply_moved(life, reply, at, by)
    life.point()


def _tell_reply_moved(life: Life, reply: Row, at: datetime, by: int) -> None:
    old, new = life.case["reply_promised_at"].isoformat(), reply["due_at"].isoformat()
    life.record("date_moved", at, by, kind=reply["kind"], reason=ChangeReason.TAKEN_UP.value, old=old, new=new, days=[])


def settle(life: Life, at: datetime, by: int, conclusion: Conclusion) -> None:
    """Settle a submitted or registered case at the window, without a work order."""
    if life.status is CaseStatus.SUBMITTED:
        _become_owner(life, at, by)
        life.record("case_registered", at, by)
    end_work(life, conclusion, at, by=by)


def counts_from(life: Life) -> datetime:
    """From when reply and solution are counted (services/work.counts_from)."""
    earlier: datetime = min(life.case["registered_at"], life.case["take_up_promised_at"])
    return earlier


def issue_claim(life: Life, at: datetime, by: int, pepper: bytes, claim: str) -> Row:
    """A claim slip for the person."""
    kept = row(Claim, claim_hash=claim_fingerprint(pepper, claim), issued_by_id=by, issued_at=at)
    life.claims.append(kept)
    life.record("claim_issued", at, by, object_kind="claim", about=kept)
    return kept


def void_claim(life: Life, at: datetime, by: int) -> None:
    """Make the slip that is out worthless: it was lost."""
    life.touch()
    for claim in life.claims:
        if claim["used_at"] is None and claim["voided_at"] is None:
            claim["voided_at"] = at
            life.record("claim_voided", at, by, object_kind="claim", about=claim)


def use_claim(life: Life, at: datetime, pepper: bytes, key: bytes) -> None:
    """The person's phone turns the slip into the code that it makes with `key`."""
    slip = life.claims[-1]
    moment = max(stored_time(at, anonymous=life.case["anonymous"]), slip["issued_at"])
    life.touch()
    life.case["code_hmac"] = code_fingerprint(pepper, code_of_claim(pepper, key, slip["claim_hash"]))
    slip["used_at"] = moment
    life.record("claim_used", moment, None, actor=REPORTER, object_kind="claim", about=slip)


def _become_owner(life: Life, at: datetime, by: int) -> None:
    life.case["registered_at"], life.case["owner_id"] = at, by
    life.set_status(CaseStatus.REGISTERED)
    life.dates.meet(StepKind.REGISTER, at)
