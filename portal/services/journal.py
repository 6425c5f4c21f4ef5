"""Writing what happened, in the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from portal.extensions import db
from portal.models import Event


def record(
    action: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    actor: str = "",
    case_id: int | None = None,
    object_kind: str = "case",
    object_id: int | None = None,
    **data: Any,
) -> None:
    """Append one Event row. `actor` is reporter, staff or system (staff when a staff_id is given).

    Data holds codes and ids, never a reporter's words or contact: an event is never deleted.
    """
    row = {
        "at": at,
        "actor": actor or ("staff" if staff_id else "system"),
        "staff_id": staff_id,
        "action": action,
        "case_id": case_id,
        "object_kind": object_kind,
        "object_id": object_id if object_id is not None else case_id,
        "data": data,
    }
    db.session.execute(insert(Event), [row])
