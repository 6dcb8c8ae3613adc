"""knowledgebase/masking/numbers_in_words.py: numbers that are told in words, as digits in their places. Pure.

    oh one seven, double seven ──▶ 0 1 7 77          三八〇〇 ──▶ 3800

English words and characters of Chinese say digits where three or more stand together, whatever marks stand between
them; elsewhere they say more than that: *one of two*, 三八. Every other character keeps its place.
"""

import re

#: Fills the place of a word whose digits are shorter. It is seen by nobody, so that plain writing has none.
FILL = "\u2060"

_HAN = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸两兩幺", "00123456789123456789236221", strict=True))
_HAN_DIGIT = f"[{''.join(_HAN)}]"
_BETWEEN_HAN = "(?:[^\\w\n…。!?]|_){0,4}"
_HAN_RUN = re.compile(rf"(?:\d|{_HAN_DIGIT})(?:{_BETWEEN_HAN}(?:\d|{_HAN_DIGIT})){{2,}}")
_AS_DIGITS = str.maketrans(_HAN)

_ONES = {
    "zero": "0", "null": "0", "nought": "0", "naught": "0", "oh": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "o": "0",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8",
    "ninety": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}

_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
_TEN = "|".join(_TEENS)
_MANY = "|".join(_TENS)
_OFTEN = rf"(?:(?:{'|'.join(_TIMES)})[ -]?)?"
_ANY = rf"(?:{_OFTEN}(?:(?:{_MANY})(?:[ -]?(?:{_ONE}))?|{_TEN}|{_ONE}|\d)|\d)"
_TOLD = re.compile(
    rf"(?P<often>{_OFTEN})(?:(?P<many>{_MANY})(?:[ -]?(?P<rest>{_ONE}))?|(?P<said>{_TEN}|{_ONE}|\d))", re.IGNORECASE
)
#: Hundreds and thousands say how much or how a number is grouped: they are no digits, and part no number.
_BETWEEN = r"(?:[ ,.-]{1,3}(?:hundred|thousand)(?:[ ,-]{1,3}and(?![a-z]))?)?(?:[^\w\n…]|_){0,4}"
#: So many at once, so that a run without an end costs no more than one that ends.
_WORDS = re.compile(rf"(?<![a-z]){_ANY}(?:{_BETWEEN}{_ANY}){{2,60}}(?![a-z])", re.IGNORECASE)
_HUNDREDS = re.compile("hundred|thousand", re.IGNORECASE)
#: What says no number in words.
_ALONE = frozenset("oO0123456789")


def in_digits(plain: str) -> str:
    """Plain writing, of the same length, in which numbers that are told in words stand in digits."""
    said = _WORDS.sub(_as_told, plain)
    return said if said.isascii() else _HAN_RUN.sub(_as_counted, said)


def _as_counted(found: re.Match[str]) -> str:
    run = found[0]
    together = run.isalnum() or sum(char in _HAN for char in run) > 2  # 1三8 or 一 三 八, and not *100 一起*
    return run.translate(_AS_DIGITS) if together else run


def _as_told(found: re.Match[str]) -> str:
    run = found[0]
    found_there = list(_TOLD.finditer(run))
    if sum(one[0] not in _ALONE for one in found_there) + len(_HUNDREDS.findall(run)) < 2:
        return run  # as *10 o 12* in Spanish, and 100 one-litre bottles
    told: list[str] = []
    at = 0
    for one in found_there:
        told += (FILL * (one.start() - at), _digits(one).rjust(len(one[0]), FILL))
        at = one.end()
    return "".join(told) + FILL * (len(run) - at)


def _digits(told: re.Match[str]) -> str:
    times = _TIMES.get((told["often"] or "").strip(" -").lower(), 1)
    if told["many"]:
        return times * (_TENS[told["many"].lower()] + _ONES[(told["rest"] or "zero").lower()])
    return times * (_ONES | _TEENS).get(told["said"].lower(), told["said"])
