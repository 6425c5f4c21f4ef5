"""Claims: one slip, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Claim
from portal.rules.codes import claim_fingerprint
from portal.services.claiming import LAPSED, use_claim
from portal.services.claims import CLAIM_LIVES, issue_claim, reissue_claim, void_claim
from portal.services.errors import NotFound, Refused
from portal.services.installation import installation
from tests.cases import RECEIVED, actions_of, make_case, noise_cases
from tests.world import World

KEY = b"a key of the phone"


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def live(case: Case) -> list[str]:
    unused = (Claim.voided_at.is_(None), Claim.used_at.is_(None))
    return list(db.session.scalars(select(Claim.claim_hash).where(Claim.case_id == case.id, *unused)))


def hashed(claim: str) -> str:
    return claim_fingerprint(installation().keys.pepper, claim)


def test_a_claim_is_issued_once_until_it_is_voided(any_world: World) -> None:
    noise_cases(any_world)
    case, viewer = make_case(any_world), any_world.viewer("clerk")
    claim = issue_claim(viewer, case.number)
    assert live(case) == [hashed(claim)]
    with pytest.raises(Refused):
        issue_claim(viewer, case.number)
    assert void_claim(viewer, case.number) == 1
    assert live(case) == []
    with pytest.raises(Refused):
        void_claim(viewer, case.number)
    issue_claim(viewer, case.number)
    assert actions_of(case) == ["claim_issued", "claim_voided", "claim_issued"]


def test_a_lost_slip_is_replaced_in_one_step(any_world: World) -> None:
    case, viewer = make_case(any_world), any_world.viewer("clerk")
    issue_claim(viewer, case.number)
    again = reissue_claim(viewer, case.number)
    assert live(case) == [hashed(again)]


def test_who_has_a_code_needs_no_claim(any_world: World) -> None:
    case = make_case(any_world, code_hmac="0" * 64)
    for give in (issue_claim, reissue_claim):
        with pytest.raises(Refused):
            give(any_world.viewer("clerk"), case.number)
    assert live(case) == []


def test_a_claim_changes_the_version_so_that_two_slips_cannot_be_out(any_world: World) -> None:
    case = make_case(any_world)
    shown = case.version
    issue_claim(any_world.viewer("clerk"), case.number)
    assert case.version > shown


@pytest.mark.parametrize("name", ["triage", "handler", "manager", "viewer", "administrator", "noise_clerk"])
def test_who_may_not_issue_claims_does_not_find_the_case(any_world: World, name: str) -> None:
    case = make_case(any_world)
    for act in (issue_claim, reissue_claim, void_claim):
        with pytest.raises(NotFound):
            act(any_world.viewer(name), case.number)
    assert live(case) == []


def test_a_slip_lapses_after_thirty_days_and_staff_give_another(any_world: World, at: Any) -> None:
    noise_cases(any_world)
    case, viewer = make_case(any_world), any_world.viewer("clerk")
    first, last_moment = issue_claim(viewer, case.number), RECEIVED + CLAIM_LIVES
    with pytest.raises(Refused) as refusal:
        use_claim(first, KEY, last_moment + timedelta(seconds=1))
    assert refusal.value.message is LAPSED
    assert case.code_hmac is None
    at(last_moment + timedelta(seconds=1))
    again = reissue_claim(viewer, case.number)
    assert live(case) == [hashed(again)]
    # A used one gives its receipt again, however old.
    receipt = use_claim(again, KEY, last_moment + CLAIM_LIVES)
    assert use_claim(again, KEY, last_moment + 3 * CLAIM_LIVES).code == receipt.code


def test_a_slip_is_good_to_its_last_moment(any_world: World) -> None:
    case = make_case(any_world)
    claim = issue_claim(any_world.viewer("clerk"), case.number)
    assert use_claim(claim, KEY, RECEIVED + CLAIM_LIVES).number == case.number
