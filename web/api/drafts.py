"""web/api/drafts.py: what a language model drafts for who has a contact in hand. Nothing of it is kept or sent."""

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from desk.people.permissions import Right
from knowledgebase.drafting import orders
from knowledgebase.drafting.answers import Draft
from knowledgebase.drafting.prompts import Source
from knowledgebase.meaning.meanings import Meanings
from web.api.told import tells
from web.drafting import DRAFTER
from web.edge import actor, answer, body, desk, needs

routes = web.RouteTableDef()


class NewDraft(BaseModel, extra="forbid"):
    """A reply to the customer, or a note for the colleague who has them next."""

    what: Literal["reply", "summary"]


class DraftSource(BaseModel):
    """What a draft was taken from: an article, or a message of the contact, whose `title` is who wrote it."""

    kind: Literal["article", "message", "questions"]
    id: str
    title: str
    language: str


class ModelDraft(BaseModel):
    """What a language model wrote, as plain text: to be read, corrected and used by a person, or thrown away.

    `unsourced` are its sentences that name no source, greetings among them: whoever uses it checks these first.
    `left_out` says that it named an address or a number that stands in no source; "…" is in its place.
    """

    text: str
    model: str
    language: str
    sources: list[DraftSource]
    unsourced: list[str]
    left_out: bool


@routes.post("/api/v1/interactions/{id}/drafts")
@needs(Right.WORK)
@tells(ModelDraft)
async def post(request: web.Request) -> web.StreamResponse:
    """Has a language model draft a reply or a note, where the operator has set one and the organization lets it read
    what that takes. Answers within half a minute; keeps and sends nothing."""
    wanted = await body(request, NewDraft)
    drafter, about = request.app[DRAFTER], request.match_info["id"]
    if wanted.what == "reply":
        draft, made = await drafter.draft(actor(request), orders.reply, about, desk(request).kept(Meanings))
    else:
        draft, made = await drafter.draft(actor(request), orders.summary, about)
    return answer(_shown(draft, made, desk(request).settings.model_name))


def _shown(draft: Draft, made: orders.Order, model: str) -> dict[str, Any]:
    found = ModelDraft(
        text=draft.text,
        model=model,
        language=made.language,
        sources=[_source(one) for one in draft.sources],
        unsourced=list(draft.unsourced),
        left_out=draft.left_out,
    )
    return found.model_dump()


def _source(source: Source) -> DraftSource:
    return DraftSource(kind=source.kind.value, id=source.id, title=source.title, language=source.language)
