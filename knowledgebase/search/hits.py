"""knowledgebase/search/hits.py: what search answers with: texts, best first, with the words that were asked marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.kernel.transaction import Rx
from knowledgebase.search import excerpts, found_rows
from knowledgebase.search.among import Among
from knowledgebase.search.by_words import Ranked, in_their_script
from knowledgebase.search.question import Question

#: Hits that one answer has at most.
MOST_HITS = 40


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A text that answers: what it is worth among the others, and how well its words alone answer, from 0 to 1.

    Marks are ranges of the snippet and of the title that say what was asked.
    """

    article_id: str
    text_id: str
    language: str
    title: str
    slug: str
    snippet: str
    marks: excerpts.Marks
    title_marks: excerpts.Marks
    score: float
    by_words: float
    audience: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits, best first; what was probably meant, if a word was mistyped; whether there are more."""

    hits: list[Hit]
    did_you_mean: str | None = None
    more: bool = False


NOTHING = Found(hits=[])


def page(
    rx: Rx,
    ranked: Sequence[Ranked],
    asked: Question,
    among: Among,
    limit: int,
    offset: int,
    meant: str | None = None,
) -> Found:
    """The hits from `offset` on, at most `limit` and `MOST_HITS`, each in the script that its reader is shown.

    Of these alone it is read what they say, and whether they are there in another script.
    """
    wanted = max(0, min(limit, MOST_HITS))
    shown = in_their_script(rx, ranked[max(0, offset) : max(0, offset) + wanted], among)
    plain: Mapping[int, str] = {}
    if shown:
        rows = rx.all(found_rows.PLAIN, numbers=[one.row.number for one in shown])
        plain = {row.number: row.plain for row in rows}
    marker = excerpts.Marker(asked.every_term())
    hits = [_hit(one, plain.get(one.row.number, ""), marker) for one in shown]
    return Found(hits=hits, did_you_mean=meant, more=len(ranked) > max(0, offset) + wanted)


def _hit(one: Ranked, plain: str, marker: excerpts.Marker) -> Hit:
    row = one.row
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
        score=round(one.worth, 4),
        by_words=round(one.by_words, 4),
        audience=row.audience,
    )
