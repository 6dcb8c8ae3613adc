"""web/pages/admin/rules.py: the rules of routing, changed by hand: a queue, the order of all work, an agent; and their
history.

The forms are checked by the code that checks the organization file, and say what is wrong beside the field. The
router follows at once.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.errors import Invalid, NotFound, Stale
from desk.kernel.transaction import Rx
from desk.organization.changes import ORDER, change_agent, change_order, change_queue
from desk.organization.file import written_part
from desk.organization.history import MOST_CHANGES, history, mark
from desk.organization.organization import setting
from desk.organization.routing_rules import SLACK_SAID, limits_said, ordering_said, rules_now
from desk.organization.rows import queues_now, served
from desk.people.permissions import Right
from desk.tables import agents, queues, skills, users
from web.edge import actor, desk, form, needs, page
from web.pages.admin import rule_words as words
from web.pages.admin.rule_answers import FEW, history_lines, named, refused, saved, shown
from web.pages.admin.rule_conflicts import kept, rows
from web.pages.admin.rule_forms import agent_said, agent_typed, order_said, queue_said, typed

routes = web.RouteTableDef()

#: So many changes on the page of the history.
MANY = 200


@routes.get("/admin/queues/{key}")
@needs(Right.ADMINISTER)
async def queue(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _queue, request.match_info["key"])
    return shown(request, "admin/queue.html", view)


@routes.post("/admin/queues/{key}")
@needs(Right.ADMINISTER)
async def put_queue(request: web.Request) -> web.StreamResponse:
    key, fields = request.match_info["key"], await form(request)
    content = queue_said(fields)
    try:
        await desk(request).transact(actor(request), change_queue, key, content, fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _queue, key)
        return refused(request, "admin/queue.html", view, error, fields, typed(content))
    raise saved(request)


@routes.get("/admin/routing")
@needs(Right.ADMINISTER)
async def order(request: web.Request) -> web.StreamResponse:
    return shown(request, "admin/order.html", await desk(request).read(actor(request), _order))


@routes.post("/admin/routing")
@needs(Right.ADMINISTER)
async def put_order(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    ordering, limits = order_said(fields)
    try:
        await desk(request).transact(actor(request), change_order, ordering, limits, fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _order)
        return refused(request, "admin/order.html", view, error, fields, kept(fields))
    raise saved(request)


@routes.get("/admin/agents/{id}")
@needs(Right.ADMINISTER)
async def agent(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _agent, request.match_info["id"])
    return shown(request, "admin/agent.html", view)


@routes.post("/admin/agents/{id}")
@needs(Right.ADMINISTER)
async def put_agent(request: web.Request) -> web.StreamResponse:
    id, fields = request.match_info["id"], await form(request)
    content = agent_said(fields)
    try:
        await desk(request).transact(actor(request), change_agent, id, content, fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _agent, id)
        return refused(request, "admin/agent.html", view, error, fields, kept(fields))
    raise saved(request)


@routes.get("/admin/history")
@needs(Right.ADMINISTER)
async def changes(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _history)
    return page(request, "admin/history.html", here="history", **view)


def _queue(rx: Rx, key: str) -> dict[str, Any]:
    all_queues = queues_now(rx)
    if key not in all_queues:
        raise NotFound("queue", key)
    content = all_queues[key].model_dump(mode="json")
    path = f"queues.{key}."
    return {
        "here": "queues",
        "key": key,
        "name": all_queues[key].name,
        "typed": (told := typed(content)),
        "rings": rows("rings", told),
        "overflows": rows("overflows", told),
        "skills": named(rx, skills),
        "queues": {other: one.name for other, one in all_queues.items() if other != key},
        "teams": {team: about.get("name", team) for team, about in setting(rx, "teams").items()},
        "priorities": sorted(((one.name, one.priority) for one in all_queues.values()), key=lambda one: -one[1]),
        "strategies": words.STRATEGIES,
        "calendars": [(calendar, calendar) for calendar in setting(rx, "hours")],
        "channels": _channels(*(content[name] for name in ("handling", "due", "case_owner", "last_agent"))),
        "seen": mark(rules_now(rx, only=path)),
        "in_the_file": written_part({key: all_queues[key].model_dump(mode="json", exclude_defaults=True)}),
        "history": history_lines(rx, history(rx, path, most=FEW)),
    }


def _order(rx: Rx) -> dict[str, Any]:
    ordering, limits = ordering_said(rx), limits_said(rx)
    content = {
        "ordering": ordering.model_dump(mode="json", exclude_none=True),
        "limits": limits.model_dump(mode="json", exclude_none=True),
    }
    return {
        "here": "routing",
        # Who turns from one order to the other finds the defaults filled in.
        "typed": typed({"ordering": SLACK_SAID.model_dump(mode="json")} if ordering.kind == "priority" else {})
        | typed(content),
        "channels": _channels(content["limits"]["weights"], content["limits"]["exclusive"]),
        "kinds": words.KINDS,
        "tiers": words.TIERS,
        "seen": mark(rules_now(rx, only=ORDER)),
        "in_the_file": written_part(content),
        "history": history_lines(rx, history(rx, *ORDER, most=FEW)),
    }


def _agent(rx: Rx, id: str) -> dict[str, Any]:
    found = rx.all(
        sa.select(users.c.name, users.c.email).join(agents, agents.c.id == users.c.id).where(agents.c.id == id)
    )
    if not found:
        raise NotFound("agent", id)
    path = f"agents.{id}."
    rules = rules_now(rx, only=path)
    content = {name: rules.get(path + name, {}) for name in ("queues", "skills", "capacity")}
    serves = {key: how.model_dump(mode="json", exclude_defaults=True) for key, how in served(rx).get(id, {}).items()}
    return {
        "here": "agents",
        "id": id,
        "name": found[0].name or found[0].email,
        "email": found[0].email,
        "typed": agent_typed(content | {"queues": serves}),
        "skills": named(rx, skills),
        "queues": named(rx, queues),
        "channels": _channels(content["capacity"]),
        "seen": mark(rules),
        "in_the_file": written_part({found[0].email: content}),
        "history": history_lines(rx, history(rx, path, most=FEW)),
    }


def _history(rx: Rx) -> dict[str, Any]:
    found = history_lines(rx, history(rx, most=MANY), most=MOST_CHANGES)
    return {"history": found, "zone": str(setting(rx, "time_zone"))}


def _channels(*used: Iterable[str]) -> dict[str, str]:
    """Ours, and those that other systems hand in and the rules speak of."""
    others = {key for keys in used for key in keys} - words.CHANNELS.keys()
    return words.CHANNELS | {key: key for key in sorted(others)}
