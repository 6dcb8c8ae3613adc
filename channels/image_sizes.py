"""channels/image_sizes.py: how many pixels a picture says it has, before anything unpacks it.

A few bytes can ask for gigabytes: a PNG of 33 says that it is 60,000 pixels wide and high. Nothing is decoded here; the
head of each kind says how large it is, of animations the largest frame counts, and what has a head and nothing behind
it is no picture.
"""

import struct
from collections.abc import Iterator
from itertools import islice

#: What a page shows has at most so many: a photograph of 5,000 by 5,000.
MOST_PIXELS = 25_000_000
#: Frames and pieces of one picture.
MOST_PARTS = 10_000

_PNG, _SOI = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_SOFS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS = 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_EXTENSION, _FRAME = 0x21, 0x2C

#: A width and a height; None stands for the picture itself, at least a byte of it.
_Found = tuple[int, int] | None


def why_not_shown(data: bytes) -> str:
    """Why a picture is not to be shown, in words; empty where it may be."""
    try:
        found = list(islice(_found(data), MOST_PARTS + 1))
    except (IndexError, struct.error):
        return "its picture is cut off, or not built as its kind should be"
    if len(found) > MOST_PARTS:
        return f"more than {MOST_PARTS:,} parts"
    sizes = [size for size in found if size is not None]
    if None not in found or not sizes or min(min(size) for size in sizes) < 1:
        return "there is no picture in it"
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    if width * height > MOST_PIXELS:
        return f"{width:,} by {height:,} pixels; at most {MOST_PIXELS // 1_000_000} million in all: make it smaller"
    return ""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height, in pixels, of a picture that may be shown; of an animation those of its largest frame.

    Raises:
        ValueError: it may not, and why.
    """
    if why := why_not_shown(data):
        raise ValueError(why)
    return max((size for size in _found(data) if size is not None), key=lambda size: size[0] * size[1])


def _found(data: bytes) -> Iterator[_Found]:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_SOI):
        return _jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _gif(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data, 12, len(data))
    return iter(())


def _png(data: bytes) -> Iterator[_Found]:
    at = len(_PNG)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IHDR":
            yield struct.unpack_from(">II", data, at + 8)
        elif kind == b"IDAT" and length and at + 12 + length <= len(data):
            yield None
        elif kind == b"IEND":
            return
        at += 12 + length


def _jpeg(data: bytes) -> Iterator[_Found]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError("no marker")
        marker = data[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker in _SOFS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            yield width, height
        elif marker == _SOS:
            if data[end : end + 2] not in (b"", b"\xff\xd9"):
                yield None
            return
        at = end


def _gif(data: bytes) -> Iterator[_Found]:
    yield struct.unpack_from("<HH", data, 6)
    at = 13 + _colours(data[10])
    while at < len(data) and data[at] in (_EXTENSION, _FRAME):
        if data[at] == _EXTENSION:
            at = _after_blocks(data, at + 2)
            continue
        left, top, width, height = struct.unpack_from("<HHHH", data, at + 1)
        yield (left + width, top + height) if width and height else (0, 0)
        at += 11 + _colours(data[at + 9])
        if data[at]:
            yield None
        at = _after_blocks(data, at)


def _colours(flags: int) -> int:
    """The bytes of a table of colours, where `flags` say that there is one."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _webp(data: bytes, at: int, end: int) -> Iterator[_Found]:
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        inside = at + 8
        if kind == b"VP8X":
            yield _three(data, inside + 4) + 1, _three(data, inside + 7) + 1
        elif kind == b"ANMF":
            yield _three(data, inside + 6) + 1, _three(data, inside + 9) + 1
            yield from _webp(data, inside + 16, min(inside + length, end))
        elif kind == b"VP8 " and length > 10:
            width, height = struct.unpack_from("<HH", data, inside + 6)
            yield width & 0x3FFF, height & 0x3FFF
            yield None
        elif kind == b"VP8L" and length > 5:
            (packed,) = struct.unpack_from("<I", data, inside + 1)
            yield (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
            yield None
        at = inside + length + length % 2


def _three(data: bytes, at: int) -> int:
    if at + 3 > len(data):
        raise IndexError("cut off")
    return int.from_bytes(data[at : at + 3], "little")
