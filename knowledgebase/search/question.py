"""knowledgebase/search/question.py: what somebody asks, as things to look for. Pure.

Only so much of it is read, and only so many things are looked for, whatever somebody sends.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledgebase.search import analysis, codes
from knowledgebase.search.letters import begins, elided, spelling
from knowledgebase.search.light_words import is_meant, light
from knowledgebase.search.synonyms import beside, lengths_by_beginning, said_by, synonyms
from knowledgebase.unseen import seen

#: Characters of a question that are read, and of a message for which answers are suggested.
MOST_CHARACTERS = 300
MOST_OF_MESSAGE = 2_400
#: Words of a message of which the rarest are looked for.
MOST_WORDS = 160
#: Words of a message, from its beginning, among which phrases are looked for.
MOST_SEARCHED_FOR_PHRASES = 300
#: Things that one question looks for: words and pairs, and what is made of them.
MOST_TERMS = 24
MOST_MADE = 24
#: Of the latter names of letters and digits (`codes.py`), and words in them.
MOST_CODES = 8
#: How surely somebody meant a word that is spelled nearly so, or less nearly; one that begins so; one that says the
#: same; that word without its accents; a text that has a character of theirs, in whatever word; one that has the word
#: of a name alone.
MISTYPED, MISTYPED_TWICE, BEGUN, SAME, PLAIN, CHARACTER, IN_NAME = 0.8, 0.5, 0.8, 0.9, 0.9, 0.4, 0.4


@dataclass(frozen=True, kw_only=True)
class Part:
    """A word, or two characters of a script without spaces; as it stood, and the terms that say it."""

    said: str  # folded, as it is spelled
    terms: Mapping[str, float]
    packed: bool
    start: int = 0  # in the folded text
    end: int = 0
    made: bool = False  # of others: characters, names of letters and digits, and phrases that have synonyms
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, folded, and its parts in order, each once."""

    folded: str
    written: str = ""  # as it was written, where each character still stands at its place
    parts: Sequence[Part] = field(default=())

    def every_term(self) -> list[str]:
        """All terms that say any part, word by word."""
        return list(dict.fromkeys(word for part in self.parts for term in part.terms for word in said_by(term)))

    def with_parts(self, parts: Iterable[Part]) -> "Question":
        """The same with other parts."""
        return replace(self, parts=tuple(parts))


#: A word or pair, where it stands, and with what is elided before it.
_Word = tuple[str, analysis.Run, analysis.Run]


def question(
    text: str, families: Sequence[str], *, characters: int = MOST_CHARACTERS, parts: int = MOST_TERMS
) -> Question:
    """What the first `characters` of `text` ask in any of these languages: at most `parts` things, and synonyms."""
    written = " ".join(seen(text.strip()[: characters * 4]).split())
    folded = " ".join(analysis.fold(written).split())
    written = written[:characters] if len(written) == len(folded) else ""
    folded = folded[:characters]
    little = frozenset[str]().union(*map(light, families))
    whole = list(analysis.runs(folded))
    before = elided(*families)
    runs = [analysis.unelided(run, before) for run in whole] if before else whole
    every = [(said, run, written) for run, written in zip(runs, whole, strict=True) for said in _said(run)]
    times = Counter(word[0] for word in every)
    first = {word[0]: word for word in reversed(every)}
    heavy = [said for said in times if said not in little or not is_meant(first[said][1].text, *families)] or list(
        times
    )
    asked = {said: _part(first[said], families, times[said]) for said in heavy[:parts]}
    made = _named(folded, runs, families, little, asked)
    made += _phrases(every[:MOST_SEARCHED_FOR_PHRASES], families, little, asked)
    if characters == MOST_CHARACTERS:
        made += [_character(one) for one in analysis.characters(runs) if one not in little and one not in asked]
    return Question(folded=folded, written=written, parts=(*asked.values(), *made[:MOST_MADE]))


def _said(run: analysis.Run) -> list[str]:
    """The word that it is, or its pairs."""
    if run.packed:
        return analysis.pairs(run.text)
    word = spelling(run.text)
    return [word] if word else []


def _part(word: _Word, families: Sequence[str], times: int) -> Part:
    said, run, whole = word
    if run.packed:
        start = run.start + run.text.index(said)
        return Part(said=said, terms={said: 1.0}, packed=True, start=start, end=start + len(said), times=times)
    terms = _terms(whole.text, families or ("en",))
    return Part(said=said, terms=terms, packed=False, start=run.start, end=run.end, times=times)


def _terms(whole: str, families: Sequence[str]) -> dict[str, float]:
    """What says a word in these languages; and less surely what says it where accents were left out."""
    found: dict[str, float] = {}
    for family in families:
        before = elided(family)
        forms = analysis.stems(whole[begins(whole, before) :] if before else whole, family)
        found[forms[0]] = 1.0
        for other in forms[1:]:
            found.setdefault(other, PLAIN)
    return found


def _character(one: str) -> Part:
    return Part(said=one, terms={one: CHARACTER}, packed=True, made=True)


def _named(
    folded: str, runs: Sequence[analysis.Run], families: Sequence[str], little: frozenset[str], asked: dict[str, Part]
) -> list[Part]:
    """Parts for names of letters and digits, however they are written, and for words in those written together."""
    made: dict[str, Part] = {}
    for code in codes.codes(folded, runs, little):
        if code not in asked:
            made[code] = Part(said=code, terms={code: 1.0}, packed=False, made=True)
    for run in codes.words_in(runs):
        part = _part((spelling(run.text), run, run), families, 1)
        if part.said not in little and part.said not in asked:
            made[part.said] = replace(part, terms=dict.fromkeys(part.terms, IN_NAME), made=True)
    return list(made.values())[:MOST_CODES]


def _phrases(
    every: Sequence[_Word], families: Iterable[str], little: frozenset[str], asked: dict[str, Part]
) -> list[Part]:
    """Parts for phrases that have synonyms; those of one word are given to the word in `asked`."""
    made: dict[str, Part] = {}
    heavy = [word for word in every if word[0] not in little]
    for family in families:
        rows = (every, heavy) if len(heavy) < len(every) else (every,)
        found = {
            " ".join(said for said, *_ in words): (words, others) for words, others in _with_synonyms(rows, family)
        }
        for said, (words, others) in found.items():
            same = dict.fromkeys(others, SAME)
            if said in asked:
                asked[said] = replace(asked[said], terms={**same, **asked[said].terms})
            elif said not in made:
                itself = beside(analysis.stem(one, family) for one, *_ in words if one not in little)
                terms = {**same, itself: 1.0} if itself else same
                made[said] = Part(said=said, terms=terms, packed=words[0][1].packed, made=True)
    return list(made.values())


def _with_synonyms(rows: Iterable[Sequence[_Word]], family: str) -> Iterator[tuple[Sequence[_Word], Sequence[str]]]:
    known, lengths = synonyms(family), lengths_by_beginning(family)
    stem_of: dict[str, str] = {}
    for row in rows if known else ():
        for said, run, _ in row:
            if said not in stem_of:
                stem_of[said] = said if run.packed else analysis.stem(said, family)
        stems = [stem_of[said] for said, *_ in row]
        for start, stem in enumerate(stems):
            for length in lengths.get(stem, ()):
                if others := known.get(tuple(stems[start : start + length])):
                    yield row[start : start + length], others
