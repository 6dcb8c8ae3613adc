"""knowledgebase/search/by_meaning.py: beside what words find, the texts that mean about what is asked.

They are looked for in another thread while words are, and are put into one order with these (`fusing.py`).
"""

from collections.abc import Sequence

from desk.kernel.transaction import Row, Rx
from knowledgebase.search import found_rows
from knowledgebase.search.among import Among, filed
from knowledgebase.search.analysis import family
from knowledgebase.search.by_words import Ranked
from knowledgebase.search.fusing import fused
from knowledgebase.search.near import FAMILY, Asked, Near
from knowledgebase.search.vocabulary import Vocabulary


def with_those_near(rx: Rx, by_words: list[Ranked], asked: Asked, known: Vocabulary, among: Among) -> list[Ranked]:
    """The same, in one order with the texts that mean about what is asked, as far as this reader may see them."""
    if asked is None:
        return by_words
    near = rx.wait(asked)
    neighbours = near.among(known.scopes, alone=not by_words)
    if not neighbours:
        return by_words
    rows = rx.all(found_rows.named(among.reader), ids=filed(rx, [one.text_id for one in neighbours], among.filters))
    theirs = {row.text_id: row for row in rows if row.article_id != among.without}
    found = [theirs[one.text_id] for one in neighbours if one.text_id in theirs]
    shown = {row.article_id: Ranked(0.0, row, 0.0) for row in reversed(found)}
    shown |= {one.row.article_id: one for one in by_words}
    unread = _unread(rx, [one.row for one in by_words], near)
    order = fused([one.row.article_id for one in by_words], [row.article_id for row in found], unread)
    return [shown[article_id]._replace(worth=worth) for article_id, worth in order]


def _unread(rx: Rx, rows: Sequence[Row], near: Near) -> set[str]:
    """The articles of texts of which nobody knows yet what they mean: new ones, and those that say something else."""
    told = [row for row in rows if family(row.language) == FAMILY] if near.read is not None else []
    read = {row.number for row in rx.all(found_rows.READ, numbers=[row.number for row in told])} if told else set()
    return {row.article_id for row in told if row.number not in read or near.is_unread(row.text_id)}
