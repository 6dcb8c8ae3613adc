"""knowledgebase/bot/wishes.py: what somebody says who wants no machine, and who needs nobody any more. Pure.

Whoever wants a person has one at once, so these lists hand over rather once too often. They are read folded: one
width, one case, and Chinese in one script.
"""

import re

from knowledgebase.search.analysis import fold

#: So many letters without a small one among them are shouting.
_SHOUTED = 12

_PERSON = (
    "human agent person(?!al) people someone somebody operator representative advisor adviser staff employee manager "
    "supervisor colleague speak talk call phone "
    "mensch jemand mitarbeiter berater kollege sprechen anruf ruf telefon "
    "humain personne conseil quelqu parler appel telephon "
    "humano persona\\b agente asesor operador alguien hablar llam telefon"
)
_UPSET = (
    "complain angry anger furious outrag unaccept disgrac disgust terribl horribl awful worst useless ridicul pathetic "
    "scam fraud liar lying stole lawyer solicitor sue\\b suing court legal ombudsman police rude disappoint unhappy "
    "upset insult discriminat harass threat injur hurt wound bleed burn fire explo poison allerg swallow hospital died "
    "dead death suicid emergency "
    "beschwer reklam wutend arger unverscham frech enttausch anwalt betrug luge polizei unmog verletz gestorben "
    "notfall plainte reclam furieu inadmissib scandal honte decu avocat arnaque menteu police bless deces urgence "
    "queja reclam furios enfad inacept vergu decepcion abogad estafa mentir polic herid fallec urgenc"
)
_PERSON_HAN = ("人工", "真人", "客服", "有人", "找人", "打电话", "电话", "经理", "主管", "转接")
_UPSET_HAN = (
    *("投诉", "抱怨", "生气", "气死", "愤怒", "骗", "律师", "太差", "差劲", "垃圾", "消协", "举报", "失望", "受伤"),
    *("起诉", "离谱", "恶心", "过分", "道歉", "报警", "去世", "医院", "过敏", "着火", "死了", "态度", "无语", "忽悠"),
)
_YES = (
    "yes yep yeah it that this did does helped helps solved answered answers answer my the question thanks thank you "
    "great perfect very much all good now works solves fixed sorted that's it's is has been problem so thx cheers "
    "ja das hat geholfen danke vielen dank super beantwortet meine frage mein problem gelost erledigt ist damit "
    "oui cela ca a repondu merci beaucoup parfait c'est bon resolu ma mon probleme est "
    "si sí eso respondio gracias muchas perfecto resuelto mi pregunta problema resolvio ha solucionado esta"
)
_SAYS_YES = (
    "yes yep yeah solved solves helped fixed sorted ja geholfen beantwortet gelost erledigt "
    "oui resolu si sí resuelto resolvio solucionado"
)
#: Who begins so asks: *has that solved it*.
_ASKS_WHETHER = "is has did does hat ist est esta ha"
_YES_HAN = re.compile(
    r"(?:是的?|对的?|有|解决了?|搞定了?|好的?|谢谢|可以了|有帮助|明白了?|知道了|回答了?|我的|问题|已经)+"
)
_SAYS_YES_HAN = re.compile(r"是|对|解决|搞定|有帮助|明白|知道了|可以了|^有$")
_NO_HAN = re.compile(r"[不没否别未无]")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def _beginning(words: str) -> re.Pattern[str]:
    """Finds a word that begins so."""
    return re.compile(rf"\b(?:{'|'.join(sorted(set(words.split())))})")


_YESES, _SAYS, _WHETHER = (frozenset(words.split()) for words in (_YES, _SAYS_YES, _ASKS_WHETHER))
_ASKS = _beginning(_PERSON)
_IS_UPSET = _beginning(_UPSET)
_PLAIN = str.maketrans("áàâäéèêëíìîïóòôöúùûüñç’", "aaaaeeeeiiiioooouuuunc'")


def wants_person(said: str) -> bool:
    """Whether somebody asks for a person."""
    words = _plain(said)
    return bool(_ASKS.search(words)) or any(word in words for word in _PERSON_HAN)


def is_upset(said: str) -> bool:
    """Whether somebody complains, is angry, or was harmed."""
    words = _plain(said)
    letters = [letter for letter in said if letter.isalpha()]
    shouts = len(letters) >= _SHOUTED and any(map(str.isupper, letters)) and not any(map(str.islower, letters))
    exclaims = words.count("!") > 2 or "?!" in words or "!?" in words
    return shouts or exclaims or bool(_IS_UPSET.search(words)) or any(word in words for word in _UPSET_HAN)


def says_yes(said: str) -> bool:
    """Whether somebody says that this was their answer, and nothing else."""
    words = _plain(said)
    han = "".join(_HAN.findall(words))
    spoken = _WORDS.findall(_HAN.sub(" ", words))
    if han:
        fits = _YES_HAN.fullmatch(han) and _SAYS_YES_HAN.search(han) and not _NO_HAN.search(han)
        return bool(fits) and not spoken
    asks = "?" in words or not _WHETHER.isdisjoint(spoken[:1])
    return not asks and not _SAYS.isdisjoint(spoken) and _YESES.issuperset(spoken)


def _plain(said: str) -> str:
    return fold(said).translate(_PLAIN)
