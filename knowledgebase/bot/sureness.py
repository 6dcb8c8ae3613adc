"""knowledgebase/bot/sureness.py: whether an article answers what was said, or only comes near it. Pure.

    "Washing machine shows E21"    a number or a code that it does not say
    "Cancel a return"              *return* is what other articles are about, by their titles, and not this one
    "Don't cancel my order"        what is not to be (`negations.py`), of which its title, tags and headings say nothing
    "I was not charged twice"      the contrary of its title
    "You cancelled my order"       what somebody else did, of which it says how it is done (`grievances.py`)
    "descale an iron"              *iron* stands in few articles or none, and not where this one says what it is about
    "return"                       one word: only where the title is that word
    "取消退货"                      characters that stand in no pair of what it is about are words that it lacks

What an article is about stands in its title, tags and headings, and in short in its summary. Words weigh by how rarely
they stand in articles.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledgebase.bot import grievances
from knowledgebase.bot.negations import denies, missed, says_how_it_is
from knowledgebase.bot.waiting import as_titled, says_when
from knowledgebase.search import analysis, codes
from knowledgebase.search.light_words import light
from knowledgebase.search.question import Part, question
from knowledgebase.search.ranking import rarity

#: What it takes to be sure; `tests/integration/knowledgebase/test_bot_is_sure.py` measures it on labelled questions.
OF_QUESTION = 0.75  #: of what was asked, by weight, the article says so much,
OF_TITLE = 0.5  #: of what its title says so much was asked,
AHEAD = 0.1  #: and the next article is so far behind.
#: Who says nothing in short begins with it: characters.
IN_SHORT = 200
_NUMBER_OR_LETTERS = re.compile(r"\d+|[^\W\d_]+")
#: A word is rare that stands in no greater share of the articles.
RARE = 0.1


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All that may be read in the language: how many texts, in how many a term stands, and which stand in titles."""

    texts: int = 0
    with_term: Mapping[str, int] = field(default_factory=dict)
    in_titles: Collection[str] = frozenset()

    def weight(self, term: str) -> float:
        """What a term tells."""
        return rarity(self.with_term.get(term, 0), self.texts)

    def is_telling(self, part: Part) -> bool:
        """Whether it is said rarely: an article that does not say it in short is about something else."""
        return max(self.with_term.get(term, 0) for term in part.terms) <= RARE * self.texts


@dataclass(frozen=True, kw_only=True)
class Source:
    """The best article that was found, as its readers see it, and how near it and the next one came."""

    article_id: str
    text_id: str
    language: str
    title: str
    summary: str
    plain: str  # what it says, without marks
    tags: Sequence[str] = ()
    headings: Sequence[str] = ()
    score: float
    next_score: float = 0.0
    shelf: Shelf = Shelf()


def every_term(said: str, language: str, title: str) -> list[str]:
    """The terms that a `Shelf` has to know for what was said and the title of an article."""
    asked = question(said, [analysis.family(language)]).parts
    return [*(term for part in asked for term in part.terms), *analysis.terms(title, language)]


def is_sure(said: str, found: Source) -> bool:
    """Whether the article that was found answers what was said."""
    if (denies(said, found.language) and not _denies(found)) or _says_the_contrary(said, found):
        return False
    if _is_aggrieved(said, found):
        return False
    about_when = says_when("\n".join((found.title, *found.tags, *found.headings)))
    ways = {said, as_titled(said, missed(said, found.language), found.title)} if about_when else {said}
    return any(_answers(one, found) for one in ways)


def _answers(said: str, found: Source) -> bool:
    asked = _asked(said, found)
    title = _titled(found)
    if not asked or not title or found.next_score > (1 - AHEAD) * found.score or not _says_numbers(said, found):
        return False
    if len(asked) == 1 and not title <= asked[0].terms.keys():
        return False
    subject = title.union(_terms(found, *found.tags, *found.headings))
    about = subject.union(_terms(found, found.summary or found.plain[:IN_SHORT]))
    shelf = found.shelf
    if any(term in shelf.in_titles for part in _lacks(said, asked, subject) for term in part.terms):
        return False
    if any(shelf.is_telling(part) for part in _lacks(said, asked, about)):
        return False
    text = about.union(_terms(found, found.plain))
    return _of_question(said, asked, text, shelf) and _of_title(asked, title, shelf)


def as_written(terms: Collection[str], found: Source) -> list[str]:
    """The terms, and those of the article's words that are meant by who types them without accents."""
    typed = analysis.as_typed("\n".join((found.title, *found.tags, found.summary, found.plain)), found.language)
    return [*terms, *(typed[term] for term in terms if term in typed)]


def _denies(found: Source) -> bool:
    return any(denies(text, found.language) for text in (found.title, *found.tags, *found.headings))


def _says_the_contrary(said: str, found: Source) -> bool:
    """Whether its title says that it is so: *You were charged twice*, to who was *not* charged. A title that begins
    with what to do (*Connect a lamp*, *Lampe verbinden*) does not."""
    if not says_how_it_is(found.title, found.language):
        return False
    family = analysis.family(found.language)
    words = analysis.every_term(found.title, found.language)
    words = words[:-1] if family == "de" and found.title.endswith("en") else words[1:]
    return any(analysis.stem(word, family) in words for word in missed(said, found.language))


