"""Claims: single-use slips that the person's own phone turns into a tracking code."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Case, Claim
from portal.rules.codes import claim_fingerprint, new_claim
from portal.rules.permissions import Permission, Viewer
from portal.services import journal
from portal.services.errors import Refused
from portal.services.installation import installation
from portal.services.steps import touch
from portal.services.transaction import write
from portal.services.visibility import load_case

# Long enough to come home, find the slip again and ask somebody younger to scan it; and by then most cases are
# answered. A slip found in a drawer, or in a bin, later than that opens nothing.
CLAIM_LIVES = timedelta(days=30)


def issue_claim(viewer: Viewer, number: str) -> str:
    """A new claim for a case, for the slip: shown once (codes.format_claim), only its hash is kept.

    Raises NotFound; Refused while an unused claim is out (`reissue_claim` voids it) or when the case has a code.
    """
    case = _without_code(viewer, number)
    if _unused(case.id):
        raise Refused(_l("已经给过一张领取条，还没有用。要重新给，请把旧的作废。"))
    at = clock.now()
    with write():
        touch(case)
        return add_claim(case, at, by=viewer.staff_id)


def void_claim(viewer: Viewer, number: str) -> int:
    """Make the unused claims of a case worthless, such as a lost slip; how many there were.

    Raises NotFound, Refused (there is none).
    """
    case = load_case(viewer, number, Permission.ISSUE_CLAIM)
    if not _unused(case.id):
        raise Refused(_l("没有可以作废的领取条：没有给过，或者已经用掉了。"))
    at = clock.now()
    with write():
        return void_unused(case, at, by=viewer.staff_id)


def reissue_claim(viewer: Viewer, number: str) -> str:
    """Void what is out and issue a new claim in one step. Raises NotFound, Refused when the case already has a code."""
    case = _without_code(viewer, number)
    at = clock.now()
    with write():
        void_unused(case, at, by=viewer.staff_id)
        return add_claim(case, at, by=viewer.staff_id)


def add_claim(case: Case, at: datetime, *, by: int) -> str:
    """A new claim with its event, in the running transaction; the claim itself."""
    claim = new_claim()
    kept = Claim(
        case_id=case.id, claim_hash=claim_fingerprint(installation().keys.pepper, claim), issued_by_id=by, issued_at=at
    )
    db.session.add(kept)
    db.session.flush()
    _record("claim_issued", kept, at, by)
    return claim


def void_unused(case: Case, at: datetime, *, by: int) -> int:
    """Void the unused claims of a case with their events, in the running transaction; how many."""
    # The case's version guards the claims: used or issued by somebody meanwhile, and this is a conflict.
    touch(case)
    claims = _unused(case.id)
    for claim in claims:
        claim.voided_at = at
        _record("claim_voided", claim, at, by)
    return len(claims)


def _without_code(viewer: Viewer, number: str) -> Case:
    case = load_case(viewer, number, Permission.ISSUE_CLAIM)
    if case.code_hmac is not None:
        raise Refused(_l("本人已经有查询码了，不用再领。"))
    return case


def _unused(case_id: int) -> list[Claim]:
    wanted = select(Claim).where(Claim.case_id == case_id, Claim.used_at.is_(None), Claim.voided_at.is_(None))
    return list(db.session.scalars(wanted))


def _record(action: str, claim: Claim, at: datetime, by: int) -> None:
    journal.record(action, at, staff_id=by, case_id=claim.case_id, object_kind="claim", object_id=claim.id)
