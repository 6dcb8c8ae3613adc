"""knowledgebase/learning/spoken.py: in which language something was asked: that of its page, unless its own signs and
words clearly say another. Pure.
"""

import re

from knowledgebase.search import analysis
from knowledgebase.search.letters import spelling
from knowledgebase.search.light_words import light

_UNSPACED = frozenset({"zh", "ja", "yue"})
_HAN = re.compile("[\u3400-\u9fff]+")
_KANA = re.compile("[\u3041-\u30fa]")
#: For each word of an alphabet so many characters of a script without spaces, and the words are names in it.
_PER_WORD = 2
#: So many words that every English sentence has make one.
_LEAST = 2


def spoken(words: str, page: str) -> str:
    """The language of `words` that were asked on a page in `page`, which is empty where nobody knows."""
    runs = list(analysis.runs(words))
    packed = "".join(run.text for run in runs if run.packed)
    others = [spelling(analysis.fold(run.text)) for run in runs if not run.packed]
    known = analysis.family(page)
    if packed and known not in _UNSPACED and len(packed) >= _PER_WORD * len(others):
        return _of_signs(packed) or page
    if not packed and known in _UNSPACED and sum(word in light("en") for word in others) >= _LEAST:
        return "en"
    return page


def _of_signs(packed: str) -> str:
    if _KANA.search(packed):
        return "ja"
    if not _HAN.fullmatch(packed):
        return ""
    return "zh" if analysis.simplified(packed) == packed else "zh-Hant"
