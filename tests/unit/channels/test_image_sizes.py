"""Pictures are measured by their heads, and what asks for too much is not shown."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from channels.image_sizes import why_not_shown

KINDS = ["PNG", "JPEG", "GIF", "WEBP"]
BEGINNINGS = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPVP8L", b""]


def picture(kind: str, size: tuple[int, int] = (24, 16), *, frames: int = 1, **how: object) -> bytes:
    file = BytesIO()
    pictures = [Image.new("RGB", size, colour) for colour in ("teal", "red", "blue")[:frames]]
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(file, kind, **more, **how)
    return file.getvalue()


def a_png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = (b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in (head, *chunks)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_each_kind_is_shown(kind: str) -> None:
    assert why_not_shown(picture(kind)) == ""
    if kind in ("GIF", "WEBP", "PNG"):
        assert why_not_shown(picture(kind, frames=3)) == ""
    if kind == "JPEG":
        assert why_not_shown(picture(kind, progressive=True)) == ""
    if kind == "WEBP":
        assert why_not_shown(picture(kind, lossless=True)) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_one_of_too_many_pixels_is_not(kind: str) -> None:
    assert why_not_shown(picture(kind, (5000, 5000))) == ""
    assert "5,001 by 5,000 pixels" in why_not_shown(picture(kind, (5001, 5000)))


def test_thirty_three_bytes_that_ask_for_gigabytes_are_no_picture() -> None:
    assert len(a_png(60_000, 60_000)) == 33
    assert "no picture in it" in why_not_shown(a_png(60_000, 60_000))
    assert "no picture in it" in why_not_shown(a_png(10, 10, (b"IDAT", b""), (b"IEND", b"")))
    assert "no picture in it" in why_not_shown(a_png(0, 10, (b"IDAT", b"x"), (b"IEND", b"")))
    assert "60,000 by 60,000" in why_not_shown(a_png(60_000, 60_000, (b"IDAT", b"x"), (b"IEND", b"")))


def test_the_largest_frame_counts() -> None:
    whole = bytearray(picture("GIF", frames=2))
    at = whole.index(b"\x2c\0\0\0\0\x18\0\x10\0", whole.index(b"\x2c\0\0\0\0\x18\0\x10\0") + 1)
    whole[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert "65,535 by 65,535" in why_not_shown(bytes(whole))


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_with_nothing_behind_it_is_no_picture(kind: str) -> None:
    whole = picture(kind)
    assert all(why_not_shown(whole[:size]) for size in range(2, 25))


@given(st.binary(max_size=80), st.sampled_from(BEGINNINGS))
def test_whatever_comes_there_is_an_answer(rest: bytes, beginning: bytes) -> None:
    assert isinstance(why_not_shown(beginning + rest), str)
