"""desk/customers/languages.py: which of the languages that we speak a customer reads."""

from collections.abc import Collection

#: Where Traditional characters are read.
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


def nearest(tag: str, spoken: Collection[str]) -> str:
    """The key of `spoken` that comes nearest to a tag such as `de-AT`, `zh_TW` or `zh-Hant-HK`; else English."""
    short, *parts = tag.replace("_", "-").lower().split("-")
    if short == "zh" and "zh-Hant" in spoken and _TRADITIONAL.intersection(parts):
        return "zh-Hant"
    return short if short in spoken else "en"


def nearer(spoken: str, reads: str) -> str:
    """What somebody is to be written who was spoken to in `spoken`: the same language as the customer `reads` it, in
    their script (who hears Chinese may read Traditional), else as it was spoken."""
    return reads if reads.replace("_", "-").partition("-")[0] == spoken.partition("-")[0] else spoken
