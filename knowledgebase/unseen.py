"""knowledgebase/unseen.py: what stands in a text and nobody sees: a word that may be broken is the word. Pure."""

import re

#: What is written and not seen: where a word may be broken, directions, variants of a sign. One that keeps Arabic
#: letters apart stands where others write a space, and does so here.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]+|(?<![\u0600-\u06ff])\u200c+"
)


def seen(text: str) -> str:
    """The text without what nobody sees in it: a word that may be broken is a word."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def where_seen(text: str) -> list[int]:
    """Where in `text` each character of `seen(text)` stands."""
    unseen = {at for found in _UNSEEN.finditer(text) for at in range(*found.span())}
    return [at for at in range(len(text)) if at not in unseen]
