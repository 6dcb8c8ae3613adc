"""knowledgebase/search/vocabulary.py: the words that one reader may see, and in how many texts each is.

What nobody of this reader's scopes wrote is not known here: it corrects no word, completes none, and counts for none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.index_tables import article_index_typos, article_index_words
from knowledgebase.readers import AUDIENCES, Reader
from knowledgebase.search import analysis, typos
from knowledgebase.search.index import ALL, SPELLED
from knowledgebase.search.indexed import in_title, scope_of, tagged
from knowledgebase.search.letters import written_apart
from knowledgebase.search.question import BEGUN, MISTYPED, MISTYPED_TWICE, Part, Question
from knowledgebase.search.synonyms import said_by

#: Words of one question that are looked up as mistyped.
MOST_MISTYPED = 6
#: Words near a mistyped one, or that begin alike, that are looked at, and of the latter those that are meant.
MOST_NEAR = 400
#: Long words of one question that are looked up as mistyped twice, and words that begin alike that are gone through.
MOST_TWICE = 2
MOST_SCANNED = 4_000
MOST_BEGUN = 6
#: Words, each in one scope and language, that are looked up for one thing asked.
MOST_PLACES = 40
#: With fewer letters everything begins so.
SHORTEST_BEGINNING = 2
#: Letters of a word for which longer ones are looked up where nothing else is found, and such words of one question.
SHORTEST_LENGTHENED, MOST_LENGTHENED = 5, 2
#: Letters of each of two words that somebody wrote as one.
SHORTEST_PARTED = 3

_words = article_index_words.c
_TOTALS = sa.select(_words.scope, _words.family, _words.texts).where(_words.word == ALL)
_COUNTS = sa.select(_words.word, _words.scope, _words.family, _words.texts).where(
    among(_words.word, "words"), among(_words.scope, "scopes"), among(_words.family, "families")
)
#: Words that are kept under the keys first, and then of each its own rows by the index: a database that has not yet
#: counted what is in its tables (PostgreSQL after an import) would else go through all words for each word there is.
_kept = (
    sa.select(article_index_typos.c.word)
    .where(among(article_index_typos.c.key, "keys"))
    .distinct()
    .cte("kept")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_counted = (
    sa.select(
        _kept.c.word,
        sa.select(sa.func.sum(_words.texts))
        .where(
            _words.word == sa.literal(SPELLED).concat(_kept.c.word),
            among(_words.scope, "scopes"),
            among(_words.family, "families"),
        )
        .scalar_subquery()
        .correlate(_kept)
        .label("texts"),
    )
    .cte("counted")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_NEAR = sa.select(_counted).where(_counted.c.texts.is_not(None)).order_by(_counted.c.word).limit(MOST_NEAR)
_BETWEEN = (
    sa.select(_words.word, _words.texts)
    .where(
        _words.word >= sa.bindparam("first"),
        _words.word < sa.bindparam("last"),
        among(_words.scope, "scopes"),
        among(_words.family, "families"),
    )
    .order_by(_words.word)
)
_SO_LONG = _BETWEEN.limit(MOST_SCANNED).subquery()
_ALIKE = (
    sa.select(_SO_LONG.c.word, sa.func.sum(_SO_LONG.c.texts).label("texts"))
    .where(sa.func.length(_SO_LONG.c.word).between(sa.bindparam("least"), sa.bindparam("most")))
    .group_by(_SO_LONG.c.word)
    .order_by(sa.desc("texts"), _SO_LONG.c.word)
    .limit(MOST_NEAR)
)
_BEGUN = _BETWEEN.limit(MOST_NEAR)
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Meant:
    """A question as it was probably meant; in words, if that is another."""

    question: Question
    words: str | None


@dataclass(kw_only=True)
class Vocabulary:
    """Words of some scopes and languages; `counts` holds those that were learned."""

    scopes: Sequence[str]
    families: Sequence[str]
    texts: int
    counts: dict[str, int] = field(default_factory=dict)
    _places: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def learn(self, rx: Rx, terms: Iterable[str]) -> None:
        """Looks up in how many texts and titles the words of these are."""
        words = _words_of(terms)
        self._look_up(rx, [*words, *map(in_title, words)])

    def learn_of_texts(self, rx: Rx, terms: Iterable[str]) -> None:
        """The same without titles: half the work, for many words of which few are looked for."""
        self._look_up(rx, _words_of(terms))

    def _look_up(self, rx: Rx, words: Iterable[str]) -> None:
        new = dict.fromkeys((word for word in words if word not in self.counts), 0)
        if not new:
            return
        self.counts |= new
        for row in rx.all(_COUNTS, words=[*new], **self._where()):
            self.counts[row.word] += row.texts
            self._places.setdefault(row.word, []).append((row.scope, row.family))

    def finds(self, words: Iterable[str]) -> list[str]:
        """What finds the texts that have one of these words: those of these scopes and languages alone."""
        where = ((word, *place) for word in words for place in self._places.get(word, ()))
        return [found for word, scope, family in where for found in tagged((word,), scope, family)][:MOST_PLACES]

    def corrected(self, rx: Rx, asked: Question, *, complete: bool) -> Meant:
        """The question with words in place of those that nobody wrote; the last may be only begun."""
        parts = list(asked.parts)
        words = asked.written or asked.folded
        last = max((at for at, part in enumerate(parts) if not part.made), default=-1)
        if complete and last >= 0:
            parts[last] = self._begun(rx, parts[last])
        unknown = [part for part in parts if _is_word(part) and not self.texts_with(part)][:MOST_MISTYPED]
        replaced: list[tuple[Part, str]] = []
        if unknown:
            for part, word in self._likely(rx, unknown, alone=not any(map(self.texts_with, parts))):
                sure = MISTYPED if typos.near(part.said, word) else MISTYPED_TWICE
                terms = {analysis.stem(word, family): sure for family in self.families}
                parts[parts.index(part)] = replace(part, terms=terms)
                replaced.append((part, word))
            self.learn(rx, [term for part in parts for term in part.terms])
        for part, word in sorted(replaced, key=lambda one: -one[0].start):
            words = words[: part.start] + word + words[part.end :]
        meant = replace(asked, folded=analysis.fold(words), parts=tuple(parts))
        return Meant(question=meant, words=words if replaced and meant.folded != asked.folded else None)

    def texts_with(self, part: Part) -> int:
        """In about how many texts a part is said: as many as have the commonest term that says it."""
        return max(map(self._texts, part.terms), default=0)

    def said(self, part: Part) -> Mapping[str, float]:
        """The terms of a part that any text has."""
        return {term: sure for term, sure in part.terms.items() if self._texts(term)}

    def _texts(self, term: str) -> int:
        texts = self.counts.get(term)
        return min(self.counts.get(word, 0) for word in said_by(term)) if texts is None else texts

    def _begun(self, rx: Rx, part: Part) -> Part:
        """The part, said also by the commonest words that begin like it."""
        if part.packed:
            if len(part.said) > 1:
                return part
            first, words = part.said, self.beginning(rx, part.said)
            more = [word for word in words if word.startswith(first)]
        elif len(part.said) < SHORTEST_BEGINNING:
            return part
        else:
            begun = dict.fromkeys((part.said, written_apart(part.said, self.families)))
            spelled = [word for first in begun for word in self.beginning(rx, SPELLED + first)]
            more = [analysis.stem(word.removeprefix(SPELLED), f) for word in spelled for f in self.families]
        terms = {**dict.fromkeys(more, BEGUN), **part.terms}
        self.learn(rx, terms)
        return replace(part, terms=terms)

    def lengthened(self, rx: Rx, asked: Question) -> Question | None:
        """The question with words that begin like those that nobody wrote: *Rückgaberecht* for *Rückgabe*."""
        unknown = [part for part in asked.parts if _may_be_lengthened(part) and not self.texts_with(part)]
        longer = {part.said: self._begun(rx, part) for part in unknown[:MOST_LENGTHENED]}
        if not any(map(self.texts_with, longer.values())):
            return None
        return asked.with_parts(longer.get(part.said, part) for part in asked.parts)

    def parted(self, rx: Rx, asked: Question) -> Question | None:
        """The question with two words in place of the first that nobody wrote together: *gift card* for *giftcard*."""
        part = next((one for one in asked.parts if _is_word(one) and not self.texts_with(one)), None)
        if part is None:
            return None
        pairs = [
            [replace(part, said=word, terms={analysis.stem(word, family): 1.0}) for word in (said[:at], said[at:])]
            for said in (part.said,)
            for at in range(SHORTEST_PARTED, len(said) - SHORTEST_PARTED + 1)
            for family in self.families
        ]
        self.learn(rx, [term for pair in pairs for one in pair for term in one.terms])
        best = max(pairs, key=lambda pair: min(map(self.texts_with, pair)), default=[])
        if not best or not all(map(self.texts_with, best)):
            return None
        return asked.with_parts([*best, *(one for one in asked.parts if one is not part)])

    def has(self, word: str) -> bool:
        """Whether any text has this term, which was learned."""
        return self.counts.get(word, 0) > 0

    def beginning(self, rx: Rx, first: str, most: int = MOST_BEGUN) -> list[str]:
        """The commonest terms that begin so, at most so many."""
        rows = rx.all(_BEGUN, first=first, last=first + _LAST, **self._where())
        texts: dict[str, int] = {}
        for row in rows:
            texts[row.word] = texts.get(row.word, 0) + row.texts
        return sorted(texts, key=lambda word: (-texts[word], word))[:most]

    def _likely(self, rx: Rx, unknown: Sequence[Part], *, alone: bool) -> Iterator[tuple[Part, str]]:
        """Words that nobody wrote, and what was probably meant. Two slips are looked for last: that is dear."""
        near = self._near(rx, [part.said for part in unknown])
        left = MOST_TWICE
        for part in unknown:
            word = typos.best(part.said, near, alone=alone) if len(part.said) >= typos.SHORTEST else None
            if word is None and len(part.said) >= typos.LONG and left:
                left -= 1
                word = typos.best(part.said, self._alike(rx, part.said), alone=alone)
            if word is not None:
                yield part, word

    def _alike(self, rx: Rx, word: str) -> dict[str, int]:
        """Words that begin with the same letter and are about as long."""
        first, length = SPELLED + word[:1], len(SPELLED) + len(word)
        rows = rx.all(_ALIKE, first=first, last=first + _LAST, least=length - 2, most=length + 2, **self._where())
        return {row.word.removeprefix(SPELLED): int(row.texts) for row in rows}

    def _near(self, rx: Rx, words: Sequence[str]) -> dict[str, int]:
        rows = rx.all(_NEAR, keys=typos.all_keys(words), **self._where())
        return {row.word: int(row.texts) for row in rows}

    def _where(self) -> dict[str, Sequence[str]]:
        return {"scopes": self.scopes, "families": self.families}


def _words_of(terms: Iterable[str]) -> list[str]:
    return [word for term in terms for word in said_by(term)]


def _is_word(part: Part) -> bool:
    """Whether it is a word that stands in the question, and may be mistyped there."""
    return not part.packed and part.end > part.start


def _may_be_lengthened(part: Part) -> bool:
    return _is_word(part) and not part.made and len(part.said) >= SHORTEST_LENGTHENED and part.said.isalpha()


def vocabulary(rx: Rx, reader: Reader, family: str | None) -> Vocabulary:
    """The words of what `reader` may see, in one language or all."""
    theirs = None if reader.writes else _scopes(reader)
    rows = [row for row in rx.all(_TOTALS) if theirs is None or row.scope in theirs]
    rows = [row for row in rows if family is None or row.family == family]
    return Vocabulary(
        scopes=sorted({row.scope for row in rows}),
        families=sorted({row.family for row in rows}),
        texts=sum(row.texts for row in rows),
    )


def _scopes(reader: Reader) -> frozenset[str]:
    open_ones = AUDIENCES[: AUDIENCES.index(reader.audience) + 1]
    theirs = (scope_of("internal", team) for team in reader.teams) if reader.audience == "internal" else ()
    return frozenset((*open_ones, *theirs))
