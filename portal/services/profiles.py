"""What a hall's deadlines go by beside the calendar: its profile, edited from a preset, and its hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete

from portal.extensions import db
from portal.models import DeadlineProfile, Hall
from portal.rules.hours import HallHours
from portal.rules.presets import PRESETS
from portal.rules.profile_edits import edited
from portal.rules.profiles import Profile
from portal.rules.promises import ChangeReason
from portal.services import journal
from portal.services.hall_rules import profile_of
from portal.services.recounting import Recount, recounting


def change_profile(
    hall_id: int,
    code: str,
    settings: Iterable[tuple[str, str]] = (),
    *,
    as_shipped: bool = False,
    by: int | None = None,
) -> int:
    """Let a hall go by the preset of that code, with these settings changed; the number of cases whose date moved.

    Settings are those of rules/profile_edits.edited and add to what the hall changed in this preset before, unless it
    is wanted `as_shipped`. Every open date of the hall is counted again by its new step. Raises BadData.
    """
    profile = PRESETS[code] if as_shipped else profile_of(hall_id, code)
    for name, value in settings:
        profile = edited(profile, name, value)
    with recounting(hall_id, ChangeReason.PROFILE, by=by) as change:
        _keep(hall_id, profile)
        db.session.get_one(Hall, hall_id).profile_code = code
        _record("profile_changed", change, hall_id, profile=profile.to_json())
    return change.cases


def change_hours(hall_id: int, hours: Mapping[str, str], *, by: int | None = None) -> int:
    """Change some of a hall's times (opens, noon, closes, cutoff as "HH:MM"); the number of cases whose date moved.

    Raises BadData when they do not follow one another (rules/hours.py).
    """
    hall = db.session.get_one(Hall, hall_id)
    new = HallHours.from_json({**hall.hours, **hours}).to_json()
    with recounting(hall_id, by=by) as change:
        hall.hours = new
        _record("hours_changed", change, hall_id, hours=new)
    return change.cases


def _record(action: str, change: Recount, hall_id: int, **data: Any) -> None:
    journal.record(action, change.at, staff_id=change.by, object_kind="hall", object_id=hall_id, **data)


def _keep(hall_id: int, profile: Profile) -> None:
    """The hall's own version is kept only while it differs from the preset."""
    mine = (DeadlineProfile.hall_id == hall_id, DeadlineProfile.code == profile.code)
    db.session.execute(delete(DeadlineProfile).where(*mine))
    steps = profile.to_json()
    if steps != PRESETS[profile.code].to_json():
        name = profile.code
        db.session.add(DeadlineProfile(hall_id=hall_id, code=name, name=name, name_en=name, steps=steps))
