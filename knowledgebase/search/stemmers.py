"""knowledgebase/search/stemmers.py: the stem of a word, as it is written and as it is typed without accents. Pure.

    devolução, devoluções ──▶ devolu, devoluca     devolucao, devolucoes ──▶ devoluca
    Rückgabe, Rueckgabe   ──▶ ruckgab              København, Koebenhavn ──▶ kobenhavn

Snowball knows most of it; what it leaves apart, and people take for one word, is made one before it (`_ONE`).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer

from knowledgebase.search.letters import APOSTROPHES, LONGEST_WORD, spelling

#: Languages whose words have stems that we know how to find.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "bs": "serbian",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hr": "serbian",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sk": "czech",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
#: Stemmers that know of no accents: a word is found by what it is without.
_WITHOUT_ACCENTS = frozenset({"english", "indonesian"})
#: What English stems still have of what was made of a verb: payment, refundable, expiry, delivery.
_ENDING = re.compile(r"(?<=[a-z]{4})(?:abl|ibl|ation|ion|eri|er|i|y)$|(?<=[a-z]{3})ment$")
#: What is one word to people, by stemmer: plurals of which Snowball makes another, nouns of a verb, and letters that
#: are written with two where a keyboard has none.
_ONE = {
    "catalan": ((re.compile(r"(?<=\w{3})ions$"), "ió"),),
    "danish": ((re.compile("oe"), "ø"), (re.compile("aa"), "å")),
    "norwegian": ((re.compile("oe"), "ø"), (re.compile("aa"), "å")),
    "portuguese": (
        (re.compile(r"(?<=\w)(?:ões|(?<!^m)ães|ãos)$"), "ão"),
        (re.compile(r"(?<=\w)(?:oes|(?<!^m)aes|aos)$"), "ao"),
    ),
    "romanian": (
        (re.compile(r"(?<=\w{4})[ăa]r(?:i|ii|ile|ilor)$"), "are"),
        (re.compile(r"(?<=\w{4})([ei])r(?:i|ii|ile|ilor)$"), r"\1re"),
    ),
}
#: A Turkish word may have several endings; so many letters are left.
_TURKISH = 4
_OWNED = re.compile("([a-z]{2,}[aeiou])s[iu](?:n[a-z]{0,3})?")
_NO_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES))
_stemming = Lock()


@lru_cache(maxsize=200_000)
def forms(name: str, word: str) -> Sequence[str]:
    """The stem of a folded word without accents; and if those are others, the stem of what is typed without them, and
    what a Turkish word is the possession of: `iades` and `iade` of *iadesi*."""
    for written, one in _ONE.get(name, ()):
        word = written.sub(one, word)
    typed = _stem(name, spelling(word))
    every = [typed]
    if not word.isascii() and name not in _WITHOUT_ACCENTS:
        every.insert(0, spelling(_stem(name, word.translate(_NO_APOSTROPHES)[:LONGEST_WORD])))
    if name == "turkish" and (owned := _OWNED.fullmatch(spelling(word))):
        every.append(_stem(name, owned[1]))
    return tuple(dict.fromkeys(filter(None, every))) or (typed,)


def _stem(name: str, word: str) -> str:
    if not word.isalpha() and any(map(str.isnumeric, word)):
        return word
    with _stemming:  # a stemmer keeps the word it works on
        stemmed: str = _stemmer(name).stemWord(word)
        while name == "turkish" and len(stemmed) >= _TURKISH and len(stemmed) < len(word):
            word, stemmed = stemmed, _stemmer(name).stemWord(stemmed)
    if name == "turkish" and len(stemmed) < _TURKISH:
        return word
    return _ENDING.sub("", stemmed) if name == "english" else stemmed


@cache
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)
