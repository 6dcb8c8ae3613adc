"""web/api/article_filing.py: where articles are filed, and the pieces that many of them say alike."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from knowledgebase.readers import reader_of
from knowledgebase.tables import snippets as snippets_table
from knowledgebase.writing import categories, category_words, snippets
from web.api.creating import create
from web.api.lists import filters_of
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs

routes = web.RouteTableDef()

Id = Annotated[str, StringConstraints(max_length=64)]
#: Among its neighbours.
Position = Annotated[int, Field(ge=0, le=100_000)]
Words = dict[Annotated[str, StringConstraints(max_length=16)], Annotated[str, StringConstraints(max_length=1000)]]


class NewCategory(BaseModel, extra="forbid"):
    """A place for articles. `names` and `about` hold words by language; without a slug its first name makes one."""

    names: Words
    about: Words = {}
    slug: Annotated[str, StringConstraints(max_length=120)] = ""
    parent_id: Id | None = None
    position: Position = 0


class CategoryChange(BaseModel, extra="forbid"):
    """What is left out stays; a parent of null is the top. `version` is the one that was read."""

    names: Words | None = None
    about: Words | None = None
    parent_id: Id | None = None
    position: Position | None = None
    version: int


class CategoryWords(BaseModel):
    names: dict[str, str]
    about: dict[str, str]


class CategoryStep(BaseModel, extra="forbid"):
    """Answers who asked for other words: `approved` says them, `not_approved` leaves it as it is. `version` is the one
    that was read."""

    to: Literal["approved", "not_approved"]
    version: int


class ArticleCategory(BaseModel):
    """A place in the tree; at the top `depth` is 0.

    `asks` holds, for who may write, what a category is to say once somebody else than `asked_by` approves it. One
    without `names` is new: nothing is filed in it until then, and nobody else sees it.
    """

    id: str
    slug: str
    parent_id: str | None
    names: dict[str, str]
    about: dict[str, str]
    position: int
    depth: int
    version: int
    asks: CategoryWords | None
    asked_by: str | None


class ArticleCategories(BaseModel):
    """The whole tree: each category is followed by those within it."""

    items: list[ArticleCategory]


class SaidSnippet(BaseModel, extra="forbid"):
    """What `{{snippet:name}}` says in a language, from now on. One that is said already needs the `version` read."""

    name: Annotated[str, StringConstraints(max_length=60)]
    language: Annotated[str, StringConstraints(max_length=16)]
    body: Annotated[str, StringConstraints(max_length=20_000)]
    version: int | None = None


class ArticleSnippet(BaseModel):
    id: str
    name: str
    language: str
    body: str
    version: int


class ArticleSnippets(BaseModel):
    """All of them, by name and language."""

    items: list[ArticleSnippet]


@routes.get("/api/v1/article-categories")
@needs(Right.WORK)
@tells(ArticleCategories)
async def get_categories(request: web.Request) -> web.StreamResponse:
    """The tree in which articles are filed."""
    return answer({"items": await desk(request).read(actor(request), _tree)})


@routes.post("/api/v1/article-categories")
@needs(Right.WRITE)
@tells(ArticleCategory, status=201, key=True)
async def post_category(request: web.Request) -> web.StreamResponse:
    """Adds a category."""
    new = await body(request, NewCategory)
    card = await create(request, new, _add_category, new)
    return created(f"/api/v1/article-categories/{card['id']}", **card)


@routes.patch("/api/v1/article-categories/{id}")
@needs(Right.WRITE)
@tells(ArticleCategory)
async def patch_category(request: web.Request) -> web.StreamResponse:
    """Changes a category as it is in `version`, or moves it with all within it; never under itself or its own.

    Other words are asked for where articles need a review (`asks`). 409 `stale` with what stands `now` where somebody
    was faster; words that somebody asks for change nothing that others see, and are in the way of other words alone.
    """
    fields = (await body(request, CategoryChange)).model_dump(exclude_unset=True)
    return answer(await desk(request).transact(actor(request), _change_category, request.match_info["id"], fields))


@routes.post("/api/v1/article-categories/{id}/transitions")
@needs(Right.WRITE)
@tells(ArticleCategory)
async def post_category_step(request: web.Request) -> web.StreamResponse:
    """Answers who asked for other words; 403 for approving one's own, 409 `stale` as above."""
    step = await body(request, CategoryStep)
    return answer(await desk(request).transact(actor(request), _decide_category, request.match_info["id"], step))


