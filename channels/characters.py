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

#: Which variant of the character before them is shown, and what joins two marks.
_SELECTORS = frozenset({0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
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


def why_no_name(text: str) -> str:
    """Why nobody and nothing is called `text`, in words for who says so; empty where it is a name.

    The one rule for every name that a person or a file gives. No name holds a control character, half of a character,
    an end of a line or a mark that turns the direction of text around; and something of it is seen.
    """
    found = "" if text.isprintable() else next(filter(_is_in_no_name, text), "")
    if found:
        why = "nobody sees it, or it ends the line or turns its direction around; take it out"
        return f"holds U+{ord(found):04X}, which no name has: {why}"
    return "shows nothing: say a name that people can see" if shows_nothing(text) else ""


def why_no_address(text: str) -> str:
    """Why nothing comes to `text`, in words for who says that something does; empty where something may.

    Whoever types an address types what is seen of it. Where a name may hold joiners, an address holds none.
    """
    found = next(filter(_is_in_no_address, text), "")
    if found:
        return f"holds U+{ord(found):04X}, which nobody sees and nobody types; take it out"
    return "shows nothing: say an address that people can see" if shows_nothing(text) else ""


def as_typed(text: str) -> str:
    """`text`, an address, without what no address holds."""
    return "".join(one for one in text if not _is_in_no_address(one))


def shows_nothing(text: str) -> bool:
    """Whether nobody would see anything where `text` stands: it is blanks and what shows nothing, or nothing at all.

    Beside what does show, joiners and variation selectors are part of words and of emoji.
    """
    return not any(map(_shows, text))


def _is_in_no_name(one: str) -> bool:
    return ord(one) in _DIRECTIONS or category(one) in _NOT_IN_NAMES


def _is_in_no_address(one: str) -> bool:
    return one != " " and not _shows(one) and not _is_mark(one)


def _is_mark(one: str) -> bool:
    """Whether it is seen on the letter before it, as accents are; what selects a variant of one is not."""
    return category(one) in ("Mn", "Me") and ord(one) not in _SELECTORS


def _shows(one: str) -> bool:
    return category(one) not in _SHOW_NOTHING and one not in _BLANKS


def undirected(text: str) -> str:
    """`text`, a name or a subject, without the marks that turn its direction around.

    A name that turns itself around turns what a screen says after it as well. Messages keep theirs: right-to-left
    scripts need them there.
    """
    return text if text.isprintable() else text.translate(_DIRECTIONS)
