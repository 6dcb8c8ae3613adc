"""channels/characters.py: characters that nobody can see and nobody means.

They come of broken copies, of mischief and of emoji cut in two. Screens show boxes for them, some
databases refuse them. Every door through which words come leaves them out here.
"""

_KEPT = "\t\n"
#: Where they stood, a line ended.
_ENDS = "\r\f\x85"
#: The control characters of ASCII and of Latin-1, and the halves of characters.
_UNSEEN: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)))
_UNSEEN |= {ord(end): "\n" for end in _ENDS}
for _kept in _KEPT:
    del _UNSEEN[ord(_kept)]


def seen(text: str) -> str:
    """`text` without control characters and halves of characters; tabs stay, and every line ends in a line feed."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_UNSEEN)
