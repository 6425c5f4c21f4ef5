"""What is printed on a poster: a hall's own words or the usual ones, in Chinese or English, and its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.models import Hall, Poster
from portal.rules import qr
from portal.rules.vocabulary import PosterPurpose
from portal.services.installation import installation
from portal.services.poster_pdf import Sheet, Wording, draw_posters, unprintable

LANGUAGES = {"zh": "zh-CN", "en": "en"}

_USUAL: dict[str, Any] = {
    "headline": _l("事没办成？"),
    "call": _l("扫一扫，说给我们听"),
    "promises": (_l("不收费"), _l("不登录"), _l("不要身份证号")),
    "assurance": _l("有人接着办，到哪天给答复，都告诉您。"),
    "online": _l("手机打开"),
    "by_phone": _l("打电话"),
    "in_person": _l("当面说"),
    "poster": _l("海报编号"),
}
_RATE = _USUAL | {
    "headline": _l("办得怎么样？"),
    "call": _l("扫一扫，评评这个窗口"),
    "assurance": _l("好坏都可以说，不用留名字。"),
}
_VERSION, _MADE = _l("第 %(version)s 版"), _l("%(year)s年%(month)s月")


def poster_url(poster: Poster) -> str:
    """The address of a poster below PORTAL_PUBLIC_URL, as people read and type it."""
    return f"{installation().settings.public_url}/q/{poster.slug}"


def opens_only_here() -> bool:
    """Whether PORTAL_PUBLIC_URL is this machine's own address: no phone could open what would be printed."""
    host = urlsplit(installation().settings.public_url).hostname or ""
    return host == "localhost" or host.startswith("127.") or host in ("::1", "0.0.0.0")  # noqa: S104 - only compared


def poster_language(hall: Hall) -> str:
    """The language a hall's posters are printed in unless another is asked for: its setting, else Chinese."""
    setting = hall.poster_texts.get("language")
    return setting if setting in LANGUAGES else "zh"


def make_sheets(posters: Sequence[Poster], language: str) -> list[Sheet]:
    """The sheets of posters (with hall and counter loaded) in `zh` or `en`, in their order.

    A hall's own words stand in `poster_texts[language][purpose]` under the names of `Wording`'s fields; what is
    missing there is said as usual.
    """
    with force_locale(language):
        return [_sheet(poster, language) for poster in posters]


def draw(posters: Sequence[Poster], language: str) -> bytes:
    """The posters as one PDF, a page each, in their order. Raises ValueError without posters."""
    return draw_posters(make_sheets(posters, language), language=LANGUAGES[language])


def missing_signs(posters: Sequence[Poster], language: str) -> dict[str, str]:
    """For each poster number the characters that our font lacks and that would print as `〓`."""
    return unprintable(make_sheets(posters, language))


def _sheet(poster: Poster, language: str) -> Sheet:
    hall, counter = poster.hall, poster.counter
    place = _named(counter, "name", language)
    url = poster_url(poster)
    return Sheet(
        wording=_wording(hall, poster.purpose, language),
        hall_name=_named(hall, "name", language),
        place=place,
        label=f"{place} {_named(counter, 'label', language)}".strip(),
        url=qr.dense(url),
        url_text=url.split("://", 1)[1],
        phone=hall.phone,
        where=_named(hall, "window_place", language),
        number=poster.number,
        version=str(_VERSION) % {"version": poster.version},
        printed=str(_MADE) % {"year": poster.made_on.year, "month": poster.made_on.month},
        printed_on=poster.made_on,
    )


def _named(thing: Any, field: str, language: str) -> str:
    if thing is None:
        return ""
    english = getattr(thing, f"{field}_en") if language == "en" else ""
    return str(english or getattr(thing, field))


def _wording(hall: Hall, purpose: str, language: str) -> Wording:
    usual = _RATE if purpose == PosterPurpose.RATE else _USUAL
    own = _own_words(hall.poster_texts, language, purpose)
    words = {name: own.get(name) or str(text) for name, text in usual.items() if name != "promises"}
    promises = own.get("promises")
    said = promises if isinstance(promises, list) else usual["promises"]
    return Wording(**words, promises=tuple(str(text) for text in said))


def _own_words(texts: Mapping[str, Any], language: str, purpose: str) -> Mapping[str, Any]:
    of_language = texts.get(language) or {}
    own: Mapping[str, Any] = of_language.get(purpose) or {}
    return own
