"""web/api/queues.py: queues, their rules and today's figures."""

import re
from typing import Annotated, Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from desk.floor.figures_so_far import load_figures
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Row, Rx
from desk.organization.callbacks import Attempts, Digit, First
from desk.organization.changes import change_queue, mark_of_queue
from desk.organization.rows import queue_of
from desk.organization.rules import LONGEST_OFFER_S, LONGEST_WRAP_UP_S, MOST_RINGS
from desk.organization.rules import Queue as Rules
from desk.people.permissions import Right
from desk.screens.agent_cards import agent_cards
from desk.tables import queues
from routing.model import Strategy
from web.api.lists import filters_of
from web.api.shapes import Queue
from web.api.told import tells
from web.edge import actor, answer, body, desk, needs, page_of

routes = web.RouteTableDef()


class TargetChange(BaseModel, extra="forbid"):
    within_s: Annotated[int, Field(ge=1, le=86_400)]
    share: Annotated[float, Field(gt=0, le=1)]


class RingChange(BaseModel, extra="forbid"):
    """From `after_s` of waiting on: these levels instead, 0 for none, and the agents of these queues and teams too."""

    after_s: Annotated[int, Field(ge=1, le=86_400)]
    skills: dict[str, Annotated[int, Field(ge=0, le=5)]] = {}
    queues: list[str] = []
    teams: list[str] = []


class OverflowChange(BaseModel, extra="forbid"):
    """To another queue when all that is said holds: waited `after_s`, likely to wait longer than `wait_s`, `nobody`
    works here, it is `closed`, or `full`; while the receiver answers the share `protect` of its own in time."""

    to: str
    after_s: Annotated[int, Field(ge=1, le=34_560_000)] | None = None
    wait_s: Annotated[int, Field(ge=1, le=34_560_000)] | None = None
    nobody: bool = False
    closed: bool = False
    full: bool = False
    protect: Annotated[float, Field(gt=0, le=1)] | None = None


class CallbacksChange(BaseModel, extra="forbid"):
    """How its customers are rung back, where that is otherwise than in all queues; with a `key`, callers may leave
    the line by it once they have waited `after_s`."""

    key: Digit | None = None
    after_s: Annotated[int, Field(ge=0, le=34_560_000)] = 0
    first: First | None = None
    attempts: Attempts | None = None
    gap_s: Annotated[int, Field(ge=1, le=34_560_000)] | None = None


Spans = dict[str, Annotated[int, Field(ge=1, le=34_560_000)]]
#: The same where nothing is an answer.
Waits = dict[str, Annotated[int, Field(ge=0, le=34_560_000)]]


class QueueChange(BaseModel, extra="forbid"):
    """What is left out stays; null lifts `hours`, `max_length` and `callbacks`. With `version`, only if nobody
    changed the rules since. `skills` maps a skill to the level that is asked for; `handling_s`, `due_s`,
    `case_owner_s` and `last_agent_s` are by channel."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] | None = None
    skills: dict[str, Annotated[int, Field(ge=1, le=5)]] | None = None
    priority: Annotated[int, Field(ge=-100, le=100)] | None = None
    target: TargetChange | None = None
    offer_s: Annotated[int, Field(ge=5, le=LONGEST_OFFER_S)] | None = None
    wrap_up_s: Annotated[int, Field(ge=0, le=LONGEST_WRAP_UP_S)] | None = None
    strategy: Strategy | None = None
    rings: Annotated[list[RingChange], Field(max_length=MOST_RINGS)] | None = None
    handling_s: Spans | None = None
    due_s: Spans | None = None
    case_owner_s: Waits | None = None
    last_agent_s: Waits | None = None
    last_agent_within_s: Annotated[int, Field(ge=0, le=34_560_000)] | None = None
    auto_accept: list[str] | None = None
    declines: Annotated[int, Field(ge=1, le=100)] | None = None
    hours: str | None = None
    max_length: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    overflow: Annotated[list[OverflowChange], Field(max_length=MOST_RINGS)] | None = None
    callbacks: CallbacksChange | None = None
    version: Annotated[str, StringConstraints(max_length=64)] | None = None


#: A queue can be without these; all else has a value.
_LIFTED = frozenset({"hours", "max_length", "callbacks", "version"})


@routes.get("/api/v1/queues")
@needs(Right.WORK)
@tells(Queue, filters=())
async def get_all(request: web.Request) -> web.StreamResponse:
    """Queues with their figures of today. One page has them all."""
    page_of(request)
    filters_of(request, ())
    return answer({"items": await desk(request).read(actor(request), _queues), "next_cursor": None})


@routes.get("/api/v1/queues/{key}")
@needs(Right.WORK)
@tells(Queue)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One queue."""
    key = request.match_info["key"]
    for queue in await desk(request).read(actor(request), _queues):
        if queue["key"] == key:
            return answer(queue)
    raise NotFound("queue", key)


