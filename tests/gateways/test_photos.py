"""Photos from strangers: what is taken, what is refused and why, what is left of what a phone writes into a file."""

import io
import json
import os
import signal
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.gateways import photos
from portal.gateways.photo_heads import Kind
from portal.gateways.photos import Limits, PhotoRefused, Reason, inspect, reencode
from tests.gateways import photo_samples as samples
from tests.gateways.photo_samples import BLUE, GREEN, RED, YELLOW, write

WITH_SECRETS = {
    "jpeg": samples.jpeg_with_everything,
    "progressive jpeg": lambda: samples.jpeg_with_everything(progressive=True),
    "grey jpeg": lambda: samples.jpeg_with_everything(samples.corners().convert("L"), icc_profile=None),
    "cmyk jpeg": lambda: samples.jpeg_with_everything(samples.corners().convert("CMYK"), icc_profile=None),
    "png": samples.png_with_everything,
    "webp": samples.webp_with_everything,
    "jpeg that is a zip as well": lambda: samples.jpeg_with_everything() + samples.zipped(),
    "jpeg that is a page as well": lambda: samples.jpeg_with_everything(comment=b"<script>13800001111</script>"),
    "jpeg with a page behind it": lambda: samples.jpeg_with_everything() + b"<html>13800001111</html>",
}


def opened(jpeg):
    picture = Image.open(io.BytesIO(jpeg))
    picture.load()
    return picture.convert("RGB")


def is_near(colour, expected, slack=24):
    return all(abs(a - b) <= slack for a, b in zip(colour, expected, strict=True))


def nearest(colour):
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW}
    return next((name for name, known in names.items() if is_near(colour, known, 60)), colour)


def four_quarters(picture):
    width, height = picture.size
    return [
        nearest(picture.getpixel((x, y))) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)
    ]


def refused(call, *args):
    with pytest.raises(PhotoRefused) as caught:
        call(*args)
    return caught.value.reason


def children():
    """Processes this one has started and not yet buried."""
    return [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]


# What is left


@pytest.mark.parametrize("name", WITH_SECRETS)
def test_nothing_but_the_picture_survives(name):
    original = WITH_SECRETS[name]()
    photo = reencode(original)
    assert samples.SECRET in original or name == "png"
    for jpeg in (photo.jpeg, photo.thumbnail):
        assert samples.strangers(jpeg) == []
        assert samples.SECRET not in jpeg
        assert set(Image.open(io.BytesIO(jpeg)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (photo.width, photo.height) == opened(photo.jpeg).size == (400, 300)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"exif": samples.exif()}, "segment ffe1"),
        ({"xmp": samples.XMP}, "segment ffe1"),
        ({"icc_profile": samples.SRGB}, "segment ffe2"),
        ({"comment": b"hello"}, "segment fffe"),
        ({"dpi": (300, 300)}, "JFIF with extras"),
    ],
)
def test_the_reader_of_segments_finds_what_was_planted(options, found):
    planted = write(samples.corners(), "JPEG", **options)
    assert found in samples.strangers(planted)
    assert samples.strangers(write(samples.corners(), "JPEG") + b"x") == ["bytes after the end"]


@pytest.mark.parametrize("name", ["jpeg", "progressive jpeg", "cmyk jpeg", "png", "webp"])
def test_the_picture_itself_stays_what_it_was(name):
    assert four_quarters(opened(reencode(WITH_SECRETS[name]()).jpeg)) == ["red", "green", "blue", "yellow"]


