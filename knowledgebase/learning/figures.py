"""knowledgebase/learning/figures.py: the figures in a text, and where two say different ones about the same. Pure.

    "Refunds take 5 days."            days 5
    "退款需要七天。"                    days 7
    "Open from 9:00 to 17:30"         clock 9:00, 17:30

Two sentences are about the same when, their figures left out, they share at least two terms and half of both their
terms (Dice). They contradict each other when both say figures of one kind and not one of these in common.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from knowledgebase.search import analysis

#: So much of a text is read, so many of its sentences with figures are held against others.
MOST_TEXT = 20_000
MOST_SENTENCES = 80
#: A longer run without an end is not a sentence that anybody could hold against another.
_LONGEST = 400
ALIKE = 0.5
_SHARED = 2

#: Stems that stand around figures, whatever these are about.
_AROUND = frozenset({"within", "between", "per", "each", "everi", "least", "after", "befor", "onli", "take", "than"})

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_ENGLISH = {word: n for n, word in enumerate(_WORDS.split(), 1)} | {
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_HAN = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}
_DIGITS = r"\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,2})?"
_NUMBER = rf"(?:{_DIGITS}|(?<![A-Za-z])(?:{'|'.join(_ENGLISH)})(?![A-Za-z])|[零〇一二两兩三四五六七八九十]{{1,3}})"
_RANGE = rf"(?P<low>{_NUMBER})(?:\s?(?:-|–|—|to|and|至|到|~|～)\s?(?P<high>{_NUMBER}))?"
_YEAR = "january february march april may june july august september october november december"
_MONTHS = tuple(_YEAR.split())
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_COINS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "CNY", "￥": "CNY", "元": "CNY", "块": "CNY", "rmb": "CNY"}
_COINS |= {"euro": "EUR", "欧元": "EUR", "歐元": "EUR", "dollar": "USD", "美元": "USD", "pound": "GBP", "英镑": "GBP"}
_COINS |= {"英鎊": "GBP"} | {code.lower(): code for code in ("GBP", "EUR", "USD", "CNY", "HKD", "TWD", "CHF")}
_BEFORE = r"[£€$¥￥]|(?:GBP|EUR|USD|CNY|RMB|HKD|TWD|CHF)(?![A-Za-z])"
_AFTER = (
    r"欧元|歐元|美元|英镑|英鎊|元|块|[£€]|(?:euro|dollar|pound)s?(?![a-z])"
    r"|(?:GBP|EUR|USD|CNY|RMB|HKD|TWD|CHF)(?![A-Za-z])"
)
#: What a span is counted in: its kind, and how many of that kind one is.
_SPANS = {
    "minute": ("minutes", 1), "分钟": ("minutes", 1), "分鐘": ("minutes", 1),
    "hour": ("minutes", 60), "小时": ("minutes", 60), "小時": ("minutes", 60),
    "day": ("days", 1), "天": ("days", 1), "日": ("days", 1),
    "week": ("days", 7), "周": ("days", 7), "週": ("days", 7), "星期": ("days", 7),
    "month": ("months", 1), "月": ("months", 1), "year": ("months", 12), "年": ("months", 12),
    "work": ("working days", 1), "工作日": ("working days", 1), "工作天": ("working days", 1),
}  # fmt: skip
_UNIT = (
    r"(?P<work>(?:business|working)[ -]days?(?![a-z]))|(?P<word>minute|hour|day|week|month|year)s?(?![a-z])"
    r"|个?個?(?P<han>工作日|工作天|分钟|分鐘|小时|小時|星期|天|周|週|月|年|日)"
)
_DATE = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})(?![a-z])"
    rf"|(?P<month2>{_MONTH})(?![a-z])\.? (?P<day2>\d{{1,2}})(?!\d)|(?P<month3>\d{{1,2}})月(?P<day3>\d{{1,2}})[日号號]",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:])(?P<h>\d{1,2})(?::(?P<m>\d{2})(?!\d))?\s?(?P<half>[ap]\.?m)?(?![a-z\d])", re.IGNORECASE)
_MONEY = re.compile(
    rf"(?P<before>{_BEFORE})\s?{_RANGE}|{_RANGE.replace('low', 'low2').replace('high', 'high2')}\s?(?P<after>{_AFTER})",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"{_RANGE}[\s-]?(?:{_UNIT})", re.IGNORECASE)
_PERCENT = re.compile(rf"{_RANGE}\s?(?:%|％|per ?cent)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence with figures: by kind, and what it is about without them."""

    text: str
    figures: Mapping[str, frozenset[str]]
    terms: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two sentences about the same, with different figures of one kind."""

    kind: str
    text: str
    other: str


def sentences(plain: str, language: str) -> list[Sentence]:
    """The sentences of a text that say figures, in order."""
    found = []
    for piece in _SENTENCE.split(plain[:MOST_TEXT]):
        text = " ".join(piece.split())
        if not text or len(text) > _LONGEST:
            continue
        figures, rest = _figures(text)
        if figures:
            terms = frozenset(analysis.terms(rest, language)) - _AROUND
            found.append(Sentence(text=text, figures=figures, terms=terms))
            if len(found) == MOST_SENTENCES:
                break
    return found


def contradictions(plain: str, other: str, language: str) -> list[Contradiction]:
    """Where two texts in one language say different figures about the same: what is most alike first."""
    found = []
    theirs = sentences(other, language)
    for mine in sentences(plain, language):
        for one in theirs:
            alike = _alike(mine.terms, one.terms)
            if alike < ALIKE:
                continue
            for kind in sorted(mine.figures.keys() & one.figures.keys()):
                if not mine.figures[kind] & one.figures[kind]:
                    found.append((alike, Contradiction(kind=kind, text=mine.text, other=one.text)))
    found.sort(key=lambda pair: (-pair[0], pair[1].text, pair[1].other))
    return [pair for _, pair in found]


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    shared = len(mine & theirs)
    return 2 * shared / (len(mine) + len(theirs)) if shared >= _SHARED else 0.0


def _figures(text: str) -> tuple[dict[str, frozenset[str]], str]:
    """The figures of a sentence by kind, and the sentence without them."""
    found: dict[str, set[str]] = {}
    for pattern, read in _READ:
        kept, at = [], 0
        for match in pattern.finditer(text):
            said = read(match)
            if said is None:
                continue
            found.setdefault(said[0], set()).update(said[1])
            kept.append(text[at : match.start()])
            at = match.end()
        text = " ".join([*kept, text[at:]])
    return {kind: frozenset(values) for kind, values in found.items()}, text


#: A kind, and what is said of it: of a range both ends.
Said = tuple[str, frozenset[str]]


def _date(match: re.Match[str]) -> Said | None:
    if match["iso"]:
        return "date", frozenset({match["iso"][5:]})
    if match["month3"]:
        return "date", frozenset({f"{int(match['month3']):02}-{int(match['day3']):02}"})
    name, day = match["month"] or match["month2"], match["day"] or match["day2"]
    month = next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name.lower()[:3]))
    return "date", frozenset({f"{month:02}-{int(day):02}"})


def _clock(match: re.Match[str]) -> Said | None:
    if match["m"] is None and match["half"] is None:
        return None
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return ("clock", frozenset({f"{hour}:{minute:02}"})) if hour < 25 and minute < 60 else None


def _money(match: re.Match[str]) -> Said | None:
    coin = (match["before"] or match["after"]).lower()
    low, high = match["low"] or match["low2"], match["high"] or match["high2"]
    return f"amount {_COINS.get(coin) or _COINS[coin.removesuffix('s')]}", _values(low, high, 1)


def _span(match: re.Match[str]) -> Said | None:
    unit = "work" if match["work"] else (match["word"] or match["han"]).lower()
    kind, times = _SPANS[unit]
    return kind, _values(match["low"], match["high"], times)


def _percent(match: re.Match[str]) -> Said | None:
    return "per cent", _values(match["low"], match["high"], 1)


_READ = ((_DATE, _date), (_MONEY, _money), (_PERCENT, _percent), (_SPAN, _span), (_CLOCK, _clock))


def _values(low: str, high: str | None, times: int) -> frozenset[str]:
    values = [_number(one) * times for one in (low, high) if one]
    return frozenset(f"{value.normalize():f}" for value in values)


def _number(text: str) -> Decimal:
    if text[0].isascii() and text[0].isdigit():
        return Decimal(text.replace(",", ""))
    return Decimal(_ENGLISH.get(text.lower(), 0) or _han(text))


def _han(text: str) -> int:
    """Numbers to 99 as Chinese writes them: 七, 十五, 三十, 二十一."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_HAN.get(digit, 0)) for digit in text))
    return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN.get(ones, 0) if ones else 0)
