"""web/pages/complaints/complaints.py: the register with its clocks, and the page of one complaint.

Plain forms that need no script (one sends them with Ctrl and Enter): a guard that refuses shows the page again with
what it lacks, what was typed, and the focus where to go on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from desk.complaints.complaints import extend, send_update
from desk.complaints.lifecycle import State, allowed
from desk.complaints.recovery import complete_action
from desk.complaints.redress import PAYING
from desk.complaints.register import one_complaint
from desk.complaints.site import calendar_of
from desk.complaints.transitions import facts_of, transition
from desk.kernel import instants
from desk.kernel.errors import CarelineError, Conflict, Forbidden, Invalid, NotFound
from desk.people.permissions import Right
from desk.tables import complaints
from web.edge import actor, desk, form, needs, page
from web.pages.complaints.register import TABS, register_view
from web.pages.complaints.story import complaint_view
from web.pages.complaints.words import STATES

routes = web.RouteTableDef()

#: Fields that the page calls otherwise.
_FIELDS = {"redress.kind": "redress", "redress.amount": "amount", "redress.currency": "currency", "to": ""}


@routes.get("/complaints")
@needs(Right.COMPLAINTS)
async def register(request: web.Request) -> web.StreamResponse:
    tab = request.query.get("state", "open")
    if tab not in TABS:
        raise Invalid("state", f"expected one of {', '.join(TABS)}")
    view = await desk(request).read(actor(request), register_view, tab)
    return page(request, "complaints/register.html", **view)


@routes.get("/complaints/{id}")
@needs(Right.COMPLAINTS)
async def one(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), complaint_view, request.match_info["id"])
    return page(request, "complaints/complaint.html", **view, errors=[], typed={}, tried="")


@routes.post("/complaints/{id}/transitions")
@needs(Right.COMPLAINTS)
async def move(request: web.Request) -> web.StreamResponse:
    typed = await form(request)
    return await _act(request, typed, typed.get("to", ""), _transition)


@routes.post("/complaints/{id}/letters")
@needs(Right.COMPLAINTS)
async def letter(request: web.Request) -> web.StreamResponse:
    typed = await form(request)
    return await _act(request, typed, "extend" if typed.get("extend") else "update", _letter)


@routes.post("/complaints/{id}/actions")
@needs(Right.WORK)
async def action(request: web.Request) -> web.StreamResponse:
    typed = await form(request)
    return await _act(request, typed, typed.get("action_id", ""), _action)


async def _act(request: web.Request, typed: Mapping[str, str], tried: str, act: Any) -> web.StreamResponse:
    """Does what a form asks; what refuses is shown above the form, with everything that was typed."""
    id = request.match_info["id"]
    try:
        await desk(request).transact(actor(request), act, id, typed)
    except (Invalid, Conflict, Forbidden) as error:
        view = await desk(request).read(actor(request), complaint_view, id)
        shown = page(request, "complaints/complaint.html", **view, errors=_errors(error), typed=typed, tried=tried)
        shown.set_status(403 if isinstance(error, Forbidden) else 409 if isinstance(error, Conflict) else 422)
        return shown
    raise web.HTTPSeeOther(f"/complaints/{id}")


def _errors(error: CarelineError) -> list[tuple[str, str]]:
    """What was refused, by the name of the field that it stands in on the page."""
    if not isinstance(error, Invalid):
        return [("", error.message)]
    return [(_FIELDS.get(field, field), reason) for field, reason in error.errors]


def _transition(tx: Any, id: str, typed: Mapping[str, str]) -> None:
    fields: dict[str, Any] = {
        name: value.strip() for name, value in typed.items() if name not in ("to", "csrf_token") and value.strip()
    }
    amount, currency = fields.pop("amount", None), fields.pop("currency", None)
    if amount or currency:
        kind = fields.get("redress") or _proposed(tx, id)
        fields["redress"] = {"kind": kind, "amount": amount, "currency": currency}
    if "due_at" in fields:
        fields["due_at"] = _instant(fields["due_at"], calendar_of(tx).zone)
    try:
        to = State(typed.get("to", ""))
    except ValueError as error:
        raise Invalid("to", "no such state") from error
    facts = facts_of(tx, tx.one(complaints, id))
    if to not in allowed(facts):
        raise Invalid("to", f"this page was older: the complaint is in “{STATES[facts.state]}” by now")
    transition(tx, id, to, **fields)


def _proposed(tx: Any, id: str) -> str:
    """The kind of redress that an amount without a kind of its own belongs to: what is proposed, if it pays money."""
    kind = (tx.one(complaints, id).redress or {}).get("kind", "")
    if kind not in PAYING:
        raise Invalid("redress.kind", f"which redress pays this amount? One of {', '.join(PAYING)} does")
    return str(kind)


def _letter(tx: Any, id: str, typed: Mapping[str, str]) -> None:
    (extend if typed.get("extend") else send_update)(tx, id, typed.get("message", ""))


def _action(tx: Any, id: str, typed: Mapping[str, str]) -> None:
    mine = {item["id"] for recovery in one_complaint(tx, id)["recoveries"] for item in recovery["actions"]}
    if typed.get("action_id") not in mine:
        raise NotFound("recovery action", typed.get("action_id", ""))
    complete_action(tx, typed["action_id"], typed.get("outcome", ""), typed.get("note", ""))


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        return instants.parse(text, zone)
    except ValueError as error:
        raise Invalid("due_at", "a date and time, please") from error
