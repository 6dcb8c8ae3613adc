"""web/api/articles.py: articles of the knowledge base: found, read, written.

Everybody finds what is for them and published; who writes also what is not. `id` is the article's, whichever language
it is read in. `q` searches, best first; without it the newest come first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from knowledgebase.contents import tag_as_kept
from knowledgebase.languages import canonical
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import CUSTOMER, PUBLIC, Reader, language_of_reader, reader_of, visible
from knowledgebase.search.hits import MOST_HITS
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import search, suggest
from knowledgebase.search.written_in import of_writer, written_in
from knowledgebase.tables import article_tags, article_texts, articles
from knowledgebase.writing import articles as writing
from knowledgebase.writing import publishing
from knowledgebase.writing.categories import by_slug
from knowledgebase.writing.texts import revision, texts_of
from web.accepted_languages import all_accepted
from web.api import article_cards
from web.api.article_shapes import Article, ArticleChange, ArticleHit, ArticleHits, Conversation, NewArticle
from web.api.creating import create
from web.api.lists import filters_of, page_by
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("q", "language", "category", "tag", "state", "audience")
#: A body of 500 kB, whichever way its characters are written in JSON, and the rest.
MOST_JSON = 4 * 1024 * 1024
#: So far a search goes.
_DEEPEST = 1000
#: What belongs to a text; the rest is the article's in all its languages.
_WORDS = ("title", "body", "summary", "note", "translates")


@routes.get("/api/v1/articles")
@needs(Right.WORK)
@tells(ArticleHit, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Articles, the newest first; with `q`, what is published and answers it, best first, and `did_you_mean`.

    `category` is a slug, refused where there is none such; with `q` what is filed below it is found as well. Each
    article comes once, in `language` or in its first; with `q` in the text that answers best or, of several, in that
    which `Accept-Language` likes, else in the language of what is asked, of who asks, or in its first.
    """
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS, words="q")
    if not filters.get("q", "").strip():
        return answer(await desk(request).read(actor(request), _list, cursor, limit, filters))
    liked = request.headers.get("Accept-Language")
    asked = filters, desk(request).kept(Meanings), (all_accepted(liked) or ["en"]) if liked else []
    return answer(await desk(request).read(actor(request), _search, cursor, limit, *asked))


