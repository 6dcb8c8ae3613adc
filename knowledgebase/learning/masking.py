"""knowledgebase/learning/masking.py: what was said to one customer, without who and where they are. Pure.

Names that are known, addresses of mail and of the web, streets with a number, postcodes and every number of four
digits or more become `…`, however they are written. What is left may name somebody still: a person reads it before
anybody else does.
"""

import re
from collections.abc import Iterable, Iterator

from channels.characters import seen
from knowledgebase.written_alike import MAIL, Written, number_pattern, numbers, written

#: So much of a message is kept.
MOST = 8_000

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()]{1,500}", re.IGNORECASE)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'’-]{1,30} ){1,4}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Sq|Close|Court|Way|Place|Boulevard|Blvd)\b\.?"
)
_STREET_AFTER = re.compile(
    r"\b(?:[A-ZÄÖÜ][\wäöüß'’-]{0,30}(?:straße|strasse|str\.|weg|platz|allee|gasse)|(?:rue|avenue|calle|via) "
    r"(?:[\w'’-]{1,30} ){0,4}?[\w'’-]{1,30}),? \d{1,4}[a-z]?\b"
)
_STREET_HAN = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}[省市])?(?:[\u4e00-\u9fff]{1,8}[区區县縣])?[\u4e00-\u9fff]{1,8}[路街道巷弄][\d一二三四五六七八九十]{1,5}"
    r"[号號](?:[\d一二三四五六七八九十]{1,4}[楼樓室栋棟单單元座层層]){0,4}"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_NUMBER = number_pattern(r"[+#]?(?<![A-Za-z0-9_.,])[A-Z]{0,4}-?")
#: Digits of a number that is masked.
_LEAST = 4
_PATTERNS = (_LINK, MAIL, _STREET, _STREET_AFTER, _STREET_HAN, _POSTCODE)
_HAN = re.compile("[\u3400-\u9fff]")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """`text`, cut, without what tells who and where somebody is."""
    said = written(seen(text[:MOST]))
    for pattern in _PATTERNS:
        said = _without(said, pattern)
    said = said.without(numbers(said.plain, _LEAST, _NUMBER))
    parts = {part for name in names for part in _parts(written(name).plain)}
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        said = _without(said, _of_name(part))
    return said.text.strip()


def _without(said: Written, pattern: re.Pattern[str]) -> Written:
    return said.without(found.span() for found in pattern.finditer(said.plain))


def _parts(name: str) -> Iterator[str]:
    """What somebody may be called by: the whole name, and each part of it that is not a single letter."""
    whole = " ".join(name.split())[:200]
    pieces = [whole, *re.split(r"[\s,]+", whole)]
    if _HAN.search(whole) and " " not in whole and len(whole) > 2:
        pieces.append(whole[1:])  # what follows the family name
    yield from (piece.strip(".,") for piece in pieces if len(piece.strip(".,")) > 1)


def _of_name(name: str) -> re.Pattern[str]:
    if _HAN.search(name):
        return re.compile(re.escape(name))
    return re.compile(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", re.IGNORECASE)
