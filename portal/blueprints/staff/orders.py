"""A department's work orders: what to sign for, what is in work, what is late; and the paper form of one."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.staff import bp
from portal.rules.permissions import Permission
from portal.services.order_list import Tray, order_on_paper, orders_of
from portal.web.guards import needs, viewer
from portal.web.rendering import page, use_hall


@bp.get("/orders")
@needs(Permission.ACKNOWLEDGE_ORDER)
def orders() -> Response:
    said = request.args.get("tray", "")
    tray = Tray(said) if said in list(Tray) else Tray.TO_ACKNOWLEDGE
    found = orders_of(viewer(), tray, clock.now(), request.args.get("after", ""))
    return page("staff/orders.html", found=found, tray=tray, trays=list(Tray))


@bp.get("/orders/<number>/print")
@needs(Permission.READ_CASE)
def print_order(number: str) -> Response:
    found = order_on_paper(viewer(), number)
    use_hall(found.case.hall)
    return page("staff/order_paper.html", order=found.order, case=found.case, handler=found.handler, number=number)
