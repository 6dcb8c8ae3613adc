"""web/pages/admin/overview.py: the organization as it is, and what needs a person: work put aside, mail that came back.

To be read. The rules of routing are changed in `rules.py`, everything by the organization file: `careline org
dump`, edit, `careline org load`.
"""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.complaints.site import name_of
from desk.kernel.settings import Settings
from desk.kernel.transaction import Rx
from desk.people.access import list_users
from desk.people.permissions import Right
from desk.tables import (
    agent_queues,
    agent_skills,
    agents,
    entry_points,
    flows,
    interactions,
    jobs,
    letters,
    messages,
    organization,
    queues,
    skills,
    surveys,
    users,
)
from web.drafting import provider
from web.edge import actor, desk, needs, page

routes = web.RouteTableDef()

#: So many of each list of trouble; the newest.
MOST = 100
#: Settings that are shown, by what they are called.
SETTINGS = (
    ("time_zone", "Time zone"),
    ("languages", "Languages"),
    ("business_hours", "Hours"),
    ("default_queue", "Queue of unknown entry points"),
    ("default_flow", "Flow of unknown numbers"),
    ("dial_countries", "Countries we dial"),
    ("chat_origins", "Sites with the widget"),
)


@routes.get("/admin")
@needs(Right.ADMINISTER)
async def overview(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _overview, desk(request).settings)
    return page(request, "admin/overview.html", here="", **view)


@routes.get("/admin/trouble")
@needs(Right.ADMINISTER)
async def trouble(request: web.Request) -> web.StreamResponse:
    return page(request, "admin/trouble.html", here="trouble", **await desk(request).read(actor(request), _trouble))


@routes.get("/admin/users")
@needs(Right.ADMINISTER)
async def people(request: web.Request) -> web.StreamResponse:
    rows = await desk(request).read(actor(request), list_users)
    return page(request, "admin/users.html", here="users", users=[(row, bool(row.password_hash)) for row in rows])


def _overview(rx: Rx, known: Settings) -> dict[str, Any]:
    settings = {row.key: row.value for row in rx.all(sa.select(organization))}
    return {
        "name": name_of(rx),
        "settings": [(words, _in_words(settings[key])) for key, words in SETTINGS if key in settings],
        "queues": rx.all(sa.select(queues).order_by(queues.c.priority.desc(), queues.c.name)),
        "skills": {row.key: row.name for row in rx.all(sa.select(skills).order_by(skills.c.name))},
        "entry_points": rx.all(sa.select(entry_points).order_by(entry_points.c.channel, entry_points.c.address)),
        "flows": [row.key for row in rx.all(sa.select(flows.c.key).order_by(flows.c.key))],
        "agents": _agents(rx),
        "model": provider(rx, known),
    }


def _agents(rx: Rx) -> list[dict[str, Any]]:
    levels: dict[str, list[tuple[str, int]]] = {}
    for row in rx.all(sa.select(agent_skills).order_by(agent_skills.c.level.desc(), agent_skills.c.skill)):
        levels.setdefault(row.agent_id, []).append((row.skill, row.level))
    served: dict[str, list[str]] = {}
    for row in rx.all(sa.select(agent_queues).order_by(agent_queues.c.queue)):
        served.setdefault(row.agent_id, []).append(row.queue)
    named = sa.select(agents, users.c.name, users.c.email).join(users, users.c.id == agents.c.id)
    return [
        {
            "id": row.id,
            "name": row.name,
            "email": row.email,
            "queues": served.get(row.id, []),
            "skills": levels.get(row.id, []),
            "capacity": row.capacity or {},
            "languages": row.languages or [],
        }
        for row in rx.all(named.order_by(users.c.name))
    ]


def _trouble(rx: Rx) -> dict[str, Any]:
    failed = sa.select(jobs).where(jobs.c.failed_at.is_not(None)).order_by(jobs.c.failed_at.desc()).limit(MOST)
    undelivered = (
        sa.select(messages, interactions.c.channel, interactions.c.reply_to)
        .join(interactions, interactions.c.id == messages.c.interaction_id)
        .where(messages.c.delivery.in_(("failed", "bounced")))
        .order_by(messages.c.id.desc())
        .limit(MOST)
    )
    post = sa.select(letters).where(letters.c.state.in_(("failed", "undeliverable"))).order_by(letters.c.id.desc())
    asked = sa.select(surveys).where(surveys.c.state == "failed").order_by(surveys.c.id.desc())
    return {
        "jobs": rx.all(failed),
        "messages": rx.all(undelivered),
        "letters": rx.all(post.limit(MOST)),
        "surveys": rx.all(asked.limit(MOST)),
    }


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
