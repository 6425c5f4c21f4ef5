"""The scores for those who answer for them, and the same numbers for everyone."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.scores import bp
from portal.blueprints.scores.forms import ScoresForm
from portal.models import Hall
from portal.rules.permissions import Permission
from portal.services.places import all_halls
from portal.services.score_counts import By
from portal.services.score_scope import (
    MONTHS,
    USUAL_MONTHS,
    Scope,
    months_until,
    published_until,
    scope_of,
    visible_halls,
    whole_halls,
    whole_scope,
)
from portal.services.scores import Sheet, department_sheet, hall_sheet, score_weights
from portal.web.guards import needs, public, viewer
from portal.web.plots import bar_of, forest_of, plot_of
from portal.web.rendering import page, use_hall

PICTURES: dict[str, Any] = {"plot_of": plot_of, "forest_of": forest_of, "bar_of": bar_of}


@bp.get("/scores/")
@needs(Permission.SEE_SCORES)
def show() -> Response:
    form, halls = ScoresForm(request.args), visible_halls(viewer())
    hall = form.choose_hall(halls)
    use_hall(hall)
    scope = scope_of(viewer(), hall)
    form.offer(scope)
    sheet = form.sheet(scope, whole_halls(viewer()), clock.now())
    ways: dict[str, Any] = {"tabs": _tabs(form, scope), "periods": _periods(form, scope)}
    ways |= {"halls": _halls(form, scope, halls), "weights": score_weights()}
    return page("scores/show.html", sheet=sheet, scope=scope, form=form, **ways, **PICTURES)


@bp.get("/scores/public", endpoint="public")
@public
def show_public() -> Response:
    halls = all_halls()
    use_hall(halls[0] if halls else None)
    last = published_until(clock.now())
    sheets = [_published(hall, last) for hall in halls]
    return page("scores/public.html", sheets=sheets, last=last, weights=score_weights(), **PICTURES)


def _published(hall: Hall, last: Any) -> tuple[Hall, Sheet, Sheet]:
    period = months_until(last, USUAL_MONTHS)
    return hall, hall_sheet([hall], period), department_sheet(whole_scope(hall), period)


def _tabs(form: ScoresForm, scope: Scope) -> list[dict[str, Any]]:
    names = {By.HALL: _("大厅"), By.DEPARTMENT: _("部门"), By.COUNTER: _("窗口"), By.WEEK: _("逐周")}
    offered = [by for by in By if scope.is_whole or by is not By.HALL]
    here = form.chosen_by(scope)
    return [_tab(names[by], by is here, form.query(scope, by=by.value)) for by in offered]


def _periods(form: ScoresForm, scope: Scope) -> list[dict[str, Any]]:
    return [
        _tab(
            ngettext("%(num)s 个月", "%(num)s 个月", months),
            months == form.chosen_months(),
            form.query(scope, months=months),
        )
        for months in MONTHS
    ]


def _halls(form: ScoresForm, scope: Scope, halls: list[Hall]) -> list[dict[str, Any]]:
    """One tab a hall, where there are several and one of them is looked at."""
    if len(halls) < 2 or form.chosen_by(scope) is By.HALL:
        return []
    return [_tab(hall, hall.id == scope.hall.id, form.query(scope, hall=hall.code, dep="")) for hall in halls]


def _tab(label: Any, current: bool, query: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "current": current, "url": url_for("scores.show", **query)}
