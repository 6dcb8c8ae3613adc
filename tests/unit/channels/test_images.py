"""Pictures lose what cameras add, and nothing that is seen."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from channels.images import without_metadata

SECRET = "51.5007 N, Eva's camera"


def picture(format: str, *, orientation: int = 1) -> bytes:
    image = Image.new("RGB", (24, 16), "teal")
    image.putpixel((3, 2), (250, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 2.5)}
    more: dict[str, Any] = {}
    if format == "PNG":
        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Comment", SECRET)
    if format == "JPEG":
        more["comment"] = SECRET
    file = BytesIO()
    image.save(file, format, exif=exif, **more)
    return file.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_the_camera_added_is_gone_and_the_picture_is_the_same(format: str) -> None:
    before = picture(format)
    after = without_metadata(before)

    assert SECRET.encode() in before and SECRET.encode() not in after
    was, now = Image.open(BytesIO(before)), Image.open(BytesIO(after))
    assert now.tobytes() == was.tobytes()
    assert not now.getexif()
    assert without_metadata(after) == after


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_stays_the_right_way_up(orientation: int) -> None:
    after = without_metadata(picture("JPEG", orientation=orientation))

    assert SECRET.encode() not in after
    assert dict(Image.open(BytesIO(after)).getexif()) == {0x0112: orientation}


def test_what_hides_behind_a_picture_is_no_part_of_it() -> None:
    assert b"<script>" not in without_metadata(picture("PNG") + b"<script>alert(1)</script>")


@given(st.binary(max_size=60), st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b""]))
def test_what_is_not_built_like_a_picture_is_left_alone_or_gets_shorter(rest: bytes, beginning: bytes) -> None:
    data = beginning + rest
    assert len(without_metadata(data)) <= len(data) + 40


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_was_cut_off_is_kept_as_it_came(format: str) -> None:
    whole = picture(format)
    for size in range(1, 200, 7):
        assert isinstance(without_metadata(whole[:size]), bytes)
