"""领取条: what the slip of a claim says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Case, Deadline
from portal.rules import qr
from portal.rules.codes import format_claim
from portal.rules.profiles import StepKind
from portal.services.deadlines import RUNNING
from portal.services.installation import installation


@dataclass(frozen=True)
class Slip:
    """One slip: the case with hall, counter and item loaded; the claim as it is read, and its QR code."""

    case: Case
    claim: str
    url: str
    modules: qr.Matrix
    take_up_at: datetime | None
    reply_at: datetime | None

    @property
    def path(self) -> str:
        """The QR code's one path."""
        return qr.svg_path(self.modules)

    @property
    def size(self) -> int:
        """Its side in modules, quiet zone included."""
        return len(self.modules) + 2 * qr.QUIET_ZONE


def slip(number: str, claim: str) -> Slip:
    """The slip for a claim that was issued this instant, by whoever was allowed to; one statement.

    It prints the dates that run: until registering those that were promised, then that of the first reply, if it is
    still to come and does not stand still.

    It asks nobody's permission: whoever holds the claim may see what stands on the slip, and a clerk who entered a
    complaint must be able to hand it over although the case is oversight's already. The claim stands behind # in the
    QR's address, so that it reaches no server and no log before the page itself sends it.
    """
    is_reply = and_(Deadline.case_id == Case.id, Deadline.kind == StepKind.REPLY.value, Deadline.state == RUNNING)
    case, reply_at = db.session.execute(
        select(Case, Deadline.due_at)
        .outerjoin(Deadline, is_reply)
        .where(Case.number == number)
        .options(joinedload(Case.hall), joinedload(Case.counter), joinedload(Case.item))
    ).one()
    url = f"{installation().settings.public_url}/track/claim"
    return Slip(
        case=case,
        claim=format_claim(claim),
        url=url,
        modules=qr.matrix(f"{url}#{format_claim(claim)}"),
        take_up_at=None if case.registered_at else case.take_up_promised_at,
        reply_at=reply_at if case.registered_at else case.reply_promised_at,
    )
