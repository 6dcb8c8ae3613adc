"""knowledgebase/search/among.py: which texts a question is asked of: for whom, in which language, filed where."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from knowledgebase.readers import Reader
from knowledgebase.search import analysis, finding, found_rows
from knowledgebase.search.indexed import is_mark, of_category, of_tag
from knowledgebase.tables import categories

_MOST_CATEGORIES = 200
_PARENTS = sa.select(categories.c.id, categories.c.parent_id)


@dataclass(frozen=True, kw_only=True)
class Among:
    """Which texts a question is asked of."""

    reader: Reader
    family: str | None = None  # of these languages alone
    prefers: str | None = None
    reads: Sequence[str] = ()  # languages that the reader names besides
    filters: finding.Wanted = ()
    without: str | None = None  # an article

    def far(self, language: str, own: str) -> int:
        """How far a language is from the one that is preferred, or else from the article's own: 0 it, 1 it in another
        script, 2 another."""
        wished = self.prefers or own
        if language == wished:
            return 0
        return 1 if analysis.family(language) == analysis.family(wished) else 2

    def script(self, language: str, own: str) -> str:
        """Which script or variety of its language is shown of an article whose own language is `own`: the first that
        the reader names, else its own, else the usual one."""
        family = analysis.family(language)
        named = (one for one in (self.prefers, *self.reads, own) if one and analysis.family(one) == family)
        return next(named, family)


def among(
    rx: Rx,
    reader: Reader,
    language: str | None,
    *,
    prefers: str | None = None,
    reads: Sequence[str] = (),
    category_id: str | None = None,
    tag: str | None = None,
    without: str | None = None,
) -> Among:
    """The texts of `language` in any script, in a category or below it, with a tag."""
    filters: list[list[str]] = []
    if category_id:
        filters.append([of_category(id) for id in _with_those_below(rx, category_id)])
    if tag:
        filters.append([of_tag(tag)])
    family = analysis.family(language) if language else None
    wished = prefers or language
    return Among(reader=reader, family=family, prefers=wished, reads=reads, filters=filters, without=without)


def filed(rx: Rx, text_ids: Sequence[str], filters: finding.Wanted) -> Sequence[str]:
    """Those of the texts that stand where the filters say."""
    if not filters:
        return text_ids
    rows = rx.all(found_rows.WORDS, ids=text_ids)
    marks = {row.text_id: {word for word in row.words.split() if is_mark(word)} for row in rows}
    return [id for id, theirs in marks.items() if not any(theirs.isdisjoint(wanted) for wanted in filters)]


def _with_those_below(rx: Rx, category_id: str) -> list[str]:
    below: dict[str | None, list[str]] = {}
    for row in rx.all(_PARENTS):
        below.setdefault(row.parent_id, []).append(row.id)
    found = [category_id]
    for id in found:
        found += [child for child in below.get(id, ()) if child not in found]
    return found[:_MOST_CATEGORIES]
