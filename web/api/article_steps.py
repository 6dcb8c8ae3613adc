"""web/api/article_steps.py: an article's way to its readers: review, publication, translation, former revisions."""

from typing import Any

from aiohttp import web

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right
from knowledgebase.readers import reader_of
from knowledgebase.reading.relied_on import must_be_as, relied_on
from knowledgebase.tables import articles
from knowledgebase.writing import articles as writing
from knowledgebase.writing import opening, publishing, revisions
from knowledgebase.writing.texts import must_write
from knowledgebase.writing.translations import translate
from web.api import article_cards
from web.api.article_shapes import (
    Article,
    ArticleRevision,
    ArticleRevisionInFull,
    ArticleStep,
    Checked,
    NewTranslation,
)
from web.api.articles import MOST_JSON, text_in
from web.api.creating import create
from web.api.lists import filters_of
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

#: Steps of somebody who has read an article, and knows for whom it is.
_READ = ("approved", "published", "opened", "not_opened")
_SHOWN = ("number", "title", "summary", "note", "author_id", "at")


@routes.post("/api/v1/articles/{id}/transitions")
@needs(Right.WRITE)
@tells(Article)
async def post_transition(request: web.Request) -> web.StreamResponse:
    """Takes a text, in `language` or the article's first, a step further or back.

    `published` may be `at` a time that is to come.

    What is approved or published has been read: name the article's `version`, which says also for whom it is; 409
    `stale` where there is a newer. Name `relies_on` beside it where the words put in snippets or show files, which are
    changed without it: 409 alike. In review and sent back with a `reason` take a `revision` alike. `opened` and
    `not_opened` answer the article's `opening`, in all its languages.
    """
    step = await body(request, ArticleStep)
    return answer(await desk(request).transact(actor(request), _step, request.match_info["id"], step))


@routes.post("/api/v1/articles/{id}/translations")
@needs(Right.WRITE)
@tells(Article, status=201, key=True)
async def post_translation(request: web.Request) -> web.StreamResponse:
    """Adds a draft in one more language. A translation is always of the original."""
    new = await body(request, NewTranslation, most=MOST_JSON)
    card = await create(request, new, _translate, request.match_info["id"], new)
    return created(f"/api/v1/articles/{card['id']}?language={card['language']}", **card)


@routes.post("/api/v1/articles/{id}/check")
@needs(Right.WRITE)
@tells(Article)
async def post_check(request: web.Request) -> web.StreamResponse:
    """Somebody has looked the article through and found it right as it is in `version`; 409 `stale` if it is not."""
    said = await body(request, Checked)
    return answer(await desk(request).transact(actor(request), _check, request.match_info["id"], said))


@routes.get("/api/v1/articles/{id}/revisions")
@needs(Right.WRITE)
@tells(ArticleRevision, filters=("language",))
async def get_revisions(request: web.Request) -> web.StreamResponse:
    """What a text said, the newest first."""
    cursor, limit = page_of(request)
    language = filters_of(request, ("language",)).get("language")
    id = request.match_info["id"]
    return answer(await desk(request).read(actor(request), _revisions, id, language, cursor, limit))


@routes.get("/api/v1/articles/{id}/revisions/{number}")
@needs(Right.WRITE)
@tells(ArticleRevisionInFull, parameters=("language",))
async def get_revision(request: web.Request) -> web.StreamResponse:
    """What a text said in one revision."""
    language = filters_of(request, ("language",)).get("language")
    id, number = request.match_info["id"], request.match_info["number"]
    return answer(await desk(request).read(actor(request), _revision, id, language, number))


def _step(tx: Tx, id: str, step: ArticleStep) -> dict[str, Any]:
    writing.expect(tx, id, step.version)
    text = text_in(tx, id, step.language)
    _must_be_whole(step)
    if step.relies_on is not None:
        must_be_as(step.relies_on, relied_on(tx, tx.one(articles, id), text, text.newest))
    match step.to:
        case "opened":
            opening.open_up(tx, id, seen=step.version or 0)
        case "not_opened":
            opening.leave_closed(tx, id, seen=step.version or 0)
        case "in_review":
            publishing.submit(tx, text.id, seen=step.revision)
        case "approved":
            publishing.approve(tx, text.id, seen=step.revision)
        case "published":
            publishing.publish(tx, text.id, at=step.at, seen=step.revision)
        case "archived":
            publishing.archive(tx, text.id)
        case "unpublished":
            publishing.unpublish(tx, text.id)
        case "unscheduled":
            publishing.cancel_publication(tx, text.id)
        case "draft" if step.revision is not None and step.reason is None:
            if step.version is None:
                raise Invalid("version", "of the article that you have read: what others saved since is not put aside")
            revisions.restore(tx, text.id, step.revision, base=text.newest)
        case "draft" if text.stage == "archived":
            publishing.take_up(tx, text.id)
        case "draft":
            publishing.send_back(tx, text.id, step.reason or "", seen=step.revision)
    return article_cards.one(tx, id, text.language, reader_of(tx))


def _must_be_whole(step: ArticleStep) -> None:
    if step.at is not None and step.to != "published":
        raise Invalid("at", "only a publication has a time; PATCH expire_at says when it ends")
    if step.version is None and step.to in _READ:
        raise Invalid("version", "the one of the article that you have read, which says also for whom it is")


def _translate(tx: Tx, id: str, new: NewTranslation) -> dict[str, Any]:
    made = translate(tx, id, new.language, title=new.title, body=new.body, summary=new.summary)
    return article_cards.one(tx, made.id, new.language, reader_of(tx))


def _check(tx: Tx, id: str, said: Checked) -> dict[str, Any]:
    writing.expect(tx, id, said.version)
    writing.check(tx, id, review_due_at=said.review_due_at)
    return article_cards.one(tx, id, None, reader_of(tx))


def _revisions(rx: Rx, id: str, language: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    must_write(rx)
    before = None if cursor is None else _number("cursor", cursor)
    rows = revisions.revisions_of(rx, text_in(rx, id, language).id, before=before, limit=limit + 1)
    following = str(rows[limit - 1].number) if len(rows) > limit else None
    return {"items": [_shown(row) for row in rows[:limit]], "next_cursor": following}


def _revision(rx: Rx, id: str, language: str | None, number: str) -> dict[str, Any]:
    must_write(rx)
    row = revisions.said(rx, text_in(rx, id, language).id, _number("number", number))
    return _shown(row) | {"body": row.body}


def _shown(row: Row) -> dict[str, Any]:
    return {name: row._mapping[name] for name in _SHOWN}


def _number(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(field, "expected the number of a revision")
    return int(text)
