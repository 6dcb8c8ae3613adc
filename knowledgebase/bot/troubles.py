"""knowledgebase/bot/troubles.py: whether *not* tells of what has not happened or does not work, and no wish. Pure.

    "My refund has not arrived" · "The pump does not drain" · "Mein Paket ist nicht angekommen" · 没有收到退款
    "I have not received it"        who says *I* tells what did not come; "I have not cancelled it" is no trouble
    "Don't cancel it" · "The order is not to be cancelled" · "Ware nicht zurückschicken" · 不要退货      a wish

A sentence of another shape is taken for a wish: nobody is told how to do what should not be done. Each function is
given the words of one clause, as spelled, and the place of the word that denies.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from knowledgebase.search.letters import listed

Tells = Callable[[Sequence[str], int], bool]

#: How far behind *not* stands what did not come.
_NEAR = 4


_SKIPPED = listed("still just also really simply yet even actually ever")
_WISHES = listed(
    "want wants wanted wish wishes like need needs needed should must shall hope hoping going intend planning "
    "interested necessary sure ensure asked ask told said authorise authorize agree accept to please"
)
_I, _THEY = listed("i we im ive weve"), listed("they these those which that")
_HELPERS = listed("is are was were has have had does did do am will would its thats theres im ive weve")
_SHORT = listed("isnt arent wasnt werent hasnt havent hadnt doesnt didnt dont wont wouldnt")
_ASKS = listed("why how when what where")
_A = listed("the a my our your his her their this these those all")
_RECEIVES = listed(
    "received receive receiving recieved recieve get got getting gotten find found see seen hear heard had have been "
    "given"
)
_HAPPENS = listed(
    "arrived arrive arriving come came coming work working works worked start starts starting open opens load loads "
    "connect connects appear appeared delivered shipped dispatched refunded credited sent paid here there updated "
    "moved on"
)
_GIVES = listed("sent delivered refunded paid answered replied credited shipped send deliver refund pay answer reply")


def _english(said: Sequence[str], at: int) -> bool:
    before, word, after = said[:at], said[at], said[at + 1 :]
    if not _WISHES.isdisjoint((*said[:1], *before[-_NEAR:], *after[:_NEAR])):
        return False
    if word in ("nobody", "nothing"):
        return _I.isdisjoint(before) or not _RECEIVES.isdisjoint(before)
    if word == "no":
        return _has_none(before, after)
    helped = at if word in _SHORT else _last(before, _HELPERS)
    if helped is None:
        return word in ("not", "never") and _in_short(before, after)
    helper, subject = said[helped], _subject(said, helped)
    if subject in _I or helper in _I:
        done_to = helper in ("was", "were", "wasnt", "werent") and "".join(after[:1]).endswith("ed")
        return done_to or not _RECEIVES.isdisjoint(after[:_NEAR])
    if subject == "you":
        return helper in listed("have havent had hadnt did didnt") and not _GIVES.isdisjoint(after[:_NEAR])
    if helper in ("do", "dont"):
        return subject in _THEY or (subject.endswith("s") and not _A.isdisjoint(before))
    if helped == 0 and helper in _SHORT:
        return not (_RECEIVES | _HAPPENS).isdisjoint(after[:_NEAR])
    return helped > 0 or helper not in ("will", "would")


def _subject(said: Sequence[str], helped: int) -> str:
    """Of whom the helping verb at this place speaks."""
    before = [one for one in said[:helped] if one not in _SKIPPED]
    if before and before[-1] not in _ASKS:
        return before[-1]
    return next(iter(said[helped + 1 :]), "")


def _in_short(before: Sequence[str], after: Sequence[str]) -> bool:
    """*Refund not arrived*; *it never came*."""
    before = [one for one in before if one not in _SKIPPED]
    next_one = "".join(after[:1])
    if not before or before[-1] in _I:
        return next_one in _RECEIVES - {"have"} or (not before and next_one in _HAPPENS)
    if before[-1] == "you":
        return next_one in _GIVES
    return next_one in _HAPPENS | _RECEIVES or next_one.endswith(("ed", "ing"))


def _has_none(before: Sequence[str], after: Sequence[str]) -> bool:
    """*I got no mail*; *no mail came*; *no refund yet*; *the app no longer starts*."""
    if after[:1] == ["longer"]:
        who = before[-1:] or ["i"]
        return who[0] not in _I and (who[0] in _HELPERS or "".join(after[1:2]).endswith("s"))
    if not before:
        return not listed("came comes come arrived arrives received appears appeared yet").isdisjoint(after)
    return before[-1] in listed("got get received receive have has had is was theres came still")


_DE_WISHES = listed(
    "mochte mochten will wollen wollte soll sollen sollte darf durfen muss mussen brauche braucht brauchen bitte "
    "wunsche wunscht sicher zu"
)
_DE_ASKS = listed("warum wieso weshalb wann wo was")
_DE_THEY = listed("der die das mein meine unser unsere dieser diese dieses ihre ein eine er es sie alle")
_DE_HELPERS = listed("ist sind war waren hat haben hatte hatten wird werden wurde wurden")
_DE_RECEIVES = listed(
    "erhalten bekommen bekomme bekam erhalte erhielt gekriegt kriege gefunden finde sehe gesehen gehort informiert "
    "benachrichtigt"
)
_DE_ARRIVED = listed(
    "angekommen erhalten bekommen eingetroffen geliefert gutgeschrieben gekommen zugestellt verschickt versendet da"
)
_DE_HAPPENS = listed("funktioniert funktionieren kommt kam kamen startet gibt gab")
_DE_GIVES = listed("geliefert erstattet geantwortet geschickt verschickt gesendet uberwiesen bezahlt")
_DE_NO_VERB = listed("nicht jetzt seit mit erst selbst sofort dort gut")


def _german(said: Sequence[str], at: int) -> bool:
    before, after = said[:at], said[at + 1 :]
    if not _DE_WISHES.isdisjoint(said[:-1]) or "bitte" in said:
        return False
    if not listed("ich wir").isdisjoint(said):
        return not _DE_RECEIVES.isdisjoint(said)
    if not listed("sie ihr du").isdisjoint(said[:2]) and not listed("haben habt hast").isdisjoint(said):
        return not _DE_GIVES.isdisjoint(after)
    if said[at].startswith("kein"):
        came = said[-1] in _DE_ARRIVED and "mehr" not in said
        return (
            came
            or _german_verb(said, at)
            or not (_DE_HELPERS | _DE_HAPPENS | _DE_RECEIVES - _DE_ARRIVED).isdisjoint(said)
        )
    if not _DE_HELPERS.isdisjoint(before) or said[-1] in _DE_ARRIVED:
        return True
    return _german_verb(said, at)


def _german_verb(said: Sequence[str], at: int) -> bool:
    """*Die Maschine pumpt nicht ab*: behind somebody or something a verb, and none in its basic form at the end."""
    first, last = said[0], said[-1]
    if at > 0 and last.endswith(("en", "eln", "ern")) and at < len(said) - 1:
        return False
    if not _DE_HAPPENS.isdisjoint(said[1:at]):
        return True
    begins = 1 if first in _DE_ASKS | {"er", "es", "sie"} else 2
    stated = any(one.endswith("t") and len(one) > 2 and one not in _DE_NO_VERB for one in said[begins:at])
    several = at > begins and said[at - 1].endswith("en")
    return first in _DE_THEY | _DE_ASKS and (stated or several)


_FR_WISHES = listed(
    "veux veut voulons voudrais voudrait souhaite souhaitons dois doit doivent devez devrait faut besoin plait"
)
_FR_THEY = listed(
    "le la les mon ma mes ce cette ces cet notre nos votre vos un une il elle ca cela on pourquoi toujours"
)
_FR_RECEIVES = listed("recu recue recus recues recois recevons trouve trouvons vois ete")
_FR_ARRIVED = _FR_RECEIVES | listed("arrive arrivee livre livree rembourse remboursee")
_FR_WORKS = listed("marche fonctionne demarre arrive")


def _french(said: Sequence[str], at: int) -> bool:
    if "ne" in said[:at]:
        at = said.index("ne")
    before, after = said[:at], said[at + 1 :]
    if not _FR_WISHES.isdisjoint(said) or not listed("vous tu").isdisjoint(before):
        return False
    if not listed("je nous").isdisjoint(before):
        return not _FR_RECEIVES.isdisjoint(after[: _NEAR + 1])
    if said[at] != "ne":
        return not _FR_ARRIVED.isdisjoint(after[:1]) or not _FR_WORKS.isdisjoint(before[-1:])
    commands = any(one.endswith("ez") for one in after[:3])
    return before[:1] != [] and before[0] in _FR_THEY and "".join(after[:1]) not in ("pas", "plus") and not commands


_ES_WISHES = listed("quiero queremos quisiera deseo debe deben necesito favor")
_ES_THEY = listed("el la los las mi mis su sus este esta nuestro nuestra")
_ES_WITH = listed("me nos se te le les todavia aun")
_ES_RECEIVES = listed("recibi recibimos recibo encuentro veo")
_ES_HAPPENS = listed(
    "ha han habia funciona funcionan llega llegan llego llegaron arranca enciende abre cierra carga sirve sale aparece"
)


def _spanish(said: Sequence[str], at: int) -> bool:
    before, after = said[:at], [one for one in said[at + 1 :] if one not in _ES_WITH]
    if not _ES_WISHES.isdisjoint(said) or not after:
        return False
    if after[0] in ("he", "hemos"):
        return not listed("recibido encontrado visto").isdisjoint(after[1:2])
    if after[0] in _ES_RECEIVES | _ES_HAPPENS:
        return True
    return len(before) > 1 and before[0] in _ES_THEY and after[0] not in _ES_THEY and after[0].endswith(("a", "an"))


#: By family.
_TELLS: Mapping[str, Tells] = {"en": _english, "zh": _english, "de": _german, "fr": _french, "es": _spanish}


def is_trouble(said: Sequence[str], at: int, family: str) -> bool:
    """Whether the word that denies at this place of a clause tells of what has not happened or does not work."""
    return _TELLS[family](said, at)


_LONG = re.compile(r"(?:还|都|也|就|并|又|可|真|一直|到现在|至今|迟迟|仍然|仍|却|根本|从来|从)+$")
_MINE = re.compile(r"[我你您们]$")
_REACHES_ME = re.compile(r"有?(?:收到|收|看到|得到|拿到|找到|等到|到账|到帐|入账|入帐)")
_COMES = re.compile(r"有?(?:送到|送达|寄到|到货|发货|更新|回复|签收|到|来)")
_RUNS = re.compile(
    r"亮|排水|出水|进水|工作|转|动|启动|加热|制冷|显示|响|开机|充电|脱水|通电|灵|走|烘干|热|冷|出现|更新|到账|见|对"
)


def chinese(before: str, sign: str, after: str) -> bool:
    """The same of a sign that denies, with what stands before and behind it."""
    before = _LONG.sub("", before)
    mine = _MINE.search(before) is not None
    if sign == "没":
        if mine or not before:
            return bool(_REACHES_ME.match(after) or (not mine and _COMES.match(after)))
        return "的" not in after or _REACHES_ME.match(after) is not None
    return sign == "不" and not mine and before != "" and _RUNS.match(after) is not None


def _last(said: Sequence[str], of: Collection[str]) -> int | None:
    return next((at for at in reversed(range(len(said))) if said[at] in of), None)
