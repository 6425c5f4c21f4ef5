"""The things a person would photograph in a hall, drawn flat: sheets, forms, tickets, screens, counters."""

import math
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SCENE = (900, 1120)
INK = (38, 38, 44)
PEN = (32, 52, 140)
SEAL = (196, 40, 44)
_FONT = Path(__file__).parents[1] / "static" / "fonts" / "NotoSansSC-Bancheng.ttf"


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def sheet(words: dict[str, Any], dice: Random) -> Image.Image:
    """A printed page with a heading, lines and perhaps a seal."""
    page = Image.new("RGBA", (690, 900), (250, 249, 244, 255))
    draw = ImageDraw.Draw(page)
    draw.text((345, 90), words["title"], INK, font(46), anchor="mm")
    draw.line((70, 140, 620, 140), INK, 2)
    for row, line in enumerate(words["lines"]):
        draw.text((70, 190 + row * 58), line, INK, font(27))
    if words["stamp"]:
        page.alpha_composite(seal(words["stamp"], dice), (400, 660))
    return page


def handwriting(words: dict[str, Any], dice: Random) -> Image.Image:
    """A leaf from a squared notebook, written on with a ball pen: no two strokes at the same height or slant."""
    page = Image.new("RGBA", (660, 880), (252, 250, 238, 255))
    draw = ImageDraw.Draw(page)
    for y in range(96, 880, 74):
        draw.line((0, y, 660, y), (168, 190, 210), 2)
    draw.line((84, 0, 84, 880), (222, 160, 160), 2)
    for row, line in enumerate(words["lines"]):
        x, y = 104 + dice.uniform(-8, 10), 96 + row * 74
        for letter in line:
            size = dice.randrange(35, 43)
            glyph = Image.new("L", (64, 64))
            ImageDraw.Draw(glyph).text((10, 54), letter, 255, font(size), anchor="ls")
            glyph = glyph.rotate(dice.uniform(-9, 9), Image.Resampling.BILINEAR)
            page.paste(PEN, (int(x) - 10, int(y + dice.uniform(-5, 3)) - 60), glyph)
            x += font(size).getlength(letter) * 0.98
    return page


