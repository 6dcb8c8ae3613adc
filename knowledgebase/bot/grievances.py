"""knowledgebase/bot/grievances.py: what somebody else has done, or is to be stopped or undone: no how-to answers that.

    "You cancelled my order" · "Who cancelled it?" · "Was it cancelled?" · 订单被取消了       what was done
    "I want my order cancelled" · "Can it be cancelled?" · "I cancelled it" · 请取消订单     what is wished, or told
    "Undo cancel order" · "without cancelling an order" · "stop you from cancelling it"      what turns it round

A *deed* is a word in the form of what is past, unless it is wished or the asker's own; and any form of it behind who,
why or did, where somebody else is spoken of. An article is a how-to on a deed where it has the word in its plain form,
and its title does not tell of it as the asker does: *I was charged twice*. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledgebase.search import analysis
from knowledgebase.search.letters import listed, spelling

CLAUSE = re.compile(r"[.,;:!?¿¡\n。，、；：！？…]+")
#: How far before its deed somebody is named.
_NEAR = 3


@dataclass(frozen=True, kw_only=True)
class _Forms:
    """How a language tells of what was done; words as spelled, forms as written."""

    past: re.Pattern[str]
    plain: re.Pattern[str]
    wished: frozenset[str]  # who wishes it, or asks how, has not had it done
    told: frozenset[str]  # *was*: it is done, whatever is wished
    mine: frozenset[str]  # who has done it
    others: frozenset[str]
    asks: frozenset[str]  # of what others did
    who: frozenset[str]
    turns: frozenset[str]  # stops, undoes, or does without


def _forms(*, past: str, plain: str, **words: str) -> _Forms:
    sets = {name: listed(given) for name, given in words.items()}
    return _Forms(past=re.compile(past), plain=re.compile(plain), **sets)


_ENGLISH = _forms(
    past=r"..ed$",
    plain=r"(?<!ed)$",
    wished="want need like wish get have having please can could would how may be to",
    told="was were been being got gets why who whom you they youve theyve",
    mine="i we ive weve",
    others="you they he she someone somebody anyone anybody shop store company courier driver seller staff team system "
    "your",
    asks="did didnt why are youre were have keep",
    who="who whom",
    turns="stop undo without instead avoid prevent reverse revoke reinstate restore rather",
)
_BY_FAMILY: Mapping[str, _Forms] = {
    "en": _ENGLISH,
    "zh": _ENGLISH,
    "de": _forms(
        past=r"..(?:t|te|ten|tes|ter)$",
        plain=r"e?n$",
        wished="mochte mochten will wollen kann konnen konnte wie soll sollte bitte lassen man werden",
        told="wurde wurden worden war waren warum wieso weshalb wer",
        mine="ich wir",
        others="sie ihr du jemand",
        asks="warum wieso weshalb",
        who="wer",
        turns="ohne statt anstatt ruckgangig verhindern vermeiden stoppen aufhoren widerrufen lieber",
    ),
    "fr": _forms(
        past=r"..(?:é|ée|és|ées|ie?s?|ue?s?)$",
        plain=r"..(?:er|ir|re)$",
        wished="comment veux voudrais peux peut pouvez pouvons etre faire souhaite",
        told="ete avez ont pourquoi qui on",
        mine="je j nous",
        others="vous on ils elles quelquun",
        asks="pourquoi avez ont a ete",
        who="qui",
        turns="sans lieu plutot empecher eviter arreter retablir",
    ),
    "es": _forms(
        past=r"..(?:[aií]d[oa]s?|aron|ieron|aste|iste|ó)$",
        plain=r"..(?:ar|er|ir)(?:me|se|lo|la)?$",
        wished="hago hacer para como quiero quisiera queremos puedo puede pueden podemos ser",
        told="fue fueron ha han sido quien quienes porque",
        mine="yo he hemos",
        others="ustedes usted alguien vosotros",
        asks="han ha fue",
        who="quien quienes que porque",
        turns="sin lugar vez evitar impedir detener deshacer parar",
    ),
}

_DEED = (
    r"(?:取消|删除|删掉|删了|注销|关闭|停用|停止|冻结|封禁|封了|撤销|终止|退订|退货|退回|修改|更改|变更|更换|换货|解绑|解除|绑定|拒绝|屏蔽"
    r"|开通|升级|降级|改了|改动)"
)
_OTHERS = r"(?:你们?|您|他们|她|他|有人|店家|商家|卖家|店铺|系统|快递员?|平台|自动|突然|擅自|私自|无故|莫名(?:其妙)?)"
_WISHED = r"(?:请|帮|想|要|能|可以|可否|怎么|怎样|如何|麻烦)"
#: What tells of a deed; and what only where it is not wished.
_DONE = re.compile(
    rf"被.{{0,6}}{_DEED}|谁.{{0,4}}{_DEED}|(?:为什么|为何|为啥|凭什么|干嘛|干吗).{{0,8}}{_DEED}|怎么.{{0,4}}{_DEED}.{{0,4}}了$"
)
_DONE_UNLESS_WISHED = re.compile(rf"{_OTHERS}.{{0,8}}{_DEED}|{_DEED}(?:了|.{{1,4}}了(?!吗|没)|.{{0,4}}了[吗没])")
_IS_WISHED = re.compile(_WISHED)
_TOLD = re.compile(r"被|了(?!解)")
_TURNS = re.compile(r"撤回|撤销|恢复|防止|避免|阻止|停止|而不是|代替|反悔|不小心")
#: Behind other words it takes them back: *Cancel an order? No!*
_NO = listed("no nope never nein non 不 不是 不行 不要")


def deeds(said: str, language: str) -> list[str]:
    """What somebody else has done, by its words as spelled."""
    family = analysis.family(language)
    if family not in _BY_FAMILY:
        return []
    clauses = CLAUSE.split(analysis.fold(said))
    return [deed for clause in clauses for deed in _in_words(_words(clause), _BY_FAMILY[family], family)]


def is_how_to(deed: Collection[str], title: str, texts: Sequence[str], language: str) -> bool:
    """Whether an article says how the deed is done that these terms are, and its title does not tell that it was."""
    family = analysis.family(language)
    forms = _BY_FAMILY[family]
    if any(forms.past.search(word) for word in _same(deed, title, family)):
        return False
    return any(forms.plain.search(word) for text in texts for word in _same(deed, text, family))


def root(word: str, language: str) -> str:
    """What the forms of a verb share: of *gelöscht* and *löschen* the same."""
    spelled = spelling(word)
    if analysis.family(language) != "de":
        return analysis.stem(spelled, language)
    return re.sub(r"(?:e?te?[nrs]?|e?n)$", "", re.sub(r"^((?:ab|an|auf|aus|ein|um|zuruck)?)ge(?=.{3})", r"\1", spelled))


def tells_in_chinese(said: str, title: str) -> bool:
    """Whether a deed of somebody else's is told in Chinese, and the title tells of none."""
    if _TOLD.search(analysis.fold(title)):
        return False
    for clause in CLAUSE.split(analysis.fold(said)):
        done = _DONE_UNLESS_WISHED.search(clause)
        wished = _IS_WISHED.search(clause[: done.end()]) if done else None
        if _DONE.search(clause) or (done and not wished):
            return True
    return False


