"""knowledgebase/masking/births.py: dates beside a word that says when somebody was born, in plain writing without marks
on letters. Pure.

    born 12.03.1984 · geboren am 12. März 1984 · DOB: 12/3/84 · 出生于1984年3月12日 · 1984-03-12生日

Of a date that says when something was ordered nobody is told, and it stays (`amounts.py`).
"""

import re
from collections.abc import Iterator

_MONTH = (
    "(?:jan|feb|mar|mrz|maerz|apr|avr|abr|may|mai|mag|jun|juin|jul|juil|aug|aou|ago|sep|set|oct|okt|ott|out|nov|dec|dez"
    "|dic|ene|gen|fev|янв|фев|мар|апр|ма[ия]|июн|июл|авг|сен|окт|ноя|дек)[^\\W\\d_]{0,8}\\.?"
)
_PART = r"[ ./,-]{1,3}"
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)(?!\d)"
_DATE = (
    r"(?:(?:19|20)\d\d ?[年년] ?\d{1,2} ?[月월](?: ?\d{1,2} ?[日号號일])?"
    r"|\d{1,2} ?[月월] ?\d{1,2} ?[日号號일]"
    rf"|(?:19|20)\d\d[./-]\d{{1,2}}[./-]\d{{1,2}}|\d{{1,2}}{_PART}\d{{1,2}}{_PART}{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[ -](?:(?:of|de) )?{_MONTH}(?:{_PART}(?:de )?{_YEAR})?"
    rf"|{_MONTH}{_PART}\d{{1,2}}(?:st|nd|rd|th)?(?:{_PART}{_YEAR})?|\d{{8}}(?!\d)|(?:19|20)\d\d(?!\d)[年년]?)"
)
_WORD = (
    r"(?:(?<![a-z])(?:born|birth(?:day|date)?|d\.?o\.?b|b-day|bday|geb|geboren|geburts(?:datum|tag)|nee?|naissance"
    r"|nacid[oa]|nacimiento|cumpleanos|nascid[oa]|nascimento|nat[oa]|nascita)(?![a-z])"
    r"|(?<![а-я])(?:родил(?:ся|ась)|рождени[яе])(?![а-я])"
    r"|出生(?:日期|年月日|年月)?|生日|生年月日|誕生日|诞生日|생년월일|생일)"
)
_LINK = (
    r"(?:(?:[ .:,;()=/-]|(?:(?<![a-z])(?:date|on|in|is|was|the|am|im|ist|war|le|en|el|il|du|es|est|fue|de)(?![a-z])"
    r"|[于於是为為在的은는]))){0,8}"
)
_BESIDE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_WORD}{_LINK}(?<!\d)(?P<date>{_DATE})",
        rf"(?<!\d)(?P<date>{_DATE})(?:[ .:,()=/-]{{0,3}}){_WORD}",
    )
)


def births(plain: str) -> Iterator[tuple[int, int]]:
    """Where dates of birth stand; some are found twice."""
    yield from (found.span("date") for beside in _BESIDE for found in beside.finditer(plain))