@routes.patch("/api/v1/queues/{key}")
@needs(Right.ADMINISTER)
@tells(Queue)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes a queue's rules."""
    changes = (await body(request, QueueChange)).model_dump(exclude_unset=True)
    empty = [name for name, value in changes.items() if value is None and name not in _LIFTED]
    if empty:
        raise Invalid.many([(name, "needs a value; leave it out to keep what it is") for name in empty])
    key, seen = request.match_info["key"], changes.pop("version", None)
    try:
        await desk(request).transact(actor(request), change_queue, key, _as_in_the_file(changes), seen)
    except Invalid as error:
        raise Invalid.many([(_AFTER.sub(r"\1_s", path), why) for path, why in error.errors]) from error
    return await get_one(request)


#: What the API calls otherwise than the organization file: its durations say that they are seconds.
_AFTER = re.compile(
    r"^(rings\[\d+\]\.after|overflow\[\d+\]\.(?:after|wait)|callbacks\.(?:after|gap)|target\.within|offer|wrap_up|handling|due)\b"
)


def _as_in_the_file(changes: dict[str, Any]) -> dict[str, Any]:
    said = {name.removesuffix("_s"): value for name, value in changes.items()}
    if target := said.get("target"):
        said["target"] = {"within": target["within_s"], "share": target["share"]}
    if said.get("callbacks"):
        said["callbacks"] = {name.removesuffix("_s"): value for name, value in said["callbacks"].items()}
    for steps in ("rings", "overflow"):
        if steps in said:
            said[steps] = [{name.removesuffix("_s"): value for name, value in step.items()} for step in said[steps]]
    return said


def _callbacks(queue: Rules) -> dict[str, Any] | None:
    said = queue.callbacks
    if said is None:
        return None
    return {"key": said.key, "after_s": said.after, "first": said.first, "attempts": said.attempts, "gap_s": said.gap}


def _rules(row: Row) -> dict[str, Any]:
    queue = queue_of(row)
    return {
        "version": mark_of_queue(row.key, queue),
        "skills": queue.skills,
        "priority": queue.priority,
        "offer_s": queue.offer,
        "wrap_up_s": queue.wrap_up,
        "strategy": queue.strategy,
        "rings": [
            {"after_s": ring.after, "skills": ring.skills, "queues": ring.queues, "teams": ring.teams}
            for ring in queue.rings
        ],
        "handling_s": queue.handling,
        "due_s": queue.due,
        "case_owner_s": queue.case_owner,
        "last_agent_s": queue.last_agent,
        "last_agent_within_s": queue.last_agent_within,
        "auto_accept": queue.auto_accept,
        "declines": queue.declines,
        "hours": queue.hours,
        "max_length": queue.max_length,
        "callbacks": _callbacks(queue),
        "overflow": [
            {
                "to": step.to,
                "after_s": step.after,
                "wait_s": step.wait,
                **step.model_dump(include={"nobody", "closed", "full", "protect"}),
            }
            for step in queue.overflow
        ],
    }


def _queues(rx: Rx) -> list[dict[str, Any]]:
    figures = load_figures(rx)
    figures.put_agents(agent_cards(rx).values())
    rules = {row.key: row for row in rx.all(sa.select(queues))}
    return [card | _rules(rules[card["key"]]) for card in figures.queues(rx.now)]
