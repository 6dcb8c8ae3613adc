"""knowledgebase/addresses.py: addresses of the web and of mail, however they are written. Pure.

They are looked for in plain writing (`knowledgebase/written_alike.py`): hosts with letters of any script and with a
dot in brackets, any scheme, `https:host` without slashes, hosts by number, and those
of one word with a port.
"""

import re
from collections.abc import Iterator

from knowledgebase.written_alike import MAIL, UNSPACED

_LAST_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_DOT = rf"(?:{_LAST_DOT}|(?<=[a-z0-9])。(?=[a-z0-9]))"
_LETTER = rf"[^\W\d_{UNSPACED}]"
#: Ends of hosts in scripts that are written without spaces: any other word there is the next sentence.
_HAN_END = (
    "中国|中國|公司|网络|網絡|网址|在线|中文网|商城|商店|集团|"
    "我爱你|手机|香港|台湾|台灣|新加坡|澳門|みんな|コム|한국|닷컴"
)
_END = rf"(?:xn--[a-z0-9-]{{1,59}}|{_LETTER}{{2,24}}|(?:{_HAN_END}))(?![^\W_{UNSPACED}]|@)"
_LABEL = r"\w[\w-]{0,62}"
_REST = rf"(?:[^\s<>()\[\]\"'「」《》。,;:!?]|[,;:!?](?![{UNSPACED}])|。(?=[a-z0-9])|\[(?:\.|dot)\])"
_BEHIND_NUMBER = rf"(?::\d{{1,5}})?(?:/{_REST}*)?"
_FOUR = "[0-9a-f]{1,4}"
_IN_SIXTEENS = rf"(?:(?:{_FOUR}:){{7}}{_FOUR}|(?:{_FOUR}:){{1,6}}(?::{_FOUR}){{1,6}})"
_ADDRESS = re.compile(
    rf"(?:https?://)?\[?(?<![\w:]){_IN_SIXTEENS}(?![\w:])\]?{_BEHIND_NUMBER}"
    rf"|(?:(?<![a-z0-9])[a-z][a-z0-9+.-]{{1,20}}:(?://|\\\\)|https?:(?=\S)|www\.){_REST}+"
    rf"|{MAIL.pattern}"
    rf"|(?<![\w.])\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}(?!\w|\.\d){_BEHIND_NUMBER}"
    rf"|(?<![\w.])(?:localhost(?=[:/])|[a-z][a-z0-9-]{{1,62}}:(?=\d{{2,5}}/)|[a-z][a-z0-9-]{{1,62}}:(?=\d{{4,5}}(?!\w))){_REST}*"
    rf"|(?<!\w)(?<!\w\.)(?:{_LABEL}{_DOT}){{0,126}}{_LABEL}"
    rf"(?:{_LAST_DOT}{_END}|(?<=[a-z0-9])。(?-i:[a-z]{{2,24}})(?![a-z]))(?:[:/?#]{_REST}*)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"[{UNSPACED}_*~`]+(?=[a-z0-9])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<=[a-z0-9/])[{UNSPACED}]+\Z")
_AFTER = ".,;:!?*_~"


def addresses(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, without what ends the sentence, and without words that are written up to them."""
    for found in _ADDRESS.finditer(plain):
        before = _BEFORE.match(found[0])
        begin = found.start() + (before.end() if before else 0)
        yield begin, found.start() + len(found[0].rstrip(_AFTER))


def same(address: str) -> tuple[str, str]:
    """What two writings of one address have in common: itself, and without words that are written on to it."""
    small = address.lower()
    return small, _BEHIND.sub("", small)
