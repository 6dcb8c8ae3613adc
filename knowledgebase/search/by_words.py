"""knowledgebase/search/by_words.py: the texts that say what is asked, best first, each article once.

What is looked up is bounded before it is (`finding.py`), and what comes first is decided in one place for both
databases (`ranking.py`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from desk.kernel.transaction import Row, Rx
from knowledgebase.search import analysis, finding, found_rows, ranking, wrong_characters
from knowledgebase.search.among import Among
from knowledgebase.search.index import apart
from knowledgebase.search.question import Part, Question
from knowledgebase.search.synonyms import said_by
from knowledgebase.search.vocabulary import Vocabulary


class Ranked(NamedTuple):
    """A text that was found: what it is worth in the order in which it stands, and how well its words answer."""

    worth: float
    row: Row
    by_words: float


_DAY_S = 86_400.0
#: Texts in which a word is looked for that may have been meant.
_LOOKED_THROUGH = 20
#: Clauses of the statements that find texts: few statements, each made once.
_SIZES = (6, 12, finding.MOST_CLAUSES)
#: A text in the language that is preferred comes instead of a better one of its article if it answers about as well.
_AS_WELL = 0.75
#: A longer question is compared with titles by its words alone.
_SHORT = 80


def ranked(rx: Rx, asked: Question, known: Vocabulary, among: Among) -> list[Ranked]:
    """Texts, best first, each article once."""
    groups = [_group(part, known) for part in asked.parts]
    clauses = finding.clauses(groups, known.counts, known.texts)
    if not clauses:
        return []
    rows = _texts(rx, clauses, known, among)
    measure = _measure(asked, known)
    scored = [(ranking.score(measure, _candidate(row, rx)), row) for row in rows if row.article_id != among.without]
    scored.sort(key=lambda pair: (-round(pair[0], 6), _far(among, pair[1]), -pair[1].number))
    best: dict[str, tuple[float, Row]] = {}
    for score, row in scored:
        first, held = best.setdefault(row.article_id, (score, row))
        if _far(among, row) < _far(among, held):
            alike = analysis.family(row.language) == analysis.family(held.language)
            if alike or score >= _AS_WELL * first:
                best[row.article_id] = (first, row)
    return [Ranked(score, row, score) for score, row in best.values()]


def _far(among: Among, row: Row) -> int:
    return among.far(row.language, row.own)


def most_telling(asked: Question, known: Vocabulary, most: int) -> Question:
    """The parts of a long text that tell most: rare here and said often, in the order in which they stood."""

    def tells(part: Part) -> float:
        texts = known.texts_with(part)
        return ranking.rarity(texts, known.texts) * (1 + 0.5 * min(part.times, 6)) if texts else 0.0

    best = sorted(asked.parts, key=tells, reverse=True)[:most]
    chosen = {part.said for part in best if tells(part)}
    return asked.with_parts(part for part in asked.parts if part.said in chosen)


def characters_meant(rx: Rx, asked: Question, known: Vocabulary, among: Among) -> str | None:
    """The question with the word that was meant where one of its characters is wrong (`wrong_characters.py`)."""

    def is_written(word: str) -> bool:
        pairs = analysis.pairs(word)
        texts = min(known.counts.get(pair, 0) for pair in pairs)
        together = finding.Clause(wanted=[[pair] for pair in pairs], weight=1, most=_LOOKED_THROUGH, texts=texts)
        return any(apart(pairs) in row.terms for row in _texts(rx, [together], known, among))

    return wrong_characters.meant(rx, asked, known, is_written)


def in_their_script(rx: Rx, found: Sequence[Ranked], among: Among) -> Sequence[Ranked]:
    """The same, each article in the script that its reader is shown (`Among.script`), whichever was found."""
    wanted = {one.row.article_id: among.script(one.row.language, one.row.own) for one in found}
    other = [one.row.article_id for one in found if one.row.language != wanted[one.row.article_id]]
    if not other:
        return found
    rows = rx.all(found_rows.in_script(among.reader), ids=other, languages=sorted({wanted[id] for id in other}))
    theirs = {row.article_id: row for row in rows if row.language == wanted[row.article_id]}
    return [one._replace(row=theirs.get(one.row.article_id, one.row)) for one in found]


def _group(part: Part, known: Vocabulary) -> finding.Group:
    words = {finding.rarest(said_by(term), known.counts): sure for term, sure in part.terms.items()}
    sure = max(part.terms.values())
    return finding.Group(words=list(words), sure=sure, own=[word for word, its in words.items() if its == sure])


def _texts(rx: Rx, clauses: Sequence[finding.Clause], known: Vocabulary, among: Among) -> Sequence[Row]:
    values: dict[str, object] = {"most": finding.CANDIDATES}
    size = next(size for size in _SIZES if size >= len(clauses))
    nothing = finding.Clause(wanted=clauses[0].wanted, weight=0, most=0, texts=0)
    for number, clause in enumerate((*clauses, *(nothing for _ in range(size - len(clauses))))):
        values[f"wanted{number}"] = [*map(known.finds, clause.wanted), *among.filters]
        values[f"weight{number}"] = clause.weight
        values[f"most{number}"] = clause.most
        values[f"texts{number}"] = clause.texts
    return rx.all(found_rows.to_rank(among.reader, size), **values)


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
