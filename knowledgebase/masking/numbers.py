"""knowledgebase/masking/numbers.py: numbers that may be somebody's, in plain writing, however they are told. Pure.

Digits are one number whatever stands between them: marks, spaces, letters that are glued to them, a new line. Digits
are those of any script, and those that are told in words (`numbers_in_words.py`). What is glued to a number belongs to
it, and all of an account number does (`accounts.py`). No numbers are amounts (`amounts.py`), and what is told
in a list: amounts, or sizes, years and round numbers in their order. When in doubt it is one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from knowledgebase.masking.accounts import accounts
from knowledgebase.masking.amounts import is_amount
from knowledgebase.masking.numbers_in_words import FILL, in_digits
from knowledgebase.masking.plain_writing import GONE, UNSPACED

_LETTER = rf"[^\W\d_{UNSPACED}]"
#: Any marks and spaces; a new line, but for the next step of a list; letters, as in 12AB34 and 12-AB-34.
_BETWEEN = (
    rf"(?:(?:[^\w\n{GONE}{FILL}]|_){{1,10}}|[^\w\n{GONE}{FILL}]{{0,3}}\n[ \n]{{0,3}}(?!\d{{1,3}}[.):]\s{{0,3}}[^\s\d])"
    rf"|(?<=\d) ?{GONE}{{1,3}} ?(?=\d)"
    rf"|[-_/.:]?(?:[A-Z]{{1,6}})[-_/.:]?|{_LETTER}{{1,16}})?"
)
_RUN = re.compile(rf"{FILL}*\d(?:{_BETWEEN}{FILL}*\d)*")
#: What stands before a number, and belongs to it: letters of the same word, those of A-2026, a plus.
_BEFORE = re.compile(rf"(?:{_LETTER}{{1,40}}|(?<![^\W_])[A-Z]{{1,4}}[-_/])?[+#]?\Z")
_BEHIND = re.compile(rf"{_LETTER}{{0,40}}")
_LONGEST_BEFORE = 41

_DIGIT = re.compile(r"\d")
_FROM_DIGIT = re.compile(rf"{FILL}*\d(?:.*\d)?", re.DOTALL)
#: Between numbers that are told one after the other; 2,499 is one.
_LISTED = re.compile(r"[,;](?:\s+|(?<=\D[,;])|(?!\d{3}(?!\d)))")
_APART = re.compile(r"[,.;:]\s+|[,;]|\s+[-/|]\s+|\s+\(|\n")
_ENTRY = re.compile(r"0|[1-9]\d*")
#: A year, or a few of something.
_BESIDE_AMOUNTS = re.compile(r"(?:19|20)\d\d|[1-9]\d?")
_SPACE = re.compile(r"\s")
_IN_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})?")
#: So much is between entries of a list that are not round: sizes, years, pages.
_NEAR = 12
#: So many of one digit are a number that is told digit by digit.
_SINGLE = 4


def numbers(plain: str, least: int) -> Iterator[tuple[int, int]]:
    """Where numbers of `least` digits and more stand, with what is glued to them; no two of these overlap.

    Of numbers that are told one after the other each counts by itself, if it is long enough.
    """
    digits = in_digits(plain)
    known = list(accounts(digits))
    yield from known
    digits = _blanked(digits, known)
    at = 0
    for found in _RUN.finditer(digits):
        if len(_digits(found[0])) < least:
            continue
        for begin, end in _told(digits, *found.span(), least):
            if len(_digits(digits[begin:end])) >= least and not is_amount(digits, begin, end):
                since, at = _with_what_is_glued(digits, at, begin, end)
                yield since, at


def bare(number: str) -> str:
    """Its digits."""
    return _digits(in_digits(number))


def apart(number: str) -> list[str]:
    """The digits of each of the numbers that it may be, told one after the other; hours and amounts are none."""
    parts = [part.strip() for part in _APART.split(number)]
    return [bare(part) for part in parts if not is_amount(part, 0, len(part))]


def _blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    kept: list[str] = []
    at = 0
    for begin, end in places:
        kept += (text[at:begin], GONE * (end - begin))
        at = end
    return "".join((*kept, text[at:]))


def _digits(said: str) -> str:
    return "".join(_DIGIT.findall(said))


def _with_what_is_glued(plain: str, at: int, begin: int, end: int) -> tuple[int, int]:
    before = _BEFORE.search(plain, max(begin - _LONGEST_BEFORE, at), begin)
    behind = _BEHIND.match(plain, end)
    return before.start() if before else begin, behind.end() if behind else end


def _told(plain: str, begin: int, end: int, least: int) -> Sequence[tuple[int, int]]:
    """The numbers of a run of digits: one, or the entries of a list."""
    entries = [] if is_amount(plain, begin, end) else list(_entries(plain, begin, end))
    if len(entries) < 2:
        return [(begin, end)]
    said = [plain[since:until] for since, until in entries]
    amounts = [is_amount(plain, since, until) for since, until in entries]
    numbers = [one for one, amount in zip(said, amounts, strict=True) if not amount]
    spaced = all(_SPACE.search(plain, one[1], then[0]) for one, then in pairwise(entries))
    in_order = [one for one, amount in zip(said, amounts, strict=True) if not amount or _IN_THOUSANDS.fullmatch(one)]
    if (
        not numbers
        or (len(numbers) == 1 and spaced and _BESIDE_AMOUNTS.fullmatch(numbers[0]))
        or _is_in_order([one.replace(",", "") for one in in_order])
        or _are_steps(plain[begin:end], said)
        or all(len(_digits(one)) >= least and not amount for one, amount in zip(said, amounts, strict=True))
    ):
        return entries
    return [(begin, end)]


def _is_in_order(said: Sequence[str]) -> bool:
    """Whether these go up or down as sizes, years and round numbers do, and not as a number told in parts."""
    if len(said) == 1 or not all(map(_ENTRY.fullmatch, said)) or sum(len(one) == 1 for one in said) >= _SINGLE:
        return False
    values = [int(one) for one in said]
    if values[0] > values[-1]:
        values.reverse()
    return all(one < then and (then - one <= _NEAR or then % 5 == 0) for one, then in pairwise(values))


def _are_steps(run: str, said: Sequence[str]) -> bool:
    """Whether it is counted from one, as of steps: 1, 2, 3, 4, 5."""
    return said == [str(n + 1) for n in range(len(said))] and run == ", ".join(said)


def _entries(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    commas = [found.span() for found in _LISTED.finditer(plain, begin, end)]
    for until, since in (*commas, (end, end)):
        digits = _FROM_DIGIT.search(plain, begin, until)
        if digits:
            yield digits.span()
        begin = since
