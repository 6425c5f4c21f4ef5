"""Reading through solved problems, and finding one's own among them."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.blueprints.solved import bp
from portal.rules.texts import clean_line
from portal.services import places, solved
from portal.services.errors import NotFound
from portal.web.guards import open_post, public
from portal.web.rendering import page, use_hall

LONGEST_SEARCH = 200
MANY = 12


@bp.get("/solved")
@public
def list_solved() -> Response:
    """Newest first, of one hall, of one department or item if wanted."""
    room = _room(request.args.get("hall", ""))
    chosen = next((d for d in room["departments"] if d.code == request.args.get("department")), None)
    item_id, after = (request.args.get(name, 0, _small_number) for name in ("item", "after"))
    department_id = chosen.id if chosen else None
    found = solved.list_solved(room["hall"].id, department_id=department_id, item_id=item_id or None, after=after)
    return page("solved/list.html", chosen=chosen, found=found, after=after, **room)


@bp.post("/solved")
@open_post
def search() -> Response:
    """What a citizen types goes in the body: an address is kept in histories and logs."""
    room = _room(request.form.get("hall", ""))
    words = clean_line(request.form.get("words", "")[: 4 * LONGEST_SEARCH], LONGEST_SEARCH).text[:LONGEST_SEARCH]
    found = solved.Stories(solved.search_solved(room["hall"].id, words, MANY), 0)
    return page("solved/list.html", found=found, words=words, most=MANY, **room)


@bp.get("/solved/<int(max=2147483647):story_id>")
@public
def show(story_id: int) -> Response:
    story = solved.solved_story(story_id)
    hall = next(hall for hall in places.all_halls() if hall.id == story.hall_id)
    use_hall(hall)
    return page("solved/story.html", story=story, hall=hall)


def _room(code: str) -> dict[str, Any]:
    """The halls, the one of that code or else the first, and its departments. Raises NotFound before any is set up."""
    halls = places.all_halls()
    chosen = next((hall for hall in halls if hall.code == code), halls[0] if halls else None)
    if chosen is None:
        raise NotFound
    use_hall(chosen)
    return {"halls": halls, "hall": chosen, "departments": solved.departments_with_stories(chosen.id)}


def _small_number(text: str) -> int:
    """A row's number; a huge or strange one is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
