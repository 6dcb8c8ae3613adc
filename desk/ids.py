"""desk/ids.py: UUIDv7: sorts by the time it was made, tells nothing else, guessed by nobody.

RFC 9562 section 5.7: 48 bits of Unix milliseconds, version, 74 random bits.
"""

import secrets
from datetime import datetime

from desk.tables.columns import to_ms


def new_id(now: datetime) -> str:
    """A new id made at `now`."""
    value = (to_ms(now) & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
