"""knowledgebase/written_alike.py: a text in one plain writing, in which addresses and numbers are found. Pure.

One number is written in many ways: with spaces that do not break, with dashes or points, in wide digits; an address
holds characters that nobody sees. What must not stay is found in the plain writing; of the text itself only that is
taken out, and the rest stays as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

GONE = "…"
#: Han, kana and Hangul, of which words are written without spaces between them.
UNSPACED = "\u2e80-\u2fdf\u3005-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff"
MAIL = re.compile(r"[^\s@<>(),;:\[\]]{1,64}@[^\s@<>(),;:\[\]。]{1,190}")

_BETWEEN = r"[ \-./()·。*_`|]"
_RUN = rf"\d(?:(?:{_BETWEEN}|,){{0,4}}\d)*"
_NUMBER = re.compile(rf"\+?{_RUN}")
_DIGIT = re.compile(r"\d")
_GROUP = re.compile(r"\d+")
#: Between numbers that are told one after the other; 2,499 is one.
_COMMA = re.compile(r",(?:\s+|(?!\d{3}(?!\d)))")
_APART = re.compile(r"[,.]\s+|,|\s+[-/|]\s+|\s+\(")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,4})?")
_FROM_TO = re.compile(r"\d{1,2} ?- ?\d{1,2}")
_DIALLED = re.compile(r"\+|0\d")
#: Steps as they are counted are no number.
_COUNTED = "0123456789"
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Digits of the code that a number in groups begins with.
_MOST_CODE = 5
#: So many digits in groups after commas are a number and no list.
_IN_GROUPS = 9

_SAME = {
    **dict.fromkeys("\t\u115f\u1160\u2800\u3164\uffa0", " "),
    **dict.fromkeys("\u2028\u2029", "\n"),
    **dict.fromkeys("\u02d7\u2043\u207b\u208b\u2212\u2500\u2501\u30fc\uff70", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff65", "·"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("、،﹑､", ","),
    "\uff61": "。",
    # Signs of something left out: three dots would join what stands around them.
    "…": "…",
    "‥": "‥",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text and its plain writing."""

    plain: str
    shown: tuple[str, ...]  #: what stands in the text for each character of `plain`

    @property
    def text(self) -> str:
        """The text as it was written."""
        return "".join(self.shown)

    def without(self, found: Iterable[tuple[int, int]]) -> "Written":
        """What is left when these places of the plain writing, which do not overlap, are taken out."""
        plain: list[str] = []
        shown: list[str] = []
        at = 0
        for begin, end in sorted(found):
            plain += (self.plain[at:begin], GONE)
            shown += (*self.shown[at:begin], GONE)
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


@lru_cache(maxsize=8_192)
def _plain(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    return "".join(_one(like) for like in unicodedata.normalize("NFKC", char))


def _one(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return {"Pd": "-", "Zs": " "}.get(category, char)


def numbers(plain: str, least: int, pattern: re.Pattern[str] = _NUMBER) -> Iterator[tuple[int, int]]:
    """Where numbers of `least` digits and more stand, also in groups.

    Of numbers that are told one after the other each counts by itself. Thousands (2,499.00) and a few days from and
    to (10-14) are none.
    """
    for found in pattern.finditer(plain):
        for begin, end in [found.span()] if _is_one(found[0]) else _each(plain, *found.span()):
            said = plain[begin:end]
            if len(bare(said)) >= least and not _THOUSANDS.fullmatch(said) and not _FROM_TO.fullmatch(said):
                yield begin, end


def number_pattern(before: str) -> re.Pattern[str]:
    """For `numbers`: numbers before which this stands."""
    return re.compile(before + _RUN)


def bare(number: str) -> str:
    """Its digits."""
    return "".join(_DIGIT.findall(number))


def apart(number: str) -> list[str]:
    """The digits of each of the numbers that it may be, told one after the other."""
    return [bare(part) for part in _APART.split(number)]


def _is_one(said: str) -> bool:
    """Whether commas in it are only another way to write one number."""
    parts = _COMMA.split(said)
    begins = _DIALLED.match(said) is not None and len(bare(parts[0])) <= _MOST_CODE
    return len(parts) == 1 or begins or _are_single(said) or _are_groups(parts)


def _are_single(said: str) -> bool:
    groups = _GROUP.findall(said)
    return all(len(group) == 1 for group in groups) and "".join(groups) not in _COUNTED


def _are_groups(parts: Sequence[str]) -> bool:
    """Groups as of a card: not sizes, years or round amounts."""
    return (
        sum(map(len, parts)) >= _IN_GROUPS
        and all(len(part) > 2 and part.isdigit() for part in parts)
        and not all(_YEAR.fullmatch(part) or part.endswith("0") for part in parts)
    )


def _each(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for comma in _COMMA.finditer(plain, begin, end):
        yield begin, comma.start()
        begin = comma.end()
    yield begin, end
