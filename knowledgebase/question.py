"""knowledgebase/question.py: what somebody asks, as things to look for. Pure.

Only so much of it is read, and only so many things are looked for, whatever somebody sends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledgebase import analysis
from knowledgebase.light_words import light
from knowledgebase.synonyms import beside, longest, said_by, synonyms

#: Characters of a question that are read, and of a message for which answers are suggested.
MOST_CHARACTERS = 300
MOST_OF_MESSAGE = 3_000
#: Words of a message of which the rarest are looked for.
MOST_WORDS = 160
#: Things that one question looks for: words and pairs, and what is made of them.
MOST_TERMS = 24
MOST_MADE = 24
#: How surely somebody meant a word that is spelled nearly so; one that begins so; one that says the same; a text that
#: has a character of theirs, in whatever word.
MISTYPED, BEGUN, SAME, CHARACTER = 0.8, 0.8, 0.65, 0.35


@dataclass(frozen=True, kw_only=True)
class Part:
    """A word, or two characters of a script without spaces; as it stood, and the terms that say it."""

    said: str  # folded, as it is spelled
    terms: Mapping[str, float]
    packed: bool
    start: int = 0  # in the folded text
    end: int = 0
    light: bool = False
    made: bool = False  # of others: characters, and phrases that have synonyms
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, folded, and its parts in order, each once."""

    folded: str
    parts: Sequence[Part] = field(default=())

    def every_term(self) -> list[str]:
        """All terms that say any part, word by word."""
        return list(dict.fromkeys(word for part in self.parts for term in part.terms for word in said_by(term)))

    def with_parts(self, parts: Iterable[Part]) -> "Question":
        """The same with other parts."""
        return replace(self, parts=tuple(parts))


def question(
    text: str, families: Sequence[str], *, characters: int = MOST_CHARACTERS, parts: int = MOST_TERMS
) -> Question:
    """What the first `characters` of `text` ask in any of these languages: at most `parts` things, and synonyms."""
    folded = " ".join(analysis.fold(text[: characters * 4]).split())[:characters]
    little = frozenset[str]().union(*map(light, families))
    every = [part for run in analysis.runs(folded) for part in _parts(run, families, little)]
    found: dict[str, Part] = {}
    for part in every:
        if part.said in found:
            found[part.said] = replace(found[part.said], times=found[part.said].times + 1)
        elif len(found) < parts * 3:
            found[part.said] = part
    heavy = [part for part in found.values() if not part.light] or list(found.values())
    asked = {part.said: part for part in heavy[:parts]}
    made = _phrases(every, families, asked)
    if characters == MOST_CHARACTERS:
        made += [_character(one) for one in analysis.characters(folded) if one not in little and one not in asked]
    return Question(folded=folded, parts=(*asked.values(), *made[:MOST_MADE]))


def _parts(run: analysis.Run, families: Sequence[str], little: frozenset[str]) -> Iterable[Part]:
    if run.packed:
        for at, pair in enumerate(analysis.pairs(run.text)):
            start = run.start + at
            yield Part(
                said=pair, terms={pair: 1.0}, packed=True, start=start, end=start + len(pair), light=pair in little
            )
        return
    word = analysis.spelling(run.text)
    if word:
        terms = {analysis.stem(word, family): 1.0 for family in families or ("en",)}
        yield Part(said=word, terms=terms, packed=False, start=run.start, end=run.end, light=word in little)


def _character(one: str) -> Part:
    return Part(said=one, terms={one: CHARACTER}, packed=True, made=True)


def _phrases(every: Sequence[Part], families: Iterable[str], asked: dict[str, Part]) -> list[Part]:
    """Parts for phrases that have synonyms; those of one word are given to the word in `asked`."""
    made: dict[str, Part] = {}
    heavy = [part for part in every if not part.light]
    for family in families:
        for row in (every, heavy) if len(heavy) < len(every) else (every,):
            for parts, others in _with_synonyms(row, family):
                said = " ".join(part.said for part in parts)
                same = dict.fromkeys(others, SAME)
                if said in asked:
                    asked[said] = replace(asked[said], terms={**same, **asked[said].terms})
                else:
                    itself = beside(analysis.stem(part.said, family) for part in parts if not part.light)
                    terms = {**same, itself: 1.0} if itself else same
                    made[said] = Part(said=said, terms=terms, packed=parts[0].packed, made=True)
    return list(made.values())


def _with_synonyms(row: Sequence[Part], family: str) -> Iterator[tuple[Sequence[Part], Sequence[str]]]:
    known, most = synonyms(family), longest(family)
    if not known:
        return
    stems = [part.said if part.packed else analysis.stem(part.said, family) for part in row]
    for start in range(len(stems)):
        for end in range(start + 1, min(start + most, len(stems)) + 1):
            if others := known.get(tuple(stems[start:end])):
                yield row[start:end], others
