"""desk/organization/logo.py: the picture that stands for an organization at the head of its pages.

It is a small one, so it stands in the organization file itself, in base64: what was dumped in one place can be loaded
in another. What it is its bytes say; drawings that can hold a script (SVG) are none.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from channels.content import ENOUGH, type_of
from channels.image_sizes import size_of
from channels.images import without_metadata

#: What a logo may be, and how its address ends.
KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
MOST_BYTES = 64 * 1024
#: Pixels of a side. It is shown 28 pixels high; screens of three pixels a point and a wide one have room.
MOST_SIDE = 2000


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A picture: its bytes, its media type, its size in pixels, and a name that is another for each picture."""

    data: bytes
    type: str
    width: int
    height: int
    version: str


def logo_of(data: bytes) -> Logo:
    """The logo of these bytes, without what says where and when it was taken.

    Raises:
        ValueError: it is none, or too large; says why.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data) // 1024:,} kB; a logo may have {MOST_BYTES // 1024}: make it smaller")
    kind = type_of(data[:ENOUGH], "")
    if kind not in KINDS:
        raise ValueError("not a PNG, JPEG or WebP picture, by what is in it")
    bare = without_metadata(data)
    width, height = size_of(bare)
    if max(width, height) > MOST_SIDE:
        raise ValueError(f"{width:,} by {height:,} pixels; a logo may have {MOST_SIDE:,} on a side: make it smaller")
    version = hashlib.sha256(bare).hexdigest()[:16]
    return Logo(data=bare, type=kind, width=width, height=height, version=version)


def logo_said(text: str) -> Logo:
    """The logo that a file says.

    Raises:
        ValueError: it is not base64, or no logo.
    """
    if len(text) > 2 * MOST_BYTES:
        raise ValueError(f"longer than a picture of {MOST_BYTES // 1024} kB is in base64")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("expected a picture in base64") from error
    return logo_of(data)


def written(logo: Logo) -> str:
    """A logo as the file says it."""
    return base64.b64encode(logo.data).decode()


def in_words(text: str) -> str:
    """A logo of the file, for people to read: `PNG, 104 × 104, 1 kB (0a1b2c3d)`."""
    logo = logo_said(text)
    kind = KINDS[logo.type].upper()
    return f"{kind}, {logo.width} × {logo.height}, {-(-len(logo.data) // 1024)} kB ({logo.version[:8]})"


def _in_base64(value: str) -> str:
    return written(logo_said(value)) if value else ""


#: A logo in base64, or none.
LogoText = Annotated[str, AfterValidator(_in_base64)]
