"""ivr/languages.py: which of the languages that somebody speaks or writes comes nearest to another's. Pure."""

from collections.abc import Collection

#: Where Traditional characters are read.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


def nearest(tag: str, spoken: Collection[str], otherwise: str = "en") -> str:
    """The key of `spoken` that comes nearest to a tag such as `de-AT`, `zh_TW` or `zh-Hant-HK`; else `otherwise`.

    Who reads one script of Chinese is given the other where there is no other.
    """
    short, *parts = tag.replace("_", "-").lower().split("-")
    traditional = "hans" not in parts and not _TRADITIONAL.isdisjoint(parts)  # the script goes before the country
    if short == "zh" and "zh-Hant" in spoken and (traditional or "zh" not in spoken):
        return "zh-Hant"
    return short if short in spoken else otherwise
