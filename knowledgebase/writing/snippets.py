"""knowledgebase/writing/snippets.py: pieces that many articles say alike, by a name: `{{snippet:opening-hours}}`.

A snippet is text and asks for no other snippet, so that none can lead to itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channels.characters import seen
from desk.kernel.errors import Conflict, Invalid, Stale
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.contents import MOST_SNIPPET, SNIPPET, snippets_in
from knowledgebase.events import ArticleSnippetChanged
from knowledgebase.guides_in_text import wrong
from knowledgebase.languages import canonical
from knowledgebase.put_in import NAMED
from knowledgebase.tables import article_texts, revisions, snippets
from knowledgebase.writing.plans import planned
from knowledgebase.writing.texts import must_write

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

_ALL = sa.select(snippets).order_by(snippets.c.name, snippets.c.language)
_ONE = sa.select(snippets).where(snippets.c.name == sa.bindparam("name"), snippets.c.language == sa.bindparam("in_it"))
_REMOVE = sa.delete(snippets).where(snippets.c.id == sa.bindparam("gone"))
_STANDS = sa.func.coalesce(revisions.c.number.in_([article_texts.c.published, article_texts.c.newest]), sa.false())
_USING = (
    sa.select(article_texts.c.id, revisions.c.number, revisions.c.body, _STANDS.label("stands"))
    .join(revisions, revisions.c.text_id == article_texts.c.id)
    .where(sa.or_(_STANDS, article_texts.c.publish_at.is_not(None)), revisions.c.body.contains(sa.bindparam("asking")))
    .order_by(article_texts.c.id)
)


@dataclass(frozen=True, kw_only=True)
class ShowSnippet(Job):
    """Search is to know what the articles say that ask for a snippet."""

    snippet: str


def put(tx: Tx, *, name: str, language: str, body: str, version: int | None = None) -> str:
    """What a snippet says in a language from now on; returns its id. With `version`, only if nobody changed it since.

    Raises:
        Invalid: not a name, empty, too long, it asks for another snippet, or holds a guide that cannot be followed.
        Stale: somebody has changed it.
    """
    must_write(tx)
    language, body = canonical(language), seen(body).strip()
    if not _NAME.fullmatch(name):
        raise Invalid("name", "small letters, digits and -, at most 60")
    if not body or len(body) > MOST_SNIPPET:
        raise Invalid("body", f"1 to {MOST_SNIPPET:,} characters")
    if SNIPPET.search(body):
        raise Invalid("body", "a snippet asks for no other snippet")
    if lacks := wrong(body):
        raise Invalid("body", "; ".join(lacks))
    id = tx.new_id()
    if tx.insert_if_new(snippets, id=id, name=name, language=language, body=body, changed_at=tx.now):
        tx.emit(ArticleSnippetChanged(id=id, what="added"))
    else:
        row = tx.take(snippets, tx.all(_ONE, name=name, in_it=language)[0].id)
        id = row.id
        if version is not None and version != row.version:
            raise Stale("snippet", "somebody has changed it since")
        if row.body == body:
            return str(id)
        tx.update(snippets, id, body=body, changed_at=tx.now)
        tx.emit(ArticleSnippetChanged(id=id, what="changed"))
    tx.defer(ShowSnippet(snippet=name), key=f"show_snippet:{name}")
    return str(id)


def remove(tx: Tx, snippet_id: str) -> None:
    """Forgets what a snippet says in a language.

    Raises:
        Conflict: articles ask for it, and it is said in no other language.
    """
    must_write(tx)
    row = tx.take(snippets, snippet_id)
    others = [one for one in tx.all(NAMED, names=[row.name]) if one.id != snippet_id]
    if not others and (using := using_it(tx, row.name)):
        raise Conflict("snippet", f"{len(using)} articles ask for it")
    tx.change(_REMOVE, gone=snippet_id)
    tx.emit(ArticleSnippetChanged(id=snippet_id, what="removed"))


def every(rx: Rx) -> Sequence[Row]:
    """All snippets by name and language."""
    return rx.all(_ALL)


def using_it(rx: Rx, name: str) -> list[str]:
    """The texts whose newest, published or planned revision asks for a snippet."""
    asking = [row for row in rx.all(_USING, asking=name) if name in snippets_in(row.body)]
    return list(dict.fromkeys(row.id for row in asking if row.stands or planned(rx, row.id) == row.number))
