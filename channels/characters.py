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
#: They turn around how what follows is shown: marks (left-to-right, right-to-left, Arabic letter), embeddings,
#: overrides, isolates.
_DIRECTIONS: dict[int, None] = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

#: Control characters, halves of characters, and what ends a line or a paragraph.
_NOT_IN_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})


#: Controls, formats (zero-width, tags, soft hyphens), halves, what is private or is no character, marks without a
#: letter that bears them, and spaces.
_SHOW_NOTHING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zs", "Zl", "Zp"})
#: Letters and signs that are drawn as nothing: Hangul fillers, Braille without a dot, Khmer's inherent vowels.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")


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


def shows_nothing(text: str) -> bool:
    """Whether nobody would see anything where `text` stands: it is blanks and what shows nothing, or nothing at all.

    Beside what does show, joiners and variation selectors are part of words and of emoji.
    """
    return not any(map(_shows, text))


def _shows(one: str) -> bool:
    return category(one) not in _SHOW_NOTHING and one not in _BLANKS


def undirected(text: str) -> str:
    """`text`, a name or a subject, without the marks that turn its direction around.

    A name that turns itself around turns what a screen says after it as well. Messages keep theirs: right-to-left
    scripts need them there.
    """
    return text if text.isprintable() else text.translate(_DIRECTIONS)
