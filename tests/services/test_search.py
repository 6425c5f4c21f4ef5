"""Search finds what LIKE finds, on both databases, and nothing of a query is syntax."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case
from portal.rules import codes
from portal.rules.bigrams import folded
from portal.services.search import index_case, index_cases, matching
from portal.services.transaction import write
from tests.world import World

NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
WORDS = (
    "今天又来，还是这句话，材料退给我了。可办事指南上写的是填一份承诺书就行。",
    "六户同意一户不表态，窗口说一户不签就不收件。加装电梯。",
    "离职证明上少一个字，让我坐火车回去重开。",
)


def add_cases(world: World, count: int) -> list[int]:
    with write() as session:
        cases = [
            Case(
                number=f"1008-{at:04d}",
                hall_id=world.hall.id,
                channel="qr",
                words="",
                received_at=NOW,
                received_on=NOW.date(),
                clock_from=NOW,
                due_sort=NOW,
                take_up_promised_at=NOW,
                reply_promised_at=NOW,
                submission_hash=codes.new_submission_key(),
            )
            for at in range(count)
        ]
        session.add_all(cases)
        session.flush()
        return [case.id for case in cases]


def found(query: str) -> set[int]:
    condition = matching(query)
    assert condition is not None
    return set(db.session.scalars(select(Case.id).where(condition)))


@pytest.fixture
def three(any_world: World) -> list[int]:
    ids = add_cases(any_world, 3)
    with write():
        index_cases((case_id, [f"1008-000{at}", WORDS[at]]) for at, case_id in enumerate(ids))
    return ids


def test_words_of_two_characters_are_found(three: list[int]) -> None:
    assert found("电梯") == {three[1]}
    assert found("证明") == {three[2]}
    assert found("指南上写") == {three[0]}
    assert found("没有") == set()


def test_a_single_character_is_found_also_at_the_end_of_a_text(three: list[int]) -> None:
    assert found("梯") == {three[1]}
    assert found("行") == {three[0]}
    assert found("一") == {three[0], three[1], three[2]}


def test_all_words_parted_by_spaces_must_occur(three: list[int]) -> None:
    assert found("窗口 电梯") == {three[1]}
    assert found("窗口　证明") == set()


def test_case_numbers_are_found_with_and_without_their_dash_and_in_part(three: list[int]) -> None:
    assert found("1008-0002") == found("10080002") == found("１００８－０００２") == {three[2]}
    assert found("1008") == set(three)


SYNTAX = ('电梯"', "电梯*", "电梯 OR 证明", "NOT 电梯", "grams:电梯", "电梯')--", "^电梯", "{电梯}", "电梯\x00", "%_梯")
NOTHING = ("", "   ", "，。！？", '"""', "\x00", "-")


def test_punctuation_and_index_syntax_in_a_query_are_harmless(three: list[int]) -> None:
    assert all(found(query) <= {three[1]} for query in SYNTAX)


def test_a_query_of_nothing_is_no_condition(any_world: World) -> None:
    assert all(matching(query) is None for query in NOTHING)


def test_indexing_again_replaces_what_was_there(three: list[int]) -> None:
    with write():
        index_case(three[0], "换个地址跑了三趟")
    assert found("跑了三趟") == {three[0]}
    assert found("承诺书") == set()


def test_two_texts_of_one_case_do_not_run_into_each_other(any_world: World) -> None:
    (case_id,) = add_cases(any_world, 1)
    with write():
        index_case(case_id, "不动产", "产权证")
    assert found("不动产") == found("产权") == {case_id}
    assert found("不动产权") == set()


CHARACTERS = "医保报销办事ＡaéÉß１12，。 -\n\"'*\U0002cc56😀"
TEXTS = st.text(CHARACTERS, max_size=8) | st.text(max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.lists(TEXTS, max_size=2), min_size=4, max_size=4), query=TEXTS | st.text("医保报销a ", max_size=4)
)
def test_the_hits_are_those_of_like(any_world: World, texts: list[list[str]], query: str) -> None:
    ids = list(db.session.scalars(select(Case.id).order_by(Case.id))) or add_cases(any_world, 4)
    with write():
        index_cases(zip(ids, texts, strict=True))
    words = [word for word in map(folded, query.split()) if word]
    if not words:
        assert matching(query) is None
        return
    expected = {
        case_id
        for case_id, own in zip(ids, texts, strict=True)
        if all(any(word in folded(text) for text in own) for word in words)
    }
    assert found(query) == expected
