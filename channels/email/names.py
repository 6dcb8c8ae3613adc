"""channels/email/names.py: what a file that came with a mail is called, for people's eyes alone.

Files are stored under names of our own; this one is only shown. It has no path, no control or
direction characters, no invisible ones that would dress up an ending, and at most 150 characters.
"""

import mimetypes
import unicodedata

_MOST = 150
_RESERVED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def file_name(stated: str, kind: str, number: int) -> str:
    """A name for the `number`th file of a mail, which called it `stated`. Idempotent."""
    name = unicodedata.normalize("NFC", stated)
    # Cc controls, Cf format (zero width, bidi), Cs surrogates, Co private, Zl and Zp line ends
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    name = name.replace("\\", "/").rpartition("/")[2].translate(_RESERVED)
    name = " ".join(name.split()).strip(". ")
    if len(name) > _MOST:
        stem, dot, ending = name.rpartition(".")
        name = (stem[: _MOST - 11].rstrip(". ") + dot + ending[:10]) if dot and len(ending) <= 10 else name[:_MOST]
        name = name.strip(". ")
    return name or f"file-{number}{_ending(kind)}"


def _ending(kind: str) -> str:
    known = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt", "image/jpeg": ".jpg"}
    return known.get(kind) or mimetypes.guess_extension(kind, strict=True) or ".bin"
