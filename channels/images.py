"""channels/images.py: pictures without what cameras add: places, times, owners, thumbnails.

What is seen stays as it is: nothing is decoded, colours and the way up are kept. A picture that is not
built as its kind should be is left alone.
"""

import struct
from collections.abc import Iterator

_SOI, _SOS, _EXIF = b"\xff\xd8", 0xDA, 0xE1
#: JFIF, colour profile and Adobe's colour transform change what is seen; other APPn and comments do not.
_KEPT_APPS = frozenset({0xE0, 0xE2, 0xEE})
_APPS_AND_COMMENTS = frozenset({*range(0xE0, 0xF0), 0xFE})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_ORIENTATION = 0x0112

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})

_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04  # that there is EXIF, that there is XMP


def without_metadata(data: bytes) -> bytes:
    """The picture `data` without metadata; anything that is no picture we know, unchanged."""
    try:
        if data.startswith(_SOI):
            return b"".join(_jpeg(data))
        if data.startswith(_PNG):
            return b"".join(_png(data))
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
    except (IndexError, struct.error, ValueError):
        pass
    return data


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield _SOI
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            yield data[at : at + 2]
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end > len(data):
            raise ValueError("cut off")
        if marker == _SOS:  # from here on it is the picture itself
            yield data[at:]
            return
        segment = data[at:end]
        if marker == _EXIF and (turned := _orientation(segment[4:])) > 1:
            yield _only_orientation(turned)
        elif marker not in _APPS_AND_COMMENTS or marker in _KEPT_APPS:
            yield segment
        at = end


def _orientation(exif: bytes) -> int:
    """Which way up the picture is, 1 to 8; 0 where it does not say."""
    if not exif.startswith(b"Exif\0\0"):
        return 0
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(min(count, 200)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _only_orientation(turned: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(tiff)) + b"Exif\0\0" + tiff


def _png(data: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ValueError("cut off")
        if kind not in _PNG_DROPPED:
            yield data[at:end]
        if kind == b"IEND":  # what somebody put behind the picture is no part of it
            return
        at = end


def _webp(data: bytes) -> bytes:
    chunks, at = bytearray(), 12
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(data):
            raise ValueError("cut off")
        if kind == b"VP8X":
            chunks += data[at : at + 8] + bytes([data[at + 8] & ~_WEBP_FLAGS]) + data[at + 9 : end]
        elif kind not in _WEBP_DROPPED:
            chunks += data[at:end]
        at = end
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + bytes(chunks)
