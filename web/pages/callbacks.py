"""web/pages/callbacks.py: customers whom we have promised to ring, all over the floor; one of them to change or cancel.

Plain forms, no script. Times are said by the customer's clock and by ours; what is typed is by the customer's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from desk.callbacks.callbacks import cancel, change
from desk.callbacks.listing import (
    OPEN,
    STAGES,
    STATES,
    Asked,
    agents_by_name,
    counts,
    listed,
    may_own,
    one_callback,
    open_by_queue,
)
from desk.callbacks.rules import terms_of
from desk.customers.safe_hours import hours_of
from desk.kernel import instants
from desk.kernel.errors import CarelineError, Conflict, Invalid
from desk.kernel.transaction import Rx, Tx
from desk.organization.rows import queues_now
from desk.people.permissions import Right
from web.edge import actor, desk, form, needs, page

routes = web.RouteTableDef()

WORDS = {
    "waiting": "Waiting",
    "offered": "Rings at an agent",
    "dialling": "Being rung",
    "reached": "Reached",
    "gave_up": "Given up",
    "cancelled": "Cancelled",
}
STAGE_WORDS = {"open": "Open", "due": "Due by now", "ended": "Ended"}
LOOKS = {
    "waiting": ("", "clock"),
    "offered": ("info", "phone"),
    "dialling": ("info", "phone"),
    "reached": ("ok", "done"),
    "gave_up": ("bad", "over"),
    "cancelled": ("", "hours"),
}
#: How the latest attempt ended, or why there is none any more.
WHY = {
    "no_answer": "nobody answered",
    "busy": "the line was engaged",
    "failed": "could not be put through",
    "hung_up": "hung up",
    "no_key": "no key was pressed",
    "agent_unreachable": "the agent’s own telephone did not answer",
    "refused": "not phoned on this number any more",
    "no_hour": "the queue is never open when they may be phoned",
}
_LOCAL = "%Y-%m-%dT%H:%M"


@routes.get("/callbacks")
@needs(Right.SUPERVISE)
async def get_all(request: web.Request) -> web.StreamResponse:
    said = {name: request.query.get(name, "") for name in ("state", "queue", "agent", "cursor")}
    return page(request, "callbacks/list.html", **await desk(request).read(actor(request), _list, **said))


@routes.get("/callbacks/{id}")
@needs(Right.SUPERVISE)
async def get_one(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _one, request.match_info["id"])
    return page(request, "callbacks/one.html", **view, wrong={}, refused="")


@routes.post("/callbacks/{id}")
@needs(Right.SUPERVISE)
async def post_one(request: web.Request) -> web.StreamResponse:
    id, typed = request.match_info["id"], await form(request)
    try:
        await desk(request).transact(actor(request), _cancel if typed.get("do") == "cancel" else _change, id, typed)
    except (Invalid, Conflict) as error:
        return await _again(request, typed, error)
    raise web.HTTPSeeOther("/callbacks" if typed.get("do") == "cancel" else f"/callbacks/{id}")


async def _again(request: web.Request, typed: Mapping[str, str], error: CarelineError) -> web.StreamResponse:
    """The page with what was typed, and what is wrong beside its field."""
    view = await desk(request).read(actor(request), _one, request.match_info["id"])
    wrong = dict(error.errors) if isinstance(error, Invalid) else {}
    view["typed"] = view["typed"] | {name: typed[name] for name in view["typed"] if name in typed}
    shown = page(request, "callbacks/one.html", **view, wrong=wrong, refused="" if wrong else error.message)
    shown.set_status(422 if wrong else 409)
    return shown


def _list(rx: Rx, state: str, queue: str, agent: str, cursor: str) -> dict[str, Any]:
    queues = {key: known.name for key, known in queues_now(rx).items()}
    agents = agents_by_name(rx)
    allowed = {"queue": list(queues), "state": [*STAGES, *STATES], "agent": [id for id, _ in agents]}
    said = {"state": state, "queue": queue, "agent": agent}
    for name, value in said.items():
        if value and value not in allowed[name]:
            raise Invalid(name, f"expected one of {', '.join(allowed[name])}")
    asked = Asked(state=state, queue=queue, agent_id=agent)
    cards, following = listed(rx, asked, cursor)
    by_queue = open_by_queue(rx)
    return {
        "rows": [_row(rx, card, queues) for card in cards],
        "queues": list(queues.items()),
        "agents": agents,
        "stages": [(name, STAGE_WORDS[name]) for name in STAGES],
        "states": [(name, WORDS[name]) for name in STATES],
        "said": said,
        "counts": counts(rx, asked),
        "by_queue": [(name, by_queue.get(key, 0)) for key, name in queues.items()],
        "first": f"/callbacks?{urlencode(said)}" if cursor else "",
        "following": f"/callbacks?{urlencode(said | {'cursor': following})}" if following else "",
        "hours": hours_of(rx),
    }


def _row(rx: Rx, card: Mapping[str, Any], queues: Mapping[str, str]) -> dict[str, Any]:
    """A call-back in words."""
    tone, icon = LOOKS.get(card["state"], ("", "done"))
    is_open = card["state"] in OPEN
    due_now = is_open and card["at"] <= rx.now
    state = WORDS.get(card["state"], card["state"].replace("_", " ").capitalize())
    return {
        "id": card["id"],
        "customer": card["customer"]["name"] or "Unknown",
        "number": card["number"] or "",
        "queue": queues.get(card["queue"], card["queue"]),
        "iso": card["at"].isoformat(),
        "theirs": _said(card["at"], card["theirs"], rx.now),
        "place": card["theirs"].key.rpartition("/")[2].replace("_", " "),
        "ours": _said(card["at"], card["ours"], rx.now),
        "same": card["at"].astimezone(card["theirs"]).utcoffset() == card["at"].astimezone(card["ours"]).utcoffset(),
        "owner": card["owner"],
        "agent": card["agent"],
        "attempts": card["attempts"],
        "by_hand": card["by_hand"],
        "open": is_open,
        "due_now": due_now,
        "state": "In line now" if card["state"] == "waiting" and due_now else state,
        "tone": "warn" if card["state"] == "waiting" and due_now else tone,
        "icon": icon,
    }


def _one(rx: Rx, id: str) -> dict[str, Any]:
    card = one_callback(rx, id)
    queues = {key: known.name for key, known in queues_now(rx).items()}
    owners = may_own(rx, card["queue"])
    if card["owner_id"] and card["owner_id"] not in dict(owners):
        owners.append((card["owner_id"], card["owner"]))
    local = card["at"].astimezone(card["theirs"]).strftime(_LOCAL)
    typed = {"due_at": local, "owner_id": card["owner_id"] or "", "number": card["number"] or "", "note": ""}
    return {
        "card": card,
        "row": _row(rx, card, queues),
        "asked": _said(card["asked_for"], card["theirs"], rx.now) if card["moved"] else "",
        "ours_zone": card["ours"].key,
        "most": terms_of(rx, card["queue"]).attempts,
        "why": WHY.get(card["why"], card["why"].replace("_", " ")),
        "owners": owners,
        "typed": typed,
        "was": typed,
        "changes": card["state"] == "waiting" and not card["by_hand"],
        "cancels": card["state"] in ("waiting", "offered") and not card["by_hand"],
        "hours": hours_of(rx),
    }


def _change(tx: Tx, id: str, typed: Mapping[str, str]) -> None:
    """What was typed anew is changed; the rest stays, and with the time the place in line."""
    fresh = {name: typed[name].strip() for name in ("due_at", "owner_id", "number") if _is_new(typed, name)}
    fields: dict[str, Any] = {}
    if "due_at" in fresh:
        fields["due_at"] = _instant(fresh["due_at"], one_callback(tx, id)["theirs"])
    if "owner_id" in fresh:
        fields["owner_id"] = fresh["owner_id"] or None
    if "number" in fresh:
        fields["number"] = fresh["number"]
    if fields:
        change(tx, id, fields)


def _is_new(typed: Mapping[str, str], name: str) -> bool:
    return name in typed and typed[name] != typed.get(f"was_{name}")


def _cancel(tx: Tx, id: str, typed: Mapping[str, str]) -> None:
    cancel(tx, id, typed.get("note", "").strip())


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        return instants.parse(text, zone)
    except ValueError as error:
        raise Invalid("due_at", "a date and time, please") from error


def _said(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """14:30 today, Fri 27 Nov 14:30 on other days, by the clock of `zone`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%a %-d %b %H:%M}"
