"""web/api/interactions.py: contacts, what was said in them, where they were, and what happened to them."""

from typing import Annotated, Any, Literal

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from desk.contacts.attachments import MOST_FILES
from desk.contacts.cards import interaction_cards, message_cards
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right
from desk.people.reach import interaction_for, interactions_in_sight
from desk.tables import events, interactions, messages, segments
from knowledgebase.contacts.replies import MOST_ARTICLES, Held, send
from web.api.audit import entries
from web.api.creating import create
from web.api.inbound import CHANNEL
from web.api.lists import filters_of, instant, matching, page_by, plain
from web.api.shapes import Entry, Interaction, Message, Segment
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

#: Fields of an interaction, and the span in which it arrived.
_FIELDS = ("state", "channel", "direction", "queue", "customer_id", "agent_id", "disposition")
FILTERS = (*_FIELDS, "arrived_from", "arrived_before")
_SEGMENT = ("id", "kind", "queue", "agent_id", "entry", "from_at", "to_at", "outcome")


class Sent(BaseModel, extra="forbid"):
    """An upload, by its id."""

    id: str


class HeldArticle(BaseModel, extra="forbid"):
    """An article that a reply holds: its words (`inserted`), or the way to it (`linked`)."""

    text_id: str
    how: Literal["inserted", "linked"]


class NewMessage(BaseModel, extra="forbid"):
    """What to say to the customer; `internal` is a note among colleagues. `client_id` makes it idempotent. `articles`
    are those that it holds: they count as used."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    text: Annotated[str, StringConstraints(max_length=100_000)]
    html: Annotated[str, StringConstraints(max_length=400_000)] | None = None
    attachments: Annotated[list[Sent], Field(max_length=MOST_FILES)] = []
    internal: bool = False
    articles: Annotated[list[HeldArticle], Field(max_length=MOST_ARTICLES)] = []


@routes.get("/api/v1/interactions")
@needs(Right.WORK)
@tells(Interaction, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Interactions, the newest first: for agents those of their queues and their own, for supervisors all."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.get("/api/v1/interactions/{id}")
@needs(Right.WORK)
@tells(Interaction)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One interaction, with its segments."""
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"]))


@routes.get("/api/v1/interactions/{id}/messages")
@needs(Right.WORK)
@tells(Message, filters=())
async def get_messages(request: web.Request) -> web.StreamResponse:
    """What was said, the oldest first, notes among colleagues included."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _messages, request.match_info["id"], cursor, limit))


@routes.post("/api/v1/interactions/{id}/messages")
@needs(Right.WORK)
@tells(Message, status=201, key=True)
async def post_message(request: web.Request) -> web.StreamResponse:
    """Answers the customer, or leaves a note."""
    new, id = await body(request, NewMessage), request.match_info["id"]
    message = await create(request, new, _say, id, new)
    return created(f"/api/v1/interactions/{id}/messages", **message)


@routes.get("/api/v1/interactions/{id}/segments")
@needs(Right.WORK)
@tells(Segment, filters=())
async def get_segments(request: web.Request) -> web.StreamResponse:
    """Where it was, from when to when, the oldest first."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _segments, request.match_info["id"], cursor, limit))


@routes.get("/api/v1/interactions/{id}/events")
@needs(Right.WORK)
@tells(Entry, filters=())
async def get_events(request: web.Request) -> web.StreamResponse:
    """What happened to it, as the log has it, the oldest first."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _events, request.match_info["id"], cursor, limit))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    since, before = filters.pop("arrived_from", None), filters.pop("arrived_before", None)
    if not CHANNEL.fullmatch(filters.get("channel", "chat")):
        raise Invalid("channel", "expected voice, chat, email, sms, form, or another by which contacts are handed in")
    conditions = [interactions_in_sight(rx), *matching(interactions, filters)]
    if since is not None:
        conditions.append(interactions.c.arrived_at >= instant("arrived_from", since))
    if before is not None:
        conditions.append(interactions.c.arrived_at < instant("arrived_before", before))
    found = sa.select(interactions.c.id).where(*conditions)
    return page_by(rx, found, interactions.c.id, cursor=cursor, limit=limit, show=_cards)


def _cards(rx: Rx, rows: Any) -> list[dict[str, Any]]:
    cards = interaction_cards(rx, [row.id for row in rows])
    return [cards[row.id] for row in rows]


def _one(rx: Rx, id: str) -> dict[str, Any]:
    interaction_for(rx, id)
    theirs = sa.select(segments).where(segments.c.interaction_id == id).order_by(segments.c.id)
    return interaction_cards(rx, [id])[id] | {"segments": [_segment(row) for row in rx.all(theirs)]}


def _messages(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    interaction_for(rx, id)

    def cards(rx: Rx, rows: Any) -> list[dict[str, Any]]:
        return list(message_cards(rx, [row.id for row in rows]).values())

    said = sa.select(messages.c.id).where(messages.c.interaction_id == id)
    return page_by(rx, said, messages.c.id, cursor=cursor, limit=limit, show=cards, oldest_first=True)


def _segments(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    interaction_for(rx, id)
    theirs = sa.select(segments).where(segments.c.interaction_id == id)

    def shown(_: Rx, rows: Any) -> list[dict[str, Any]]:
        return [_segment(row) for row in rows]

    return page_by(rx, theirs, segments.c.id, cursor=cursor, limit=limit, show=shown, oldest_first=True)


def _events(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    interaction_for(rx, id)
    theirs = sa.select(events).where(events.c.subject == id, events.c.position.is_not(None))
    return page_by(rx, theirs, events.c.position, cursor=cursor, limit=limit, show=entries, oldest_first=True)


def _segment(row: Row) -> dict[str, Any]:
    lasted = (row.to_at - row.from_at).total_seconds() if row.to_at else None
    return plain(row, *_SEGMENT) | {"duration_s": lasted}


def _say(tx: Tx, id: str, new: NewMessage) -> dict[str, Any]:
    interaction_for(tx, id)
    message_id = send(
        tx,
        id,
        new.client_id or tx.new_id(),
        new.text,
        html=new.html,
        attachments=[file.id for file in new.attachments],
        internal=new.internal,
        articles=[Held(**held.model_dump()) for held in new.articles],
    )
    return message_cards(tx, [message_id])[message_id]
