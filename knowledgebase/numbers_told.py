"""knowledgebase/numbers_told.py: numbers that may be somebody's, in plain writing, however they are told. Pure.

Digits are one number whatever stands between them: marks, spaces, letters that are glued to them, a new line. Digits
are those of any script, and of Chinese where several stand together. What is glued to a number belongs to it.
No numbers are what people say of amounts, sizes, hours and days; when in doubt it is one.
"""

import re
from collections.abc import Iterator, Sequence

from knowledgebase.written_alike import GONE, UNSPACED

_HAN = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸两兩幺", "00123456789123456789236221", strict=True))
_HAN_DIGIT = f"[{''.join(_HAN)}]"
#: Digits of Chinese are those that stand together: 三八 says more than one thing, 一三八〇 a number.
_HAN_DIGITS = re.compile(rf"(?:\d|{_HAN_DIGIT}){{3,}}|{_HAN_DIGIT}(?:[ -]{_HAN_DIGIT}){{2,}}")
_AS_DIGITS = str.maketrans(_HAN)

_LETTER = rf"[^\W\d_{UNSPACED}]"
#: Any marks and spaces; a new line, but for the next step of a list; letters, as in 12AB34 and 12-AB-34.
_BETWEEN = (
    rf"(?:(?:[^\w\n{GONE}]|_){{1,10}}| {{0,3}}\n {{0,3}}(?!\d{{1,3}}[.):、])"
    rf"|[-_/.:]?(?:[A-Z]{{1,6}})[-_/.:]?|{_LETTER}{{1,16}})?"
)
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d)*")
#: What stands before a number, and belongs to it: letters of the same word, those of A-2026, a plus.
_BEFORE = re.compile(rf"(?:{_LETTER}{{1,40}}|(?<![^\W_])[A-Z]{{1,4}}[-_/])?[+#]?\Z")
_BEHIND = re.compile(rf"{_LETTER}{{0,40}}")
_LONGEST_BEFORE = 41

_DIGIT = re.compile(r"\d")
_FROM_DIGIT = re.compile(r"\d(?:.*\d)?", re.DOTALL)
_GROUP = re.compile(r"\d+")
#: Between numbers that are told one after the other; 2,499 is one.
_LISTED = re.compile(r"[,;](?:\s+|(?!\d{3}(?!\d)))")
_APART = re.compile(r"[,.;:]\s+|[,;]|\s+[-/|]\s+|\s+\(|\n")
_AMOUNT = re.compile(r"[1-9]\d{0,2},\d{3}(?:\.\d{1,2})?")
_FROM_TO = re.compile(r"\d{1,2} ?[%€£$]? ?- ?[€£$]?\d{1,2}")
_TIME = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_HOURS = re.compile(rf"{_TIME}(?: ?- ?{_TIME})?")
_NO_NUMBERS = (_AMOUNT, _FROM_TO, _HOURS)
_DIALLED = re.compile(r"0\d")
#: Steps as they are counted are no number.
_COUNTED = "0123456789"
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Digits of the code that a number in groups begins with.
_MOST_CODE = 5
#: So many digits in groups after commas are a number and no list.
_IN_GROUPS = 9


def numbers(plain: str, least: int) -> Iterator[tuple[int, int]]:
    """Where numbers of `least` digits and more stand, with what is glued to them; no two of these overlap.

    Of numbers that are told one after the other each counts by itself, if it is long enough.
    """
    digits = _in_digits(plain)
    at = 0
    for found in _RUN.finditer(digits):
        for begin, end in [found.span()] if _is_one(found[0]) else _each(digits, *found.span()):
            said = digits[begin:end]
            if len(bare(said)) >= least and not _is_none(said):
                since, at = _with_what_is_glued(digits, at, begin, end)
                yield since, at


def _is_none(said: str) -> bool:
    return any(pattern.fullmatch(said) for pattern in _NO_NUMBERS)


def bare(number: str) -> str:
    """Its digits."""
    return "".join(_DIGIT.findall(_in_digits(number)))


def apart(number: str) -> list[str]:
    """The digits of each of the numbers that it may be, told one after the other; hours and amounts are none."""
    return [bare(part) for part in _APART.split(number) if not _is_none(part.strip())]


def _in_digits(plain: str) -> str:
    if plain.isascii():
        return plain
    return _HAN_DIGITS.sub(lambda found: found[0].translate(_AS_DIGITS), plain)


def _with_what_is_glued(plain: str, at: int, begin: int, end: int) -> tuple[int, int]:
    before = _BEFORE.search(plain, max(begin - _LONGEST_BEFORE, at), begin)
    behind = _BEHIND.match(plain, end)
    return before.start() if before else begin, behind.end() if behind else end


def _is_one(said: str) -> bool:
    """Whether commas in it are only another way to write one number."""
    parts = _LISTED.split(said)
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
    commas = [found.span() for found in _LISTED.finditer(plain, begin, end)]
    for until, since in (*commas, (end, end)):
        digits = _FROM_DIGIT.search(plain, begin, until)
        if digits:
            yield digits.span()
        begin = since
