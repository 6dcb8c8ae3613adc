"""knowledgebase/writing/snippets.py: pieces that many articles say alike, by a name: `{{snippet:opening-hours}}`.

A snippet is text and asks for no other snippet, so that none can lead to itself. Where articles need a review, what
readers see of one, or a second person has before them, stays as it was read: other words are another snippet.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channels.characters import seen
from desk.kernel.errors import Conflict, Invalid, Stale
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.contents import MOST_SNIPPET, SNIPPET
from knowledgebase.events import ArticleSnippetChanged
from knowledgebase.guides_in_text import wrong
from knowledgebase.languages import canonical
from knowledgebase.put_in import NAMED
from knowledgebase.tables import article_texts, revision_snippets, snippets
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.plans import planned
from knowledgebase.writing.texts import must_write, needs_review

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

_ALL = sa.select(snippets).order_by(snippets.c.name, snippets.c.language)
_ONE = sa.select(snippets).where(snippets.c.name == sa.bindparam("name"), snippets.c.language == sa.bindparam("in_it"))
_REMOVE = sa.delete(snippets).where(snippets.c.id == sa.bindparam("gone"))
_WAITS = article_texts.c.stage.in_([Stage.IN_REVIEW.value, Stage.APPROVED.value])
_ASKS = revision_snippets.c
_STANDS = sa.func.coalesce(_ASKS.number.in_([article_texts.c.published, article_texts.c.newest]), sa.false())
_READ = sa.or_(
    sa.func.coalesce(_ASKS.number == article_texts.c.published, sa.false()),
    sa.and_(_ASKS.number == article_texts.c.newest, _WAITS),
)
_IS_PLANNED = article_texts.c.publish_at.is_not(None)
_USING = (
    sa.select(article_texts.c.id, _ASKS.number, _STANDS.label("stands"), _READ.label("read"))
    .join(revision_snippets, _ASKS.text_id == article_texts.c.id)
    .where(sa.or_(_STANDS, _IS_PLANNED), _ASKS.name == sa.bindparam("asking"))
    .order_by(article_texts.c.id)
)
_USED = (
    sa.select(_ASKS.name, sa.func.count(_ASKS.text_id.distinct()).label("texts"))
    .join(article_texts, article_texts.c.id == _ASKS.text_id)
    .where(_STANDS)
    .group_by(_ASKS.name)
)
_PLANNED = (
    sa.select(_ASKS.name, article_texts.c.id, _ASKS.number, _STANDS.label("stands"))
    .join(article_texts, article_texts.c.id == _ASKS.text_id)
    .where(_IS_PLANNED)
    .order_by(article_texts.c.id)
)


@dataclass(frozen=True, kw_only=True)
class ShowSnippet(Job):
    """Search is to know what the articles say that ask for a snippet."""

    snippet: str


def put(tx: Tx, *, name: str, language: str, body: str, version: int | None = None) -> str:
    """What a snippet says in a language from now on; returns its id. Without `version` it is a new one.

    Raises:
        Invalid: not a name, empty, too long, it asks for another snippet, or holds a guide that cannot be followed.
        Conflict: a new one is there already and says something else; or texts that need a review rely on it.
        Stale: somebody has changed or removed it since `version`.
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
    known = tx.all(_ONE, name=name, in_it=language)
    if known and known[0].body == body and version in (None, known[0].version):
        return str(known[0].id)
    if version is None:
        id = _add(tx, name, language, body)
    elif not known:
        raise Stale("snippet", "somebody has removed it since")
    else:
        id = _change(tx, known[0].id, body, version)
    tx.defer(ShowSnippet(snippet=name), key=f"show_snippet:{name}")
    return id


def remove(tx: Tx, snippet_id: str, *, version: int) -> None:
    """Forgets what a snippet says in a language; articles that go on asking for it get it in another.

    Raises:
        NotFound: there is none.
        Stale: somebody has changed it since `version`.
        Conflict: articles ask for it, and it is said in no other language; or texts that need a review rely on it.
    """
    must_write(tx)
    row = tx.take(snippets, snippet_id)
    _must_be_as_seen(row, version)
    others = [one for one in tx.all(NAMED, names=[row.name]) if one.id != snippet_id]
    if not others and (using := using_it(tx, row.name)):
        raise Conflict("snippet", f"{len(using)} articles ask for it")
    _must_not_be_relied_on(tx, row.name)
    tx.change(_REMOVE, gone=snippet_id)
    tx.emit(ArticleSnippetChanged(id=snippet_id, what="removed"))
    tx.defer(ShowSnippet(snippet=row.name), key=f"show_snippet:{row.name}")


def every(rx: Rx) -> Sequence[Row]:
    """All snippets by name and language."""
    return rx.all(_ALL)


def using_it(rx: Rx, name: str) -> list[str]:
    """The texts whose newest, published or planned revision asks for a snippet."""
    asking = rx.all(_USING, asking=name)
    return list(dict.fromkeys(row.id for row in asking if row.stands or planned(rx, row.id) == row.number))


def used(rx: Rx) -> dict[str, int]:
    """In how many texts each snippet is that is in any: as many as `using_it` names."""
    count = {row.name: int(row.texts) for row in rx.all(_USED)}
    to_come = rx.all(_PLANNED)
    numbers = {id: planned(rx, id) for id in {row.id for row in to_come if not row.stands}}
    stands = {(row.name, row.id) for row in to_come if row.stands}
    for name, _ in {(row.name, row.id) for row in to_come if numbers.get(row.id) == row.number} - stands:
        count[name] = count.get(name, 0) + 1
    return count


def _add(tx: Tx, name: str, language: str, body: str) -> str:
    _must_not_be_relied_on(tx, name)
    id = tx.new_id()
    if not tx.insert_if_new(snippets, id=id, name=name, language=language, body=body, changed_at=tx.now):
        raise Conflict("snippet", f"there is one called {name} in {language} already, which says something else")
    tx.emit(ArticleSnippetChanged(id=id, what="added"))
    return str(id)


def _change(tx: Tx, id: str, body: str, version: int) -> str:
    row = tx.take(snippets, id)
    _must_be_as_seen(row, version)
    _must_not_be_relied_on(tx, row.name)
    tx.update(snippets, id, body=body, changed_at=tx.now)
    tx.emit(ArticleSnippetChanged(id=id, what="changed"))
    return str(id)


def _must_be_as_seen(row: Row, version: int) -> None:
    if version != row.version:
        now = {name: row._mapping[name] for name in ("id", "name", "language", "body", "version")}
        raise Stale("snippet", "somebody has changed it since", now=now)


def _must_not_be_relied_on(tx: Tx, name: str) -> None:
    """No text that a second person has read, or is to read, says something else by a change of this snippet.

    In every language: a text gets the nearest that there is.
    """
    if not needs_review(tx):
        return
    asking = tx.all(_USING, asking=name)
    if relying := {row.id for row in asking if row.read or planned(tx, row.id) == row.number}:
        what = "1 article says it" if len(relying) == 1 else f"{len(relying)} articles say it"
        raise Conflict(
            "snippet",
            f"{what} that readers see or that waits for a review or its time; write these words as a snippet of"
            " another name, and let somebody approve the article that asks for it",
        )
