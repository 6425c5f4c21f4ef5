"""The five plain stages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.lifecycle import public_stage
from portal.rules.vocabulary import CaseStatus, Sideways, Stage, StageState


def states(progress):
    return [view.state.value for view in progress.stages]


@given(st.sampled_from(CaseStatus), st.booleans(), st.booleans(), st.booleans())
def test_there_are_always_five_stages_and_one_is_now(status, registered, dispatched, waiting):
    progress = public_stage(status, registered=registered, dispatched=dispatched, waiting=waiting)
    assert [view.stage for view in progress.stages] == list(Stage)
    assert [view.stage for view in progress.stages if view.state is StageState.NOW] == [progress.now]


@pytest.mark.parametrize(
    ("status", "now"),
    [
        (CaseStatus.SUBMITTED, Stage.RECEIVED),
        (CaseStatus.REGISTERED, Stage.ACCEPTED),
        (CaseStatus.DISPATCHED, Stage.IN_DEPARTMENT),
        (CaseStatus.CONCLUDED, Stage.ANSWERED),
        (CaseStatus.CLOSED, Stage.FOLLOWED_UP),
        (CaseStatus.ARCHIVED, Stage.FOLLOWED_UP),
    ],
)
def test_each_status_has_its_stage(status, now):
    progress = public_stage(status)
    assert progress.now is now
    assert progress.sideways is None


def test_a_case_settled_on_the_spot_skips_the_department():
    assert states(public_stage(CaseStatus.CONCLUDED, dispatched=False)) == ["done", "done", "skipped", "now", "ahead"]


def test_waiting_is_said_while_the_case_is_open_and_not_after():
    assert public_stage(CaseStatus.DISPATCHED, waiting=True).sideways is Sideways.WAITING
    assert public_stage(CaseStatus.CONCLUDED, waiting=True).sideways is None


def test_a_declined_case_stops_where_it_was_and_the_rest_will_not_come():
    progress = public_stage(CaseStatus.DECLINED, registered=False, dispatched=False)
    assert states(progress) == ["now", "skipped", "skipped", "skipped", "skipped"]
    assert progress.sideways is Sideways.DECLINED


def test_a_merged_or_withdrawn_case_keeps_the_stage_it_reached():
    merged = public_stage(CaseStatus.MERGED, registered=True, dispatched=True)
    assert (merged.now, merged.sideways) == (Stage.IN_DEPARTMENT, Sideways.MERGED)
    withdrawn = public_stage(CaseStatus.WITHDRAWN, registered=True, dispatched=False)
    assert (withdrawn.now, withdrawn.sideways) == (Stage.ACCEPTED, Sideways.WITHDRAWN)
