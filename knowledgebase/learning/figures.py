"""knowledgebase/learning/figures.py: the figures in a text, and where two say different ones about the same. Pure.

    "Refunds take 5 days."            days 5
    "退款需要七天。"                    days 7
    "Open from 9:00 to 17:30"         clock 9:00, 17:30
    "Die Rücksendung kostet 2,95 €."  amount EUR 2.95

Two sentences are about the same when, their figures left out, they share at least two terms and half of both their
terms (Dice). They contradict each other when both say figures of one kind and not one of these in common.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from knowledgebase.learning.figure_words import END, ENGLISH, WORDS, FigureWords
from knowledgebase.search import analysis

#: So much of a text is read, so many of its sentences with figures are held against others.
MOST_TEXT = 20_000
MOST_SENTENCES = 80
#: A longer run without an end is not a sentence that anybody could hold against another.
_LONGEST = 400
ALIKE = 0.5
_SHARED = 2

_DECEMBER = 12
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
_HAN = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}
_COINS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "CNY", "￥": "CNY", "元": "CNY", "块": "CNY", "rmb": "CNY"}
_COINS |= {"euro": "EUR", "欧元": "EUR", "歐元": "EUR", "dollar": "USD", "美元": "USD", "pound": "GBP", "英镑": "GBP"}
_COINS |= {"英鎊": "GBP", "dólare": "USD", "dólar": "USD"}
_COINS |= {code.lower(): code for code in ("GBP", "EUR", "USD", "CNY", "HKD", "TWD", "CHF")}
_BEFORE = r"[£€$¥￥]|(?:GBP|EUR|USD|CNY|RMB|HKD|TWD|CHF)(?![A-Za-z])"
_AFTER = (
    rf"欧元|歐元|美元|英镑|英鎊|元|块|[£€]|(?:(?:euro|dollar|pound)s?|dólar(?:es)?){END}"
    r"|(?:GBP|EUR|USD|CNY|RMB|HKD|TWD|CHF)(?![A-Za-z])"
)


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
    reading = _reading(analysis.family(language))
    for piece in _pieces(plain[:MOST_TEXT], reading):
        text = " ".join(piece.split())
        if not text or len(text) > _LONGEST:
            continue
        figures, rest = reading.figures(text)
        if figures:
            terms = frozenset(analysis.terms(rest, language)) - reading.around
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


def _pieces(plain: str, reading: "_Reading") -> Iterator[str]:
    """The sentences; the point in *24. Dezember* ends none."""
    begun = ""
    for piece in _SENTENCE.split(plain):
        begun = f"{begun} {piece}" if begun else piece
        if len(begun) > _LONGEST or not reading.goes_on(begun):
            yield begun
            begun = ""
    if begun:
        yield begun


#: A kind, and what is said of it: of a range both ends.
Said = tuple[str, frozenset[str]]


class _Reading:
    """The figures of texts in one language."""

    def __init__(self, words: FigureWords, family: str) -> None:
        self._words = words
        self.around = frozenset(term for one in words.around for term in analysis.stems(analysis.fold(one), family))
        number = self._number_pattern()
        span = rf"(?P<low>{number})(?:\s?(?:-|–|—|~|～|(?:{words.to}))\s?(?P<high>{number}))?"
        again = span.replace("low", "low2").replace("high", "high2")
        units = "|".join(unit.pattern for unit in words.units)
        clock = f"{words.clock}|" if words.clock else ""
        patterns: Sequence[tuple[str, Callable[[re.Match[str]], Said | None]]] = (
            (self._date_pattern(), self._date),
            (rf"(?P<before>{_BEFORE})\s?{span}|{again}\s?(?P<after>{_AFTER})", self._money),
            (rf"{span}\s?(?:%|％|{words.per_cent})", self._percent),
            (rf"{span}[\s-]?(?P<unit>{units})", self._span),
            (rf"{clock}(?<![\d:])(?P<h>\d{{1,2}})(?::(?P<m>\d{{2}})(?!\d))?\s?(?P<half>[ap]\.?m)?(?![a-z\d])", _clock),
        )
        self._patterns = [(re.compile(pattern, re.IGNORECASE), read) for pattern, read in patterns]

    def goes_on(self, piece: str) -> bool:
        """Whether what seems a sentence ends with the day of a date."""
        return self._words.day_month.startswith("\\.") and re.search(r"(?<!\d)\d{1,2}\.$", piece) is not None

    def figures(self, text: str) -> tuple[dict[str, frozenset[str]], str]:
        """The figures of a sentence by kind, and the sentence without them."""
        found: dict[str, set[str]] = {}
        for pattern, read in self._patterns:
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

    def _number_pattern(self) -> str:
        """Digits, of which those of thousands may stand apart; words; what Chinese writes."""
        groups = rf"[{re.escape(self._words.groups)}]"
        digits = rf"(?<!\d)(?<!\d[.,])(?:\d{{1,3}}(?:{groups}\d{{3}}(?!\d)){{1,3}}|\d{{1,9}})(?:[.,]\d{{1,2}}(?!\d))?"
        words = "|".join(sorted(self._words.numbers, key=len, reverse=True))
        return rf"(?:{digits}|(?<![A-Za-zÀ-ÿ])(?:{words}){END}|[零〇一二两兩三四五六七八九十]{{1,3}})"

    def _date_pattern(self) -> str:
        month = "|".join(sorted(self._words.months, key=len, reverse=True))
        return (
            r"(?P<iso>\d{4}-\d{2}-\d{2})|(?<![\d.])(?P<day4>\d{1,2})[./](?P<month4>\d{1,2})[./]\d{4}"
            rf"|(?P<day>\d{{1,2}}){self._words.day_month}(?P<month>{month}){END}"
            rf"|(?P<month2>{month}){END}\.? (?P<day2>\d{{1,2}})(?!\d)"
            r"|(?P<month3>\d{1,2})月(?P<day3>\d{1,2})[日号號]"
        )

    def _date(self, match: re.Match[str]) -> Said | None:
        if match["iso"]:
            return "date", frozenset({match["iso"][5:]})
        name, day = match["month"] or match["month2"], match["day"] or match["day2"] or match["day3"] or match["day4"]
        month = self._words.months[name.lower()] if name else int(match["month3"] or match["month4"])
        if month > _DECEMBER or (match["day4"] and self._words is ENGLISH):  # there some begin with the month
            return None
        return "date", frozenset({f"{month:02}-{int(day):02}"})

    def _money(self, match: re.Match[str]) -> Said | None:
        coin = (match["before"] or match["after"]).lower()
        low, high = match["low"] or match["low2"], match["high"] or match["high2"]
        return f"amount {_COINS.get(coin) or _COINS[coin.removesuffix('s')]}", self._values(low, high, 1)

    def _percent(self, match: re.Match[str]) -> Said | None:
        return "per cent", self._values(match["low"], match["high"], 1)

    def _span(self, match: re.Match[str]) -> Said | None:
        said = match["unit"]
        unit = next(one for one in self._words.units if re.fullmatch(one.pattern, said, re.IGNORECASE))
        return unit.kind, self._values(match["low"], match["high"], unit.times)

    def _values(self, low: str, high: str | None, times: int) -> frozenset[str]:
        values = [self._number(one) * times for one in (low, high) if one]
        return frozenset(f"{value.normalize():f}" for value in values)

    def _number(self, text: str) -> Decimal:
        if not (text[0].isascii() and text[0].isdigit()):
            return Decimal(self._words.numbers.get(text.lower(), 0) or _han(text))
        whole, point, rest = text, "", ""
        if len(text) > 2 and (cut := max(text.rfind(","), text.rfind("."))) >= len(text) - 3 and cut > 0:
            whole, point, rest = text[:cut], ".", text[cut + 1 :]
        return Decimal("".join(filter(str.isdigit, whole)) + point + rest)


@cache
def _reading(family: str) -> _Reading:
    return _Reading(WORDS.get(family, ENGLISH), family if family in WORDS else "en")


def _clock(match: re.Match[str]) -> Said | None:
    named = match.groupdict()
    if named.get("h2"):
        hour, minute = int(named["h2"]), int(named["m2"] or 0)
        return ("clock", frozenset({f"{hour}:{minute:02}"})) if hour < 24 and minute < 60 else None
    if match["m"] is None and match["half"] is None:
        return None
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return ("clock", frozenset({f"{hour}:{minute:02}"})) if hour < 25 and minute < 60 else None


def _han(text: str) -> int:
    """Numbers to 99 as Chinese writes them: 七, 十五, 三十, 二十一."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_HAN.get(digit, 0)) for digit in text))
    return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN.get(ones, 0) if ones else 0)