def form(words: dict[str, Any], dice: Random) -> Image.Image:
    """A table of printed labels, filled in by pen."""
    page = Image.new("RGBA", (700, 880), (247, 247, 245, 255))
    draw = ImageDraw.Draw(page)
    draw.text((350, 84), words["title"], INK, font(40), anchor="mm")
    top, height = 140, 560 // len(words["rows"])
    for row, (label, value) in enumerate(words["rows"]):
        y = top + row * height
        draw.rectangle((50, y, 650, y + height), outline=INK, width=2)
        draw.line((220, y, 220, y + height), INK, 2)
        draw.text((135, y + height // 2), label, INK, font(26), anchor="mm")
        at = (240 + dice.randrange(12), y + height // 2 + dice.randrange(-5, 6))
        draw.text(at, value, PEN, font(31), anchor="lm")
    draw.text((50, 770), words["note"], INK, font(24))
    if words["stamp"]:
        page.alpha_composite(seal(words["stamp"], dice), (410, 590))
    return page


def ticket(words: dict[str, Any], dice: Random) -> Image.Image:
    """A queue ticket of thermal paper with a torn edge."""
    page = Image.new("RGBA", (430, 620), (246, 245, 240, 255))
    draw = ImageDraw.Draw(page)
    draw.text((215, 60), words["title"], INK, font(30), anchor="mm")
    draw.line((30, 96, 400, 96), INK, 2)
    draw.text((215, 180), words["number"], INK, font(104), anchor="mm")
    for row, line in enumerate(words["lines"]):
        draw.text((40, 270 + row * 56), line, INK, font(28))
    for x in range(0, 430, 12):
        draw.polygon([(x, 620), (x + 6, 604 + dice.randrange(5)), (x + 12, 620)], (0, 0, 0, 0))
    return page.resize((559, 806), Image.Resampling.BICUBIC)


def screen(words: dict[str, Any], dice: Random) -> Image.Image:
    """A clerk's monitor, seen from the wrong side of the counter, with a box nobody wants to see."""
    page = Image.new("RGBA", (840, 760), (24, 25, 28, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((24, 24, 816, 690), (226, 232, 238))
    draw.rectangle((24, 24, 816, 84), (36, 92, 160))
    draw.text((48, 54), words["title"], "white", font(30), anchor="lm")
    for row, (label, value) in enumerate(words["fields"]):
        y = 112 + row * 58
        draw.text((60, y + 22), label, INK, font(25), anchor="lm")
        draw.rectangle((210, y, 700, y + 44), (255, 255, 255), (150, 160, 170), 2)
        draw.text((222, y + 22), value, INK, font(25), anchor="lm")
    left, top = 100 + dice.randrange(40), 378
    draw.rectangle((left + 8, top + 8, left + 628, top + 258), (170, 178, 186))
    draw.rectangle((left, top, left + 620, top + 250), (252, 252, 252), (90, 100, 110), 2)
    draw.ellipse((left + 28, top + 46, left + 84, top + 102), (206, 52, 48))
    draw.text((left + 56, top + 74), "!", "white", font(44), anchor="mm")
    draw.text((left + 106, top + 74), words["error"], INK, font(27), anchor="lm")
    draw.text((left + 106, top + 128), words["code"], (110, 110, 116), font(23), anchor="lm")
    draw.rectangle((left + 470, top + 182, left + 594, top + 228), (36, 92, 160))
    draw.text((left + 532, top + 205), words["button"], "white", font(25), anchor="mm")
    draw.rectangle((350, 716, 490, 736), (60, 62, 66))
    return page


def counter(words: dict[str, Any], dice: Random) -> Image.Image:
    """A counter as one sees it from the seats: its number, the moving letters, the pane, the plate."""
    page = Image.new("RGBA", SCENE, (214, 219, 222, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 60, 900, 260), (32, 84, 150))
    draw.text((190, 160), words["number"], "white", font(130), anchor="mm")
    draw.text((560, 160), words["title"], "white", font(68), anchor="mm")
    draw.rectangle((90, 290, 810, 370), (18, 14, 14))
    draw.text((450, 330), words["calling"], (255, 74, 52), font(38), anchor="mm")
    draw.rectangle((60, 400, 840, 830), (178, 196, 206), (120, 130, 136), 6)
    draw.polygon([(140, 400), (330, 400), (190, 830), (60, 830), (60, 640)], (194, 211, 220))
    seat = 440 + dice.randrange(160)
    if words["clerk"]:
        draw.ellipse((seat, 520, seat + 120, 650), (140, 148, 156))
        draw.rounded_rectangle((seat - 50, 630, seat + 170, 830), 60, (66, 70, 80))
    else:
        draw.rounded_rectangle((seat, 560, seat + 150, 830), 30, (52, 56, 62))
    draw.rectangle((seat + 90, 610, seat + 270, 740), (40, 42, 46))
    draw.rectangle((0, 830, 900, 880), (236, 232, 224))
    draw.rectangle((0, 880, 900, 1120), (150, 128, 104))
    left = 150 + dice.randrange(60)
    draw.rectangle((left, 690, left + 330, 840), (250, 250, 246), (180, 40, 40), 6)
    draw.text((left + 165, 765), words["sign"], (190, 36, 36), font(54), anchor="mm")
    return page


def _on_star(point: int) -> tuple[float, float]:
    """The tips and notches of the five-pointed star, in turn."""
    reach, turn = (30 if point % 2 == 0 else 12), math.pi * point / 5
    return 115 + reach * math.sin(turn), 76 - reach * math.cos(turn)


def seal(lines: list[str], dice: Random) -> Image.Image:
    """The red round seal of an invented office, pressed unevenly and a little askew."""
    mark = Image.new("L", (230, 230))
    draw = ImageDraw.Draw(mark)
    draw.ellipse((6, 6, 224, 224), outline=210, width=7)
    draw.polygon([_on_star(point) for point in range(10)], 210)
    for row, line in enumerate(lines):
        draw.text((115, 124 + row * 36), line, 210, font(min(28, 186 // max(1, len(line)))), anchor="mm")
    red = Image.new("RGBA", mark.size, (*SEAL, 0))
    red.putalpha(mark)
    return red.rotate(dice.uniform(-16, 16), Image.Resampling.BICUBIC)
