"""What a file is and how many pixels it claims, read from its first bytes; nothing is decoded here."""

import re
import struct
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the content of a file shows it to be, whatever its name says."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
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
    UNKNOWN = "unknown"


PHOTO_KINDS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF8", Kind.GIF),
    (b"BM", Kind.BMP),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"%PDF-", Kind.PDF),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"\x00\x00\x01\xba", Kind.VIDEO),
    (b"\x00\x00\x01\xb3", Kind.VIDEO),
    (b"FLV\x01", Kind.VIDEO),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.DOCUMENT),
    (b"{\\rtf", Kind.DOCUMENT),
    (b"PK\x03\x04", Kind.ARCHIVE),
    (b"PK\x05\x06", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset(range(0xD0, 0xD9)) | {0x00, 0x01}
_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)


class BrokenHead(ValueError):
    """The file begins like a photo but does not get as far as its size."""


@dataclass(frozen=True, slots=True)
class Head:
    """The kind of a photo and the size its header claims, in pixels, before any turning."""

    kind: Kind
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def recognise(data: bytes) -> Kind:
    """Tell the kind of a file by its content alone."""
    if data[:4] == b"RIFF":
        return {b"WEBP": Kind.WEBP, b"AVI ": Kind.VIDEO}.get(data[8:12], Kind.UNKNOWN)
    if data[4:8] == b"ftyp":
        return _recognise_box(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            office = kind is Kind.ARCHIVE and data[30:49] == b"[Content_Types].xml"
            return Kind.DOCUMENT if office else kind
    return Kind.SVG if b"<svg" in data[:2048].lower() else Kind.UNKNOWN


def _recognise_box(data: bytes) -> Kind:
    """HEIC, AVIF and films share one container; the brands say which. AVIF may lead with HEIC's general brand."""
    end = min(int.from_bytes(data[:4]), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else Kind.VIDEO


def read_head(data: bytes) -> Head:
    """Read kind and size of a JPEG, PNG or WebP; BrokenHead when they cannot be read."""
    kind = recognise(data)
    try:
        width, height = {Kind.JPEG: _jpeg_size, Kind.PNG: _png_size, Kind.WEBP: _webp_size}[kind](data)
    except (KeyError, IndexError, struct.error) as error:
        raise BrokenHead(kind) from error
    if not (width and height):
        raise BrokenHead(kind)
    return Head(kind, width, height)


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise BrokenHead("png")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments up to the frame header. Stray bytes between segments are skipped, as decoders do."""
    at = 2
    # 8 MB hold about 128 full segments; a file made of millions of empty ones would only burn our time.
    for _ in range(1024):
        found = _MARKER.search(data, at)
        if found is None or found[1] in (b"\xd9", b"\xda"):
            break
        at, marker = found.end(), found[1][0]
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
        if marker not in _WITHOUT_LENGTH:
            at += struct.unpack_from(">H", data, at)[0]
    raise BrokenHead("jpeg")


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(_take(data, 24, 3), "little"), 1 + int.from_bytes(_take(data, 27, 3), "little")
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = struct.unpack_from("<I", data, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise BrokenHead("webp")


def _take(data: bytes, at: int, count: int) -> bytes:
    piece = data[at : at + count]
    if len(piece) < count:
        raise BrokenHead("cut")
    return piece
