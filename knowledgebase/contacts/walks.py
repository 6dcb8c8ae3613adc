"""knowledgebase/contacts/walks.py: an agent walks a guide beside a contact, and tells its customer where it led.

The agent asks what the guide asks; what the customer says chooses the way. Every guide that the agent may read can be
walked. Its answer goes into a reply, or is read out, by the rules by which articles are (`uses.py`), as a use of the
article.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from desk.kernel.errors import Conflict, NotFound
from desk.kernel.statements import among
from desk.kernel.transaction import Rx, Tx
from knowledgebase import guides, guides_in_text
from knowledgebase.contacts import uses
from knowledgebase.put_in import filled_in
from knowledgebase.readers import PUBLIC, reader_of
from knowledgebase.reading.lines import in_lines
from knowledgebase.reading.papers import papers_in
from knowledgebase.reading.published import Article, read_text
from knowledgebase.tables import article_texts, revisions

#: What may hold a guide: the word itself, or a snippet.
_MAY_HOLD = (
    sa.select(article_texts.c.id, article_texts.c.language, revisions.c.body)
    .join(
        revisions,
        sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published),
    )
    .where(
        among(article_texts.c.id, "texts"),
        sa.or_(revisions.c.body.icontains(guides_in_text.CALLED), revisions.c.body.contains("{{")),
    )
)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The way that was taken through a guide: its number in the article, from 1, and the number of each choice.

    `revision` is that of the text when its guide was opened.
    """

    guide: int
    revision: int
    way: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Guides:
    """The guides of an article that can be followed."""

    title: str
    revision: int
    guides: Sequence[guides.Guide]


def with_guides(rx: Rx, text_ids: Iterable[str]) -> frozenset[str]:
    """Those of published texts in which there is a guide to walk."""
    rows = rx.all(_MAY_HOLD, texts=list(text_ids))
    return frozenset(row.id for row in rows if _followable(filled_in(rx, row.body, row.language)))


def open_guides(rx: Rx, text_id: str) -> Guides:
    """The guides of a text, for who reads.

    Raises:
        NotFound: there is no such text, it is not theirs to see, or it has no guide.
    """
    article = _read(rx, text_id)
    found = _followable(article.body)
    if not found:
        raise NotFound("guide", text_id)
    return Guides(title=article.title, revision=article.revision, guides=found)


def words(rx: Rx, interaction_id: str, text_id: str, how: str, walk: Walk | None) -> uses.Said:
    """What of an article is told to a contact's customer; with `walk`, the answer to which its guide led.

    Raises:
        Conflict: what the guide says has changed since it was opened, or it may not be told here (`uses.words`).
    """
    said = uses.words(rx, interaction_id, text_id, how)
    if walk is None:
        return said
    article = _read(rx, text_id)
    found = _followable(article.body)
    known = article.revision == walk.revision and 1 <= walk.guide <= len(found)
    step = guides.followed(found[walk.guide - 1], walk.way) if known else None
    if step is None or step.choices:
        raise Conflict("This guide", "it has changed since you opened it: open it again")
    papers = papers_in(rx, step.says, PUBLIC) if said.slug else ()
    return replace(said, words=in_lines(step.says), papers=papers[: uses.MOST_PAPERS])


def read_out(tx: Tx, interaction_id: str, text_id: str, walk: Walk | None) -> None:
    """Somebody has read that out. Raises what `words` does."""
    words(tx, interaction_id, text_id, "read_out", walk)
    uses.used(tx, interaction_id, text_id, "read_out")


def _followable(body: str) -> list[guides.Guide]:
    blocks = guides_in_text.found(body)[: guides_in_text.MOST_GUIDES]
    return [guide for block in blocks if not (guide := guides.read(block.text)).problems]


def _read(rx: Rx, text_id: str) -> Article:
    row = rx.one(article_texts, text_id)
    article = read_text(rx, row.article_id, row.language, reader_of(rx))
    if article is None or article.text_id != text_id:
        raise NotFound("article", text_id)
    return article
