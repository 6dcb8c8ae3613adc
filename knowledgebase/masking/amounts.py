"""knowledgebase/masking/amounts.py: digits that say how much, when or which version, and are nobody's number. Pure.

    2,499.00 · £129.99 · 1500 ml · 30 × 40 cm · 10–14 · 10:00–12:30 · 24/7 · 27.11.2026 · 3.11.4

Each has few digits of its own, so that a number which is grouped to look like one is shorter than those that are
masked, or says beside itself what it measures.
"""

import re

_TIME = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:19|20)\d\d"
_AT = rf"(?:,? {_TIME}(?: ?- ?{_TIME})?)?"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NAMES = sorted({name for month in _MONTHS for name in (month, month[:3], f"{month[:3]}\\.")})
_BEFORE_DAY = "|".join(rf"(?<={name} )" for name in _NAMES)
_BEFORE_YEAR = "|".join(rf"(?<={name}{day} )" for name in _NAMES for day in ("", ",", r" \d,", r" \d\d,"))
_BESIDE_YEAR = "|".join(
    rf"(?<=\b{word} {_YEAR} {link} )" for word in ("[iI]n", "[sS]ince", "[uU]ntil") for link in ("and", "or")
)
#: Behind a postcode stands its town, behind a year who did something.
_NO_TOWN = r"(?! (?!(?:I|We)\b)[A-Z])"
_CURRENCY = "[€£$¥₽₩]"
_MONEY = r"(?:[1-9]\d{0,2}(?:[.,]\d{3})?|[1-9]\d{0,4})(?:[.,]\d\d)?"
_SIZE = r"[1-9]\d{0,3}(?:[.,]\d)?"
#: Behind a measure; single letters as they are written, so that *m* is no *M*.
_UNIT = (
    r" ?(?:[mck]?m|[mk]?g|m?l|cl|[KMGT]B|k?Wh?|m?Ah|V|[kMG]?Hz|p|fps|°[CF]?|%|px|dpi|rpm|lbs?|oz|ft|inch(?:es)?"
    r"|(?:piece|part|pixel|litre|metre|word|character|people|customer|day|hour|minute|second|week|month|year|time)s?"
    r"|euros?|dollars?|pounds?|yuan|EUR|USD|GBP|CHF|CNY|RMB)(?![A-Za-z])"
    "| ?(?:[克斤升米瓦伏元块塊件个個人天页頁次台箱瓶字年月日]"
    "|[千公毫厘][克斤升米安]|小?[时時]|分[钟鐘]|欧元|美元|像素)"
)
_PRODUCT = (
    r"(?:(?<=[vV])|(?<=[vV]ersion )|(?<=版本)|(?<=版本 )|(?<=[rR]elease )|(?<=[fF]irmware )|(?<=Python )"
    r"|(?<=iOS )|(?<=macOS )|(?<=Android ))"
)
_AMOUNTS = tuple(
    re.compile(rf"(?:{pattern})(?!\d)")
    for pattern in (
        r"[1-9]\d{0,2},\d{3}(?:\.\d{1,2})?",
        r"[1-9]\d?\.\d{1,2}",
        rf"(?:(?<={_CURRENCY})|(?<={_CURRENCY} )|(?<=EUR )|(?<=USD )|(?<=GBP )|(?<=CNY )|(?<=RMB )){_MONEY}",
        rf"{_MONEY}(?= ?(?:{_CURRENCY}|EUR|USD|GBP|CHF|CNY|RMB|元|块|円))",
        r"\d{1,2} ?[%€£$]? ?[-~] ?[€£$]?\d{1,2}",
        r"\d{1,2}/\d{1,2}|[1-9]\d?:[1-9]\d?",
        rf"{_TIME}(?: ?- ?{_TIME})?",
        rf"{_YEAR}([-/.]){_MONTH}\1{_DAY}{_AT}",
        rf"{_DAY}([-/.]){_MONTH}\1{_YEAR}{_AT}",
        rf"{_MONTH}/{_DAY}/{_YEAR}{_AT}",
        rf"(?:{_BEFORE_DAY}){_DAY}, ?{_YEAR}{_AT}",
        rf"(?:{_BEFORE_YEAR}){_YEAR}{_AT}",
        rf"{_YEAR}(?= ?年)",
        rf"{_YEAR} ?- ?{_YEAR}|{_YEAR}/\d\d",
        rf"(?:(?<=\b[iI]n )|(?<=\b[sS]ince )|(?<=\b[uU]ntil )){_YEAR}{_NO_TOWN}",
        rf"(?:{_BESIDE_YEAR}){_YEAR}{_NO_TOWN}",
        r"[1-9]\d{0,2}V/[1-9]\d(?=Hz)",
        r"\d\.\d\.\d{1,2}|\d\.[1-9]\d\.\d|[1-9]\d\.\d\.\d",
        rf"{_PRODUCT}(?:0|[1-9]\d?)(?:\.(?:0|[1-9]\d?)){{1,2}}",
        r"[1-9]\d? ?[x×] ?[1-9]\d?",
        rf"{_SIZE}(?: ?[x×] ?{_SIZE}){{0,2}}(?={_UNIT})",
        rf"{_SIZE}(?=(?: ?x ?{_SIZE}){{1,2}}{_UNIT})",
        rf"[1-9]\d{{0,2}} ?- ?[+-]?[1-9]\d{{0,2}}(?={_UNIT})",
        rf"[1-9]\d{{0,2}}00(?={_UNIT})",
    )
)


def is_amount(plain: str, begin: int, end: int) -> bool:
    """Whether what stands here is no number of anybody's."""
    return any(found and found.end() == end for found in (amount.match(plain, begin) for amount in _AMOUNTS))