@routes.delete("/api/v1/article-categories/{id}")
@needs(Right.WRITE)
@tells(status=204, parameters=("version",))
async def delete_category(request: web.Request) -> web.StreamResponse:
    """Removes an empty category, as it is in `version`; 409 `stale` as above."""
    id, version = request.match_info["id"], _version_read(request)
    await desk(request).transact(actor(request), categories.remove, id, version=version)
    return web.Response(status=204)


@routes.get("/api/v1/article-snippets")
@needs(Right.WRITE)
@tells(ArticleSnippets)
async def get_snippets(request: web.Request) -> web.StreamResponse:
    """What many articles say alike."""
    return answer({"items": await desk(request).read(actor(request), _snippets)})


@routes.post("/api/v1/article-snippets")
@needs(Right.WRITE)
@tells(ArticleSnippet)
async def post_snippet(request: web.Request) -> web.StreamResponse:
    """Says a snippet in a language; one that is said in it already is changed, for readers and in search at once.

    For that it needs the `version` that was read: 409 without it, and `stale` where somebody was faster.
    """
    said = await body(request, SaidSnippet)
    return answer(await desk(request).transact(actor(request), _put_snippet, said))


@routes.delete("/api/v1/article-snippets/{id}")
@needs(Right.WRITE)
@tells(status=204, parameters=("version",))
async def delete_snippet(request: web.Request) -> web.StreamResponse:
    """Forgets what a snippet says in a language, as it is in `version`, unless articles would be left without it."""
    id, version = request.match_info["id"], _version_read(request)
    await desk(request).transact(actor(request), snippets.remove, id, version=version)
    return web.Response(status=204)


def _version_read(request: web.Request) -> int:
    version = filters_of(request, ("version",)).get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Invalid("version", "the one that you have read")
    return int(version)


def _tree(rx: Rx) -> list[dict[str, Any]]:
    writes = reader_of(rx).writes
    every = [one for one in categories.tree(rx) if writes or not one.is_new]
    cards = [{name: getattr(one, name) for name in ArticleCategory.model_fields} for one in every]
    if writes:
        return cards
    seen = [category_words.NOBODY_ASKS | {"version": one.seen_version} for one in every]
    return [card | only for card, only in zip(cards, seen, strict=True)]


def _category(rx: Rx, id: str) -> dict[str, Any]:
    return next(one for one in _tree(rx) if one["id"] == id)


def _add_category(tx: Tx, new: NewCategory) -> dict[str, Any]:
    return _category(tx, categories.add(tx, **new.model_dump()))


def _change_category(tx: Tx, id: str, said: Mapping[str, Any]) -> dict[str, Any]:
    categories.change(tx, id, **{name: value for name, value in said.items() if name != "parent_id"})
    if "parent_id" in said:
        categories.move(tx, id, said["parent_id"])
    return _category(tx, id)


def _decide_category(tx: Tx, id: str, step: CategoryStep) -> dict[str, Any]:
    act = category_words.approve if step.to == "approved" else category_words.leave
    act(tx, id, version=step.version)
    return _category(tx, id)


def _snippets(rx: Rx) -> list[dict[str, Any]]:
    return [_shown(row) for row in snippets.every(rx)]


def _put_snippet(tx: Tx, said: SaidSnippet) -> dict[str, Any]:
    return _shown(tx.one(snippets_table, snippets.put(tx, **said.model_dump())))


def _shown(row: Any) -> dict[str, Any]:
    return {name: row._mapping[name] for name in ArticleSnippet.model_fields}
