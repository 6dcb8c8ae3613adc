"""knowledgebase/learning/names_told.py: where somebody is called by a name that is known, however it is written. Pure.

Accents, apostrophes and the script of Chinese make no difference, nor do what languages write on to a name (`Evas`,
`Петрову`, 김민수입니다) and, in those that write words together, anything beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from knowledgebase.search.analysis import simplified

#: Characters of a name that are looked at.
_LONGEST = 200
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼʹ`´′"), "'")
_ALIKE = {"ı": "i", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
#: Two letters for one, as in names that are typed without the marks of their language.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})
_SHORTENED = re.compile(r"(?<=[aou])e")
_HAN = re.compile("[\u3400-\u9fff]{2,4}")
_HANGUL = re.compile("[\uac00-\ud7af]{3,4}")
_TITLE = "(?=先生|女士|小姐|太太|老师|总)"
#: Thai and its neighbours, kana, Han, Hangul; Arabic and Hebrew, which write small words on to others.
_RUNS_ON = re.compile("[\u0590-\u06ff\u0e00-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")
_CYRILLIC = re.compile("[\u0400-\u04ff]{3,}")
_PARTS = re.compile(r"[\s,-]+")
_PIECES = re.compile(r"[\s,.'-]+")


def called(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where in plain writing somebody with one of these names is called by it, whole or in part."""
    parts = {part for name in names for part in _parts(name)}
    if parts:
        # Longer ones first, so that of a whole name nothing is left.
        every = sorted(parts, key=lambda part: (-len(part), part))
        pattern = re.compile("|".join(map(_pattern, every)), re.IGNORECASE)
        yield from (found.span() for found in pattern.finditer(_alike(plain)))


def _alike(text: str) -> str:
    """The same text, character by character, in letters without marks and in Simplified Chinese."""
    return simplified(text.translate(_APOSTROPHES) if text.isascii() else "".join(map(_letter, text)))


@lru_cache(maxsize=8_192)
def _letter(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    apart = unicodedata.normalize("NFD", char)
    only_marked = len(apart) > 1 and all(unicodedata.category(one) == "Mn" for one in apart[1:])
    return apart[0] if only_marked else char.translate(_APOSTROPHES)


def _parts(name: str) -> Iterator[str]:
    """What somebody may be called by: the whole name, and each part of it that is not a single letter."""
    whole = " ".join(name.split())[:_LONGEST]
    for written in {whole, whole.lower().translate(_SPELT_OUT), _SHORTENED.sub("", whole)}:
        alike = _alike(written)
        pieces = [alike, *_PARTS.split(alike), *_PIECES.split(alike), _PIECES.sub("", alike)]
        pieces += [_PIECES.sub("", piece) for piece in alike.split()]
        yield from (piece.strip(".,'") for piece in pieces if len(piece.strip(".,'")) > 1)
    if _HAN.fullmatch(whole) or _HANGUL.fullmatch(whole):
        # Without the family name, of one character or of two; and that alone before a title.
        yield from (given for given in (_alike(whole)[1:], _alike(whole)[2:]) if len(given) > 1)
        yield _alike(whole)[0]


def _pattern(part: str) -> str:
    literal = re.escape(part)
    if len(part) == 1:
        return literal + _TITLE
    if _RUNS_ON.search(part):
        return literal
    ending = "[\u0400-\u04ff]{0,3}" if _CYRILLIC.fullmatch(part) else "(?:'?s)?"
    return rf"(?<![^\W\d_]){literal}{ending}(?![^\W\d_])"
