"""knowledgebase/bot/waiting.py: who has not received something asks when it comes. Pure.

    "I have not received my refund"   "When does my refund arrive?"   *received* is nothing that the article lacks
    "我没有收到退款"                    "退款什么时候到账？"

Only of an article that is about when or where things are: who has not received the newsletter does not ask how to stop
it.
"""

import re
from collections.abc import Iterable

from knowledgebase.search.analysis import fold
from knowledgebase.search.letters import spelling

_COMES = re.compile(
    r"\b(?:arriv(?:e[ds]?|ing)|com(?:es?|ing)|came|rec(?:ei|ie)v(?:ed?|ing)|got(?:ten)?|get|delivered"
    r"|(?:an|ein)?ge(?:kommen|troffen)|erhalten|bekommen|geliefert|zugestellt|kommt|kam"
    r"|arriv[eé]e?s?|re[cç]ue?s?|livr[eé]e?s?|llega(?:do|n)?|lleg[oó]|recib(?:ido|[ií]))\b"
    r"|收到|到账|到帐|入账|送到|送达|寄到|到货"
)
_WHEN = re.compile(
    r"\b(?:where|when|how long|late|arriv|receiv|track|missing|wo\b|wann|wie lange|ankomm|angekomm|erhalten|verspat"
    r"|ou est|quand|combien de temps|recu|donde|cuando|cuanto tarda|llega|recib)"
    r"|在哪|什么时候|多久|到账|收到|物流|未到"
)


def says_when(subject: str) -> bool:
    """Whether what an article is about is when or where something is."""
    return _WHEN.search("\n".join(map(_plain, fold(subject).splitlines()))) is not None


def as_titled(said: str, missed: Iterable[str], title: str) -> str:
    """What was said, and that it did not come in the word that the title has for coming, if any: *erhalten* is
    *angekommen*."""
    if not any(map(_COMES.fullmatch, missed)):
        return said
    there = _COMES.search(fold(title))
    return _COMES.sub(f"，{there[0]}，" if there else "，", fold(said))


def _plain(folded: str) -> str:
    return " ".join(map(spelling, folded.split()))
