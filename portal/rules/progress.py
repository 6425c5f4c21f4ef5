"""What the reporter sees of a case: five plain stages, one of them now."""

from __future__ import annotations

from dataclasses import dataclass

from portal.rules.vocabulary import CaseStatus, Sideways, Stage, StageState


@dataclass(frozen=True, slots=True)
class StageView:
    """One of the five plain stages and how it is drawn."""

    stage: Stage
    state: StageState


@dataclass(frozen=True, slots=True)
class PublicProgress:
    """What the reporter sees: five stages, exactly one of them now, and what is to be said beside them."""

    stages: tuple[StageView, ...]
    now: Stage
    sideways: Sideways | None


_STAGE_OF = {
    CaseStatus.SUBMITTED: Stage.RECEIVED,
    CaseStatus.REGISTERED: Stage.ACCEPTED,
    CaseStatus.DISPATCHED: Stage.IN_DEPARTMENT,
    CaseStatus.CONCLUDED: Stage.ANSWERED,
    CaseStatus.CLOSED: Stage.FOLLOWED_UP,
    CaseStatus.ARCHIVED: Stage.FOLLOWED_UP,
}
_SIDEWAYS_OF = {
    CaseStatus.DECLINED: Sideways.DECLINED,
    CaseStatus.MERGED: Sideways.MERGED,
    CaseStatus.WITHDRAWN: Sideways.WITHDRAWN,
}
_OPEN = (CaseStatus.SUBMITTED, CaseStatus.REGISTERED, CaseStatus.DISPATCHED)


def public_stage(
    status: CaseStatus, *, registered: bool = True, dispatched: bool = True, waiting: bool = False
) -> PublicProgress:
    """The five plain stages (已收到, 已受理, 部门办理中, 已答复, 已回访), which one is now, and what stands beside it.

    `registered` and `dispatched` say whether the case ever was: a case settled on the spot skips the department,
    and one declined, merged or withdrawn stops at the last stage it reached. `waiting` matters only while open.
    """
    sideways = _SIDEWAYS_OF.get(status)
    if sideways is not None:
        now = Stage.IN_DEPARTMENT if dispatched and registered else Stage.ACCEPTED if registered else Stage.RECEIVED
    else:
        now = _STAGE_OF[status]
        if waiting and status in _OPEN:
            sideways = Sideways.WAITING
    return PublicProgress(_views(now, dispatched=dispatched, ended=status in _SIDEWAYS_OF), now, sideways)


def _views(now: Stage, *, dispatched: bool, ended: bool) -> tuple[StageView, ...]:
    order = list(Stage)
    reached = order.index(now)
    views = []
    for position, stage in enumerate(order):
        if position == reached:
            state = StageState.NOW
        elif position < reached:
            state = StageState.SKIPPED if stage is Stage.IN_DEPARTMENT and not dispatched else StageState.DONE
        else:
            state = StageState.SKIPPED if ended else StageState.AHEAD
        views.append(StageView(stage, state))
    return tuple(views)
