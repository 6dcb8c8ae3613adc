"""knowledgebase/bot/negations.py: whether a text says that something is not to be, or that it is not. Pure.

    "Don't cancel my order" · "Bestellung nicht stornieren" · "不要退货"     a wish
    "My refund has not arrived" · "没有收到退款"                             a trouble (`troubles.py`)
    "I can't sign in" · "Ich kann mich nicht anmelden" · "登录不了"          a trouble: who cannot do it wants to
    "I don't know how to cancel" · "能不能退货" · "order no. 55"             a question, and a number

Clause by clause, in the language of the article that may answer. Of a language that is not here nothing is known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from knowledgebase.bot import troubles
from knowledgebase.search import analysis
from knowledgebase.search.letters import listed, spelling

_CLAUSE = re.compile(r"[.,;:!?\n。，、；：！？]+")
#: Words of a clause that are looked at; and characters of one that is written without spaces.
_MOST_WORDS, _MOST_HAN = 100, 200


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What denies in a language, and what around it says that somebody cannot, or does not know how; as spelled."""

    denies: frozenset[str]
    before: frozenset[str] = frozenset()  # *kann* mich nicht anmelden; anywhere before it
    beside: frozenset[str] = frozenset()  # does not *let* me: the next word, or the one before
    asks: frozenset[str] = frozenset()  # can you *please* not: somebody else is asked to


def _words(denies: str, *, before: str = "", beside: str = "", asks: str = "") -> _Words:
    return _Words(denies=listed(denies), before=listed(before), beside=listed(beside), asks=listed(asks))


_ENGLISH = _words(
    (
        "not dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt mustnt neednt havent hasnt hadnt never no "
        "nobody nothing"
    ),
    before="can could",
    beside="able possible allowed let know remember understand sure idea matter",
    asks="please you do",
)
_OWN = {
    "en": _ENGLISH,
    "zh": _ENGLISH,
    "de": _words(
        "nicht nichts kein keine keinen keinem keiner keines nie niemals",
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
    "es": _words("no nunca", beside="puedo puede podemos consigo logro recuerdo es"),
}
#: What loses its end before a word.
_ELIDED = {"n": "ne", "l": "le", "j": "je", "m": "me", "s": "se", "d": "de", "c": "ce", "qu": "que"}
#: *no* before a number, or last in its clause: *No, cancel it*; *order no. 55*.
_NUMBERED = frozenset({"no"})
#: *No sé cómo*, and not *no se debe*.
_ASKED_IN_SPANISH = listed("como si donde que cual cuando cuanto")
_OR = frozenset({"or", "oder", "ou", "o"})
#: In Chinese what has a sign of denying and denies nothing: who cannot, who asks, and other words.
_NO_DENIAL = re.compile(
    r"(.{1,2})[不没]\1|不能够?|没有?办?法|不了(?!解)|(?<=[登打收找进用退关连看充付取买改拿查点接换])不[到上开出进去掉]"
    r"|不知道?|不懂|不清楚|不明白|不记得|不好意思|对不起|不过|不同|不仅|不但|不管|差不多|(?:不|没有?)$"
)
_DENIES = re.compile("[不没勿]|(?<![特差级类分个识区性鉴辨告离])别(?![人的处名])")


#: Who begins so asks, and says nothing of how it is.
_ASKS = listed("how what when where why who which wie was wann wo warum wer comment quand ou pourquoi como")
_ASKS_HAN = re.compile("什么|多久|怎|哪|几|吗|多少|多长|如何|是否|能否")
#: What stands between *not* and what has not happened.
_SKIPPED = listed(
    "i we you my the been be yet even still actually ever est a ai ont sont pas plus jamais toujours encore ete ha han "
    "he hemos me se nos"
)


class Says(StrEnum):
    """What a sign or word of denying says."""

    UNWANTED = "unwanted"  #: that something is not to be done
    TROUBLE = "trouble"  #: that something has not happened, or does not work


def denies(text: str, language: str) -> bool:
    """Whether something is not to be; that it has not happened, that somebody cannot do it, or does not know how, is
    no such denial."""
    return any(says is Says.UNWANTED for says, _ in _denials(text, language))


def missed(text: str, language: str) -> list[str]:
    """What has not happened, or does not work: its words, as spelled, and pairs."""
    return [word for says, words in _denials(text, language) if says is Says.TROUBLE for word in words]


def says_how_it_is(title: str, language: str) -> bool:
    """Whether a title neither asks nor denies: *You were charged twice*."""
    folded = analysis.fold(title)
    asks = "?" in folded or _ASKS_HAN.search(folded) or not _ASKS.isdisjoint(list(_spelled(folded))[:1])
    words = _OWN.get(analysis.family(language), _ENGLISH)
    return not asks and not _DENIES.search(folded) and words.denies.isdisjoint(_spelled(folded))


def _denials(text: str, language: str) -> Iterator[tuple[Says, Sequence[str]]]:
    family = analysis.family(language)
    for clause in _CLAUSE.split(analysis.fold(text)):
        yield from _in_chinese(clause)
        if family in _OWN:
            yield from _in_words(clause, family)


def _in_chinese(clause: str) -> Iterator[tuple[Says, Sequence[str]]]:
    for run in analysis.runs(clause):
        said = _NO_DENIAL.sub("，", run.text[:_MOST_HAN]) if run.packed else ""
        for sign in _DENIES.finditer(said):
            before, after = said[: sign.start()], said[sign.end() :]
            if troubles.chinese(before, sign[0], after):
                yield Says.TROUBLE, analysis.pairs(after.removeprefix("有")[:2])
            else:
                yield Says.UNWANTED, ()


def _in_words(clause: str, family: str) -> Iterator[tuple[Says, Sequence[str]]]:
    words, said = _OWN[family], list(islice(_spelled(clause), _MOST_WORDS))
    for at, one in enumerate(said):
        if one not in words.denies or _is_no_denial(said, at, words):
            continue
        if troubles.is_trouble(said, at, family):
            yield Says.TROUBLE, _what(said, at, family)
        else:
            yield Says.UNWANTED, ()


def _what(said: Sequence[str], at: int, family: str) -> list[str]:
    """The word that is denied; in German the verb, which stands last or second."""
    after = [one for one in said[at + 1 :] if one not in _SKIPPED]
    if family == "de":
        return [*(one for one in said[1:at] if one.endswith("t")), *after[-1:]]
    return after[:1]


def _spelled(clause: str) -> Iterator[str]:
    """Its words; of *n'annulez* both."""
    for run in analysis.runs(clause):
        elided, mark, word = run.text.replace("’", "'").partition("'")
        if mark and elided in _ELIDED:
            yield _ELIDED[elided]
            yield spelling(word)
        else:
            yield spelling(run.text)


def _is_no_denial(said: Sequence[str], at: int, words: _Words) -> bool:
    before, after = said[:at], said[at + 1 :]
    if said[at] in _NUMBERED and (not after or after[0].isdecimal()):
        return True
    if not after and before and before[-1] in _OR:
        return True
    if after[:1] == ["let"] and after[1:2] not in (["me"], ["us"]):
        return False
    if said[at] == "no" and after[:1] == ["se"] and _ASKED_IN_SPANISH.issuperset(after[1:2]):
        return True
    if not words.beside.isdisjoint((*before[-1:], *after[:1])):
        return True
    return not words.before.isdisjoint(before) and words.asks.isdisjoint(before)