def turned_round(said: str, texts: Sequence[str], language: str) -> bool:
    """Whether something is to be stopped, undone or gone without, of which the article's texts say nothing; or is
    taken back in the same breath."""
    clauses = [one.strip() for one in CLAUSE.split(analysis.fold(said)) if one.strip()]
    if any(clause in _NO for clause in clauses[1:]):
        return True
    known = analysis.fold("\n".join(texts))
    if any(found[0] not in known for found in _TURNS.finditer(" ".join(clauses))):
        return True
    family = analysis.family(language)
    turns = _BY_FAMILY[family].turns if family in _BY_FAMILY else frozenset[str]()
    return bool(turns.intersection(map(spelling, _words("\n".join(clauses)))) - set(map(spelling, _words(known))))


def _in_words(words: Sequence[str], forms: _Forms, family: str) -> Iterator[str]:
    said = list(map(spelling, words))
    for at, written in enumerate(words):
        before = said[:at]
        asked = not forms.asks.isdisjoint(before) and not forms.others.isdisjoint(said)
        if asked or not forms.who.isdisjoint(before) or (before[-1:] == ["why"]):
            if forms.wished.isdisjoint(before) or not forms.told.isdisjoint(before):
                yield said[at]
        elif forms.past.search(written) and _is_done(before, said[at + 1 :], forms) and (at or family != "de"):
            yield said[at]


def _is_done(before: Sequence[str], after: Sequence[str], forms: _Forms) -> bool:
    if not forms.told.isdisjoint(before):
        return True
    if not forms.mine.isdisjoint(before[-_NEAR:]):
        return False
    return forms.wished.isdisjoint(before) and forms.wished.isdisjoint(after[:1])


def _words(clause: str) -> list[str]:
    """Its words, as folded; what is elided before them apart."""
    return [part for run in analysis.runs(clause) if not run.packed for part in _unelided(run.text)]


def _unelided(word: str) -> list[str]:
    elided, mark, rest = word.replace("’", "'").partition("'")
    return [elided, rest] if mark and len(elided) == 1 else [word]


def _same(deed: Collection[str], text: str, family: str) -> Iterator[str]:
    """The words of a text that are the deed, in whatever form."""
    for word in _words(analysis.fold(text)):
        if root(word, family) in deed or not set(analysis.stems(word, family)).isdisjoint(deed):
            yield word
