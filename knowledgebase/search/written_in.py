"""knowledgebase/search/written_in.py: the language of what somebody wrote, where nobody has said it. Pure.

    "my machine shows E20" ──▶ en     退貨要多久 ──▶ zh-Hant     退货要多久 ──▶ zh     "E20", 取消 ──▶ nothing is known

Scripts tell, and words that nearly every sentence has (`light_words.py`). It is a guess: what goes by it prefers a
language, and hides nothing that is written in another.
"""

import re
from collections.abc import Sequence

from knowledgebase.languages import canonical, is_language
from knowledgebase.search import analysis
from knowledgebase.search.letters import spelling
from knowledgebase.search.light_words import OWN, own

#: Characters of a text that are looked at.
_LOOKED_AT = 600
#: Scripts that tell: kana before Han, for Japanese has both.
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
}
#: Characters that texts in both scripts have.
_IN_BOTH = frozenset("帐台里后干只面准游才周余采着克几系松谷范制斗")


def written_in(text: str) -> str | None:
    """The language and script of a text; None where it does not tell."""
    text = text[:_LOOKED_AT]
    for language, script in _SCRIPTS.items():
        if script.search(text):
            return language
    return script_of_chinese(text) or _by_words(text)


def script_of_chinese(text: str) -> str | None:
    """Whether a text has characters of Traditional Chinese alone, or of Simplified."""
    simple = analysis.simplified(text)
    both = zip(text, simple, analysis.traditional(simple), strict=False)
    differ = [(one, simplified) for one, simplified, traditional in both if simplified != traditional]
    traditional = sum(one != simplified and one not in _IN_BOTH for one, simplified in differ)
    simplified = sum(one == simplified and one not in _IN_BOTH for one, simplified in differ)
    if not traditional and not simplified:
        return None
    return "zh-Hant" if traditional >= simplified else "zh"


def scripts(page: str, browser: Sequence[str], text: str) -> list[str]:
    """What decides the script in which a visitor is shown an article, the first first: the language of the page, those
    that their browser names, and what they wrote."""
    return [canonical(one) for one in (page, *browser, script_of_chinese(text) or "") if is_language(one)]


def of_writer(known: str | None, text: str) -> str | None:
    """The language in which somebody is known to write, in the script in which they wrote this; else that of the
    text."""
    if not known:
        return written_in(text)
    script = script_of_chinese(text[:_LOOKED_AT]) if analysis.family(known) == "zh" else None
    return script or known


def _by_words(text: str) -> str | None:
    said = {spelling(run.text) for run in analysis.runs(analysis.fold(text)) if not run.packed}
    counts = {family: len(said & own(family)) for family in ("en", *(one for one in OWN if one != "zh"))}
    most = max(counts.values())
    best = [family for family, count in counts.items() if count == most]
    return best[0] if most and len(best) == 1 else None
