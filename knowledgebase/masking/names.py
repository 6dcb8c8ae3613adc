"""knowledgebase/masking/names.py: where somebody is called by a name that is known, however it is written. Pure.

Accents, apostrophes, spaces between letters, the script of Chinese, and Latin, Cyrillic or Greek letters make no
difference (`names_in_scripts.py`), nor do what languages write on to a name (`Evas`, `Петрову`, 김민수입니다) and, in
those that write words together, anything beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from knowledgebase.masking.names_in_scripts import ALPHABETS, letters
from knowledgebase.masking.plain_writing import UNSPACED, unmarked, written
from knowledgebase.search.analysis import simplified

#: Characters of a name that are looked at.
_LONGEST = 200
#: Two letters for one, as in names that are typed without the marks of their language.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "þ": "th"})
_SHORTENED = re.compile(r"(?<=[aou])e")
_HAN = re.compile("[\u3400-\u9fff]{2,4}")
_HANGUL = re.compile("[\uac00-\ud7af]{3,4}")
#: Behind a family name, and a given one.
_TITLE = (
    "(?= ?(?:先生|女士|小姐|太太|夫人|老师|师傅|经理|主任|医生|同学|阿姨|叔叔|总|姐|哥|氏|君|殿|[样様]"
    "|さん|さま|くん|ちゃん|씨|님|군|양|선생|고객|사장))"
)
#: Family names of two characters, in Simplified Chinese; in Korean of two syllables.
_TWO = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯"),
        *("东方", "南宫", "端木", "百里", "呼延", "轩辕", "独孤", "闻人", "澹台", "公冶", "宗政", "濮阳", "淳于"),
        *("单于", "申屠", "仲孙", "钟离", "鲜于", "闾丘", "司空", "拓跋", "赫连"),
        *("남궁", "황보", "제갈", "사공", "선우", "독고", "서문", "동방"),
    )
)
_HIRAGANA = {kata: kata - 0x60 for kata in range(0x30A1, 0x30F7)}
#: Thai and its neighbours, Arabic and Hebrew, which write small words on to others.
_WRITES_ON = "\u0590-\u06ff\u0e00-\u109f\u1780-\u17ff"
_RUNS_ON = re.compile(f"[{_WRITES_ON}{UNSPACED}\u3400-\u4dbf]")
#: A letter that makes another word of the name: of an alphabet, and not of a script that is written up to it. To make
#: a pattern of so many letters, and of the other case of each, takes longer than all the rest: only where they are.
_ANY_LETTER = r"(?-i:[^\W\d_])"
_LETTER = rf"(?-i:[^\W\d_{_WRITES_ON}{UNSPACED}])"
_HUMP = "(?-i:(?<=[a-z])(?=[A-Z]))"
_ENDING = "(?:'?s|[\u0400-\u04ff]{1,3})?"
_GAP = "[ ._·*-]"
#: Marks a part that is told only before a title, and the length of a name of which the first half is the family's.
_FAMILY, _FULL = "\0", 4
#: Letters of a name that is looked for letter by letter: *an a* is two words.
_SPACED = range(3, 41)
#: Letters of a name that may be written apart with a hyphen, or an apostrophe behind its first.
_JOINED = 6
_PARTS = re.compile(r"[\s,-]+")
_PIECES = re.compile(r"[\s,.'-]+")


def called(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where in plain writing somebody with one of these names is called by it, whole or in part."""
    alike = _alike(plain)
    letter = _LETTER if _RUNS_ON.search(alike) else _ANY_LETTER
    pattern = _pattern(frozenset(name[: 2 * _LONGEST] for name in names), letter)
    if pattern:
        yield from (found.span() for found in pattern.finditer(alike))


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str], letter: str) -> re.Pattern[str] | None:
    parts = {part for name in names for part in _parts(name)}
    # Longer ones first, so that of a whole name nothing is left.
    every = sorted(parts, key=lambda part: (-len(part), part))
    run_on = [part for part in every if part.endswith(_FAMILY) or _RUNS_ON.search(part)]
    words = [part for part in every if part not in run_on]
    ways = [_run_on(part) for part in run_on]
    if words:
        starts, ends = f"(?:(?<!{letter})|{_HUMP})", f"(?:(?!{letter})|{_HUMP})"
        ways.append(f"{starts}(?:{'|'.join(map(_word, words))}){_ENDING}{ends}")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


def _alike(text: str) -> str:
    """The same text, character by character, in letters without marks, Simplified Chinese and hiragana."""
    return text if text.isascii() else simplified(unmarked(text)).translate(_HIRAGANA)


def _parts(name: str) -> Iterator[str]:
    """What somebody may be called by: the whole name, and each part of it that is not a single letter."""
    whole = " ".join(unicodedata.normalize("NFC", name).replace(_FAMILY, " ").split())[:_LONGEST]
    for one in {whole, whole.lower().translate(_SPELT_OUT), _SHORTENED.sub("", whole)}:
        alike = _alike(written(one).unmarked().plain)
        pieces = [_PIECES.sub("", piece) for piece in (alike, *alike.split())]
        for way in {alike, alike.replace("'", "")}:
            pieces += [way, *way.split(), *_PARTS.split(way), *_PIECES.split(way)]
        yield from (piece.strip(".,'").lower() for piece in pieces if len(piece.strip(".,'")) > 1)
    together = whole.replace(" ", "")
    alike = _alike(together)
    if _HAN.fullmatch(together) or _HANGUL.fullmatch(together):
        # Without the family name, of one character or of two; and that alone: before a title, or if it tells enough.
        yield from (given for given in (alike[1:], alike[2:]) if len(given) > 1)
        yield from (f"{family}{_FAMILY}" for family in (alike[0], alike[:2]))
        if len(alike) == _FULL or alike[:2] in _TWO:
            yield alike[:2]


def _run_on(part: str) -> str:
    return _together(part.removesuffix(_FAMILY)) + _TITLE if part.endswith(_FAMILY) else _together(part)


def _word(part: str) -> str:
    each = letters(part)
    # O'Brien of Obrien; *we'll* is nobody called Well.
    ways = "['-]?".join((each[0], "-?".join(each[1:]))) if len(part) >= _JOINED else "".join(each)
    if ALPHABETS.fullmatch(part) and len(part) in _SPACED:
        ways = f"(?:{ways}|{f'{_GAP}{{1,3}}'.join(each)})"
    return ways


def _together(part: str) -> str:
    return f"(?:{_GAP}|\\n){{0,2}}".join(map(re.escape, part))
