"""knowledgebase/writing/slugs.py: what an article is called in an address. Pure.

    "Where is my parcel?"  ──▶  where-is-my-parcel         "Où est mon colis ?"  ──▶  ou-est-mon-colis
    "怎样退货？"            ──▶  怎样退货                    "???"                 ──▶  article

Letters of every script stay; accents of Latin letters go, so that the address can be typed, and so does what nobody
sees: a word that may be broken is one word.
"""

import re
import unicodedata
from collections.abc import Iterator

from knowledgebase.unseen import seen

MOST = 80
#: Told by its column; an editor's own may be longer than what titles make.
LONGEST = 120
#: So many numbers are tried before the id of the text tells it from others.
_MOST_NUMBERED = 20

_DASHES = re.compile(r"-+")
#: Letters, the marks that many scripts write on them, and digits.
_KEPT = "LMN"


def slug_of(title: str) -> str:
    """The slug that a title makes."""
    plain = "".join(_bare(one) for one in unicodedata.normalize("NFKC", title).casefold())
    words = _joined(unicodedata.normalize("NFC", plain))
    if len(words) > MOST:
        cut = words[: MOST + 1]
        words = (cut.rpartition("-")[0] or cut[:MOST]).strip("-")
    return words or "article"


def is_slug(text: str) -> bool:
    """Whether somebody may choose this as one."""
    return 0 < len(text) <= LONGEST and text == _joined(unicodedata.normalize("NFKC", text).casefold())


def candidates(wanted: str, id: str) -> Iterator[str]:
    """Slugs to try, in order, where others may have the one that is wanted: `refunds`, `refunds-2`, …"""
    yield wanted
    for number in range(2, _MOST_NUMBERED + 1):
        yield f"{wanted}-{number}"
    yield f"{wanted}-{id.replace('-', '')[-12:]}"


def _bare(letter: str) -> str:
    """A Latin letter without its accents; any other as it is."""
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else letter


def _joined(text: str) -> str:
    kept = "".join(one if unicodedata.category(one)[0] in _KEPT else "-" for one in seen(text))
    return _DASHES.sub("-", kept).strip("-")
