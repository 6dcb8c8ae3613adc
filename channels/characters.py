"""channels/characters.py: characters that nobody can see and nobody means.

They come of broken copies, of mischief and of emoji cut in two. Screens show boxes for them, some
databases refuse them. Every door through which words come leaves them out here.
"""

from unicodedata import category

_KEPT = "\t\n"
#: Where they stood, a line ended.
_ENDS = "\r\f\x85"
#: The control characters of ASCII and of Latin-1, and the halves of characters.
_UNSEEN: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)))
_UNSEEN |= {ord(end): "\n" for end in _ENDS}
for _kept in _KEPT:
    del _UNSEEN[ord(_kept)]
#: They turn around how what follows is shown: left-to-right and right-to-left marks, embeddings, overrides, isolates.
_DIRECTIONS: dict[int, None] = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

#: Control characters, halves of characters, and what ends a line or a paragraph.
_NOT_IN_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def seen(text: str) -> str:
    """`text` without control characters and halves of characters; tabs stay, and every line ends in a line feed."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_UNSEEN)


def not_in_a_name(text: str) -> str:
    """The first character of `text` that no name has: a control character, half of one, an end of a line, a mark that
    turns the direction of text around. None in most.
    """
    if text.isprintable():
        return ""
    return next((one for one in text if ord(one) in _DIRECTIONS or category(one) in _NOT_IN_NAMES), "")


def undirected(text: str) -> str:
    """`text`, a name or a subject, without the marks that turn its direction around.

    A name that turns itself around turns what a screen says after it as well. Messages keep theirs: right-to-left
    scripts need them there.
    """
    return text if text.isprintable() else text.translate(_DIRECTIONS)
