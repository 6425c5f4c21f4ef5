"""Finding cases by words in them: an index of character pairs, in both databases with the same hits as LIKE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, ColumnElement, Text, and_, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, array

from portal.extensions import db
from portal.models import Case, Message, ServiceItem
from portal.rules import bigrams
from portal.rules.vocabulary import AuthorKind

# Made by the migration: on SQLite an FTS5 table by rowid, on PostgreSQL a text[] with a GIN index.
_FTS = table("case_search", column("rowid"), column("grams"))
_ARRAYS = table("case_search", column("case_id", BigInteger), column("grams", ARRAY(Text)))


def index_case(case_id: int, *texts: str) -> None:
    """Make a case findable by these texts (number, words, item …) in place of those before.

    In the running transaction; the reporter's name and number are never among the texts.
    """
    index_cases([(case_id, texts)])


def index_cases(rows: Iterable[tuple[int, Iterable[str]]]) -> None:
    """The same for many cases at once."""
    found = [(case_id, bigrams.grams(texts)) for case_id, texts in rows]
    if not found:
        return
    if _on_postgresql():
        statement = text(
            "INSERT INTO case_search (case_id, grams) VALUES (:case_id, :grams) "
            "ON CONFLICT (case_id) DO UPDATE SET grams = excluded.grams"
        )
        db.session.execute(statement, [{"case_id": case_id, "grams": grams} for case_id, grams in found])
    else:
        statement = text("INSERT OR REPLACE INTO case_search (rowid, grams) VALUES (:case_id, :grams)")
        db.session.execute(statement, [{"case_id": case_id, "grams": " ".join(grams)} for case_id, grams in found])


def index_talk(case: Case) -> None:
    """Make a case findable by its number, its item, the report and all that its reporter has said since.

    In the running transaction, after whatever was just said.
    """
    db.session.flush()
    own = select(Message.body).where(Message.case_id == case.id, Message.author == AuthorKind.REPORTER)
    said = db.session.scalars(own.order_by(Message.id))
    item = db.session.scalar(select(ServiceItem.name).where(ServiceItem.id == case.item_id)) if case.item_id else None
    index_case(case.id, case.number, case.words, case.item_words, item or "", *said)


def matching(query: str) -> ColumnElement[bool] | None:
    """The condition on Case for a typed query, or None when nothing in it can be searched for.

    A case matches when each word of the query (parted by spaces) stands in one of its indexed texts, compared without
    case, width, spaces and punctuation: the same cases as LIKE over those texts. Words of one character are found too.
    Nothing of the query reaches the index as syntax: it is turned into hexadecimal first.
    """
    phrases = bigrams.phrases(query)
    if not phrases:
        return None
    return _in_arrays(phrases) if _on_postgresql() else _in_fts(phrases)


def _in_fts(phrases: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    wanted = " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
    return Case.id.in_(select(_FTS.c.rowid).where(_FTS.c.grams.op("MATCH")(wanted)))


def _in_arrays(phrases: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    all_grams = sorted({gram for phrase in phrases for gram in phrase})
    # The array says which grams occur, by its index; that they stand side by side is looked up in those few rows.
    joined = func.array_to_string(_ARRAYS.c.grams, " ") + " "
    beside = [func.strpos(joined, " ".join(phrase) + " ") > 0 for phrase in phrases if len(phrase) > 1]
    # Materialized: else the planner, when asked for the first fifty by date, walks all cases by date instead.
    found = (
        select(_ARRAYS.c.case_id)
        .where(and_(_ARRAYS.c.grams.contains(cast(array(all_grams), ARRAY(Text))), *beside))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    return Case.id.in_(select(found.c.case_id))


def _on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
