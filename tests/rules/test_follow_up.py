"""After the reply."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.follow_up import (
    closing_by,
    may_be_rated,
    may_close_unreached,
    may_follow_up,
    may_reopen,
    next_redo,
    step_after_reply,
)
from portal.rules.lifecycle import CaseStep, next_status
from portal.rules.profiles import StepKind
from portal.rules.vocabulary import CaseStatus, Closing, FollowUpMethod, Solved


def test_who_left_a_number_is_called_and_who_did_not_is_waited_for():
    assert step_after_reply(has_phone=True) is StepKind.FOLLOW_UP
    assert step_after_reply(has_phone=False) is StepKind.UNCONFIRMED_CLOSE


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 7))), st.integers(1, 5))
def test_tries_on_one_day_count_once(days, required):
    assert may_close_unreached(days * 2, required) == (len(set(days)) >= required)


def test_three_tries_on_three_days_close_a_case_but_not_three_on_one():
    day = date(2026, 3, 2)
    assert not may_close_unreached([day] * 3, 3)
    assert may_close_unreached([day, day + timedelta(1), day + timedelta(2)], 3)
    assert not may_close_unreached([], 0)


@given(st.sampled_from(CaseStatus), st.none() | st.sampled_from(Solved))
def test_only_who_has_not_said_yet_is_asked_after_the_reply(status, says):
    assert may_follow_up(status, says) == (status is CaseStatus.CONCLUDED and says is None)


def test_a_word_closes_as_it_came():
    assert closing_by(FollowUpMethod.TRACK_PAGE) is Closing.BY_REPORTER
    assert {closing_by(way) for way in FollowUpMethod} == {Closing.BY_REPORTER, Closing.BY_FOLLOW_UP}


def test_a_redo_follows_a_no_on_a_concluded_or_closed_case():
    assert may_reopen(CaseStatus.CONCLUDED, Solved.NO)
    assert may_reopen(CaseStatus.CLOSED, Solved.PARTLY)
    assert not may_reopen(CaseStatus.CLOSED, Solved.YES)
    assert not may_reopen(CaseStatus.CLOSED, None)
    assert not may_reopen(CaseStatus.DISPATCHED, Solved.NO)
    assert next_status(CaseStatus.CLOSED, CaseStep.REOPEN) is CaseStatus.DISPATCHED
    assert next_redo(next_redo(0)) == 2


@given(st.sampled_from(CaseStatus), st.integers(0, 3))
def test_every_answer_is_rated_at_most_twice(status, times):
    answered = status in (CaseStatus.CONCLUDED, CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.DECLINED)
    assert may_be_rated(status, times) == (answered and times < 2)
