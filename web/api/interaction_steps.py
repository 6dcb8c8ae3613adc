"""web/api/interaction_steps.py: what is done with a contact: each step a POST, answered with the contact as it is then.

Who may take a step is the use case's to say; who may not even see the contact is told that there is none.
"""

from collections.abc import Callable
from typing import Annotated, Any, Concatenate, Literal, ParamSpec

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints, model_validator

from desk.contacts.cards import interaction_cards
from desk.contacts.ending import wrap_up
from desk.contacts.interactions import hold, snooze, unhold
from desk.contacts.transfers import assign, move, transfer
from desk.contacts.turning_away import end_from_outside
from desk.kernel.instants import Moment
from desk.kernel.transaction import Tx
from desk.people.permissions import Right
from desk.people.reach import interaction_for
from web.api.shapes import Interaction
from web.api.told import tells
from web.edge import actor, answer, body, desk, needs

routes = web.RouteTableDef()

P = ParamSpec("P")
Note = Annotated[str, StringConstraints(max_length=4000)]


class Wrapped(BaseModel, extra="forbid"):
    """What came of it."""

    disposition: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    note: Note = ""
    tags: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=20)] = []


class Ended(BaseModel, extra="forbid"):
    """Why nobody answers a contact that waits; of one in hand the wrap-up says what came of it."""

    disposition: Annotated[str, StringConstraints(max_length=64)] = ""
    note: Note = ""


class Whither(BaseModel, extra="forbid"):
    """Exactly one of them."""

    queue: str | None = None
    agent: str | None = None
    number: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Whither":
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("exactly one of queue, agent and number")
        return self


class Transfer(BaseModel, extra="forbid"):
    to: Whither
    mode: Literal["blind", "consult"] = "blind"
    note: Note = ""


class Snooze(BaseModel, extra="forbid"):
    until: Moment


class Assignment(BaseModel, extra="forbid"):
    agent_id: str


class Move(BaseModel, extra="forbid"):
    queue: str


@routes.post("/api/v1/interactions/{id}/end")
@needs(Right.WORK)
@tells(Interaction)
async def post_end(request: web.Request) -> web.StreamResponse:
    """Ends the contact; wrap-up begins. One that waits is ended by a supervisor, with a disposition, and is closed."""
    said = await body(request, Ended) if request.can_read_body else Ended()
    return await _step(request, end_from_outside, said.disposition, said.note)


@routes.post("/api/v1/interactions/{id}/wrap-up")
@needs(Right.WORK)
@tells(Interaction)
async def post_wrap_up(request: web.Request) -> web.StreamResponse:
    """Closes it with its outcome."""
    said = await body(request, Wrapped)
    return await _step(request, wrap_up, said.disposition, said.note, said.tags)


@routes.post("/api/v1/interactions/{id}/hold")
@needs(Right.WORK)
@tells(Interaction)
async def post_hold(request: web.Request) -> web.StreamResponse:
    """Puts the customer on hold. Takes no body."""
    return await _step(request, hold)


@routes.post("/api/v1/interactions/{id}/unhold")
@needs(Right.WORK)
@tells(Interaction)
async def post_unhold(request: web.Request) -> web.StreamResponse:
    """Goes on with a customer who was on hold. Takes no body."""
    return await _step(request, unhold)


@routes.post("/api/v1/interactions/{id}/transfer")
@needs(Right.WORK)
@tells(Interaction)
async def post_transfer(request: web.Request) -> web.StreamResponse:
    """Passes it on to a queue or an agent."""
    wanted = await body(request, Transfer)
    return await _step(request, transfer, wanted.to.model_dump(exclude_none=True), wanted.mode, wanted.note)


@routes.post("/api/v1/interactions/{id}/snooze")
@needs(Right.WORK)
@tells(Interaction)
async def post_snooze(request: web.Request) -> web.StreamResponse:
    """Puts written work aside until a time, or until the customer's next word."""
    return await _step(request, snooze, (await body(request, Snooze)).until)


@routes.post("/api/v1/interactions/{id}/assign")
@needs(Right.SUPERVISE)
@tells(Interaction)
async def post_assign(request: web.Request) -> web.StreamResponse:
    """Gives it to an agent who is signed in; one who is not ready is waited for, and offered it when available."""
    return await _step(request, assign, (await body(request, Assignment)).agent_id)


@routes.post("/api/v1/interactions/{id}/move")
@needs(Right.SUPERVISE)
@tells(Interaction)
async def post_move(request: web.Request) -> web.StreamResponse:
    """Moves it to another queue."""
    return await _step(request, move, (await body(request, Move)).queue)


async def _step(
    request: web.Request, step: Callable[Concatenate[Tx, str, P], object], *args: P.args, **kwargs: P.kwargs
) -> web.StreamResponse:
    id = request.match_info["id"]

    def taken(tx: Tx) -> dict[str, Any]:
        interaction_for(tx, id)
        step(tx, id, *args, **kwargs)
        return interaction_cards(tx, [id])[id]

    return answer(await desk(request).transact(actor(request), taken))
