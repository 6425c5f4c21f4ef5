"""Turning a claim slip into a tracking code, on the person's own phone."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.models import Attachment, Case, Claim
from portal.rules.anonymity import stored_time
from portal.rules.codes import claim_fingerprint, code_fingerprint, code_of_claim
from portal.services import journal
from portal.services.claims import CLAIM_LIVES
from portal.services.errors import NotFound, Refused
from portal.services.installation import installation
from portal.services.places import Place
from portal.services.receipts import Receipt
from portal.services.steps import touch
from portal.services.transaction import write
from portal.services.wrong_codes import count_wrong_code

UNKNOWN = _l("没有这个领取号。请对着领取条再看一遍；还是不行，请到给您条子的窗口问。")
VOIDED = _l("这张领取条已经作废，窗口应该给过您一张新的。请用新的那张；没有的话，到窗口要。")
USED = _l("这张领取条已经用过了，一张只能用一次。要是不是您本人用的，请马上告诉大厅，我们查是谁领走的。")
LAPSED = _l("这张领取条过了 30 天，已经不能用了。请带着它到窗口，或者打大厅的电话，请他们作废这张，再给一张。")
TWICE = _l("这一件已经有查询码了。码丢了补不了，要看进度，请到窗口问。")


def use_claim(claim: str, submission_key: bytes, at: datetime) -> Receipt:
    """Turn a claim, as `codes.parse_claim` gives it, into the tracking code that it makes with the key; shown once.

    The first use is an event. The same claim with the same key gives the same receipt until it is sealed, so that a
    lost answer costs nothing. Raises NotFound (no such claim), Refused (voided, older than CLAIM_LIVES, used by
    somebody else, or the case has a code already), Conflict (staff changed the case in the same instant).
    """
    slip, case = _find(claim, at)
    pepper = installation().keys.pepper
    code = code_of_claim(pepper, submission_key, slip.claim_hash)
    fingerprint = code_fingerprint(pepper, code)
    if slip.used_at is not None:
        if case.code_hmac != fingerprint or case.sealed_at is not None:
            raise Refused(USED)
        return _receipt(case, code, repeated=True)
    if slip.voided_at is not None:
        raise Refused(VOIDED)
    if at > slip.issued_at + CLAIM_LIVES:
        raise Refused(LAPSED)
    if case.code_hmac is not None:
        raise Refused(TWICE)
    moment = max(stored_time(at, anonymous=case.anonymous), slip.issued_at)
    with write():
        # The case's version guards the claim: of two uses, or a use and a voiding, only one goes through.
        touch(case)
        case.code_hmac = fingerprint
        slip.used_at = moment
        journal.record("claim_used", moment, actor="reporter", case_id=case.id, object_kind="claim", object_id=slip.id)
    return _receipt(case, code)


def _find(claim: str, at: datetime) -> tuple[Claim, Case]:
    fingerprint = claim_fingerprint(installation().keys.pepper, claim)
    found = db.session.execute(
        select(Claim, Case)
        .join(Case, Case.id == Claim.case_id)
        .where(Claim.claim_hash == fingerprint)
        .options(joinedload(Case.hall, innerjoin=True), joinedload(Case.counter), joinedload(Case.item))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        count_wrong_code(at)
        raise NotFound(UNKNOWN)
    return found[0], found[1]


def _receipt(case: Case, code: str, *, repeated: bool = False) -> Receipt:
    photos = db.session.scalar(select(func.count()).where(Attachment.case_id == case.id))
    return Receipt(
        case_id=case.id,
        number=case.number,
        code=code,
        place=Place(case.hall, None, case.counter, case.item),
        item_words=case.item_words,
        anonymous=case.anonymous,
        received_at=case.received_at,
        take_up_at=case.take_up_promised_at,
        reply_at=case.reply_promised_at,
        promises=None,
        restricted=case.restricted,
        photos=photos or 0,
        repeated=repeated,
    )
