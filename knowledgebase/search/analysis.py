"""knowledgebase/search/analysis.py: what a text says, as terms that a question and an article share.

    "Wo sind meine Pakete?"  ──▶ paket                     words of an alphabet, by their stems
    "退貨要多久"              ──▶ 退货 货要 要多 多久          scripts without spaces, in pairs of characters
    "退货"                    ──▶ 退货                       Traditional and Simplified are one

The same function reads articles and questions, so whatever it does to one it does to the other. It takes time in
proportion to what it is given; who calls it cuts first.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer
from opencc import OpenCC

from knowledgebase.search.light_words import light
from knowledgebase.unseen import seen

#: A longer word is cut: no word that people write is.
LONGEST_WORD = 40

#: Scripts that put no spaces between words: Han, kana, Hangul, Thai, Lao, Burmese, Khmer.
_PACKED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
#: Signs that belong to the letter before them.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
_LETTERS = rf"(?:(?![{_PACKED}])[^\W_]|[{_MARKS}]|(?<=[^\W_])['’](?=[^\W_]))+"
#: A word of an alphabet.
WORD = re.compile(_LETTERS)
_WITHOUT_SPACES = re.compile(f"[{_PACKED}]+")
_RUN = re.compile(rf"(?P<packed>[{_PACKED}]+)|(?P<word>{_LETTERS})")
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
_ACCENT = re.compile("[\u0300-\u036f]")
_HAN = re.compile("[\u3400-\u9fff]")

#: Languages whose words have stems that we know how to find.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
#: Latin words in a text of these are most often English.
_BORROW = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my", "yue"})
#: What English stems still have of what was made of a verb: payment, refundable, expiry, delivery.
_ENDING = re.compile(r"(?<=[a-z]{4})(?:abl|ibl|ation|ion|eri|er|i|y)$|(?<=[a-z]{3})ment$")
_stemming = Lock()


class Run(NamedTuple):
    """A word of an alphabet, or what stands together in a script without spaces; where in the text it was."""

    text: str
    start: int
    end: int
    packed: bool


def family(language: str) -> str:
    """The language without its script and country: `zh` of `zh-Hant`."""
    return language.partition("-")[0].lower()


def runs(text: str) -> Iterator[Run]:
    """The words of `text` as they stand there, in order."""
    for found in _RUN.finditer(text):
        yield Run(found[0], found.start(), found.end(), found.lastgroup == "packed")


def pieces(found: Iterable[Run]) -> Iterator[Run]:
    """The same, letters and digits of one word apart: `qx` and `77` of `qx77`."""
    for run in found:
        if run.packed or run.text.isalpha() or run.text.isdecimal():
            yield run
        else:
            for part in _LETTERS_OR_DIGITS.finditer(run.text):
                yield Run(part[0], run.start + part.start(), run.start + part.end(), False)


def fold(text: str) -> str:
    """One way of writing for all that differ by width, case, script of Chinese or what nobody sees."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", seen(text))
    folded = folded.casefold()
    return simplified(folded)


def simplified(text: str) -> str:
    """The same text in Simplified characters, one for one."""
    return text.translate(_simplified()) if _HAN.search(text) else text


def traditional(text: str) -> str:
    """The same text in Traditional characters, one for one: of several that are possible the usual one."""
    written = _to_traditional().convert(text)
    return written if len(written) == len(text) else text


def spelling(word: str) -> str:
    """A folded word without accents and apostrophes: what is compared when somebody mistypes it."""
    if not word.isascii():
        word = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", word)))
    return word.replace("'", "").replace("’", "")[:LONGEST_WORD]


def stem(word: str, language: str) -> str:
    """The stem of a spelling, in `language`."""
    known = family(language)
    name = "english" if known in _BORROW else _STEMMERS.get(known)
    return word if name is None else _stem(name, word)


def pairs(run: str) -> list[str]:
    """Each two characters that stand together; a lone one by itself."""
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def is_packed(term: str) -> bool:
    """Whether it is of a script without spaces."""
    return _WITHOUT_SPACES.fullmatch(term) is not None


def terms(text: str, language: str) -> list[str]:
    """The terms of `text`, in order. Words that say nothing are left out, unless there is nothing else."""
    return terms_of(runs(fold(text)), language)


def terms_of(folded: Iterable[Run], language: str) -> list[str]:
    """The same of runs of a folded text."""
    found: list[str] = []
    little: list[str] = []
    known = family(language)
    says_little = light(known)
    for run in folded:
        if run.packed:
            for pair in pairs(run.text):
                (little if pair in says_little else found).append(pair)
        else:
            word = spelling(run.text)
            if word:
                (little if word in says_little else found).append(stem(word, known))
    return found or little


def every_term(text: str, language: str) -> list[str]:
    """The same with the words that say nothing, where they stand."""
    found: list[str] = []
    for run in runs(fold(text)):
        found += pairs(run.text) if run.packed else [stem(spelling(run.text), language)]
    return found


def characters(folded: Iterable[Run]) -> list[str]:
    """The characters of scripts without spaces, each once: a pair with one wrong shares the other."""
    return list(dict.fromkeys(one for run in folded if run.packed for one in run.text))


def spellings(folded: Iterable[Run]) -> list[str]:
    """The words of alphabets, as they are spelled, each once: long enough to be mistyped."""
    every = dict.fromkeys(run.text for run in folded if not run.packed)
    return list(dict.fromkeys(word for word in map(spelling, every) if is_spelled(word)))


def is_spelled(word: str) -> bool:
    """Whether it is a word that people spell, not a number or a letter."""
    return len(word) > 2 and word.isalpha() and word not in light("en")


@lru_cache(maxsize=200_000)
def _stem(name: str, word: str) -> str:
    if not word.isalpha():
        return word
    with _stemming:  # a stemmer keeps the word it works on
        stemmed: str = _stemmer(name).stemWord(word)
    return _ENDING.sub("", stemmed) if name == "english" else stemmed


@cache
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


@cache
def _simplified() -> dict[int, str]:
    """Each character of Traditional Chinese that Simplified writes otherwise, alone: what stands beside it is the
    same in a question and an article only by chance."""
    every = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    return {ord(one): other for one, other in zip(every, simple, strict=True) if one != other and len(other) == 1}