@routes.post("/api/v1/articles")
@needs(Right.WRITE)
@tells(Article, status=201, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Adds an article, as a draft or published at once."""
    new = await body(request, NewArticle, most=MOST_JSON)
    card = await create(request, new, _add, new)
    return created(f"/api/v1/articles/{card['id']}", **card)


@routes.post("/api/v1/articles/suggest")
@needs(Right.WORK)
@tells(ArticleHits)
async def post_suggest(request: web.Request) -> web.StreamResponse:
    """What may answer a piece of conversation, best first: articles that both its reader and who asks may read."""
    said = await body(request, Conversation)
    return answer(await desk(request).read(actor(request), _suggest, said, desk(request).kept(Meanings)))


@routes.get("/api/v1/articles/{id}")
@needs(Right.WORK)
@tells(Article, parameters=("language",))
async def get_one(request: web.Request) -> web.StreamResponse:
    """One article, in the language that comes nearest to `language`."""
    language = filters_of(request, ("language",)).get("language")
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"], language))


@routes.patch("/api/v1/articles/{id}")
@needs(Right.WRITE)
@tells(Article)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes an article: new words are a draft, everything else holds at once."""
    fields = (await body(request, ArticleChange, most=MOST_JSON)).model_dump(exclude_unset=True)
    return answer(await desk(request).transact(actor(request), _change, request.match_info["id"], fields))


def text_in(rx: Rx, article_id: str, language: str | None) -> sa.Row[Any]:
    """An article's text in a language; in its first, if none is said.

    Raises:
        NotFound: no such article.
        Invalid: it is not written in this language.
    """
    original, *others = texts_of(rx, article_id)
    if language is None:
        return original
    tag = canonical(language)
    for text in (original, *others):
        if text.language == tag:
            return text
    raise Invalid("language", "the article is not written in it; add a translation first")


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    reader = reader_of(rx)
    language = canonical(filters["language"]) if filters.get("language") else None
    conditions: list[sa.ColumnElement[bool]] = [] if reader.writes else [article_texts.c.published.is_not(None)]
    if language:
        conditions.append(article_texts.c.language == language)
    if "state" in filters:
        conditions.append(_in_state(reader, filters["state"]))
    found = sa.select(articles.c.id).where(visible(reader))
    found = found.where(sa.exists().where(article_texts.c.article_id == articles.c.id, *conditions))
    if "audience" in filters:
        found = found.where(articles.c.audience == filters["audience"])
    if "category" in filters:
        found = found.where(articles.c.category_id == _category(rx, filters["category"]))
    if "tag" in filters:
        tagged = article_tags.c.tag == tag_as_kept(filters["tag"])
        found = found.where(sa.exists().where(article_tags.c.article_id == articles.c.id, tagged))

    def show(rx: Rx, rows: Any) -> list[dict[str, Any]]:
        return article_cards.cards(rx, [row.id for row in rows], conditions, language, reader)

    return page_by(rx, found, articles.c.id, cursor=cursor, limit=limit, show=show)


def _in_state(reader: Reader, state: str) -> sa.ColumnElement[bool]:
    """Who does not write sees of every text only that it is published."""
    if reader.writes:
        return article_texts.c.stage == state
    return sa.true() if state == "published" else sa.false()


def _search(
    rx: Rx, cursor: str | None, limit: int, filters: dict[str, str], meaning: Meaning, reads: Sequence[str]
) -> dict[str, Any]:
    """One page of hits; its cursor is how many came before."""
    if filters.get("state", "published") != "published":
        raise Invalid("state", "a search finds what is published; leave q out to list the rest")
    reader = reader_of(rx)
    if "audience" in filters:
        reader = _narrowed(reader, filters["audience"])
    offset, limit = _offset(cursor), min(limit, MOST_HITS)
    language = canonical(filters["language"]) if filters.get("language") else None
    found = search(
        rx,
        words=filters["q"],
        reader=reader,
        language=language,
        category_id=_category(rx, filters.get("category")),
        tag=tag_as_kept(filters["tag"]) if "tag" in filters else None,
        prefers=next(iter(reads), None) or language or _language(rx, filters["q"]),
        reads=reads,
        limit=limit,
        offset=offset,
        meaning=meaning,
    )
    following = str(offset + limit) if found.more and offset + limit <= _DEEPEST else None
    return {
        "items": article_cards.hits(rx, found.hits, reader),
        "next_cursor": following,
        "did_you_mean": found.did_you_mean,
    }


def _suggest(rx: Rx, said: Conversation, meaning: Meaning) -> dict[str, Any]:
    language = canonical(said.language) if said.language else None
    reader = _narrowed(reader_of(rx), said.audience)
    prefers = of_writer(language, said.text) or language_of_reader(rx)
    found = suggest(rx, text=said.text, reader=reader, meaning=meaning, language=language, prefers=prefers)
    return {"items": article_cards.hits(rx, found, reader)}


def _language(rx: Rx, words: str) -> str | None:
    """The language of what is asked, else of who asks."""
    return written_in(words) or language_of_reader(rx)


def _narrowed(reader: Reader, audience: str) -> Reader:
    """Who reads what both `reader` and somebody of this audience may read."""
    if audience == "internal":
        return reader
    return CUSTOMER if audience == "customers" else PUBLIC


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 5 and int(cursor) <= _DEEPEST):
        raise Invalid("cursor", "not one that a page of this list gave")
    return int(cursor)


def _one(rx: Rx, id: str, language: str | None) -> dict[str, Any]:
    return article_cards.one(rx, id, language, reader_of(rx))


def _add(tx: Tx, new: NewArticle) -> dict[str, Any]:
    said = new.model_dump(exclude={"category"})
    made = writing.create(tx, **said, category_id=_category(tx, new.category))
    return _one(tx, made.id, None)


def _change(tx: Tx, id: str, said: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(said)
    writing.expect(tx, id, fields.pop("version", None))
    text = text_in(tx, id, fields.pop("language", None))
    words = {name: value for name in _WORDS if (value := fields.pop(name, None)) is not None}
    slug, expires = fields.pop("slug", None), fields.pop("expire_at", ...)
    if words:
        says = revision(tx, text.id, text.newest)
        now = {"title": says.title, "body": says.body, "summary": says.summary, "note": ""}
        writing.save(tx, text.id, **now | words, base=text.newest)
    if slug is not None:
        writing.rename(tx, text.id, slug)
    if expires is not ...:
        publishing.expire(tx, text.id, at=expires)
    if "category" in fields:
        fields["category_id"] = _category(tx, fields.pop("category"))
    about = {name: value for name, value in fields.items() if value is not None or name in _LIFTED}
    if about:
        writing.describe(tx, id, **about)
    return _one(tx, id, text.language)


#: What null takes away.
_LIFTED = frozenset({"team", "category_id", "owner_id", "review_due_at"})


def _category(rx: Rx, slug: str | None) -> str | None:
    if slug is None:
        return None
    found = by_slug(rx, slug)
    if found is None or (found.is_new and not reader_of(rx).writes):
        raise Invalid("category", "there is no such category")
    return found.id
