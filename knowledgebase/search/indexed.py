"""knowledgebase/search/indexed.py: what of a published text is searched. Pure.

A text of any length is read as far as people read: its title, summary and tags whole, its body's first
`MOST_CHARACTERS` and no more than `MOST_TERMS` terms. So writing one to the index costs bounded work.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledgebase.guides_in_text import in_words, without
from knowledgebase.search import analysis
from knowledgebase.search.codes import codes as codes_in
from knowledgebase.search.letters import elided
from knowledgebase.search.light_words import light

MOST_CHARACTERS = 24_000
MOST_TERMS = 6_000
#: Terms of the body, from its beginning, that ranking counts; all are found.
MOST_RANKED = 800
#: Names of letters and digits (`codes.py`) that ranking counts beside them; all are found.
MOST_CODES = 100
#: Characters from which an excerpt is taken.
MOST_PLAIN = 4_000

#: Characters of a tag, with the sign that ends it.
_TAG = 6

_SNIPPET = re.compile(r"\{\{[^{}\n]{0,200}\}\}")
_FENCE = re.compile(r"^ {0,3}(```|~~~).*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_ADDRESS = re.compile(r"<?https?://[^\s<>]{1,2000}>?")
_CALLOUT = re.compile(r"^[ >]*\[![A-Z]+\]", re.MULTILINE)
_BEGINS = re.compile(
    r"^[ \t]*+(?:#{1,6}[ \t]|>[ \t]?|[-*+][ \t]|\d{1,3}[.)][ \t]|(?:\|[ \t]*+)?:?---[-|: \t]*+$)", re.MULTILINE
)
_MARKS = re.compile(r"[*_`~|\\]{1,3}")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """A text as the index has it: terms in order, and everything that finds it, once each."""

    title: Sequence[str]
    tags: Sequence[str]
    body: Sequence[str]
    words: Sequence[str]  # terms, and those of the title once more as such
    spellings: Sequence[str]
    plain: str  # what excerpts are taken from: guides are found, and not told
    codes: Sequence[str]  # names of letters and digits in the body
    typed: Sequence[str]  # the stems of words of the body without accents, where they are others (`analysis.stems`)

    @property
    def ranked(self) -> Sequence[str]:
        """What ranking counts of the body."""
        return [*self.body[:MOST_RANKED], *self.codes[:MOST_CODES], *self.typed[:MOST_RANKED]]


def indexed(*, title: str, summary: str, body: str, tags: Iterable[str], language: str) -> Indexed:
    """What is searched of a text."""
    read = f"{summary}\n\n{body[:MOST_CHARACTERS]}" if summary else body[:MOST_CHARACTERS]
    said, rest = plain(read), without(read)
    (titles, title_codes), (tag_runs, tag_codes), (bodies, codes) = (
        _read(text, language) for text in (title, "\n".join(tags), said)
    )
    title_terms = [*_terms(analysis.terms_of(titles, language)), *title_codes]
    tag_terms = [*_terms(analysis.terms_of(tag_runs, language)), *tag_codes]
    body_said = analysis.terms_of(bodies, language)
    body_terms, typed = body_said.stems[:MOST_TERMS], _typed(body_said)[:MOST_TERMS]
    letters = analysis.characters([*titles, *bodies])[:MOST_TERMS]
    titled = [in_title(term) for term in (*title_terms, *analysis.characters(titles))]
    return Indexed(
        title=title_terms,
        tags=tag_terms,
        body=body_terms,
        words=list(dict.fromkeys((*title_terms, *tag_terms, *body_terms, *typed, *codes, *letters, *titled))),
        spellings=analysis.spellings([*titles, *tag_runs, *bodies])[:MOST_TERMS],
        plain=(said if rest == read else plain(rest))[:MOST_PLAIN],
        codes=codes,
        typed=typed,
    )


def _terms(said: analysis.Terms) -> list[str]:
    """Terms in order, and behind them what they are found by besides: neighbours stay neighbours."""
    return [*said.stems, *_typed(said)]


def _typed(said: analysis.Terms) -> list[str]:
    return [other for _, other in said.typed]


def _read(text: str, language: str) -> tuple[list[analysis.Run], list[str]]:
    """Words, letters and digits apart; and names of both."""
    folded = analysis.fold(text)
    words = list(analysis.runs(folded, elided(analysis.family(language))))
    named = codes_in(folded, words, light(analysis.family(language)))
    return list(analysis.pieces(words)), list(named)[:MOST_TERMS]


def plain(body: str) -> str:
    """What Markdown says, without its signs, on one line; in time that grows with its length and no faster."""
    text = _SNIPPET.sub(" ", in_words(body))
    text = _FENCE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(" ", text)
    text = _CALLOUT.sub(" ", text)
    text = _BEGINS.sub(" ", text)
    return _SPACE.sub(" ", _MARKS.sub("", text)).strip()


def in_title(term: str) -> str:
    """A term of the title, as such. No term of a text has the sign."""
    return f"_{term}"


def is_within(one: str, term: str) -> bool:
    """Whether `one` is a character of `term`, of a script without spaces: no text has this without that."""
    return len(one) == 1 < len(term) and one in term and analysis.is_packed(term)


def tagged(words: Iterable[str], scope: str, family: str) -> list[str]:
    """Words as texts of this scope and language are found by them: nobody else's are so much as looked at."""
    tag = _tag(scope, family)
    return [tag + word for word in words]


def untagged(word: str) -> str:
    """The word by which a text is found, as it is counted."""
    return word[_TAG:]


def is_mark(word: str) -> bool:
    """Whether it says where a text belongs, and is no word of it."""
    return word.startswith("__")


@lru_cache(maxsize=4096)
def _tag(scope: str, family: str) -> str:
    return f"{_name(f'{scope} {family}')[: _TAG - 1]}_"


def of_category(category_id: str) -> str:
    """The mark of where it is filed."""
    return f"__c{_name(category_id)}"


def of_tag(tag: str) -> str:
    """The mark of a tag."""
    return f"__t{_name(tag.casefold())}"


def scope_of(audience: str, team: str | None) -> str:
    """Who may see it, in one word: words of different scopes are counted apart."""
    return f"team {_name(team)}" if team is not None and audience == "internal" else audience


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
