"""knowledgebase/learning/masking.py: what was said to one customer, without who and where they are. Pure.

Names that are known, addresses of mail and of the web, streets with a number, postcodes and every number of four
digits or more become `…`, however they are written: when in doubt, more. What is left may name somebody still: a
person reads it before anybody else does.
"""

import re
import unicodedata
from collections.abc import Iterable

from channels.characters import seen
from knowledgebase.addresses import addresses
from knowledgebase.learning.names_told import called
from knowledgebase.numbers_told import numbers
from knowledgebase.written_alike import Written, written

#: So much of a message is kept.
MOST = 8_000
#: Digits of a number that is masked.
_LEAST = 4

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()]{1,500}", re.IGNORECASE)
#: Some of these stand for more than a street where they are written small: *two parcels on the way*.
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:\w[\w'’.-]{0,30} ){1,4}"
    r"(?:street|road|rd|avenue|ave|lane|drive|square|boulevard|blvd|crescent|terrace|gardens"
    r"|(?-i:(?:St|Ln|Dr|Sq|Close|Court|Ct|Way|Place|Pl|Row|Park|Hill|ST|LN|DR|SQ|CLOSE|COURT|CT|WAY|PLACE|PL|ROW)))\b\.?",
    re.IGNORECASE,
)
_STREET_AFTER = re.compile(
    r"\b(?:\w[\w'’-]{0,30}(?:straße|strasse|str\.?|weg|platz|allee|gasse)"
    r"|(?:rue|avenue|calle|via|ул\.|улица|пер\.|проспект) ?(?:[\w'’-]{1,30} ){0,4}?[\w'’-]{1,30}),?"
    r" (?:д\. ?)?\d{1,4}[a-zа-я]?\b",
    re.IGNORECASE,
)
_STREET_HAN = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}[省市])?(?:[\u4e00-\u9fff]{1,8}[区區县縣])?[\u4e00-\u9fff]{1,8}"
    r"(?:[路街道巷弄][\d一二三四五六七八九十]{1,5}[号號]|\d{1,3}丁目(?:\d{1,3}番地?)?(?:\d{1,3}[号號])?)"
    r"(?:[\d一二三四五六七八九十]{1,4}[楼樓室栋棟单單元座層层]){0,4}"
)
_STREET_HANGUL = re.compile(r"[\uac00-\ud7af]{1,12}(?:로|길) ?\d{1,4}(?:-\d{1,4})?")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_PLACES = (_LINK, _STREET, _STREET_AFTER, _STREET_HAN, _STREET_HANGUL, _POSTCODE)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """`text`, cut, without what tells who and where somebody is."""
    said = _read(text[:MOST])
    said = said.without(addresses(said.plain))
    for pattern in _PLACES:
        said = said.without(found.span() for found in pattern.finditer(said.plain))
    said = said.without(numbers(said.plain, _LEAST))
    return said.without(called(said.plain, [_read(name).plain for name in names])).text.strip()


def _read(text: str) -> Written:
    """In plain writing, in which letters and their marks are one character where there is one."""
    return written(unicodedata.normalize("NFC", seen(text)))
