"""knowledgebase/masking/plain_writing.py: a text in one plain writing, in which addresses (`addresses.py`), numbers
(`numbers.py`) and names (`names.py`) are found. Pure.

One number is written in many ways: with spaces that do not break, with dashes or points, in wide digits; an address
holds characters that nobody sees. What must not stay is found in the plain writing; of the text itself only that is
taken out, and the rest stays as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

GONE = "…"
#: Han, kana and Hangul, of which words are written without spaces between them.
UNSPACED = "\u2e80-\u2fdf\u3005-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff"
MAIL = re.compile(r"[^\s@<>(),;:\[\]]{1,64}@[^\s@<>(),;:\[\]。]{1,190}")

_SAME = {
    **dict.fromkeys("\t\u115f\u1160\u2800\u3164\uffa0", " "),
    **dict.fromkeys("\u2028\u2029", "\n"),
    **dict.fromkeys("\u02d7\u2043\u207b\u208b\u2212\u2500\u2501\u30fc\uff70", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff65", "·"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("،﹑", ","),
    # Between the entries of a list.
    **dict.fromkeys("、､", ", "),
    "\uff61": "。",
    # Signs of something left out: three dots would join what stands around them.
    "…": "…",
    "‥": "‥",
}
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʹ`´′"), "'")
_ALIKE = {"ı": "i", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d"}
#: In a circle or square that is filled, of a flag, or a small capital.
_NAMED_LETTER = re.compile(r"(?:(?:NEGATIVE|REGIONAL).* LETTER|LATIN LETTER SMALL CAPITAL) ([A-Z])")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text and its plain writing."""

    plain: str
    shown: tuple[str, ...]  #: what stands in the text for each character of `plain`

    @property
    def text(self) -> str:
        """The text as it was written."""
        return "".join(self.shown)

    def unmarked(self) -> "Written":
        """The same, its plain writing without marks on letters that are one character with them."""
        return Written(plain=unmarked(self.plain), shown=self.shown)

    def without(self, found: Iterable[tuple[int, int]]) -> "Written":
        """What is left when these places of the plain writing are taken out: of a character that stands for several,
        such as a number in brackets, nothing."""
        plain: list[str] = []
        shown: list[str] = []
        at = 0
        for begins, end in sorted(found):
            if end <= at:
                continue
            begin = max(begins, at)
            while begin > at and not self.shown[begin]:
                begin -= 1
            left = GONE if begin > at or not plain else ""
            plain += (self.plain[at:begin], left)
            shown += (*self.shown[at:begin], *left)
            at = end
        return Written(plain="".join([*plain, self.plain[at:]]), shown=(*shown, *self.shown[at:]))


def written(text: str) -> Written:
    """`text` and its plain writing: compatible characters are one, digits are 0 to 9, every dash is a hyphen, every
    space a space, and marks on letters and what nobody sees are left out."""
    if text.isascii() and "\t" not in text:
        return Written(plain=text, shown=tuple(text))
    plain: list[str] = []
    shown: list[str] = []
    unseen = ""
    for char in text:
        like = _plain(char)
        if like:
            plain.append(like)
            shown += (unseen + char, *[""] * (len(like) - 1))
            unseen = ""
        elif shown:
            shown[-1] += char
        else:
            unseen += char
    return Written(plain="".join(plain), shown=tuple(shown))


def unmarked(text: str) -> str:
    """The same text, character by character, in letters without marks and with one kind of apostrophe."""
    return text.translate(_APOSTROPHES) if text.isascii() else "".join(map(_letter, text))


@lru_cache(maxsize=8_192)
def _letter(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    named = _NAMED_LETTER.fullmatch(unicodedata.name(char, ""))
    if named:
        return named[1]
    apart = unicodedata.normalize("NFD", char)
    only_marked = len(apart) > 1 and all(unicodedata.category(one) == "Mn" for one in apart[1:])
    return apart[0] if only_marked else char.translate(_APOSTROPHES)


@lru_cache(maxsize=8_192)
def _plain(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    return "".join(_one(like) for like in unicodedata.normalize("NFKC", char))


def _one(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    category = unicodedata.category(char)
    if category == "No" and unicodedata.digit(char, None) is not None:  # in a circle that is filled
        return str(unicodedata.digit(char))
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return {"Pd": "-", "Zs": " "}.get(category, char)
