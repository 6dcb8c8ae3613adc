"""knowledgebase/search/letters.py: a word as a plain keyboard spells it, and without what is elided. Pure.

Łódź ──▶ lodz     bœuf ──▶ boeuf     København ──▶ kobenhavn     новый ──▶ новый: й is a letter
l'adresse ──▶ adresse in French       don't ──▶ dont             м'яч ──▶ мяч
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

#: A longer word is cut: no word that people write is.
LONGEST_WORD = 40
#: Signs that may stand within a word.
APOSTROPHES = "'’ʼ"

_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
#: What is taken off a letter; й is one of its own.
_ACCENT = re.compile("[\u0300-\u0305\u0307-\u036f]|(?<!и)\u0306")
#: Letters that are no others with an accent, as they are typed where they are on no key.
_PLAIN = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ß": "ss"}
    | dict.fromkeys(APOSTROPHES)
)

#: Letters that are written with two where they are on no key: their first is what is left without accents.
_APART = {"de": re.compile("ae|oe|ue")} | dict.fromkeys(("da", "no", "nb", "nn"), re.compile("oe|aa"))

#: What is put before a word and loses its end there, by language.
_FRENCH = "l d j m t s c n qu jusqu lorsqu puisqu quoiqu"
_ITALIAN = (
    "l un d dell all dall nell sull coll c m t s v n gl quell quest bell sant tutt anch com dov quand quant cos senz "
    "mezz nessun ciascun alcun buon"
)
_CATALAN = "l d m t s n"
_ELIDED = {name: frozenset(words.split()) for name, words in (("fr", _FRENCH), ("it", _ITALIAN), ("ca", _CATALAN))}


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written as one line, as tables of words are."""
    return frozenset(words.split())


def spelling(word: str) -> str:
    """A folded word without accents and apostrophes: what is compared when somebody mistypes it."""
    return word.replace("'", "")[:LONGEST_WORD] if word.isascii() else _plain(word)


@lru_cache(maxsize=1024)
def elided(*families: str) -> Collection[str]:
    """What these languages elide."""
    return frozenset[str]().union(*(_ELIDED.get(family, ()) for family in families))


def begins(word: str, before: Collection[str]) -> int:
    """Where a folded word begins behind what of `before` was elided."""
    found = _APOSTROPHE.search(word) if before else None
    return found.end() if found and word[: found.start()] in before else 0


def written_apart(spelled: str, families: Collection[str]) -> str:
    """The spelling, where letters of these languages are written with two: *ruckgabe* of *rueckgabe*."""
    for family in families:
        if family in _APART:
            return _APART[family].sub(lambda found: found[0][0], spelled)
    return spelled


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", word)))
    return bare.translate(_PLAIN)[:LONGEST_WORD]
