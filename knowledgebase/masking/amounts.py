"""knowledgebase/masking/amounts.py: digits that say how much, when or which version, and are nobody's number. Pure.

    2,499.00 · £129.99 · 1500 ml · 30 × 40 cm · 10–14 · 10:00–12:30 · 24/7 · 27.11.2026 · 3.11.4

Each has few digits of its own, so that a number which is grouped to look like one is shorter than those that are
masked, or says beside itself what it measures.
"""

import re

from knowledgebase.masking.date_words import MONTHS

_TIME = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:19|20)\d\d"
_AT = rf"(?:,? {_TIME}(?: ?- ?{_TIME})?)?"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GERMAN_MONTHS = ("Januar", "Februar", "Marz", "Mai", "Juni", "Juli", "Oktober", "Dezember", "Okt.", "Dez.")
_NAMES = sorted({name for month in _MONTHS for name in (month, month[:3], f"{month[:3]}\\.")})
_BEFORE_DAY = "|".join(rf"(?<={name} )" for name in _NAMES)
_BEFORE_YEAR = "|".join(rf"(?<={name}{day} )" for name in _NAMES for day in ("", ",", r" \d,", r" \d\d,"))
_BEFORE_YEAR += "|" + "|".join(f"(?<={re.escape(name)} )" for name in _GERMAN_MONTHS)
_MONTHS_ELSEWHERE = [written for name in MONTHS for written in (name, name.capitalize())]
_BEFORE_YEAR += "|" + "|".join(f"(?<={name}{of} )" for name in _MONTHS_ELSEWHERE for of in ("", " de", " del"))
_DID = (
    "asked|bought|called|came|cancelled|changed|chose|complained|gave|got|joined|made|ordered|paid|received|returned"
    "|said|sent|signed|sold|subscribed|told|took|used|wrote"
)
#: Behind a postcode stands its town, behind a year who did something: in 2021 Eva bought.
_SOMEBODY = r"(?!(?:The|New|San|Den|Bad|Los|Las|La|Le|El|St) )[A-Z][a-z']+ (?:[A-Z][a-z']+ )?"
_NO_TOWN = rf"(?! (?!(?:I|We|He|She|They|You|It|My|Our|Your)\b|{_SOMEBODY}(?:{_DID})\b)[A-Z])"
#: Years behind a word that says so, one or more: in 2021, 2022 and 2023.
_MORE_YEARS = rf"(?:{_YEAR}(?:,|,? (?:and|or|to|und|oder|bis)) ){{0,6}}{_YEAR}\Z"
_YEARS = re.compile(rf"\b(?:[iI]n|[fF]rom|[vV]on|[bB]is|[aA]b) {_MORE_YEARS}")
#: These stand before no postcode, so that a name may follow: since 2021 Eva.
_ONLY_YEARS = re.compile(rf"\b(?:[sS]ince|[uU]ntil|[sS]eit|[yY]ears?|[jJ]ahre?) {_MORE_YEARS}")
_LONGEST_YEARS = 72
_TOWNLESS = re.compile(_NO_TOWN)
_STANDARD = "|".join(rf"(?<=\b{body} )" for body in ("ISO", "IEC", "EN", "DIN"))
#: Whose products are called by their year, and by a number.
_OF_A_YEAR = "|".join(rf"(?<=\b{name} )" for name in ("Windows", "Server", "Office", "Excel", "Word", "Outlook"))
_MODEL = "|".join(rf"(?<=\b{name} )" for name in ("RTX", "GTX", "EOS"))
_SCREEN = (
    r"640x480|800x600|1024x768|1280x(?:720|800|1024)|1366x768|1600x900"
    r"|1920x1[02]\d0|2560x1[46]\d0|3440x1440|3840x2160"
)
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
        rf"(?:{_STANDARD})[1-9]\d{{3,4}}(?:-\d{{1,2}})?(?::{_YEAR})?",
        rf"(?:{_OF_A_YEAR}){_YEAR}{_NO_TOWN}",
        rf"(?:{_MODEL})[1-9]\d{{3}}",
        _SCREEN.replace("x", " ?[x×] ?"),
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
    if any(found and found.end() == end for found in (amount.match(plain, begin) for amount in _AMOUNTS)):
        return True
    since = max(0, begin - _LONGEST_YEARS)
    return bool(_ONLY_YEARS.search(said := plain[since:end]) or (_YEARS.search(said) and _TOWNLESS.match(plain, end)))
