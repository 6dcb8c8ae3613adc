"""knowledgebase/learning/contradicting.py: articles that say different figures about the same.

    a text that was published since ──▶ those that search finds related, in its language and category
        ──▶ figures.contradictions ──▶ both sentences, side by side, until somebody says which is right

A pair that somebody found right stays so until one of the sentences is another. What a night has no time for the next
one does; the newest come first.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor, Row, Rx, Tx
from knowledgebase.index_tables import article_index
from knowledgebase.learning.figures import MOST_TEXT, Contradiction, contradictions
from knowledgebase.learning_tables import article_contradictions, article_watch
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import WRITER
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import related
from knowledgebase.tables import article_texts, articles
from knowledgebase.writing.texts import must_write

#: Texts that a night holds against others, and how many each is held against.
MOST_TEXTS = 3_000
RELATED = 8
#: Contradictions that are kept of one pair.
MOST_OF_PAIR = 3
SHOWN = 50
_NIGHT = Actor.system("learning")

_NEW = (
    sa.select(article_texts.c.id, article_texts.c.published)
    .join(article_watch, article_watch.c.text_id == article_texts.c.id)
    .where(article_texts.c.published.is_not(None), article_watch.c.paired != article_texts.c.published)
    .order_by(article_texts.c.published_at.desc(), article_texts.c.id)
    .limit(MOST_TEXTS)
)
_SAYS = (
    sa.select(
        article_index.c.text_id,
        article_index.c.language,
        sa.func.substr(article_index.c.plain, 1, MOST_TEXT).label("plain"),
        article_texts.c.published,
        articles.c.category_id,
    )
    .join(article_texts, article_texts.c.id == article_index.c.text_id)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .where(article_index.c.text_id.in_(sa.bindparam("texts", expanding=True)))
)
_OF_TEXT = sa.select(article_contradictions).where(
    sa.or_(
        article_contradictions.c.text_id == sa.bindparam("text"),
        article_contradictions.c.other_id == sa.bindparam("text"),
    )
)
_GONE = sa.delete(article_contradictions).where(article_contradictions.c.id == sa.bindparam("gone"))
_PAIRED = (
    sa.update(article_watch)
    .where(article_watch.c.text_id == sa.bindparam("of_text"))
    .values(paired=sa.bindparam("revision"))
)

_mine, _other = article_texts.alias("mine"), article_texts.alias("other")
_OPEN = (
    sa.select(
        article_contradictions,
        _mine.c.article_id,
        _mine.c.title,
        _mine.c.language,
        _other.c.article_id.label("other_article_id"),
        _other.c.title.label("other_title"),
    )
    .join(_mine, _mine.c.id == article_contradictions.c.text_id)
    .join(_other, _other.c.id == article_contradictions.c.other_id)
    .where(
        article_contradictions.c.dismissed.is_(False),
        _mine.c.published == article_contradictions.c.revision,
        _other.c.published == article_contradictions.c.other_revision,
    )
    .order_by(article_contradictions.c.found_at.desc(), article_contradictions.c.id)
    .limit(SHOWN)
)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What one text and another say differently."""

    other_id: str
    revision: int
    other_revision: int
    said: Contradiction


def contradicting(rx: Rx) -> Sequence[Row]:
    """What articles say differently now and nobody has found right, the latest first."""
    must_write(rx)
    return rx.all(_OPEN)


def dismiss(tx: Tx, contradiction_id: str) -> None:
    """Says that two sentences do not contradict each other: they are not shown again as they stand.

    Raises:
        NotFound: it is not known.
    """
    must_write(tx)
    tx.take(article_contradictions, contradiction_id)
    tx.update(article_contradictions, contradiction_id, dismissed=True, dismissed_by=tx.actor.id)


async def hold_against_others(desk: Desk) -> None:
    """Looks at texts whose present words were not held against others yet."""
    for row in await desk.read(_NIGHT, lambda rx: rx.all(_NEW)):
        alike = await desk.read(_NIGHT, _alike, row.id, desk.kept(Meanings))
        found = await asyncio.to_thread(_compared, alike)
        revision = alike[0].published if alike else row.published
        await desk.transact(_NIGHT, _keep, row.id, revision, found)


def _alike(rx: Rx, text_id: str, meaning: Meaning) -> list[Row]:
    """A text, and those about the same in its language and category: related, or once found to contradict it."""
    before = [{row.text_id, row.other_id} - {text_id} for row in rx.all(_OF_TEXT, text=text_id)]
    hits = [hit.text_id for hit in related(rx, text_id=text_id, reader=WRITER, meaning=meaning, limit=RELATED)]
    others = list(dict.fromkeys([*hits, *(id for pair in before for id in sorted(pair))]))
    rows = {row.text_id: row for row in rx.all(_SAYS, texts=[text_id, *others])}
    mine = rows.get(text_id)
    if mine is None:
        return []
    about = (mine.language, mine.category_id)
    return [mine, *(rows[id] for id in others if id in rows and (rows[id].language, rows[id].category_id) == about)]


def _compared(pairs: Sequence[Row]) -> list[_Found]:
    found: list[_Found] = []
    for other in pairs[1:]:
        mine = pairs[0]
        for said in contradictions(mine.plain, other.plain, mine.language)[:MOST_OF_PAIR]:
            told = {"revision": mine.published, "other_revision": other.published}
            found.append(_Found(other_id=other.text_id, said=said, **told))
    return found


def _keep(tx: Tx, text_id: str, revision: int, found: Sequence[_Found]) -> None:
    """What is found takes the place of what was; decisions about the same sentences stay."""
    before = {(row.text_id, row.other_id, row.says): row for row in tx.all(_OF_TEXT, text=text_id)}
    for one in found:
        key, values = _row(text_id, one)
        known = before.pop(key, None)
        if known is None:
            said = dict(zip(("text_id", "other_id", "says"), key, strict=True))
            about = {"kind": one.said.kind, "found_at": tx.now, "dismissed": False}
            tx.insert_if_new(article_contradictions, id=tx.new_id(), **said, **values, **about)
        else:
            now = {name: values[name] for name in ("revision", "other_revision")}
            tx.update(article_contradictions, known.id, **now)
    for row in before.values():
        if not row.dismissed:
            tx.change(_GONE, gone=row.id)
    tx.change(_PAIRED, of_text=text_id, revision=revision)


def _row(text_id: str, one: _Found) -> tuple[tuple[str, str, str], dict[str, object]]:
    """The same pair is one row, whichever of the two was looked at."""
    sides = sorted(
        ((text_id, one.said.text, one.revision), (one.other_id, one.said.other, one.other_revision)),
        key=lambda side: side[0],
    )
    (first, sentence, revision), (second, other, other_revision) = sides
    says = hashlib.sha256(f"{one.said.kind}\n{sentence}\n{other}".encode()).hexdigest()
    values = {"sentence": sentence, "other_sentence": other, "revision": revision, "other_revision": other_revision}
    return (first, second, says), values
