"""knowledgebase/question.py: what somebody asks, as things to look for. Pure.

Only so much of it is read, and only so many things are looked for, whatever somebody sends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledgebase import analysis
from knowledgebase.light_words import light

#: Characters of a question that are read, and of a message for which answers are suggested.
MOST_CHARACTERS = 300
MOST_OF_MESSAGE = 3_000
#: Words of a message of which the rarest are looked for.
MOST_WORDS = 160
#: Things that one question looks for.
MOST_TERMS = 24
#: How surely somebody meant a word that is spelled nearly so; one that begins so.
MISTYPED, BEGUN = 0.8, 0.8


@dataclass(frozen=True, kw_only=True)
class Part:
    """A word, or two characters of a script without spaces; as it stood, and the terms that say it."""

    said: str  # folded, as it is spelled
    terms: Mapping[str, float]
    packed: bool
    start: int  # in the folded text
    end: int
    light: bool = False
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, folded, and its parts in order, each once."""

    folded: str
    parts: Sequence[Part] = field(default=())

    def every_term(self) -> list[str]:
        """All terms that say any part."""
        return list(dict.fromkeys(term for part in self.parts for term in part.terms))

    def with_parts(self, parts: Iterable[Part]) -> "Question":
        """The same with other parts."""
        return replace(self, parts=tuple(parts))


def question(
    text: str, families: Sequence[str], *, characters: int = MOST_CHARACTERS, parts: int = MOST_TERMS
) -> Question:
    """What the first `characters` of `text` ask in any of these languages: at most `parts` things."""
    folded = " ".join(analysis.fold(text[: characters * 4]).split())[:characters]
    found: dict[str, Part] = {}
    little = frozenset[str]().union(*map(light, families))
    for run in analysis.runs(folded):
        for part in _parts(run, families, little):
            if part.said in found:
                found[part.said] = replace(found[part.said], times=found[part.said].times + 1)
            elif len(found) < parts * 3:
                found[part.said] = part
    every = list(found.values())
    heavy = [part for part in every if not part.light] or every
    return Question(folded=folded, parts=tuple(heavy[:parts]))


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
