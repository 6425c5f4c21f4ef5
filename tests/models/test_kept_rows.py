"""What happened and how people rated stays: the database itself refuses, whoever asks it in plain SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.extensions import db
from portal.models import Event, Rating
from portal.rules import codes
from portal.services.ratings import rate_case
from portal.services.retention import CONTENT, erase_overdue
from tests.cases import RECEIVED, concluded_case
from tests.world import World

OTHERWISE = {
    "id": "id + 1000",
    "hall_id": "hall_id + 1",
    "subject": "'counter'",
    "counter_id": "NULL",
    "department_id": "NULL",
    "item_id": "(SELECT min(id) FROM service_item)",
    "case_id": "NULL",
    "level": "'very_satisfied'",
    "labels": "'[510]'",
    "labels_version": "1",
    "words": "'办得真好'",
    "language": "'en'",
    "channel": "6",
    "evidence": "'visit'",
    "assess_number": "2",
    "rated_at": "'2026-01-01 00:00:00'",
    "rated_on": "'2026-01-01'",
    "submission_hash": "'another'",
}
WHAT_BECOMES_OF_IT = {"superseded", "set_aside_reason", "bad_state", "bad_due_at"}


@pytest.fixture
def rating(any_world: World) -> Rating:
    """The reporter's own bad rating of a case, with its event."""
    key = codes.parse_submission_key(codes.new_submission_key())
    assert key is not None
    case = concluded_case(any_world)
    return rate_case(case, level="dissatisfied", labels=[], words="还是没办成", submission_key=key, at=RECEIVED)


def rows(table: str) -> list[sa.Row[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all())


def ask(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def refuses(statement: str) -> None:
    before = rows("rating"), rows("event")
    with pytest.raises(DBAPIError, match="rows are kept"):
        ask(statement)
    assert (rows("rating"), rows("event")) == before


def test_no_row_can_be_deleted(rating: Rating) -> None:
    refuses("DELETE FROM rating")
    refuses("DELETE FROM event")
    refuses(f"DELETE FROM rating WHERE id = {rating.id}")


def test_no_word_of_a_rating_and_no_evidence_can_be_changed(rating: Rating) -> None:
    assert OTHERWISE.keys() == {column.name for column in Rating.__table__.columns} - WHAT_BECOMES_OF_IT
    for column, value in OTHERWISE.items():
        refuses(f"UPDATE rating SET {column} = {value}")


def test_nothing_of_an_event_can_be_changed(rating: Rating) -> None:
    for column in Event.__table__.columns:
        refuses(f"UPDATE event SET {column.name} = {'seq + 1000' if column.name == 'seq' else 'NULL'}")


def test_what_becomes_of_a_rating_is_written_and_a_replaced_one_does_not_come_back(rating: Rating) -> None:
    ask("UPDATE rating SET set_aside_reason = 'untrue', bad_state = 'verifying', bad_due_at = NULL")
    ask("UPDATE rating SET superseded = TRUE")
    refuses("UPDATE rating SET superseded = FALSE")


def test_words_of_a_rating_are_erased_when_their_time_is_over_and_never_written_anew(rating: Rating) -> None:
    erase_overdue(RECEIVED + CONTENT + timedelta(days=1))
    (kept,) = rows("rating")
    assert (kept.words, kept.level) == ("", "dissatisfied")
    refuses("UPDATE rating SET words = '办得真好'")


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
def test_a_row_is_not_replaced_by_another_of_its_key(rating: Rating) -> None:
    refuses("INSERT OR REPLACE INTO rating SELECT * FROM rating")
    columns = ", ".join(OTHERWISE.keys() - {"id"} | WHAT_BECOMES_OF_IT)
    refuses(f"INSERT OR REPLACE INTO rating ({columns}) SELECT {columns} FROM rating")
    refuses("INSERT OR REPLACE INTO event SELECT * FROM event")
    refuses("UPDATE OR REPLACE event SET rowid = 1 WHERE rowid = 2")
    refuses("UPDATE rating SET rowid = 1000")


@pytest.mark.parametrize("any_app", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_table_is_not_emptied_at_a_stroke(rating: Rating) -> None:
    refuses("TRUNCATE rating")
    refuses("TRUNCATE event")
    refuses('TRUNCATE "case" CASCADE')
