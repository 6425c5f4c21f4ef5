"""Photos from strangers: told by content, bounded before decoding, decoded in a limited child, stripped of all else."""

import hashlib
import importlib.util
import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal.gateways.photo_heads import PHOTO_KINDS, BrokenHead, Head, Kind, read_head, recognise

MAX_BYTES = 8 * 1024 * 1024
# Phones take 12 to 50 megapixels, and write JPEG, which can be decoded at a fraction of its size. The other two cost
# their whole size (a WebP of 24 megapixels 400 MB and half a second); nobody needs more for the longest screenshot.
MAX_PIXELS = {Kind.JPEG: 50_000_000, Kind.PNG: 24_000_000, Kind.WEBP: 24_000_000}
MAX_SIDE = 2000
THUMBNAIL_SIDE = 320
QUALITY = 82


class Reason(StrEnum):
    """Why a file was not taken; the page has one sentence for each."""

    EMPTY = "empty"
    HEIC = "heic"
    AVIF = "avif"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    SVG = "svg"
    PDF = "pdf"
    VIDEO = "video"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    WRONG_TYPE = "wrong_type"
    TOO_BIG = "too_big"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"
    TOOK_TOO_LONG = "took_too_long"


class PhotoRefused(Exception):
    """The file cannot be taken as a photo; `reason` says why."""

    def __init__(self, reason: Reason, seconds: float = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        # Of processor, that it took to find out.
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What the decoding child may use: bytes of address space, seconds of processor, seconds by the wall.

    The server waits for it. The largest photos take half a second of processor; the wall only counts on a machine
    that has more to do than it can.
    """

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 2
    wall_seconds: float = 12.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo made anew: an upright sRGB JPEG and its thumbnail, with no metadata of any kind.

    `seconds` of processor is what making it took.
    """

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    seconds: float = 0

    @property
    def size(self) -> int:
        """Bytes of the photo."""
        return len(self.jpeg)

    @property
    def sha256(self) -> str:
        """Hex digest of the photo."""
        return hashlib.sha256(self.jpeg).hexdigest()


def inspect(data: bytes) -> Head:
    """Take a JPEG, PNG or WebP within MAX_BYTES and MAX_PIXELS, by content alone and without decoding.

    Raises PhotoRefused with the reason for everything else. Read at most MAX_BYTES + 1 bytes of an upload: one
    byte too many is enough to be told so.
    """
    kind = recognise(data)
    if not data:
        raise PhotoRefused(Reason.EMPTY)
    if kind not in PHOTO_KINDS:
        raise PhotoRefused(Reason(kind.value) if kind.value in set(Reason) else Reason.WRONG_TYPE)
    if len(data) > MAX_BYTES:
        raise PhotoRefused(Reason.TOO_BIG)
    try:
        head = read_head(data)
    except BrokenHead as error:
        raise PhotoRefused(Reason.BROKEN) from error
    if head.pixels > MAX_PIXELS[head.kind]:
        raise PhotoRefused(Reason.TOO_MANY_PIXELS)
    return head


def reencode(data: bytes, limits: Limits = LIMITS) -> Photo:
    """Make the photo anew in a limited child process, at most MAX_SIDE pixels long.

    Raises PhotoRefused, also when the child runs out of memory or time or is killed by its decoder.
    """
    head = inspect(data)
    answer = _run_child(data, _child_command(head.kind, limits), limits)
    header, _, body = answer.partition(b"\n")
    try:
        told = json.loads(header)
        if "refused" in told:
            raise PhotoRefused(Reason(told["refused"]), told["seconds"])
        photo = Photo(body[: told["photo"]], body[told["photo"] :], told["width"], told["height"], told["seconds"])
        whole = len(body) == told["photo"] + told["thumbnail"]
    except (ValueError, KeyError, TypeError) as error:
        raise PhotoRefused(Reason.BROKEN, limits.cpu_seconds) from error
    if not whole:
        raise PhotoRefused(Reason.BROKEN, limits.cpu_seconds)
    return photo


def _run_child(data: bytes, command: list[str], limits: Limits) -> bytes:
    """Give the photo to a fresh interpreter; its answer counts, not its exit code (SIGCHLD may be ignored)."""
    child = subprocess.Popen(  # noqa: S603 (our own file, no shell, no word of the citizen's in the arguments)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    with child:
        try:
            answer, _ = child.communicate(data, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired as error:
            raise PhotoRefused(Reason.TOOK_TOO_LONG, limits.cpu_seconds) from error
        finally:
            child.kill()
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise PhotoRefused(Reason.TOOK_TOO_LONG, limits.cpu_seconds)
    return answer


def _child_command(kind: Kind, limits: Limits) -> list[str]:
    """Isolated, without site: half the start-up time, and nothing but Pillow within the child's reach.

    No preexec_fn: it would make subprocess fork instead of vfork; the child binds itself before it reads.
    """
    spec = importlib.util.find_spec("PIL")
    if spec is None or spec.origin is None:
        raise RuntimeError("Pillow is not installed")
    orders = {
        "pillow": str(Path(spec.origin).parent.parent),
        "memory": limits.memory,
        "cpu_seconds": limits.cpu_seconds,
        "max_pixels": MAX_PIXELS[kind],
        "max_side": MAX_SIDE,
        "thumbnail_side": THUMBNAIL_SIDE,
        "quality": QUALITY,
    }
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("photo_child.py")), json.dumps(orders)]
