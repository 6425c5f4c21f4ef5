"""What was solved, told without the person."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from portal.demo.content import stories
from portal.demo.hall import HALL_ID
from portal.demo.rows import Row, row
from portal.demo.timeline import first_day
from portal.demo.world import World
from portal.models import SolvedStory
from portal.rules.workdays import local_day


def solved_stories(world: World, dice: Random) -> list[Row]:
    """Every ending that was published, oldest first, spread over the months."""
    told = [(story, ending["solved"]) for story in stories() for ending in story["endings"] if ending["solved"]]
    dice.shuffle(told)
    first = first_day(world.until) + timedelta(days=14)
    days = (local_day(world.until) - first).days
    by = world.people.id_of("gaojie")
    rows = []
    for number, (story, solved) in enumerate(told, start=1):
        day = first + timedelta(days=days * number // (len(told) + 1))
        rows.append(
            row(
                SolvedStory,
                id=number,
                hall_id=HALL_ID,
                department_id=world.department(story["department"])["id"],
                item_id=world.places.items[story["item"]]["id"],
                title=solved["title"],
                problem=solved["wrong"],
                done=solved["done"],
                tip=solved["tip"],
                published_on=day,
                published_by_id=by,
            )
        )
    return rows
