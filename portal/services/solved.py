"""Solved problems, told without the person: finding those like one's own, and reading through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from portal.extensions import db
from portal.models import Department, SolvedStory
from portal.rules.likeness import likeness, pairs, share_found
from portal.services.errors import NotFound

PAGE = 20
_WEIGHED = 500
# As much as a report may hold; one sign may stand for eighteen when it is folded.
_READ = 1000
_ALIKE = 0.06
_SAME_ITEM = 0.5
_HALF = 0.5


@dataclass(frozen=True)
class Stories:
    """One page of stories, newest first; `after` is where the next page goes on, 0 at the end."""

    stories: Sequence[SolvedStory]
    after: int


def similar(hall_id: int, words: str = "", item_id: int | None = None, limit: int = 3) -> list[SolvedStory]:
    """Stories of the hall like what somebody is writing, best first; one statement. Empty when none is alike.

    The same item weighs as much as half of the words in common. The newest 500 are looked at, and the first thousand
    characters of the words.
    """
    wanted = pairs(words[:_READ])
    if not wanted and item_id is None:
        return []
    weighed = [(_weight(story, wanted, item_id), story) for story in _recent(hall_id)]
    alike = [(weight, story) for weight, story in weighed if weight >= _ALIKE]
    return [story for _, story in sorted(alike, key=lambda pair: -pair[0])[:limit]]


def search_solved(hall_id: int, words: str, limit: int) -> list[SolvedStory]:
    """Stories of the hall that hold what somebody typed to find, best first; one statement.

    At least half of the pairs must occur, so that two characters find what holds them and a sentence need not be
    repeated word for word. The newest 500 are looked at.
    """
    wanted = pairs(words[:_READ])
    if not wanted:
        return []
    found = [(share_found(wanted, f"{story.title} {story.problem} {story.done}"), story) for story in _recent(hall_id)]
    held = [(share, story) for share, story in found if share >= _HALF]
    return [story for _, story in sorted(held, key=lambda pair: -pair[0])[:limit]]


def list_solved(
    hall_id: int, *, department_id: int | None = None, item_id: int | None = None, after: int = 0
) -> Stories:
    """The hall's stories, newest first, of one department or item if wanted; by keyset, `after` a story's id."""
    wanted = select(SolvedStory).where(SolvedStory.hall_id == hall_id)
    if department_id is not None:
        wanted = wanted.where(SolvedStory.department_id == department_id)
    if item_id is not None:
        wanted = wanted.where(SolvedStory.item_id == item_id)
    last = db.session.get(SolvedStory, after) if after else None
    if last is not None:
        wanted = wanted.where(_behind(last))
    found = db.session.scalars(wanted.order_by(*_NEWEST_FIRST).limit(PAGE + 1)).all()
    return Stories(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0)


def solved_story(story_id: int) -> SolvedStory:
    """One story. Raises NotFound."""
    story = db.session.get(SolvedStory, story_id)
    if story is None:
        raise NotFound
    return story


def departments_with_stories(hall_id: int) -> Sequence[Department]:
    """The hall's departments that have a story, in the order they were set up."""
    told = select(SolvedStory.department_id).where(SolvedStory.hall_id == hall_id)
    return db.session.scalars(select(Department).where(Department.id.in_(told)).order_by(Department.id)).all()


_NEWEST_FIRST = (SolvedStory.published_on.desc(), SolvedStory.id.desc())


def _recent(hall_id: int) -> Sequence[SolvedStory]:
    newest = select(SolvedStory).where(SolvedStory.hall_id == hall_id).order_by(*_NEWEST_FIRST)
    return db.session.scalars(newest.limit(_WEIGHED)).all()


def _behind(last: SolvedStory) -> ColumnElement[bool]:
    same_day = and_(SolvedStory.published_on == last.published_on, SolvedStory.id < last.id)
    return or_(SolvedStory.published_on < last.published_on, same_day)


def _weight(story: SolvedStory, wanted: frozenset[str], item_id: int | None) -> float:
    same = _SAME_ITEM if item_id is not None and story.item_id == item_id else 0.0
    return same + likeness(wanted, pairs(f"{story.title} {story.problem}"))
