"""The limited child process that decodes one photo; it imports nothing of ours and writes to its pipe only.

Started by photos.reencode as a plain file with `python -I -S`: the photo arrives on stdin, what to obey in argv.
The answer on stdout is one line of JSON and then the bytes it announces: the photo, then its thumbnail.
"""

import io
import json
import resource
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

# EXIF orientation → what must be done to the pixels, by the names Pillow gives it.
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def limit(memory: int, cpu_seconds: int) -> None:
    """Bind this process before it sees a byte of the photo: no core file, no file at all, this much memory and time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def decode(data: bytes, max_pixels: int, max_side: int) -> "Image":
    """Decode the first picture in the file, upright and no larger than needed."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    picture: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    if picture.width * picture.height > max_pixels:
        raise Image.DecompressionBombError
    turn = TURNS.get(orientation(picture))
    # A JPEG can be decoded at a half, a quarter or an eighth: a fraction of the memory and of the time.
    picture.draft(None, fit(picture.size, max_side))
    picture.load()
    profile = picture.info.get("icc_profile")
    if max(picture.size) > max_side:
        picture = picture.convert("RGB") if picture.mode == "P" and not has_holes(picture) else even(picture)
        picture = picture.resize(fit(picture.size, max_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = flatten(even(picture), profile)
    return picture.transpose(Image.Transpose[turn]) if turn else picture


def orientation(picture: "Image") -> int:
    """The orientation the camera wrote; damaged EXIF must not cost a person their photo."""
    try:
        return int(picture.getexif().get(0x0112, 1))
    except Exception:
        return 1


def fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size with its longer side brought down to `side`."""
    longest = max(size)
    return size if longest <= side else (max(1, size[0] * side // longest), max(1, size[1] * side // longest))


def has_holes(picture: "Image") -> bool:
    return "transparency" in picture.info or picture.mode in ("LA", "PA", "La", "RGBa", "RGBA")


def even(picture: "Image") -> "Image":
    """Bring palettes, bilevel, 16 bits and keyed transparency to modes that can be resized without harm."""
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 256).convert("L")
    if has_holes(picture):
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def flatten(picture: "Image", profile: bytes | None) -> "Image":
    """Put a transparent picture on white and bring its colours to sRGB, so that the profile can be dropped."""
    from PIL import Image

    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    if profile:
        picture = to_srgb(picture, profile)
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def to_srgb(picture: "Image", profile: bytes) -> "Image":
    """Convert by the embedded profile; one that is damaged or of another colour space is ignored, as browsers do."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        spaces = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
        if spaces.get(source.profile.xcolor_space.strip()) != picture.mode:
            return picture
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture


def encode(picture: "Image", quality: int) -> bytes:
    """Write a JPEG with nothing in it but the picture; what Pillow carried along in `info` stays behind."""
    picture.info.clear()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def reencode(data: bytes, orders: dict[str, Any]) -> tuple[dict[str, Any], bytes, bytes]:
    """Decode, shrink, encode twice."""
    from PIL import Image

    picture = decode(data, orders["max_pixels"], orders["max_side"])
    small = picture.resize(fit(picture.size, orders["thumbnail_side"]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    photo, thumbnail = encode(picture, orders["quality"]), encode(small, orders["quality"])
    sizes = {"width": picture.width, "height": picture.height, "photo": len(photo), "thumbnail": len(thumbnail)}
    return sizes, photo, thumbnail


def main() -> None:
    """Obey the orders in argv; whatever goes wrong with the photo becomes a reason, never a traceback."""
    orders = json.loads(sys.argv[1])
    sys.path.append(orders["pillow"])
    limit(orders["memory"], orders["cpu_seconds"])
    photo = thumbnail = b""
    try:
        from PIL import Image

        answer, photo, thumbnail = reencode(sys.stdin.buffer.read(), orders)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer = {"refused": "too_many_pixels"}
    except Exception:
        # Decoders raise OSError, SyntaxError, ValueError, struct.error and worse; all mean one thing to the person.
        answer = {"refused": "broken"}
    answer["seconds"] = time.process_time()
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + photo + thumbnail)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
