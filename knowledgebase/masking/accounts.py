"""knowledgebase/masking/accounts.py: account numbers (IBAN), and those of National Insurance, in plain writing,
whatever stands in and around them. Pure.

Their check digits tell them from everything else, so that letters which are written up to one do not hide it.
"""

import re
from collections.abc import Iterator

#: Characters of an IBAN by its country (ISO 13616).
_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries.split()}
_LONGEST = 34
_BETWEEN = r"(?:[^\w…]|_){0,3}"
_BEGIN = re.compile(rf"(?=([A-Z]){_BETWEEN}([A-Z]){_BETWEEN}\d{_BETWEEN}\d)", re.IGNORECASE)
_ONE = re.compile(rf"([A-Z0-9]){_BETWEEN}", re.IGNORECASE)
#: QQ 12 34 56 C
_INSURANCE = re.compile(r"(?<![a-z\d])[a-z]{2}[ .-]?(?:\d\d[ .-]?){3}[a-d](?![a-z\d])", re.IGNORECASE)


def insurances(digits: str) -> Iterator[tuple[int, int]]:
    """Where numbers of National Insurance stand."""
    return (found.span() for found in _INSURANCE.finditer(digits))


def accounts(digits: str) -> Iterator[tuple[int, int]]:
    """Where account numbers stand, of which no two overlap."""
    since = 0
    for found in _BEGIN.finditer(digits):
        begin = found.start()
        length = _LENGTH.get((found[1] + found[2]).upper())
        end = _end(digits, begin, length) if length and begin >= since else 0
        if end:
            yield begin, end
            since = end


def _end(digits: str, begin: int, length: int) -> int:
    """Where the account number that begins here ends; 0: it is none."""
    said: list[str] = []
    end = last = begin
    while len(said) < length:
        one = _ONE.match(digits, end)
        if not one:
            return 0
        said.append(one[1])
        last, end = one.end(1), one.end()
    moved = "".join(said[4:] + said[:4])
    return last if int("".join(str(int(char, 36)) for char in moved)) % 97 == 1 else 0
