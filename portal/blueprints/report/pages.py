"""What the report pages show."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.blueprints.report.forms import OPTIONS, ReportForm
from portal.models import ServiceItem
from portal.rules import qr
from portal.rules.explanations import explain, week_strip
from portal.rules.texts import sensitive_numbers
from portal.rules.workdays import local_day
from portal.services import attachments, places
from portal.services.deadlines import hall_rules, receipt_promises
from portal.services.installation import installation
from portal.services.places import Place
from portal.services.receipts import Receipt
from portal.web.rendering import page, use_hall


def choose_hall() -> Response:
    """Several halls, and nothing that says which: their names as links."""
    halls = places.all_halls()
    if halls:
        use_hall(halls[0])
    return page("report/choose.html", halls=halls)


def form_page(
    form: ReportForm,
    place: Place | None,
    *,
    status: int = 200,
    region: str = "",
    items: Sequence[ServiceItem] = (),
    searched: bool = False,
) -> Response:
    """The form with everything in it as it was; for a hall that cannot be told from the page, the first one's."""
    hall = place.hall if place else places.main_hall()
    if hall is None:
        return choose_hall()
    use_hall(hall)
    if form.item.data and not items:
        items = places.search_items(hall.id, form.item_words.data or "")
    kept = attachments.staged(form.submission_key) if form.is_submitted() and not form.is_new_key else []
    rules = hall_rules(hall)
    return page(
        "report/form.html",
        region=region,
        status=status,
        form=form,
        options=OPTIONS,
        place=place or Place(hall),
        kept=kept,
        items=items,
        searched=searched,
        promises=receipt_promises(rules, clock.now()),
        # A guess: the page points it out and never refuses it.
        sensitive=bool(sensitive_numbers(form.words.data or "")),
        again_form={"id": "report", "url": url_for("report.search_items")},
    )


def receipt_page(receipt: Receipt, form: ReportForm) -> Response:
    """The receipt: the two dates, the code once, and why each of them is that date."""
    use_hall(receipt.place.hall)
    rules = hall_rules(receipt.place.hall)
    today, promises = local_day(clock.now()), receipt.promises
    dates = ((promises.take_up, None), (promises.reply, "promised")) if promises else ()
    modules = qr.matrix(f"{installation().settings.public_url}/track#{receipt.code}") if receipt.code else None
    return page(
        "report/receipt.html",
        receipt=receipt,
        key=form.key.data,
        unread=[field.data for field in (form.words, form.about) if receipt.unheard and field.data],
        again=_again(form),
        hours=rules.hours,
        lost=max(0, form.expected_photos() - receipt.photos),
        explained=[(explain(due), week_strip(due, today, rules.calendar), origin) for due, origin in dates],
        qr_path=qr.svg_path(modules) if modules else "",
        qr_side=len(modules) + 2 * qr.QUIET_ZONE if modules else 0,
    )


def _again(form: ReportForm) -> dict[str, object]:
    """What brings the same receipt back in another language: the same key and the same words."""
    fields = {field.name: field.data or "" for field in (form.key, form.at, form.hall, form.words)}
    return {"url": url_for("report.submit"), "fields": fields}
