"""A PDF to be printed: one embedded font, millimetres from the top left, black only, every text tagged and readable."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

FONT = Path(__file__).parent.parent / "static" / "fonts" / "NotoSansSC-Bancheng.ttf"
MISSING = "〓"
"""The printer's old mark for a character that is not in the case: a person sees that something is missing."""

_FAMILY = "bancheng"
_MM = 72 / 25.4
_BOLDER, _BOLDER_LARGE, _LARGE = 0.036, 0.05, 15.0
"""Stroke that makes the regular weight bold, in parts of the size: more in small letters would close 窗 on a copier."""
_STRAIGHT_QUOTES = str.maketrans("‘’“”", "''\"\"")
_FIRST_CJK = "\u2e80"


def printable(text: str) -> str:
    """`text` as our font can print it: composed (NFC), on one line, no invisible characters, `〓` for what it lacks.

    In a text without Chinese the curly quotes become straight: the font has only the Chinese ones, a square wide.
    """
    line = "".join(c if ord(c) in _advances() else MISSING for c in _visible(text)).strip()
    return line if any(c >= _FIRST_CJK for c in line) else line.translate(_STRAIGHT_QUOTES)


def missing_characters(texts: Iterable[str]) -> str:
    """The characters that would be printed as `〓`, each once, in the order they come."""
    return "".join(dict.fromkeys(c for text in texts for c in _visible(text) if ord(c) not in _advances()))


def width(text: str) -> float:
    """Width of a printable text in parts of its size, bold or not (bold is a stroke and moves nothing)."""
    advances = _advances()
    return sum(advances[ord(c)] for c in text)


class Paper(FPDF):
    """A4 pages in portrait. Sizes and places are millimetres; `y` of a text is its baseline."""

    def __init__(self, *, title: str, language: str, printed_on: date) -> None:
        super().__init__(unit="mm", format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.set_title(title)
        self.set_lang(language)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        # The day on the paper, not the hour of the machine: the same posters give the same bytes.
        self.set_creation_date(datetime.combine(printed_on, time(), UTC))
        self.add_font(_FAMILY, "", FONT)
        self._marks = 0

    def new_page(self) -> None:
        """Start an empty page."""
        self.add_page()
        self._marks = 0
        # Mitred joins keep the corners of imitated bold sharp; the low limit cuts the spikes of acute ones.
        self._out("0 j 2 M")

    @contextmanager
    def tagged(self, role: str, alt: str | None = None) -> Iterator[None]:
        """What is drawn inside is one element (`P`, `H1`, `Figure` …) of the reading order."""
        self._add_marked_content(struct_type=f"/{role}", mcid=self._marks, alt_text=alt)
        self._out(f"/{role} <</MCID {self._marks}>> BDC")
        self._marks += 1
        yield
        self._out("EMC")

    def printed(self) -> bytes:
        """The finished file; nothing can be drawn after this."""
        made = bytes(self.output())
        # The library leaves its font file open.
        _face(self).close()
        return made

    def write_text(self, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
        """One line of printable text that starts at `x` on the baseline `y`."""
        points = size * _MM
        stroke = points * (_BOLDER_LARGE if size > _LARGE else _BOLDER)
        mode = f"2 Tr {stroke:.2f} w" if bold else "0 Tr"
        face = _face(self)
        font = self._set_font_for_page(face, points, wrap_in_text_object=False)
        at = f"{x * _MM:.2f} {(self.h - y) * _MM:.2f} Td"
        self._out(f"BT {font} {mode} {at} {face.encode_text(text)} ET")

    def bar(self, x: float, y: float, length: float, thickness: float) -> None:
        """A horizontal rule with its top left corner at `x`, `y`; no part of the reading order."""
        at = f"{x * _MM:.2f} {(self.h - y - thickness) * _MM:.2f}"
        self._out(f"/Artifact BMC {at} {length * _MM:.2f} {thickness * _MM:.2f} re f EMC")

    def frame(self, x: float, y: float, side: float, thickness: float) -> None:
        """A square outline whose outer edge has its top left corner at `x`, `y`."""
        inner = (side - thickness) * _MM
        at = f"{(x + thickness / 2) * _MM:.2f} {(self.h - y - side + thickness / 2) * _MM:.2f}"
        self._out(f"/Artifact BMC {thickness * _MM:.2f} w {at} {inner:.2f} {inner:.2f} re S EMC")

    def squares(self, x: float, y: float, module: float, runs: Iterable[tuple[int, int, int]]) -> None:
        """Runs of squares (column, row, length) from the top left corner `x`, `y`, filled as one path.

        One path, so that no renderer leaves a hair of white where two rows touch.
        """
        path = " ".join(f"{column} {row} {length} 1 re" for column, row, length in runs)
        unit = f"{module * _MM:.4f}"
        self._out(f"q {unit} 0 0 -{unit} {x * _MM:.3f} {(self.h - y) * _MM:.3f} cm {path} f Q")


@cache
def _advances() -> dict[int, float]:
    reader = FPDF()
    reader.add_font(_FAMILY, "", FONT)
    face = _face(reader)
    face.close()
    return {code: thousandths / 1000 for code, thousandths in face.cw.items()}


def _face(pdf: FPDF) -> TTFFont:
    font = pdf.fonts[_FAMILY]
    assert isinstance(font, TTFFont)
    return font


def _visible(text: str) -> Iterator[str]:
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            # A line break or a tab would be a box; the ideographic space is a width somebody chose.
            yield "\u3000" if character == "\u3000" else " "
        # Control, format (zero width, bidi) and variation selectors have no ink of their own.
        elif unicodedata.category(character) not in {"Cc", "Cf"} and not _is_variation_selector(character):
            yield character


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
