"""knowledgebase/search/light_words.py: words that nearly every question has, and that tell no article from another.

They are folded and without accents, as the analysis has them when it looks. Who types an accent means the word that has
it: *sûr* is no *sur*, and *thé* no *the*. Chinese ones are pairs of characters.
"""

from functools import cache

from knowledgebase.search.letters import APOSTROPHES

_ENGLISH = (
    "a about again all also am an and any anyone anything are aren arent as at be because been being but by can "
    "cannot cant could couldnt did didnt do does doesnt doing done dont else ever everyone for from get gets getting "
    "give go going got had has hasnt have havent having he hello help her here hi his how i id if ill im in into "
    "is isnt it its ive just know let like look looking made make many may me might mine more most much must my "
    "need needs no nor not now of off on once one only or other our out over own please put same say see shall "
    "she should shouldnt so some someone something still such take tell than thank thanks that thats the their "
    "them then there these they thing things this those though to too try trying until up us use using very want "
    "wanted was wasnt we well were what whats when where whether which while who whose why will with without wont "
    "would wouldnt yes yet you your"
)
_CHINESE = (
    "的 了 吗 呢 吧 啊 我 你 您 他 她 它 们 是 在 有 不 要 怎 么 什 可 以 能 会 个 这 那 就 还 没 也 和 与 把 被 给 "
    "让 哪 里 为 想 请 问 好 多 少 到 来 去 上 下 中 大 小 一 得 地 着 过 很 都 又 再 只 从 对 用 "
    "怎么 怎样 么办 么样 什么 为什 如何 可以 可否 请问 请教 问一 一下 我的 我要 我想 想要 我们 你们 你好 您好 "
    "他们 它们 是否 能否 能不 不能 是不 不是 有没 没有 了吗 的吗 这个 那个 这样 那样 一个 已经 还是 还有 或者 以及 "
    "因为 所以 但是 如果 的话 需要 要怎 该怎 么做 哪里 哪儿 在哪 谢谢 多少 我在 我把 了我 的时 时候 一直 现在 "
    "应该 知道 想知 告诉 帮我 帮忙 一样 我是 我有"
)
_GERMAN = (
    "aber als auch auf aus bei bin bitte bist da das dass dem den der des die dies diese dieser doch du ein eine "
    "einem einen einer eines er es fur habe haben hat ich ihr im ist ja kann man mein meine meinem meinen meiner "
    "mich mir mit mochte mochten nach nicht noch oder sein sich sie sind so uber um und uns vom von vor war warum was "
    "wenn wer werden wie wir wird wo zu zum zur"
)
_FRENCH = (
    "ai as au aux avec avons avez ce ces cette comment dans de des du elle en est et etre il ils je la le les leur ma "
    "mais mes mon ne nos notre nous ou par pas pour pourquoi quand que quel quelle qui sa ses son sont sur ta tes un "
    "une vos votre vous"
)
_SPANISH = (
    "al aun como con cual cuando de del donde el ella en es esta estan este ha han hay he la las lo los mi mis mucho "
    "no nos o para pero por porque que quien se si sin su sus tengo tiene todavia un una y ya"
)
#: By family, those of a language beside the English ones.
OWN = {"zh": _CHINESE, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}
#: Those that have accents, and those that a language writes with or without them.
_ACCENTED = {
    "de": "daß für möchte möchten über",
    "fr": "où être",
    "es": "aún cómo cuál cuándo dónde está están qué quién sí todavía",
}
_NO_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES))


def is_meant(word: str, *families: str) -> bool:
    """Whether a folded word that is spelled like a light one is that: it has no accent which that has not."""
    bare = word.translate(_NO_APOSTROPHES)
    return bare.isascii() or len(bare) == 1 or any(bare in _accented(family) for family in families)


@cache
def _accented(family: str) -> frozenset[str]:
    return frozenset(_ACCENTED.get(family, "").split())


@cache
def own(family: str) -> frozenset[str]:
    """The light words of a language alone."""
    return frozenset((_ENGLISH if family == "en" else OWN.get(family, "")).split())


@cache
def light(family: str) -> frozenset[str]:
    """The light words of a language; those of English are light wherever they stand."""
    return own(family) | own("en")
