"""knowledgebase/masking/addresses.py: addresses of the web and of mail, however they are written. Pure.

They are looked for in plain writing (`plain_writing.py`): hosts with letters of any script and with a
dot in brackets, any scheme, `https:host` without slashes, hosts by number, and those
of one word with a port.
"""

import re
from collections.abc import Iterator

from knowledgebase.masking.plain_writing import MAIL, UNSPACED

_LAST_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_DOT = rf"(?:{_LAST_DOT}|(?<=[a-z0-9])。(?=[a-z0-9]))"
_LETTER = rf"[^\W\d_{UNSPACED}]"
#: Ends of hosts in scripts that are written without spaces: any other word there is the next sentence.
_HAN_END = (
    "中国|中國|公司|网络|網絡|网址|在线|中文网|商城|商店|集团|"
    "我爱你|手机|香港|台湾|台灣|新加坡|澳門|みんな|コム|한국|닷컴"
)
#: Files, and no end of a host.
_NO_FILE = r"(?!(?:js|pdf|exe|docx?|xlsx?|pptx?|csv|txt|png|jpe?g|gif|html?|php|apk|dll|json|xml|log)(?!\w))"
_END = rf"{_NO_FILE}(?:xn--[a-z0-9-]{{1,59}}|{_LETTER}{{2,24}}|(?:{_HAN_END}))(?![^\W_{UNSPACED}]|@)"
_LABEL = r"\w[\w-]{0,62}"
_REST = rf"(?:[^\s<>()\[\]\"'「」《》。,;:!?]|[,;:!?](?![{UNSPACED}])|。(?=[a-z0-9])|\[(?:\.|dot)\])"
_BEHIND_NUMBER = rf"(?::\d{{1,5}})?(?:/{_REST}*)?"
_FOUR = "[0-9a-f]{1,4}"
_IN_SIXTEENS = rf"(?:(?:{_FOUR}:){{7}}{_FOUR}|(?:{_FOUR}:){{1,6}}(?::{_FOUR}){{1,6}})"
_ADDRESS = re.compile(
    rf"(?:https?://)?\[?(?<![\w:]){_IN_SIXTEENS}(?![\w:])\]?{_BEHIND_NUMBER}"
    rf"|(?:(?<![a-z0-9])[a-z][a-z0-9+.-]{{1,20}}:(?://|\\\\)|https?:(?=\S)|www\.){_REST}+"
    rf"|{MAIL.pattern}"
    rf"|(?<![\w.。])\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}(?!\w|[.。]\d){_BEHIND_NUMBER}"
    rf"|(?<![\w.])(?:localhost(?=[:/])|[a-z][a-z0-9-]{{1,62}}:(?=\d{{2,5}}/)|[a-z][a-z0-9-]{{1,62}}:(?=\d{{4,5}}(?!\w))){_REST}*"
    rf"|(?<![\w-])(?<!\w\.)[\w-]++(?:{_DOT}{_LABEL}){{0,126}}"
    rf"(?:{_LAST_DOT}{_END}|(?<=[a-z0-9])。(?-i:[a-z]{{2,24}})(?![a-z]))(?:[:/?#]{_REST}*)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"[{UNSPACED}_*~`]+(?=[a-z0-9])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<=[a-z0-9/])[{UNSPACED}]+\Z")
#: Addresses of mail that hide from programs: eva(at)example.org, eva [at] example [dot] org, eva @ example.org.
_AT = r"(?:\s?[\[({<]\s?(?:@|at|a|arroba)\s?[\])}>]\s?|\s{1,2}@{1,3}\s{0,2}|@{1,3}\s{1,2}|@{2,3})"
_SPELT_DOT = r"(?:\s?[\[({<]\s?(?:\.|dot|punkt|punto|point)\s?[\])}>]\s?|\s(?:dot|punkt|punto)\s)"
_ANY_DOT = rf"(?:\.|\s\.\s|。(?=[a-z\d])|{_SPELT_DOT})"
_SPELT_HOST = rf"[\w-]{{1,63}}(?:{_ANY_DOT}[\w-]{{1,63}}){{0,8}}{_ANY_DOT}[^\W\d_]{{2,24}}"
_SPELT = re.compile(
    rf"{_AT}{_SPELT_HOST}"
    rf"|@(?:[\w-]{{1,63}}{_ANY_DOT}){{0,8}}[\w-]{{1,63}}(?:\s\.\s|。(?=[a-z\d])|{_SPELT_DOT})[^\W\d_]{{2,24}}",
    re.IGNORECASE,
)
#: Those that are told in words. *Look at example.org* reads the same.
_TOLD = re.compile(
    rf"\s(?:at|arroba|klammeraffe)\s{_SPELT_HOST}"
    r"|[_-]at[_-][a-z\d]{1,63}(?:[._-][a-z\d]{1,63}){0,8}?[_-]dot[_-][a-z]{2,24}"
    r"|(?-i:AT[a-z\d-]{1,63}(?:DOT[a-z\d-]{1,63}){1,8})"
    r"|\s(?:arobase|собака)\s[\w-]{1,63}(?:\s?(?:\.|point|точка)\s?[\w-]{1,63}){1,8}"
    r"|\s?(?:艾特|圈a|小老鼠)\s?[a-z\d-]{1,63}(?:\s?[点點.]\s?[a-z\d-]{1,63}){1,8}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![a-z\d@._-])@[a-z_][a-z\d_.]{2,39}(?<!\.)", re.IGNORECASE)
#: Letter by letter: e v a @ e x a m p l e . o r g
_LETTERS = re.compile(r"(?<![a-z\d])[\w+-](?:\s[\w.+-](?!\w)){0,63}\s@\s[\w-](?:\s[\w.-](?!\w)){2,190}", re.IGNORECASE)
_BOX = re.compile(rf"(?:[\w.+-]{{1,64}}(?:{_SPELT_DOT}[\w.+-]{{1,64}}){{0,3}}|\"[^\"\n]{{1,64}}\")\Z", re.IGNORECASE)
_LONGEST_BOX = 80
_AFTER = ".,;:!?*_~"


def addresses(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, without what ends the sentence, and without words that are written up to them; some are
    found twice."""
    yield from _boxes(_SPELT, plain)
    yield from (found.span() for found in _LETTERS.finditer(plain))
    for found in _ADDRESS.finditer(plain):
        before = _BEFORE.match(found[0])
        begin = found.start() + (before.end() if before else 0)
        yield begin, found.start() + len(found[0].rstrip(_AFTER))


def told_mail(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses of mail are told in words, with the word before *at* whatever it is."""
    yield from _boxes(_TOLD, plain)


def handles(plain: str) -> Iterator[tuple[int, int]]:
    """Where somebody is named as social networks do, @evaruiz, in what holds no address of mail."""
    yield from (found.span() for found in _HANDLE.finditer(plain))


def _boxes(hosts: re.Pattern[str], plain: str) -> Iterator[tuple[int, int]]:
    for found in hosts.finditer(plain):
        box = _BOX.search(plain, max(0, found.start() - _LONGEST_BOX), found.start())
        if box:
            yield box.start(), found.end()


def same(address: str) -> tuple[str, str]:
    """What two writings of one address have in common: itself, and without words that are written on to it."""
    small = address.lower()
    return small, _BEHIND.sub("", small)
