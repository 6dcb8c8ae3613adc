"""knowledgebase/search/search.py: finds published texts for a question, for who asks.

    search(rx, words="…", reader=…)     what somebody asks; mistyped words are looked up as they were meant
    suggest(rx, text="…", reader=…)     what somebody writes to us, of any length
    related(rx, text_id=…, reader=…)    what else is about the same

Nobody finds, or learns a word of, what they may not see: texts are found among those of their own scopes, words are
counted in these alone, and each hit is held against `readers.visible` once more. Whatever is asked, at any length,
the work is bounded (`finding.py`, `question.py`), and both databases rank alike (`ranking.py`). What means about the
same in other words comes in as `near`, which whoever asks has looked up before (`near.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among as among_ids
from desk.kernel.transaction import Row, Rx
from knowledgebase.index_tables import article_index
from knowledgebase.readers import Reader, visible
from knowledgebase.search import analysis, excerpts, finding, ranking, wrong_characters
from knowledgebase.search.fusing import fused
from knowledgebase.search.index import apart
from knowledgebase.search.index_statements import among_numbers, weighed
from knowledgebase.search.indexed import is_mark, of_category, of_tag
from knowledgebase.search.near import NOWHERE, Near, Neighbour
from knowledgebase.search.question import MOST_OF_MESSAGE, MOST_TERMS, MOST_WORDS, Part, Question, question
from knowledgebase.search.synonyms import said_by
from knowledgebase.search.vocabulary import Vocabulary, vocabulary
from knowledgebase.tables import article_texts, articles, categories

#: Hits that one answer has at most.
MOST_HITS = 40
_DAY_S = 86_400.0
#: Texts in which a word is looked for that may have been meant.
_LOOKED_THROUGH = 20
#: Clauses of the statements that find texts: few statements, each made once.
_SIZES = (6, 12, finding.MOST_CLAUSES)
_MOST_CATEGORIES = 200
#: A text in the language that is preferred comes instead of a better one of its article if it answers about as well.
_AS_WELL = 0.75
#: A longer question is compared with titles by its words alone.
_SHORT = 80


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A text that answers. Marks are ranges of the snippet and of the title that say what was asked."""

    article_id: str
    text_id: str
    language: str
    title: str
    slug: str
    snippet: str
    marks: excerpts.Marks
    title_marks: excerpts.Marks
    score: float
    audience: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits, best first; what was probably meant, if a word was mistyped; whether there are more."""

    hits: list[Hit]
    did_you_mean: str | None = None
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class _Among:
    """Which texts a question is asked of."""

    reader: Reader
    family: str | None
    prefers: str | None
    filters: finding.Wanted
    without: str | None = None  # an article


NOTHING = Found(hits=[])


def search(
    rx: Rx,
    *,
    words: str,
    reader: Reader,
    language: str | None = None,
    prefers: str | None = None,
    category_id: str | None = None,
    tag: str | None = None,
    limit: int = 10,
    offset: int = 0,
    complete: bool = False,
    near: Near = NOWHERE,
) -> Found:
    """What answers `words`, best first; each article once, in the text that fits best.

    With `language`, texts of that language in any script. `prefers` hides nothing: an article that has a text in this
    language and script too comes in that one. With `complete`, the last word may be only begun. Texts of `near` are
    found as well.
    """
    among = _among(rx, reader, language, category_id, tag, prefers=prefers)
    known = vocabulary(rx, reader, among.family)
    asked = question(words, known.families)
    if not asked.parts or not known.texts:
        return NOTHING
    known.learn(rx, asked.every_term())
    meant = known.corrected(rx, asked, complete=complete and not words[-1:].isspace())
    ranked = _ranked(rx, meant.question, known, among)
    ranked = _with_those_near(rx, ranked, near.among(known.scopes, known.families, alone=not ranked), among)
    words_meant = meant.words or (None if complete else _characters_meant(rx, asked, known, among))
    return _page(rx, ranked, meant.question, limit, offset, words_meant)


def suggest(
    rx: Rx,
    *,
    text: str,
    reader: Reader,
    language: str | None = None,
    prefers: str | None = None,
    limit: int = 5,
    near: Near = NOWHERE,
) -> list[Hit]:
    """What may answer a message: by its rarest words. `language`, `prefers` and `near` as in `search`."""
    among = _among(rx, reader, language, prefers=prefers)
    known = vocabulary(rx, reader, among.family)
    asked = question(text, known.families, characters=MOST_OF_MESSAGE, parts=MOST_WORDS)
    if not asked.parts or not known.texts:
        return []
    known.learn(rx, asked.every_term())
    told = _most_telling(asked, known)
    ranked = _ranked(rx, told, known, among)
    ranked = _with_those_near(rx, ranked, near.among(known.scopes, known.families, alone=not ranked), among)
    return _page(rx, ranked, told, limit, 0, None).hits


def related(rx: Rx, *, text_id: str, reader: Reader, limit: int = 5) -> list[Hit]:
    """Other articles about what this text is about; nothing if this reader may not see it."""
    here = rx.all(_here_for(reader), id=text_id)
    if not here:
        return []
    text = here[0]
    among = _among(rx, reader, text.language, without=text.article_id)
    known = vocabulary(rx, reader, among.family)
    asked = _about(text)
    known.learn(rx, asked.every_term())
    told = _most_telling(asked, known)
    return _page(rx, _ranked(rx, told, known, among), told, limit, 0, None).hits


_HERE = (
    sa.select(article_index)
    .join(articles, articles.c.id == article_index.c.article_id)
    .where(article_index.c.text_id == sa.bindparam("id"))
)
_PARENTS = sa.select(categories.c.id, categories.c.parent_id)


def _among(
    rx: Rx,
    reader: Reader,
    language: str | None,
    category_id: str | None = None,
    tag: str | None = None,
    without: str | None = None,
    prefers: str | None = None,
) -> _Among:
    family = analysis.family(language) if language else None
    filters: list[list[str]] = []
    if category_id:
        filters.append([of_category(id) for id in _with_those_below(rx, category_id)])
    if tag:
        filters.append([of_tag(tag)])
    return _Among(reader=reader, family=family, prefers=prefers or language, filters=filters, without=without)


def _with_those_below(rx: Rx, category_id: str) -> list[str]:
    below: dict[str | None, list[str]] = {}
    for row in rx.all(_PARENTS):
        below.setdefault(row.parent_id, []).append(row.id)
    found = [category_id]
    for id in found:
        found += [child for child in below.get(id, ()) if child not in found]
    return found[:_MOST_CATEGORIES]


def _about(text: Row) -> Question:
    """What a text is about, as a question: its title first, then its words."""
    times = Counter(text.terms.split())
    for term in set(text.terms.partition("\n")[0].split()):
        times[term] += 4
    parts = [
        Part(said=term, terms={term: 1.0}, packed=not term.isascii(), start=0, end=0, times=count)
        for term, count in sorted(times.items(), key=lambda item: -item[1])[:MOST_WORDS]
    ]
    return Question(folded=analysis.fold(text.title), parts=tuple(parts))


def _most_telling(asked: Question, known: Vocabulary) -> Question:
    """The parts of a long text that tell most: rare here and said often, in the order in which they stood."""

    def tells(part: Part) -> float:
        texts = known.texts_with(part)
        return ranking.rarity(texts, known.texts) * (1 + 0.5 * min(part.times, 6)) if texts else 0.0

    best = sorted(asked.parts, key=tells, reverse=True)[:MOST_TERMS]
    chosen = {part.said for part in best if tells(part)}
    return asked.with_parts(part for part in asked.parts if part.said in chosen)


def _ranked(rx: Rx, asked: Question, known: Vocabulary, among: _Among) -> list[tuple[float, Row]]:
    """Texts and their scores, best first, each article once."""
    groups = [_group(part, known) for part in asked.parts]
    clauses = finding.clauses(groups, known.counts, known.texts)
    if not clauses:
        return []
    rows = _texts(rx, _numbers(rx, clauses, known, among), among.reader)
    measure = _measure(asked, known)
    scored = [(ranking.score(measure, _candidate(row, rx)), row) for row in rows if row.article_id != among.without]
    scored.sort(key=lambda pair: (-round(pair[0], 6), _far(pair[1].language, among.prefers), -pair[1].number))
    best: dict[str, tuple[float, Row]] = {}
    for score, row in scored:
        first, held = best.setdefault(row.article_id, (score, row))
        alike = analysis.family(row.language) == analysis.family(held.language)
        nearer = _far(row.language, among.prefers) < _far(held.language, among.prefers)
        if nearer and (alike or score >= _AS_WELL * first):
            best[row.article_id] = (first, row)
    return _in_their_script(rx, list(best.values()), among)


def _with_those_near(
    rx: Rx, ranked: list[tuple[float, Row]], neighbours: Sequence[Neighbour], among: _Among
) -> list[tuple[float, Row]]:
    """The same, in one order with the texts that mean about what is asked, as far as this reader may see them."""
    if not neighbours:
        return ranked
    rows = rx.all(_near_for(among.reader), ids=_filed(rx, [one.text_id for one in neighbours], among.filters))
    theirs = {row.text_id: row for row in rows}
    found = [theirs[one.text_id] for one in neighbours if one.text_id in theirs]
    shown = {row.article_id: row for row in reversed(found)} | {row.article_id: row for _, row in ranked}
    order = fused([row.article_id for _, row in ranked], [row.article_id for row in found])
    return [(worth, shown[article_id]) for article_id, worth in order]


def _filed(rx: Rx, text_ids: list[str], filters: finding.Wanted) -> list[str]:
    """Those of the texts that stand where the filters say."""
    if not filters:
        return text_ids
    rows = rx.all(_WORDS, ids=text_ids)
    marks = {row.text_id: {word for word in row.words.split() if is_mark(word)} for row in rows}
    return [id for id, theirs in marks.items() if not any(theirs.isdisjoint(wanted) for wanted in filters)]


def _far(language: str, prefers: str | None) -> int:
    """How far a text's language is from the one that is preferred: 0 it, 1 it in another script, 2 another."""
    if prefers is None or language == prefers:
        return 0
    return 1 if analysis.family(language) == analysis.family(prefers) else 2


