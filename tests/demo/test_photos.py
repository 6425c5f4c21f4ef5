"""The invented photos: enough of them, all different, taken by our own gateway, every letter in the font."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from portal.demo import photo_things, photos
from portal.gateways.photos import inspect, reencode

PORTAL = Path(photos.__file__).parents[1]


@pytest.fixture(scope="module")
def drawn():
    return photos.demo_photos()


def test_there_are_enough_of_every_kind_and_no_two_alike(drawn):
    assert set(Counter(photo.kind for photo in drawn)) == {"notice", "form", "screen", "counter", "receipt", "sample"}
    assert min(Counter(photo.kind for photo in drawn).values()) >= 3
    assert len({photo.jpeg for photo in drawn}) == len(drawn) >= 12
    small = [Image.open(io.BytesIO(photo.jpeg)).convert("L").resize((40, 50)).tobytes() for photo in drawn]
    assert len(set(small)) == len(small)


def test_they_come_out_the_same_every_time(drawn):
    photos.demo_photos.cache_clear()
    assert photos.demo_photos() == drawn


def test_they_are_photos_of_a_phones_making(drawn):
    for photo in drawn:
        head = inspect(photo.jpeg)
        assert (head.width, head.height) == photos.SIZE
        assert 20_000 <= len(photo.jpeg) <= 90_000
    assert reencode(drawn[0].jpeg).width == photos.SIZE[0]


def test_every_department_is_one_of_the_hall(drawn):
    hall = json.loads((PORTAL / "demo" / "content" / "hall.json").read_text("utf-8"))
    known = {department["code"] for department in hall["departments"]}
    assert {photo.department for photo in drawn} <= known
    assert "moon" not in known


def test_every_sample_is_of_the_form_for_an_item_of_its_department(drawn):
    items = json.loads((PORTAL / "demo" / "content" / "items.json").read_text("utf-8"))
    known = {(item["name"], item["department"]) for item in items}
    assert {(photo.item, photo.department) for photo in drawn if photo.kind == "sample"} <= known
    assert all(bool(photo.item) is (photo.kind == "sample") for photo in drawn)


def test_every_counter_is_one_of_the_hall():
    hall = json.loads((PORTAL / "demo" / "content" / "hall.json").read_text("utf-8"))
    known = {(f"{each['number']:02d}", each["label"], each["department"]) for each in hall["counters"]}
    texts = json.loads(photos._TEXTS.read_text("utf-8"))
    shown = {(each["number"], each["title"], each["department"]) for each in texts if each["kind"] == "counter"}
    assert shown <= known
    assert len(shown) == 3


def missing_letters(text):
    return set(text) - {chr(code) for code in TTFont(photo_things._FONT).getBestCmap()}


def test_the_font_has_every_letter_that_is_drawn():
    def words(node):
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return [node] if isinstance(node, str) else [word for child in children for word in words(child)]

    assert missing_letters("".join(words(json.loads(photos._TEXTS.read_text("utf-8"))))) == set()
    assert missing_letters("☑") == {"☑"}
