"""knowledgebase/learning/asked_alike.py: questions that ask the same, told by the words they share. Pure.

    "where is my refund"  "Refund not here yet?"  "退款多久到账"  "退款什么時候到賬"
      └──────── refund ────────┘                     └──── 退款 · 到账 ────┘

A question joins the group with whose first question it shares most: at least half of both their terms (Dice). Those of
no group begin one. The groups of the night before come first, so that a group stays itself; the same questions in the
same order make the same groups. What one question costs is bounded, however many groups there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from knowledgebase.learning.spoken import spoken
from knowledgebase.search import analysis
from knowledgebase.search.letters import spelling
from knowledgebase.search.light_words import light

#: From here two questions ask the same: twice what they share, over what both have.
ALIKE = 0.5
MOST_TERMS = 24
MOST_GROUPS = 2_000
#: Groups that one term leads to: those that were there first.
_MOST_OF_TERM = 50
#: Terms of a question that lead to groups: its rarest.
_MOST_LEADING = 6
#: A question without a word of so many letters tells nobody what is missing.
_LEAST_WORD = 3
#: Ways of asking that a group remembers, and how many it shows.
_MOST_WAYS = 50
EXAMPLES = 5
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that was not answered."""

    words: str
    language: str  # of the page; `spoken` says that of the words
    door: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """A group of the night before."""

    id: str
    family: str
    terms: Sequence[str]
    aside_at: datetime | None = None


@dataclass(kw_only=True)
class Group:
    """What was asked alike. `id` is empty for a new one."""

    id: str
    family: str
    terms: frozenset[str]
    aside_at: datetime | None = None
    times: int = 0
    since_aside: int = 0
    last_at: datetime = _NEVER
    doors: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)

    @property
    def examples(self) -> list[str]:
        """How it was asked, most often first."""
        ordered = sorted(self.ways, key=lambda words: (-self.ways[words], len(words), words))
        return ordered[:EXAMPLES]

    @property
    def language(self) -> str:
        """The language in which it was asked most, as far as anybody knows."""
        known = sorted(self.languages, key=lambda tag: (-self.languages[tag], tag))
        return known[0] if known else ""


class Grouping:
    """Takes questions one by one and puts each where it belongs."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._groups: list[Group] = []
        self._by_term: dict[tuple[str, str], list[int]] = {}
        self._by_terms: dict[tuple[str, frozenset[str]], int] = {}
        for one in known:
            self._begin(Group(id=one.id, family=one.family, terms=frozenset(one.terms), aside_at=one.aside_at))

    def add(self, asked: Asked) -> None:
        """Counts a question; one that says nothing, or for which no group has room, is left out."""
        language = spoken(asked.words, asked.language)
        terms = frozenset(list(dict.fromkeys(analysis.terms(asked.words, language or "en")))[:MOST_TERMS])
        family = family_of(asked.words, language)
        if not terms or not says_something(asked.words, family):
            return
        place = self._by_terms.get((family, terms))
        if place is None:
            place = self._nearest(family, terms)
        if place is None and len(self._groups) < MOST_GROUPS:
            place = self._begin(Group(id="", family=family, terms=terms))
        if place is not None:
            self._by_terms[family, terms] = place
            _count(self._groups[place], asked, language)

    def groups(self) -> list[Group]:
        """Those in which anything was asked: most often first, the latest first among equals."""
        found = [group for group in self._groups if group.times]
        return sorted(found, key=lambda one: (-one.times, -one.last_at.timestamp(), one.family, sorted(one.terms)))

    def _begin(self, group: Group) -> int:
        place = len(self._groups)
        self._groups.append(group)
        for term in sorted(group.terms):
            self._by_term.setdefault((group.family, term), []).append(place)
        self._by_terms.setdefault((group.family, group.terms), place)
        return place

    def _nearest(self, family: str, terms: frozenset[str]) -> int | None:
        """The group that shares most, among those to which the rarest terms lead."""
        every = (self._by_term.get((family, term)) for term in sorted(terms))
        led = sorted((places for places in every if places), key=len)
        near = {place for places in led[:_MOST_LEADING] for place in places[:_MOST_OF_TERM]}
        best, share = None, 0.0
        for place in sorted(near):
            theirs = self._groups[place].terms
            alike = 2 * len(terms & theirs) / (len(terms) + len(theirs))
            if alike >= ALIKE and alike > share:
                best, share = place, alike
        return best


def says_something(words: str, family: str) -> bool:
    """Whether there is a word of three letters in it that tells anything (`E20` does, `a*` and `a AND` do not), or a
    character of a script without spaces."""
    little = light(family)
    return any(
        run.packed or (len(run.text) >= _LEAST_WORD and _tells(run.text, little)) for run in analysis.runs(words)
    )


def _tells(word: str, little: frozenset[str]) -> bool:
    return any(sign.isalpha() for sign in word) and spelling(analysis.fold(word)) not in little


def family_of(words: str, language: str) -> str:
    """The language of a question without its script and country; by its letters where nobody said which it is."""
    if language:
        return analysis.family(language)[:8]
    return "zh" if any(run.packed for run in analysis.runs(words)) else "en"


def _count(group: Group, asked: Asked, language: str) -> None:
    group.times += 1
    group.doors[asked.door] += 1
    if language:
        group.languages[language] += 1
    group.last_at = max(group.last_at, asked.at)
    if group.aside_at is not None and asked.at > group.aside_at:
        group.since_aside += 1
    if asked.words in group.ways or len(group.ways) < _MOST_WAYS:
        group.ways[asked.words] += 1