def _in_their_script(rx: Rx, ranked: list[tuple[float, Row]], among: _Among) -> list[tuple[float, Row]]:
    """The same, with the text in the preferred script where only that in another was found by these words."""
    other = [row.article_id for _, row in ranked if _far(row.language, among.prefers) == 1]
    if not other:
        return ranked
    rows = rx.all(_script_for(among.reader), ids=other, language=among.prefers)
    theirs = {row.article_id: row for row in rows}
    return [(score, theirs.get(row.article_id, row)) for score, row in ranked]


def _characters_meant(rx: Rx, asked: Question, known: Vocabulary, among: _Among) -> str | None:
    """The question with the word that was meant where one of its characters is wrong (`wrong_characters.py`)."""

    def is_written(word: str) -> bool:
        pairs = analysis.pairs(word)
        texts = min(known.counts.get(pair, 0) for pair in pairs)
        together = finding.Clause(wanted=[[pair] for pair in pairs], weight=1, most=_LOOKED_THROUGH, texts=texts)
        rows = _texts(rx, _numbers(rx, [together], known, among), among.reader)
        return any(apart(pairs) in row.terms for row in rows)

    return wrong_characters.meant(rx, asked, known, is_written)


def _group(part: Part, known: Vocabulary) -> finding.Group:
    words = {finding.rarest(said_by(term), known.counts): sure for term, sure in part.terms.items()}
    sure = max(part.terms.values())
    return finding.Group(words=list(words), sure=sure, own=[word for word, its in words.items() if its == sure])