def _is_aggrieved(said: str, found: Source) -> bool:
    """Whether the article says how to do what somebody else has done, or what is to be stopped or undone."""
    texts = (found.title, *found.tags, *found.headings)
    if grievances.turned_round(said, texts, found.language) or grievances.tells_in_chinese(said, found.title):
        return True
    deeds = {*grievances.deeds(said, found.language)}.difference(missed(said, found.language))
    asked = question(said, [analysis.family(found.language)]).parts if deeds else ()
    terms = ({*part.terms, grievances.root(part.said, found.language)} for part in asked if part.said in deeds)
    return any(grievances.is_how_to(one, found.title, texts, found.language) for one in terms)


def _asked(said: str, found: Source) -> list[Part]:
    little = light(analysis.family(found.language))
    asked = question(said, [analysis.family(found.language)])
    named = _codes(asked.folded, little)
    parts = [part for part in asked.parts if not part.made and part.said not in little]
    return [replace(part, terms=dict.fromkeys(_said_by(part, named, found), 1.0)) for part in parts]


def _said_by(part: Part, named: Collection[str], found: Source) -> list[str]:
    """What says it: of `E` and `20` in *E-20* also `e20`."""
    whole = (code for code in named if code != part.said and part.said in _NUMBER_OR_LETTERS.findall(code))
    return [*as_written(part.terms, found), *whole]


def _terms(found: Source, *texts: str) -> set[str]:
    """What they say, and the names of letters and digits in them."""
    little = light(analysis.family(found.language))
    named = {code for text in texts for code in _codes(analysis.fold(text), little)}
    return named.union(term for text in texts for term in analysis.terms(text, found.language))


def _titled(found: Source) -> set[str]:
    """What its title says: of scripts without spaces no pair that reaches into a light word."""
    terms = set(analysis.terms(found.title, found.language))
    little = light(analysis.family(found.language))
    for run in analysis.runs(analysis.fold(found.title)):
        pairs = analysis.pairs(run.text) if run.packed else []
        at = {place for place, pair in enumerate(pairs) if len(pair) > 1 and pair in little}
        terms.difference_update(pair for place, pair in enumerate(pairs) if {place - 1, place + 1} & at)
    return terms or set(analysis.terms(found.title, found.language))


def _codes(folded: str, little: Collection[str]) -> set[str]:
    return set(codes.codes(folded, list(analysis.runs(folded)), little))


def _says_numbers(said: str, found: Source) -> bool:
    """Whether the article says each number, and each name with a number, that was said."""
    little = light(analysis.family(found.language))
    asked, asked_names = _numbers(said, little)
    known, names = _numbers("\n".join((found.title, *found.tags, found.summary, found.plain)), little)
    return asked <= known and asked_names <= names | known


def _numbers(text: str, little: Collection[str]) -> tuple[set[str], set[str]]:
    """What has digits, whole and without its letters; and the names of letters and digits, however they are written."""
    folded = analysis.fold(text)
    runs = list(analysis.runs(folded))
    words = {run.text for run in (*runs, *analysis.pieces(runs)) if any(map(str.isdecimal, run.text))}
    return words, set(codes.codes(folded, runs, little))


def _lacks(said: str, asked: Sequence[Part], terms: Collection[str]) -> Iterator[Part]:
    """What was asked, and is not among `terms`.

    Of scripts without spaces a pair across two words stands nowhere: it is lacking only if one of its characters is.
    """
    there = {part.said for part in asked if any(term in terms for term in part.terms)}
    held = light("zh").union(there)
    lacking: set[str] = set()
    for run in analysis.runs(analysis.fold(said)):
        if run.packed:
            pairs = analysis.pairs(run.text)
            at = {place for place, pair in enumerate(pairs) if pair in held}
            known = at.union(place + 1 for place in at)
            known.update(place for place, one in enumerate(run.text) if one in held)
            lacking.update(pair for place, pair in enumerate(pairs) if not {place, place + len(pair) - 1} <= known)
    return (part for part in asked if part.said not in there and (part.said in lacking or not part.packed))


def _of_question(said: str, asked: Sequence[Part], text: Collection[str], shelf: Shelf) -> bool:
    """Whether the article says nearly all that was asked."""
    there = sum(_weight(part, shelf) for part in asked if any(term in text for term in part.terms))
    return there >= OF_QUESTION * (there + sum(_weight(part, shelf) for part in _lacks(said, asked, text)))


def _weight(part: Part, shelf: Shelf) -> float:
    """A thing tells as much as the commonest word for it."""
    return min(map(shelf.weight, part.terms))


def _of_title(asked: Sequence[Part], title: Collection[str], shelf: Shelf) -> bool:
    """Whether what the title is about was asked."""
    said = {term for part in asked for term in part.terms}
    return sum(map(shelf.weight, said.intersection(title))) >= OF_TITLE * sum(map(shelf.weight, title))
