"""knowledgebase/search/analysis.py: what a text says, as terms that a question and an article share.

    "Wo sind meine Pakete?"  ──▶ paket                     words of an alphabet, by their stems
    "退貨要多久"              ──▶ 退货 货要 要多 多久          scripts without spaces, in pairs of characters
    "退货"                    ──▶ 退货                       Traditional and Simplified are one

The same function reads articles and questions, so whatever it does to one it does to the other. It takes time in
proportion to what it is given; who calls it cuts first.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from opencc import OpenCC

from knowledgebase.search.letters import begins, elided, spelling
from knowledgebase.search.light_words import is_meant, light
from knowledgebase.search.stemmers import STEMMERS, forms
from knowledgebase.unseen import seen

#: Scripts that put no spaces between words: Han, kana, Hangul, Thai, Lao, Burmese, Khmer.
_PACKED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
#: Signs that belong to the letter before them.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
_LETTER = rf"(?:(?![{_PACKED}])[^\W_]|[{_MARKS}]|(?<=[^\W_])['’](?=[^\W_]))"
_LETTERS = f"{_LETTER}+"
#: A word of an alphabet.
WORD = re.compile(_LETTERS)
_WITHOUT_SPACES = re.compile(f"[{_PACKED}]+")
_RUN = re.compile(rf"(?P<packed>[{_PACKED}]+)|(?P<word>{_LETTERS})")
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
_PIECE = re.compile(rf"[{_PACKED}]+|\d+|(?:(?!\d){_LETTER})+")
_HAN = re.compile("[\u3400-\u9fff]")

#: Latin words in a text of these are most often English.
_BORROW = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my", "yue"})
#: Characters for an account (到帳, 到帐), which Simplified writes 账.
_ACCOUNTS = "帳帐"
#: What becomes of İ.
_DOTTED = "i\u0307"


class Run(NamedTuple):
    """A word of an alphabet, or what stands together in a script without spaces; where in the text it was."""

    text: str
    start: int
    end: int
    packed: bool


class Terms(NamedTuple):
    """What a text says: its stems and pairs in order; and of stems that are others without accents, each with that."""

    stems: list[str]
    typed: list[tuple[str, str]]


def family(language: str) -> str:
    """The language without its script and country: `zh` of `zh-Hant`."""
    return language.partition("-")[0].lower()


def runs(text: str, before: Collection[str] = ()) -> Iterator[Run]:
    """The words of `text` as they stand there, in order; of a folded one without what of `before` was elided."""
    for found in _RUN.finditer(text):
        run = Run(found[0], found.start(), found.end(), found.lastgroup == "packed")
        yield unelided(run, before) if before else run


def unelided(run: Run, before: Collection[str]) -> Run:
    """The word without what of `before` was elided: `adresse` of `l'adresse`."""
    at = 0 if run.packed else begins(run.text, before)
    return Run(run.text[at:], run.start + at, run.end, False) if at else run


def pieces(found: Iterable[Run]) -> Iterator[Run]:
    """The same, letters and digits of one word apart: `qx` and `77` of `qx77`."""
    for run in found:
        if run.packed or run.text.isalpha() or run.text.isdecimal():
            yield run
        else:
            for part in _LETTERS_OR_DIGITS.finditer(run.text):
                yield Run(part[0], run.start + part.start(), run.start + part.end(), False)


def texts_of_pieces(text: str) -> list[str]:
    """What these say, of a folded text."""
    return _PIECE.findall(text)


def fold(text: str) -> str:
    """One way of writing for all that differ by width, case, script of Chinese or what nobody sees."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", seen(text)).casefold()
    return simplified(folded.replace(_DOTTED, "i"))


def simplified(text: str) -> str:
    """The same text in Simplified characters, one for one."""
    return text.translate(_simplified()) if _HAN.search(text) and _written_otherwise().search(text) else text


def traditional(text: str) -> str:
    """The same text in Traditional characters, one for one: of several that are possible the usual one."""
    written = _to_traditional().convert(text)
    return written if len(written) == len(text) else text


def stems(word: str, language: str) -> Sequence[str]:
    """By what a folded word is found: its stem in `language`, without accents; and if that is another, the stem of what
    somebody writes who leaves them out. `devolu` and `devoluca` of `devolução`."""
    known = family(language)
    name = "english" if known in _BORROW else STEMMERS.get(known)
    return (spelling(word),) if name is None else forms(name, word)


def stem(word: str, language: str) -> str:
    """The stem of a spelling, in `language`."""
    return stems(word, language)[0]


def pairs(run: str) -> list[str]:
    """Each two characters that stand together; a lone one by itself."""
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def is_packed(term: str) -> bool:
    """Whether it is of a script without spaces."""
    return not term.isascii() and _WITHOUT_SPACES.fullmatch(term) is not None


def terms(text: str, language: str) -> list[str]:
    """The terms of `text`, in order. Words that say nothing are left out, unless there is nothing else."""
    return terms_of(runs(fold(text), elided(family(language))), language).stems


def as_typed(text: str, language: str) -> dict[str, str]:
    """The stems that words of `text` have without accents, where they are others: and their own."""
    typed = terms_of(runs(fold(text), elided(family(language))), language).typed
    return {other: own for own, other in typed}


def terms_of(folded: Iterable[Run], language: str) -> Terms:
    """The same of runs of a folded text."""
    found, little, typed = list[str](), list[str](), list[tuple[str, str]]()
    known = family(language)
    says_little = light(known)
    for run in folded:
        if run.packed:
            for pair in pairs(run.text):
                (little if pair in says_little else found).append(pair)
        elif word := spelling(run.text):
            every = stems(run.text, known)
            is_light = word in says_little and (run.text.isascii() or is_meant(run.text, known))
            (little if is_light else found).append(every[0])
            if len(every) > 1:
                typed += [(every[0], other) for other in every[1:]]
    return Terms(found or little, typed)


def every_term(text: str, language: str) -> list[str]:
    """The same with the words that say nothing, where they stand."""
    found: list[str] = []
    for run in runs(fold(text), elided(family(language))):
        found += pairs(run.text) if run.packed else stems(run.text, language)[:1]
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


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


@cache
def _written_otherwise() -> re.Pattern[str]:
    """A character that Simplified writes otherwise."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


@cache
def _simplified() -> dict[int, str]:
    """Each character of Traditional Chinese that Simplified writes otherwise, alone: what stands beside it is the
    same in a question and an article only by chance."""
    every = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    known = {ord(one): other for one, other in zip(every, simple, strict=True) if one != other and len(other) == 1}
    return known | dict.fromkeys(map(ord, _ACCOUNTS), "账")