def _numbers(rx: Rx, clauses: Sequence[finding.Clause], known: Vocabulary, among: _Among) -> list[int]:
    values: dict[str, object] = {"most": finding.CANDIDATES}
    size = next(size for size in _SIZES if size >= len(clauses))
    nothing = finding.Clause(wanted=clauses[0].wanted, weight=0, most=0, texts=0)
    for number, clause in enumerate((*clauses, *(nothing for _ in range(size - len(clauses))))):
        values[f"wanted{number}"] = [*map(known.finds, clause.wanted), *among.filters]
        values[f"weight{number}"] = clause.weight
        values[f"most{number}"] = clause.most
        values[f"many{number}"] = clause.many
    return [row.number for row in rx.all(weighed(size), **values)]


def _texts(rx: Rx, numbers: Sequence[int], reader: Reader) -> Sequence[Row]:
    if not numbers:
        return []
    return rx.all(_texts_for(reader), numbers=numbers)


_FOUND = (
    sa.select(
        article_index.c.number,
        article_index.c.text_id,
        article_index.c.article_id,
        article_index.c.language,
        article_index.c.title,
        article_index.c.terms,
        article_index.c.length,
        article_index.c.published_at,
        article_texts.c.slug,
        article_texts.c.helpful,
        article_texts.c.unhelpful,
        articles.c.settled,
        articles.c.audience,
    )
    .join(article_texts, article_texts.c.id == article_index.c.text_id)
    .join(articles, articles.c.id == article_index.c.article_id)
    .where(article_texts.c.published.is_not(None))
)
_TEXTS = _FOUND.where(among_numbers(article_index.c.number, "numbers"))
_IN_SCRIPT = _FOUND.where(
    among_ids(article_texts.c.article_id, "ids"), article_texts.c.language == sa.bindparam("language")
)
_NEAR = _FOUND.where(among_ids(article_index.c.text_id, "ids"))
_WORDS = sa.select(article_index.c.text_id, article_index.c.words).where(among_ids(article_index.c.text_id, "ids"))
_PLAIN = sa.select(article_index.c.number, article_index.c.plain).where(
    among_numbers(article_index.c.number, "numbers")
)