# Where row 0, column 0 and its neighbour end up, from the table of the EXIF standard (JEITA CP-3451, tag 0x0112).
UPRIGHT = {
    1: ["red", "green", "blue", "yellow"],
    2: ["green", "red", "yellow", "blue"],
    3: ["yellow", "blue", "green", "red"],
    4: ["blue", "yellow", "red", "green"],
    5: ["red", "blue", "green", "yellow"],
    6: ["blue", "red", "yellow", "green"],
    7: ["yellow", "green", "blue", "red"],
    8: ["green", "yellow", "red", "blue"],
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_taken_sideways_stands_upright(kind, orientation):
    photo = reencode(write(samples.corners(), kind, exif=samples.exif(orientation)))
    assert four_quarters(opened(photo.jpeg)) == four_quarters(opened(photo.thumbnail)) == UPRIGHT[orientation]
    assert (photo.width, photo.height) == ((400, 300) if orientation < 5 else (300, 400))


def test_damaged_exif_does_not_cost_the_photo():
    damaged = samples.exif(6)[:20] + b"\xff" * 40
    assert four_quarters(opened(reencode(write(samples.corners(), "JPEG", exif=damaged)).jpeg))[0] in ("red", "blue")


def test_a_large_photo_is_brought_down_and_a_small_one_is_left_alone():
    large = reencode(write(samples.corners(4032, 3024), "JPEG", exif=samples.exif(6)))
    assert (large.width, large.height) == (1500, 2000)
    assert max(opened(large.thumbnail).size) == photos.THUMBNAIL_SIDE
    small = reencode(write(samples.corners(90, 60), "JPEG"))
    assert (small.width, small.height) == (90, 60)
    assert opened(small.thumbnail).size == (90, 60)


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1), (2001, 1999), (2000, 2000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_odd_shapes_are_taken(kind, size):
    photo = reencode(write(Image.new("RGB", size, RED), kind))
    assert max(photo.width, photo.height) == min(max(size), photos.MAX_SIDE)


def test_size_and_digest_are_those_of_the_photo():
    photo = reencode(write(samples.corners(), "JPEG"))
    told = subprocess.run(["sha256sum"], input=photo.jpeg, capture_output=True, check=True).stdout.split()[0].decode()
    assert (photo.size, photo.sha256) == (len(photo.jpeg), told)


# Colours and kinds of pixels


def test_what_can_be_seen_through_becomes_white():
    picture = opened(reencode(samples.palette_with_holes()).jpeg)
    assert is_near(picture.getpixel((50, 150)), (255, 255, 255))
    assert is_near(picture.getpixel((350, 150)), GREEN)


@pytest.mark.parametrize("side", [300, 3000])
def test_sixteen_bits_of_grey_keep_their_shade(side):
    picture = opened(reencode(write(Image.new("I;16", (side, side), 0x4000), "PNG")).jpeg)
    assert is_near(picture.getpixel((100, 100)), (64, 64, 64))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_kind_of_png_is_taken(mode):
    picture = opened(reencode(write(samples.corners(2400, 1800).convert(mode), "PNG")).jpeg)
    assert picture.size == (2000, 1500)


def test_of_an_animation_the_first_picture_is_taken():
    assert four_quarters(opened(reencode(samples.animated_webp()).jpeg)) == ["red"] * 4


def test_of_several_pictures_in_one_file_the_first_is_taken():
    photo = reencode(samples.several_in_one_jpeg())
    assert four_quarters(opened(photo.jpeg)) == ["red", "green", "blue", "yellow"]
    assert samples.strangers(photo.jpeg) == []


def test_a_colour_profile_is_applied_before_it_is_dropped():
    profile = samples.profile_that_swaps_red_and_blue()
    for kind in ("JPEG", "PNG", "WEBP"):
        photo = reencode(write(samples.corners(), kind, icc_profile=profile))
        assert four_quarters(opened(photo.jpeg))[::2] == ["blue", "red"]


@pytest.mark.parametrize(
    "profile", [b"not a profile", samples.SRGB[:200], samples.SRGB[:16] + b"CMYK" + samples.SRGB[20:]]
)
def test_a_damaged_colour_profile_is_ignored(profile):
    photo = reencode(write(samples.corners(), "JPEG", icc_profile=profile))
    assert four_quarters(opened(photo.jpeg)) == ["red", "green", "blue", "yellow"]


# What is refused


def isobmff(*brands):
    body = brands[0] + b"\0\0\0\0" + b"".join(brands[1:])
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + bytes(100)


OTHER = {
    "nothing": (b"", Reason.EMPTY),
    "iphone": (isobmff(b"heic", b"mif1", b"heic"), Reason.HEIC),
    "burst": (isobmff(b"msf1", b"hevc"), Reason.HEIC),
    "heif": (isobmff(b"mif1", b"mif1", b"heix"), Reason.HEIC),
    "avif": (write(samples.corners(), "AVIF"), Reason.AVIF),
    "avif led by heif": (isobmff(b"mif1", b"avif", b"miaf"), Reason.AVIF),
    "gif called jpg": (write(samples.corners(), "GIF"), Reason.GIF),
    "bmp": (write(samples.corners(), "BMP"), Reason.BMP),
    "tiff": (write(samples.corners(), "TIFF"), Reason.TIFF),
    "svg": (b'<?xml version="1.0"?>\n<!-- x --><SVG xmlns="http://www.w3.org/2000/svg"><script/></SVG>', Reason.SVG),
    "pdf": (write(samples.corners(), "PDF"), Reason.PDF),
    "mp4": (isobmff(b"isom", b"mp42"), Reason.VIDEO),
    "live photo": (isobmff(b"qt  "), Reason.VIDEO),
    "webm": (b"\x1aE\xdf\xa3\x93webm", Reason.VIDEO),
    "avi": (b"RIFF\x10\0\0\0AVI LIST", Reason.VIDEO),
    "zip": (samples.zipped(), Reason.ARCHIVE),
    "docx": (samples.zipped("[Content_Types].xml"), Reason.DOCUMENT),
    "old doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), Reason.DOCUMENT),
    "page": (b"<html><body>hello</body></html>", Reason.WRONG_TYPE),
    "sound": (b"RIFF\x10\0\0\0WAVEfmt ", Reason.WRONG_TYPE),
    "words": ("窗口说系统里查不到".encode(), Reason.WRONG_TYPE),
    "icon": (b"\0\0\1\0\1\0" + bytes(40), Reason.WRONG_TYPE),
    "jpeg 2000": (write(samples.corners(), "JPEG2000"), Reason.WRONG_TYPE),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_no_photo_is_refused_with_its_own_reason(name):
    data, reason = OTHER[name]
    assert refused(inspect, data) == refused(reencode, data) == reason


@pytest.mark.parametrize("part", [0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_cut_upload_is_broken(kind, part):
    noisy = Image.effect_noise((500, 400), 90)
    data = write(noisy, kind)
    assert refused(reencode, data[: int(len(data) * part)]) == Reason.BROKEN


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\xff\xd8" + b"\xff\x01" * 3_000_000]
)
def test_a_beginning_without_a_size_is_broken(data):
    assert refused(inspect, data) == Reason.BROKEN


def test_one_byte_too_many_is_too_big():
    data = write(samples.corners(), "JPEG")
    assert inspect(data + bytes(photos.MAX_BYTES - len(data))).pixels == 400 * 300
    assert refused(inspect, data + bytes(photos.MAX_BYTES - len(data) + 1)) == Reason.TOO_BIG


def test_a_jpeg_that_claims_two_sizes_is_measured_by_both():
    data = write(samples.corners(), "JPEG")
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 2 + struct.unpack_from(">H", data, at + 2)[0]]
    other = frame[:5] + struct.pack(">HH", 60000, 60000) + frame[9:]
    assert refused(reencode, data[:at] + frame + other + data[at + len(frame) :]) == Reason.TOO_MANY_PIXELS


BOMBS = {
    "png of 25 megapixels": lambda: samples.png_of_one_colour(5000, 5000),
    "webp of 25 megapixels": lambda: samples.webp_of_one_colour(5000, 5000),
    "png of 900 megapixels": lambda: samples.png_of_one_colour(30000, 30000),
    "webp of 268 megapixels": lambda: samples.webp_of_one_colour(16383, 16383),
    "jpeg of 4225 megapixels": lambda: write(samples.corners(), "JPEG").replace(
        struct.pack(">HH", 300, 400), struct.pack(">HH", 65000, 65000), 1
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_pixels_is_refused_by_its_header(name):
    bomb = BOMBS[name]()
    assert len(bomb) < 200_000
    assert refused(inspect, bomb) == refused(reencode, bomb) == Reason.TOO_MANY_PIXELS


def test_the_little_webp_bomb_is_a_real_picture():
    assert is_near(opened(samples.webp_of_one_colour(300, 200)).getpixel((9, 9)), GREEN)


def test_a_bomb_in_the_text_of_a_png_is_refused():
    assert refused(reencode, samples.png_text_bomb()) == Reason.BROKEN


# The limits of the child


@pytest.mark.parametrize(
    "nearly_too_much", [samples.png_of_one_colour(4890, 4890), samples.webp_of_one_colour(4890, 4890)]
)
def test_a_decoder_that_wants_more_memory_than_allowed_is_a_refusal(nearly_too_much):
    little = Limits(memory=128 * 1024 * 1024)
    # WebP's decoder does not say why it gave up; Pillow's own does.
    assert refused(reencode, nearly_too_much, little) in (Reason.TOO_MANY_PIXELS, Reason.BROKEN)
    assert max(opened(reencode(nearly_too_much).jpeg).size) == photos.MAX_SIDE


def test_the_child_counts_pixels_itself():
    """Should the reading of a header ever be fooled, the decoder is asked again before it decodes."""
    command = photos._child_command(Kind.PNG, photos.LIMITS)
    for bomb in BOMBS.values():
        answer = subprocess.run(command, input=bomb(), capture_output=True, check=True, env={}, cwd="/").stdout
        assert json.loads(answer)["refused"] == "too_many_pixels"


def test_endless_work_ends_by_processor_time():
    endless = samples.jpeg_of_endless_scans()
    assert len(endless) < 100_000
    assert refused(reencode, endless, Limits(cpu_seconds=1)) == Reason.TOOK_TOO_LONG


def test_what_a_photo_took_is_told_whatever_becomes_of_it():
    assert 0 < reencode(write(samples.corners(), "JPEG")).seconds < photos.LIMITS.cpu_seconds
    with pytest.raises(PhotoRefused) as endless:
        reencode(samples.jpeg_of_endless_scans(), Limits(cpu_seconds=1))
    assert endless.value.seconds == 1
    with pytest.raises(PhotoRefused) as cut:
        reencode(write(samples.corners(), "JPEG")[:400])
    assert 0 < cut.value.seconds < photos.LIMITS.cpu_seconds


def test_the_photo_of_a_phone_with_fifty_megapixels_is_taken():
    phone = Image.new("RGB", (8160, 6120), "teal")
    assert max(opened(reencode(write(phone, "JPEG")).jpeg).size) == photos.MAX_SIDE


def test_endless_work_ends_by_the_wall_and_leaves_no_child():
    before = children()
    assert refused(reencode, samples.jpeg_of_endless_scans(), Limits(wall_seconds=0.3)) == Reason.TOOK_TOO_LONG
    assert children() == before


def test_a_child_that_cannot_even_start_is_a_refusal():
    assert refused(reencode, write(samples.corners(), "JPEG"), Limits(memory=16 * 1024 * 1024)) in set(Reason)


IN_ANOTHER_PROCESS = """
import resource, sys
sys.path.insert(0, {root!r})
from tests.gateways import photo_samples as samples
from portal.gateways.photo_heads import Kind
from portal.gateways.photos import Limits, PhotoRefused, reencode
{body}
"""


def run_apart(body, **options):
    code = IN_ANOTHER_PROCESS.format(root=str(Path(__file__).parents[2]), body=body)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **options).stdout


def test_no_bomb_costs_the_server_memory():
    body = """
bombs = [samples.png_of_one_colour(30000, 30000), samples.webp_of_one_colour(16383, 16383),
         samples.webp_of_one_colour(4890, 4890), samples.png_of_one_colour(4890, 4890), samples.png_text_bomb()]
samples.write(samples.corners(), "JPEG")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bomb in bombs:
    try: reencode(bomb)
    except PhotoRefused: pass
after, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(after - before, children)
"""
    grown, child = (int(kilobytes) for kilobytes in run_apart(body).split())
    assert grown < 24 * 1024
    assert child < photos.LIMITS.memory // 1024


def test_a_photo_is_taken_where_dead_children_are_buried_by_the_system():
    body = """
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print(reencode(samples.jpeg_with_everything()).width)
"""
    assert run_apart(body) == "400\n"


def test_a_decoder_killed_by_a_signal_is_a_refusal_not_a_crash():
    """A real child in the middle of real work, killed from outside (by a signal that writes no core file)."""
    before = set(children())
    with ThreadPoolExecutor(1) as pool:
        refusal = pool.submit(refused, reencode, samples.jpeg_of_endless_scans())
        while not (started := set(children()) - before):
            assert not refusal.done()
        os.kill(int(started.pop()), signal.SIGTERM)
        assert refusal.result() == Reason.BROKEN


# Anything at all


def or_refused(call, data):
    """The answer, or None where there was a refusal with a reason; anything else is raised."""
    try:
        return call(data)
    except PhotoRefused as refusal:
        return None if refusal.reason in Reason else pytest.fail(f"no reason: {refusal}")


STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF1234WEBPVP8X", b"\0\0\0\x20ftyp"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=80))
@example(b"\xff\xd8\xff\xc0", b"")
@example(STARTS[2], struct.pack(">II", 40, 30))
def test_inspecting_any_bytes_gives_a_size_or_a_reason(start, rest):
    head = or_refused(inspect, start + rest)
    assert head is None or 0 < head.pixels <= photos.MAX_PIXELS[head.kind]


DAMAGED = [samples.jpeg_with_everything(), samples.png_with_everything(), samples.webp_with_everything()]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(DAMAGED), st.integers(0, 2**16), st.binary(min_size=1, max_size=12))
@example(DAMAGED[0], 2**16, b"")
def test_a_damaged_photo_gives_a_clean_picture_or_a_reason(data, at, wound):
    at %= len(data)
    photo = or_refused(reencode, data[:at] + wound + data[at + len(wound) :])
    assert photo is None or samples.strangers(photo.jpeg) == []
