"""The posters of a hall as one PDF to print: A4, black, one page a poster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from portal.rules import qr
from portal.rules.typesetting import Setting, fit
from portal.services.paper import Paper, missing_characters, printable, width

_LEFT, _TOP, _WIDE, _HIGH = 18.0, 15.0, 174.0, 267.0
_LEADING = 1.3
_TIGHT = 1.2
# In the square em of a Chinese font the ink stands from 0.88 above to 0.12 below the baseline.
_ASCENT = 0.88
_BOX, _CODE, _FRAME = 98.0, 74.0, 0.5

Block = tuple[float, Callable[[float], None]]
"""A height, and what draws it once its top is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a hall says on its posters, in one language; a hall's setting."""

    headline: str
    call: str
    promises: tuple[str, ...]
    assurance: str
    online: str
    by_phone: str
    in_person: str
    poster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One poster, every text already worded; an empty phone, where or place is left out.

    `url` is what the code holds, letter for letter (`rules.qr.dense` gives larger modules); `url_text` is for people.
    """

    wording: Wording
    hall_name: str
    place: str
    label: str
    url: str
    url_text: str
    phone: str
    where: str
    number: str
    version: str
    printed: str
    printed_on: date

    def texts(self) -> tuple[str, ...]:
        """Every text that is printed, for checking what the font has."""
        own = (getattr(self, field.name) for field in fields(self))
        words = (getattr(self.wording, field.name) for field in fields(self.wording))
        return tuple(t for t in (*own, *words, *self.wording.promises) if isinstance(t, str))


def draw_posters(sheets: Sequence[Sheet], *, language: str = "zh-CN") -> bytes:
    """One vector PDF with a page for each sheet, in their order; the same sheets give the same bytes.

    The code is at least 60 mm wide with four modules of white around it (ISO/IEC 18004), error correction Q for poor
    copiers. Long texts shrink or take a second line and never leave the page; a character that the font lacks prints
    as `〓` (ask `unprintable` before). Raises ValueError without sheets or when an address is too long for a code.
    """
    if not sheets:
        raise ValueError("no posters to draw")
    first, last = sheets[0], sheets[-1]
    numbers = first.number if first is last else f"{first.number} – {last.number}"
    title = f"{first.hall_name} · {first.wording.poster} {numbers}"
    paper = Paper(title=title, language=language, printed_on=max(sheet.printed_on for sheet in sheets))
    for sheet in sheets:
        paper.new_page()
        _draw(paper, sheet)
    return paper.printed()


def unprintable(sheets: Sequence[Sheet]) -> dict[str, str]:
    """For each poster number the characters that would print as `〓`; empty when all can be printed."""
    lacking: dict[str, str] = {}
    for sheet in sheets:
        if characters := missing_characters(sheet.texts()):
            lacking[sheet.number] = lacking.get(sheet.number, "") + characters
    return lacking


def _draw(paper: Paper, sheet: Sheet) -> None:
    blocks = [
        _heading(paper, sheet),
        _headline(paper, sheet.wording),
        _body(paper, sheet),
        _lines(paper, sheet.wording.assurance, 9.5, height=18, bold=True),
        _ways(paper, sheet),
        _imprint(paper, sheet),
    ]
    blocks = [block for block in blocks if block[0]]
    gap = max(0.0, _HIGH - sum(height for height, _ in blocks)) / (len(blocks) - 1)
    y = _TOP
    for height, draw in blocks:
        draw(y)
        y += height + gap


def _heading(paper: Paper, sheet: Sheet) -> Block:
    hall, place = printable(sheet.hall_name), printable(sheet.place)
    share = _share(width(hall), width(place)) if place else 1.0
    free = _WIDE - (6 if place else 0)
    left = _fit(hall, free * share, 10.5, height=19)
    right = _fit(place, free * (1 - share), 10.5, height=19)
    size = min(left.size, right.size) if place else left.size
    high = size * _LEADING * max(len(left.lines), len(right.lines))

    def draw(y: float) -> None:
        with paper.tagged("P"):
            _write(paper, _LEFT, y, Setting(left.lines, size), bold=True)
            for i, line in enumerate(right.lines):
                x = _LEFT + _WIDE - width(line) * size
                _write(paper, x, y + i * size * _LEADING, Setting((line,), size), bold=False)
        paper.bar(_LEFT, y + high + 3, _WIDE, 1.5)

    return high + 4.5, draw


def _share(hall: float, place: float) -> float:
    # What is short keeps its size; only where both are long they divide the line.
    return min(0.65, max(0.35, hall / (hall + place))) if hall + place else 0.5


def _headline(paper: Paper, wording: Wording) -> Block:
    large = _fit(printable(wording.headline), _WIDE, 33, height=42, leading=_TIGHT)
    # However long the headline is, it stays the larger of the two.
    small = _fit(printable(wording.call), _WIDE, min(18.5, 0.8 * large.size), height=24, leading=_TIGHT)
    high = _high(large, _TIGHT)

    def draw(y: float) -> None:
        with paper.tagged("H1"):
            _write(paper, _LEFT, y, large, bold=True, leading=_TIGHT)
            _write(paper, _LEFT, y + high, small, bold=True, leading=_TIGHT)

    return high + _high(small, _TIGHT), draw


def _body(paper: Paper, sheet: Sheet) -> Block:
    modules = qr.matrix(sheet.url, level="Q")
    count = len(modules)
    module = min(_CODE / count, (_BOX - 2 * _FRAME) / (count + 2 * qr.QUIET_ZONE))
    inset = (_BOX - module * count) / 2

    def draw(y: float) -> None:
        paper.frame(_LEFT, y, _BOX, _FRAME)
        with paper.tagged("Figure", alt=f"QR {sheet.url}"):
            paper.squares(_LEFT + inset, y + inset, module, qr.runs(modules))
        _draw_promises(paper, sheet.wording.promises, y)

    return _BOX, draw


def _draw_promises(paper: Paper, promises: tuple[str, ...], y: float) -> None:
    if not promises:
        return
    x, wide, cell = _LEFT + _BOX + 9, _WIDE - _BOX - 9, _BOX / len(promises)
    settings = [_fit(printable(text), wide, 11, height=cell - 6) for text in promises]
    size = min(setting.size for setting in settings)
    with paper.tagged("P"):
        for i, setting in enumerate(settings):
            even = Setting(setting.lines, size)
            _write(paper, x, y + i * cell + (cell - _high(even)) / 2, even, bold=True)
    for i in range(1, len(promises)):
        paper.bar(x, y + i * cell - _FRAME / 2, wide, _FRAME)


def _ways(paper: Paper, sheet: Sheet) -> Block:
    words = sheet.wording
    pairs = ((words.online, sheet.url_text), (words.by_phone, sheet.phone), (words.in_person, sheet.where))
    rows = [(printable(name), printable(value)) for name, value in pairs if value]
    names = [_fit(name, 50, 8, height=11) for name, _ in rows]
    indent = max((width(line) * n.size for n in names for line in n.lines), default=0) + 5
    values = [_fit(value, _WIDE - indent, 8, height=16) for _, value in rows]
    heights = [max(_high(n), _high(v)) for n, v in zip(names, values, strict=True)]

    def draw(y: float) -> None:
        with paper.tagged("P"):
            for name, value, high in zip(names, values, heights, strict=True):
                _write(paper, _LEFT, y, name, bold=False)
                _write(paper, _LEFT + indent, y + _drop(name, value), value, bold=True)
                y += high + 2

    return sum(heights) + 2 * max(0, len(rows) - 1), draw


def _drop(name: Setting, value: Setting) -> float:
    # A shrunken value keeps the baseline of its name.
    return max(0.0, _baseline(name.size, _LEADING) - _baseline(value.size, _LEADING)) if len(value.lines) == 1 else 0.0


def _imprint(paper: Paper, sheet: Sheet) -> Block:
    parts = (f"{sheet.wording.poster} {sheet.number}", sheet.version, sheet.printed, sheet.label)
    return _lines(paper, "\u3000".join(part for part in parts if part.strip()), 4.2, height=9, bold=False)


def _lines(paper: Paper, text: str, size: float, *, height: float, bold: bool) -> Block:
    setting = _fit(printable(text), _WIDE, size, height=height)

    def draw(y: float) -> None:
        with paper.tagged("P"):
            _write(paper, _LEFT, y, setting, bold=bold)

    return _high(setting) if text else 0.0, draw


def _fit(text: str, wide: float, size: float, *, height: float, leading: float = _LEADING) -> Setting:
    # The stroke of bold letters stands out a little on both sides.
    return fit(text, lambda line: width(line) + 0.04, width=wide, size=size, height=height, leading=leading)


def _high(setting: Setting, leading: float = _LEADING) -> float:
    return setting.size * leading * len(setting.lines)


def _baseline(size: float, leading: float) -> float:
    return size * ((leading - 1) / 2 + _ASCENT)


def _write(paper: Paper, x: float, y: float, setting: Setting, *, bold: bool, leading: float = _LEADING) -> None:
    for i, line in enumerate(setting.lines):
        baseline = y + i * setting.size * leading + _baseline(setting.size, leading)
        paper.write_text(x, baseline, line, setting.size, bold=bold)
