"""QR codes as a square of modules, and the three ways we show them: one SVG path, runs for paper, a terminal."""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from qrcode import constants
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, MODE_NUMBER, QRData

Matrix = tuple[tuple[bool, ...], ...]
Level = Literal["L", "M", "Q", "H"]

QUIET_ZONE = 4
"""Modules of white that ISO/IEC 18004 wants around the code."""

_LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
_DENSE = re.compile(rb"[%s]+" % re.escape(ALPHA_NUM))
_POSTER_PATH = re.compile(r"/q/[0-9A-Za-z]+", re.ASCII)
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def matrix(text: str, *, level: Level = "M", mask: int = 2) -> Matrix:
    """The modules of the smallest code that holds `text`, dark is True, without the quiet zone.

    The mask is fixed: weighing all eight is most of the work and scanners read any of them (ISO/IEC 18004 only
    recommends the choice). Digits and upper-case addresses go in the denser modes. Raises ValueError when the text is
    empty or longer than a code can hold at this level.
    """
    if not text:
        raise ValueError("a QR code needs a text")
    code = QRCode(version=None, error_correction=_LEVELS[level], border=0, mask_pattern=mask)
    data = text.encode()
    code.add_data(QRData(data, mode=_mode(data)))
    try:
        code.make(fit=True)
    except ValueError as error:
        # The library says "invalid version 41" for what is simply too much text.
        raise ValueError(f"{len(data)} bytes are more than a QR code of level {level} can hold") from error
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def dense(url: str) -> str:
    """The same poster address in capitals, `HTTPS://HOST/Q/SLUG`, which a QR code holds in fewer, larger modules.

    Scheme and host ignore case (RFC 3986, 6.2.2.1) and we serve /Q/ as well as /q/. Any other address comes back as it
    was, because its path might mean something else in capitals.
    """
    parts = urlsplit(url)
    is_poster = _POSTER_PATH.fullmatch(parts.path) and not parts.query and not parts.fragment and not parts.username
    return url.upper() if is_poster and _DENSE.fullmatch(url.upper().encode()) else url


def runs(modules: Matrix) -> Iterator[tuple[int, int, int]]:
    """The dark runs of each row as (column, row, length) in modules, from the top left, quiet zone not counted."""
    for row, line in enumerate(modules):
        start = None
        for column, dark in enumerate((*line, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                yield start, row, column - start
                start = None


def view_box(modules: Matrix) -> str:
    """The SVG viewBox that `svg_path` is drawn in: one unit a module, quiet zone included."""
    side = len(modules) + 2 * QUIET_ZONE
    return f"0 0 {side} {side}"


def svg_path(modules: Matrix) -> str:
    """The `d` of the one path that draws all dark modules inside `view_box`, one rectangle for each run of a row."""
    return "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z" for x, y, length in runs(modules))


def terminal(modules: Matrix) -> str:
    """Lines of half-block characters, two modules high, that a phone can scan from a terminal, quiet zone included.

    Black and white are named outright, so the code is right on dark and on light terminals.
    """
    side = len(modules) + 2 * QUIET_ZONE
    blank = (False,) * side
    margin = (False,) * QUIET_ZONE
    rows = [blank] * QUIET_ZONE + [(*margin, *row, *margin) for row in modules] + [blank] * QUIET_ZONE
    if side % 2:
        rows.append(blank)
    pairs = [zip(rows[i], rows[i + 1], strict=True) for i in range(0, len(rows), 2)]
    # 16 and 231 of the 256 are true black and white; the basic eight are what a theme makes of them.
    return "\n".join(
        "\033[38;5;16;48;5;231m" + "".join(_HALF_BLOCKS[pair] for pair in line) + "\033[0m" for line in pairs
    )


def _mode(data: bytes) -> int:
    if data.isdigit():
        return int(MODE_NUMBER)
    return int(MODE_ALPHA_NUM if _DENSE.fullmatch(data) else MODE_8BIT_BYTE)
