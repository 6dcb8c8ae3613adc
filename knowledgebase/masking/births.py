"""knowledgebase/masking/births.py: dates of birth, in plain writing without marks on letters. Pure.

    born in Ulm on 12.03.1984 · wurde am 12. März 1984 geboren · DOB: 12/3/84 · 出生于一九八四年三月十二日
    my birthday is 12 March · 我生日是3月12日

A word of being born takes every date near it in its sentence. A word that says more than that, as *birthday* does in
*the birthday offer of May*, takes only the date beside it (`birth_words.py`). Of a date that says when something was
ordered nobody is told, and it stays (`amounts.py`).
"""

import re
from collections.abc import Iterator

from knowledgebase.masking.birth_words import BESIDE, BORN, DATE, DAY, LINK

#: So far from the word, or from the date before it, a date is still somebody's.
_NEAR = 60
#: The end of a sentence, and not the point in *12. March*, *St. Ives* and *geb. 1984*.
_END = r"[!。！]|[?？](?!\s{0,3}\d)|(?<=[^\W_]{3})\.\s{1,3}(?!\d)|\n\s{0,3}\n"
_TOKEN = re.compile(
    rf"(?P<born>{BORN})|(?<!\d)(?<!\d{{3}}-)(?P<date>{DATE})(?!-?\d{{3}})|(?P<end>{_END})", re.IGNORECASE
)
_SAYS_SO = re.compile(rf"{BORN}|{BESIDE}", re.IGNORECASE)
_BESIDE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{BESIDE}|{BORN}){LINK}(?<!\d)(?P<date>{DATE}|{DAY})",
        rf"(?<![\d.,/])(?P<date>{DATE}|{DAY})[ .:,()=/-]{{0,3}}{BESIDE}",
    )
)


def births(plain: str) -> Iterator[tuple[int, int]]:
    """Where dates of birth stand; some are found twice."""
    if not _SAYS_SO.search(plain):
        return
    yield from (found.span("date") for beside in _BESIDE for found in beside.finditer(plain))
    dates: list[tuple[int, int]] = []
    born, at = False, 0
    for found in _TOKEN.finditer(plain):
        if found["end"] or found.start() - at > _NEAR:
            yield from dates if born else ()
            dates, born = [], False
        at = found.end()
        born = born or bool(found["born"])
        if found["date"]:
            dates.append(found.span())
    yield from dates if born else ()
