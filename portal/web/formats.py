"""How dates, times and names are written in both languages: the filters of the templates."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal import clock
from portal.rules.codes import order_number

ZONE = ZoneInfo("Asia/Shanghai")
CHINESE, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2}")
# Up to a comma, full stop, colon … and a quotation mark that closes after it.
CLAUSE = re.compile(r"[^\u3002\uff01\uff0c\uff1a\uff1b\uff1f]+(?:[\u3002\uff01\uff0c\uff1a\uff1b\uff1f]+\u201d?)?")


def init_app(app: Flask) -> None:
    """Register the filters."""
    dates = (day, day_short, month_short, moment, clock_time, local_date)
    for function in (*dates, unbroken, clauses, thousands, local_name, as_written, group_code, order_number):
        app.add_template_filter(function)


def local_date(value: date | datetime) -> date:
    """The calendar day in China of an instant (or the day itself)."""
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """10月9日（星期五）; with the year when it is another year."""
    if value is None:
        return ""
    here = local_date(value)
    pattern = _("M月d日（EEEE）") if _this_year(here) else _("y年M月d日（EEEE）")
    return str(format_date(here, pattern, locale=get_locale()))


def day_short(value: date | datetime | None) -> str:
    """10月9日; with the year when it is another year."""
    if value is None:
        return ""
    here = local_date(value)
    pattern = _("M月d日") if _this_year(here) else _("y年M月d日")
    return str(format_date(here, pattern, locale=get_locale()))


def month_short(value: date) -> str:
    """10月; for the scale of a picture."""
    return str(format_date(value, _("M月"), locale=get_locale()))


def moment(value: datetime | None) -> str:
    """10月8日 14:06, by the clock in China."""
    if value is None:
        return ""
    pattern = _("M月d日 HH:mm") if _this_year(local_date(value)) else _("y年M月d日 HH:mm")
    return str(format_datetime(value.astimezone(ZONE), pattern, locale=get_locale()))


def clock_time(value: datetime) -> str:
    """14:06, by the clock in China."""
    return str(format_time(value.astimezone(ZONE), "HH:mm", locale=get_locale()))


def unbroken(text: str) -> Markup:
    """A date or a name that stays on one line inside a sentence."""
    return Markup('<span class="nb">{}</span>').format(text)


def clauses(text: str) -> Markup:
    """A heading that breaks between its clauses before it breaks inside one: Chinese words have no spaces to break at.

    A clause with markup of its own is left as it is.
    """
    whole = escape(text)
    parts = [whole[found.start() : found.end()] for found in CLAUSE.finditer(whole)]
    if len(parts) < 2:
        return whole
    clause = Markup('<span class="clause">{}</span>')
    return Markup("").join(part if "<" in part else clause.format(part) for part in parts)


def thousands(value: int) -> str:
    """13,951: four digits and more are read in groups of three."""
    return str(format_decimal(value, locale=get_locale()))


def local_name(thing: Any, field: str = "name") -> str:
    """The name in the reader's language: `name`, or `name_en` where there is one."""
    if thing is None:
        return ""
    english = getattr(thing, f"{field}_en", "") if str(get_locale()) == "en" else ""
    return english or getattr(thing, field)


def as_written(text: Any) -> Markup:
    """What somebody wrote, marked with its language where that is not the page's.

    Then a screen reader pronounces it and the browser draws it in its own letters (WCAG 3.1.2).
    """
    text = text.unescape() if isinstance(text, Markup) else str(text or "")
    page, own = str(get_locale()), "zh" if CHINESE.search(text) else "en" if LATIN.search(text) else ""
    if not own or page.startswith(own):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format("zh-Hans" if own == "zh" else own, text)


def group_code(code: str) -> list[str]:
    """Twenty digits as five groups of four."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]


def _this_year(here: date) -> bool:
    return here.year == local_date(clock.now()).year
