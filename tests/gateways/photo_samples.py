"""Real photos, real bombs, real strangers for the tests, and the reader of JPEG segments that judges what is left."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = b"13800001111"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>13800001111</dc:creator></x:xmpmeta>'
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 30), (30, 30, 220), (230, 220, 30)


def corners(width=400, height=300):
    """A picture whose four quarters tell which way is up: red, green above; blue, yellow below."""
    picture = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    draw.rectangle((width // 2, height // 2, width, height), YELLOW)
    return picture


def exif(orientation=1):
    """What a phone writes: maker, owner, orientation, and where the person stood."""
    data = Image.Exif()
    data[0x010F], data[0x0112], data[0xA430] = "Phone", orientation, SECRET.decode()
    data.get_ifd(0x8825).update({1: "N", 2: (30.0, 40.0, 50.0), 3: "E", 4: (104.0, 3.0, 9.0)})
    return data.tobytes()


def write(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg_with_everything(picture=None, **options):
    options = {"exif": exif(), "xmp": XMP, "icc_profile": SRGB, "comment": SECRET, "dpi": (300, 300), **options}
    return write(picture or corners(), "JPEG", quality=92, **options)


def png_with_everything():
    text = PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_text("Comment", SECRET.decode() * 50, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return write(corners(), "PNG", pnginfo=text, exif=exif(), icc_profile=SRGB, dpi=(300, 300))


def webp_with_everything():
    return write(corners(), "WEBP", quality=90, exif=exif(), xmp=XMP, icc_profile=SRGB)


def palette_with_holes():
    """A palette PNG: green, with a see-through left half."""
    picture = Image.new("P", (400, 300), 1)
    picture.putpalette([255, 0, 0, *GREEN])
    picture.paste(0, (0, 0, 200, 300))
    return write(picture, "PNG", transparency=0)


def animated_webp():
    frames = [Image.new("RGB", (200, 150), colour) for colour in (RED, GREEN, BLUE)]
    return write(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def several_in_one_jpeg():
    """What portrait modes make: a JPEG with a second picture behind the first."""
    return write(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300), BLUE)])


def zipped(name="secret.txt"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, SECRET)
    return out.getvalue()


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_one_colour(width, height, *before_pixels):
    """A bilevel PNG written row by row, so that making a bomb does not need its memory."""
    squeeze, row = zlib.compressobj(9), bytes(1 + (width + 7) // 8)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    chunks = (head, *before_pixels, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_text_bomb():
    """An honest little picture behind 64 MB of one letter."""
    return png_of_one_colour(40, 30, png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 64_000_000, 9)))


def webp_of_one_colour(width, height):
    """Lossless WebP of a few bytes, all GREEN: every code has one symbol, so that a pixel takes no bits at all."""
    bits = [(0x2F, 8), (width - 1, 14), (height - 1, 14), (0, 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    for symbol in (180, 30, 30, 255, 0):
        bits += [(1, 1), (0, 1), (1, 1), (symbol, 8)]
    number = at = 0
    for value, count in bits:
        number |= value << at
        at += count
    body = number.to_bytes((at + 7) // 8 + 8, "little")
    body += b"\0" * (len(body) % 2)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def jpeg_of_endless_scans(width=2400, height=1800, scans=3000):
    """A progressive JPEG that says its last scan thousands of times over: small, and minutes of work."""
    data = write(Image.new("L", (width, height), 128), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def profile_that_swaps_red_and_blue():
    """A valid profile whose red primary is blue and the other way round: one sees whether it was applied."""
    tags = SRGB[:128] + SRGB[128:].replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(
        b"????", b"bXYZ", 1
    )
    assert tags != SRGB
    return tags


def strangers(jpeg):
    """Everything in a JPEG that is not the picture: foreign segments, bytes after the end, a JFIF with extras."""
    found, at = [], 2
    if jpeg[:2] != b"\xff\xd8":
        return ["not a JPEG"]
    while jpeg[at : at + 2] != b"\xff\xd9":
        marker, length = jpeg[at + 1], struct.unpack_from(">H", jpeg, at + 2)[0]
        payload = jpeg[at + 4 : at + 2 + length]
        if jpeg[at] != 0xFF or marker not in (0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xDA):
            found.append(f"segment {jpeg[at]:02x}{marker:02x}")
        if marker == 0xE0 and payload != b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0":
            found.append("JFIF with extras")
        at += 2 + length
        while marker == 0xDA and not (jpeg[at] == 0xFF and jpeg[at + 1] not in (0, *range(0xD0, 0xD8))):
            at += 1
    return found + (["bytes after the end"] if jpeg[at + 2 :] else [])
