"""Invented photos for the demo hall: a thing drawn flat, laid on a ground, photographed askew in poor light."""

import json
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from portal.demo import photo_things as things

SIZE = (800, 1000)
_TEXTS = Path(__file__).with_name("content") / "photo_texts.json"
_DRAWN: dict[str, Callable[[dict[str, Any], Random], Image.Image]] = {
    "sheet": things.sheet,
    "handwriting": things.handwriting,
    "form": things.form,
    "ticket": things.ticket,
    "screen": things.screen,
    "counter": things.counter,
}
_GROUNDS = {
    "wood": (150, 108, 70),
    "desk": (196, 190, 178),
    "stone": (128, 130, 132),
    "wall": (222, 221, 214),
    "dark": (58, 60, 66),
    "hall": (200, 204, 206),
}


class DemoPhoto(NamedTuple):
    """One invented photo: notice, form, screen, counter or receipt; the department code it is about.

    Or a sample, which staff send along: of the form for an item, filled in as it should be.
    """

    kind: str
    jpeg: bytes
    department: str
    item: str


@cache
def demo_photos() -> tuple[DemoPhoto, ...]:
    """Draw them all, the same every time."""
    return tuple(
        DemoPhoto(words["kind"], _photograph(words, _dice(number)), words["department"], words.get("item", ""))
        for number, words in enumerate(json.loads(_TEXTS.read_text("utf-8")))
    )


def _dice(number: int) -> Random:
    return Random(f"photo {number}")  # noqa: S311 (the demo must come out the same every time; nothing secret here)


def _photograph(words: dict[str, Any], dice: Random) -> bytes:
    scene = _lay_down(
        _DRAWN[words["drawn"]](words, dice), _ground(_GROUNDS[words["ground"]], words["ground"], dice), dice
    )
    picture = _light(_askew(scene, dice), dice)
    out = BytesIO()
    picture.save(out, "JPEG", quality=72)
    return out.getvalue()


def _ground(colour: tuple[int, int, int], name: str, dice: Random) -> Image.Image:
    """A table top, a wall or a floor: one colour, with grain; wood has its grain stretched."""
    grain = (30, 560) if name == "wood" else (225, 280)
    speck = Image.frombytes("L", grain, dice.randbytes(grain[0] * grain[1]))
    speck = speck.transpose(Image.Transpose.ROTATE_90) if name == "wood" else speck
    speck = speck.resize(things.SCENE, Image.Resampling.BICUBIC).point(lambda value: 218 + value * 0.14)
    return ImageChops.multiply(Image.new("RGB", things.SCENE, colour), Image.merge("RGB", (speck, speck, speck)))


def _lay_down(thing: Image.Image, ground: Image.Image, dice: Random) -> Image.Image:
    """Put the thing on its ground with a soft shadow; a scene that fills the picture needs none."""
    if thing.size == things.SCENE:
        return thing.convert("RGB")
    left = (ground.width - thing.width) // 2 + dice.randrange(-16, 17)
    top = (ground.height - thing.height) // 2 + dice.randrange(-30, 31)
    shadow = Image.new("L", (ground.width // 4, ground.height // 4))
    box = (left + 10, top + 14, left + thing.width + 12, top + thing.height + 16)
    ImageDraw.Draw(shadow).rectangle([side // 4 for side in box], 150)
    shadow = shadow.filter(ImageFilter.GaussianBlur(4)).resize(ground.size, Image.Resampling.BILINEAR)
    ground.paste((20, 18, 16), (0, 0), shadow)
    ground.paste(thing, (left, top), thing)
    return ground


def _askew(scene: Image.Image, dice: Random) -> Image.Image:
    """Hold the camera like a person in a hurry: turned a little, and never quite from above."""
    lean, tilt = dice.uniform(-26, 26), dice.uniform(0, 26)
    width, height = scene.size
    corners = (
        (28 + tilt, 30 + lean),
        (28 - lean * 0.8, height - 30 + lean * 0.2),
        (width - 28 + lean * 0.2, height - 30 - lean),
        (width - 28 - tilt, 30 - lean * 0.6),
    )
    flat = [value for corner in corners for value in corner]
    return scene.transform(SIZE, Image.Transform.QUAD, flat, Image.Resampling.BILINEAR)


def _light(picture: Image.Image, dice: Random) -> Image.Image:
    """Light from one side, the shade of a head or a hand, a slight blur, and the grain of a small sensor."""
    shade = Image.new("L", (8, 10))
    side, floor = dice.choice((-1, 1)), dice.randrange(150, 185)
    shade.putdata([min(255, floor + 55 + side * (x - 4) * 8 + (5 - y) * 5) for y in range(10) for x in range(8)])
    shade = shade.resize(SIZE, Image.Resampling.BICUBIC)
    warm = Image.merge("RGB", (shade.point(lambda value: value * 1.03), shade, shade.point(lambda value: value * 0.94)))
    lit = ImageChops.multiply(picture, warm).filter(ImageFilter.BoxBlur(dice.uniform(0.3, 0.7)))
    half = (SIZE[0] // 2, SIZE[1] // 2)
    grain = Image.frombytes("L", half, dice.randbytes(half[0] * half[1])).resize(SIZE, Image.Resampling.BILINEAR)
    return Image.blend(lit, Image.merge("RGB", (grain, grain, grain)), 0.042)
