"""Reading QR codes again from everything we draw: pages of a PDF, an SVG path, a terminal."""

import re
from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_SGR = re.compile(r"\x1b\[([\d;]*)m")


def read_codes(picture: Image.Image) -> list[str]:
    """The texts of all QR codes a scanner finds in the picture."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def page_picture(pdf: bytes, page: int, dpi: int) -> Image.Image:
    """One page as a printer would see it, in grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil()


def read_pages(pdf: bytes, dpi: int) -> list[list[str]]:
    """For each page of the PDF the texts of its codes."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [read_codes(page.render(scale=dpi / 72, grayscale=True).to_pil()) for page in document]


def wrong_pages(pdf: bytes, urls: list[str], dpi: int = 300) -> list[int]:
    """The pages (from 0) that do not hold exactly one code with exactly the address wanted."""
    found = read_pages(pdf, dpi)
    return [i for i, (codes, url) in enumerate(zip(found, urls, strict=True)) if codes != [url]]


def code_square(picture: Image.Image) -> tuple[int, int, int]:
    """Where the one upright code of the picture stands: left, top, side in pixels."""
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    corner, other = code.position.top_left, code.position.top_right
    return corner.x, corner.y, other.x - corner.x


def modules_drawn(picture: Image.Image, square: tuple[int, int, int], count: int) -> tuple[tuple[bool, ...], ...]:
    """What stands in the middle of each module: finds what a scanner's error correction would forgive."""
    left, top, side = square
    middles = [(i + 0.5) * side / count for i in range(count)]
    return tuple(tuple(picture.getpixel((left + x, top + y)) < 128 for x in middles) for y in middles)


def picture_of_path(d: str, view_box: str, scale: int = 4) -> Image.Image:
    """The rectangles of an SVG path painted black on white; refuses a path that is anything else."""
    side = int(view_box.split()[2])
    assert "".join(match.group() for match in _RUN.finditer(d)) == d
    picture = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, there, back in (map(int, match.groups()) for match in _RUN.finditer(d)):
        assert there == back
        draw.rectangle((x * scale, y * scale, (x + there) * scale - 1, (y + 1) * scale - 1), fill=0)
    return picture


def picture_of_terminal(text: str, *, writing: int, ground: int, scale: int = 4) -> Image.Image:
    """What half-block characters look like in a terminal whose own colours are `writing` on `ground` (grey values)."""
    lines = text.split("\n")
    wide = max(len(_SGR.sub("", line)) for line in lines)
    picture = Image.new("L", (wide * scale, len(lines) * 2 * scale), ground)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        ink, paper, column = writing, ground, 0
        for piece in re.split(r"(\x1b\[[\d;]*m)", line):
            if code := _SGR.fullmatch(piece):
                ink, paper = {"38;5;16;48;5;231": (0, 255), "0": (writing, ground)}[code[1]]
                continue
            for character in piece:
                upper, lower = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}[character]
                for half, filled in enumerate((upper, lower)):
                    x, y = column * scale, (2 * row + half) * scale
                    draw.rectangle((x, y, x + scale - 1, y + scale - 1), fill=ink if filled else paper)
                column += 1
    return picture


def opened(png: bytes) -> Image.Image:
    """A PNG, loaded."""
    picture = Image.open(BytesIO(png))
    picture.load()
    return picture