@lru_cache(maxsize=1024)
def _texts_for(reader: Reader) -> sa.Select[Any]:
    """Built once for each kind of reader: a statement that is seen again costs a tenth."""
    return _TEXTS.where(visible(reader))


@lru_cache(maxsize=1024)
def _script_for(reader: Reader) -> sa.Select[Any]:
    return _IN_SCRIPT.where(visible(reader))


@lru_cache(maxsize=1024)
def _near_for(reader: Reader) -> sa.Select[Any]:
    return _NEAR.where(visible(reader))


@lru_cache(maxsize=1024)
def _here_for(reader: Reader) -> sa.Select[Any]:
    return _HERE.where(visible(reader))


def _measure(asked: Question, known: Vocabulary) -> ranking.Asked:
    parts = [part for part in asked.parts if known.texts_with(part)]
    groups = [(_weight(part, known), known.said(part)) for part in parts]
    order = [max(part.terms, key=part.terms.__getitem__) for part in parts if not part.made]
    short = len(asked.folded) <= _SHORT
    return ranking.asked(groups, order, asked.folded if short else " ".join(p.said for p in parts if not p.made))


def _weight(part: Part, known: Vocabulary) -> float:
    return ranking.rarity(known.texts_with(part), known.texts) * (1 + 0.3 * min(part.times - 1, 3))


def _candidate(row: Row, rx: Rx) -> ranking.Candidate:
    title_terms, tag_terms, body_terms = row.terms.split("\n")
    return ranking.Candidate(
        title=row.title,
        title_terms=title_terms,
        tag_terms=tag_terms,
        body_terms=body_terms,
        length=row.length,
        days_old=(rx.now - row.published_at).total_seconds() / _DAY_S,
        helpful=row.helpful,
        unhelpful=row.unhelpful,
        settled=row.settled,
    )


def _page(
    rx: Rx, ranked: Sequence[tuple[float, Row]], asked: Question, limit: int, offset: int, meant: str | None
) -> Found:
    wanted = max(0, min(limit, MOST_HITS))
    shown = ranked[max(0, offset) : max(0, offset) + wanted]
    plain: Mapping[int, str] = {}
    if shown:
        rows = rx.all(_PLAIN, numbers=[row.number for _, row in shown])
        plain = {row.number: row.plain for row in rows}
    marker = excerpts.Marker(asked.every_term())
    hits = [_hit(score, row, plain.get(row.number, ""), marker) for score, row in shown]
    return Found(hits=hits, did_you_mean=meant, more=len(ranked) > max(0, offset) + wanted)


def _hit(score: float, row: Row, plain: str, marker: excerpts.Marker) -> Hit:
    snippet, marks = marker.excerpt(plain, row.language)
    return Hit(
        article_id=row.article_id,
        text_id=row.text_id,
        language=row.language,
        title=row.title,
        slug=row.slug,
        snippet=snippet,
        marks=marks,
        title_marks=marker.marks(row.title, row.language),
        score=round(score, 4),
        audience=row.audience,
    )
