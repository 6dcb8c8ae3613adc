"""knowledgebase/languages.py: tags of languages, one for each: what is written alike is called alike. Pure.

en · en-GB · pt-br ──▶ pt-BR · zh, zh-CN, zh_SG, zh-Hans ──▶ zh · zh-TW, zh-HK, zh-hant ──▶ zh-Hant
"""

import re
from collections.abc import Collection

from desk.kernel.errors import Invalid

LONGEST = 16

#: Languages that have a tag of two letters (ISO 639-1).
_TWO = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
#: Some that have three letters, and are written to customers.
_THREE = "ast bho ceb chr ckb dsb fil fur gsw haw hmn hsb kab kok lij mai mni nds pap scn szl yue"
_KNOWN = frozenset(f"{_TWO} {_THREE}".split())
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?")
_TRADITIONAL = frozenset({"tw", "hk", "mo"})


def canonical(tag: str) -> str:
    """The one way to write a language's tag.

    Raises:
        Invalid: no language is called so.
    """
    found = _TAG.fullmatch(tag.strip().replace("_", "-").lower())
    if len(tag) > LONGEST or found is None or found[1] not in _KNOWN:
        raise Invalid("language", "no language that we know; expected a tag like en, pt-BR, zh or zh-Hant")
    language, script, region = found.groups()
    if language == "zh":
        traditional = script == "hant" or (script is None and region in _TRADITIONAL)
        return "zh-Hant" if traditional else "zh"
    parts = [language, script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def is_language(tag: str) -> bool:
    """Whether a language is called so."""
    try:
        return bool(canonical(tag))
    except Invalid:
        return False


def chosen(wanted: str | None, written: Collection[str], original: str) -> str:
    """Which of the languages in which an article is written comes nearest: itself, a variety of it, the original.
    Customers and browsers write tags as they like."""
    if wanted and is_language(wanted):
        wanted = canonical(wanted)
    if wanted in written:
        return str(wanted)
    short = wanted.partition("-")[0] if wanted else ""
    alike = sorted(one for one in written if short and one.partition("-")[0] == short)
    if alike:
        return alike[0]
    return original if original in written or not written else min(written)
