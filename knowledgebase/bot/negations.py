"""knowledgebase/bot/negations.py: whether a text says that something is not to be, or is not. Pure.

    "Don't cancel my order" · "Bestellung nicht stornieren" · "不要退货"     it does
    "I can't sign in" · "Ich kann mich nicht anmelden" · "登录不了"          a trouble: who cannot do it wants to
    "I don't know how to cancel" · "能不能退货" · "order no. 55"             a question, and a number

Clause by clause, in the language of the article that may answer. Of a language that is not here nothing is known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledgebase.search import analysis
from knowledgebase.search.letters import spelling

_CLAUSE = re.compile(r"[.,;:!?\n。，、；：！？]+")


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What denies in a language, and what around it says that somebody cannot, or does not know how; as spelled."""

    denies: frozenset[str]
    before: frozenset[str] = frozenset()  # *kann* mich nicht anmelden; anywhere before it
    beside: frozenset[str] = frozenset()  # does not *let* me: the next word, or the one before
    asks: frozenset[str] = frozenset()  # can you *please* not: somebody else is asked to


def _words(denies: str, *, before: str = "", beside: str = "", asks: str = "") -> _Words:
    return _Words(
        denies=frozenset(denies.split()),
        before=frozenset(before.split()),
        beside=frozenset(beside.split()),
        asks=frozenset(asks.split()),
    )


_ENGLISH = _words(
    "not dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt mustnt neednt havent hasnt hadnt never no",
    before="can could",
    beside="able possible allowed let know remember understand sure idea matter",
    asks="please you do",
)
_OWN = {
    "en": _ENGLISH,
    "zh": _ENGLISH,
    "de": _words(
        "nicht kein keine keinen keinem keiner keines nie niemals",
        before="kann konnen konnte konnten lasst lassen weiss",
        beside="moglich geht ging klappt weiss",
        asks="bitte sie du ihr",
    ),
    "fr": _words(
        "ne pas jamais",
        before="peux peut pouvons puis arrive arrivons sais",
        beside="peux peut pouvons puis arrive arrivons sais possible",
        asks="vous tu",
    ),
    "es": _words("no nunca", beside="puedo puede podemos consigo logro se recuerdo es"),
}
#: *no* before a number, or last in its clause: *No, cancel it*; *order no. 55*.
_NUMBERED = frozenset({"no"})
_OR = frozenset({"or", "oder", "ou", "o"})
#: In Chinese what has a sign of denying and denies nothing: who cannot, who asks, and other words.
_NO_DENIAL = re.compile(
    r"(.{1,2})[不没]\1|不能够?|没有?办?法|不了(?!解)|(?<=[登打收找进用退关连看充付取买改拿查点接换])不[到上开出进去掉]"
    r"|不知道?|不懂|不清楚|不明白|不记得|不好意思|对不起|不过|不同|不仅|不但|不管|差不多|(?:不|没有?)$"
)
_DENIES = re.compile(r"[不没勿]|(?:^|(?<=[请你您我先就可也都万烦们]))别(?![人的处名])")


def denies(text: str, language: str) -> bool:
    """Whether something is denied in `text`; that somebody cannot do it, or does not know how, is no denial."""
    words = _OWN.get(analysis.family(language))
    return any(
        _denies_in_chinese(clause) or (words is not None and _denies_in_words(clause, words))
        for clause in _CLAUSE.split(analysis.fold(text))
    )


def _denies_in_chinese(clause: str) -> bool:
    packed = (run.text for run in analysis.runs(clause) if run.packed)
    return any(_DENIES.search(_NO_DENIAL.sub("，", one)) for one in packed)


def _denies_in_words(clause: str, words: _Words) -> bool:
    said = list(_spelled(clause))
    return any(one in words.denies and not _is_no_denial(said, at, words) for at, one in enumerate(said))


def _spelled(clause: str) -> Iterator[str]:
    """Its words; of *n'annulez* both."""
    for run in analysis.runs(clause):
        if run.text.startswith(("n'", "n’")):
            yield "ne"
            yield spelling(run.text[2:])
        else:
            yield spelling(run.text)


def _is_no_denial(said: Sequence[str], at: int, words: _Words) -> bool:
    before, after = said[:at], said[at + 1 :]
    if said[at] in _NUMBERED and (not after or after[0].isdecimal()):
        return True
    if not after and before and before[-1] in _OR:
        return True
    if not words.beside.isdisjoint((*before[-1:], *after[:1])):
        return True
    return not words.before.isdisjoint(before) and words.asks.isdisjoint(before)
