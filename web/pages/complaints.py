"""web/pages/complaints.py: the register with its clocks, and the page of one complaint.

Plain forms, no script: a guard that refuses shows the page again with what it lacks and what was
typed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from desk import instants
from desk.complaints.calendar import Calendar
from desk.complaints.clocks import ACTIONS
from desk.complaints.complaints import extend, send_update
from desk.complaints.lifecycle import DECISIONS, NOT_INVESTIGATED, WAITING, State
from desk.complaints.packs import Level
from desk.complaints.playbooks import outcomes_of
from desk.complaints.recovery import complete_action
from desk.complaints.redress import KINDS, PAYING
from desk.complaints.register import (
    closed_lately,
    codes,
    handlers_of_complaints,
    is_open,
    names_of_codes,
    one_complaint,
    open_complaints,
)
from desk.complaints.site import calendar_of
from desk.complaints.transitions import transition
from desk.errors import CarelineError, Conflict, Forbidden, Invalid, NotFound
from desk.permissions import Right
from desk.tables import complaints
from desk.transaction import Rx
from web.edge import actor, desk, form, needs, page

routes = web.RouteTableDef()

TABS = ("open", "logged", "triage", "investigating", "waiting", "decision_review", "external", "closed")
STATES = {state: state.replace("_", " ").capitalize() for state in State} | {
    State.WAITING_CUSTOMER: "Waiting, customer",
    State.WAITING_THIRD_PARTY: "Waiting, third party",
    State.RESOLVED_EARLY: "Resolved early",
    State.EXTERNAL: "Outside body",
}
#: What the button of a step says.
VERBS = {
    State.TRIAGE: "Assign and assess",
    State.INVESTIGATING: "Investigate",
    State.WAITING_CUSTOMER: "Wait for the customer",
    State.WAITING_THIRD_PARTY: "Wait for a third party",
    State.DECISION_REVIEW: "Put up for decision",
    State.CLOSED: "Send the final response",
    State.RESOLVED_EARLY: "Resolve early",
    State.WITHDRAWN: "Record the withdrawal",
    State.VOID: "Void",
    State.REOPENED: "Reopen",
    State.EXTERNAL: "Hand to an outside body",
}
DEADLINES = ACTIONS | {
    "early_window": "Early window",
    "acknowledgement": "Acknowledgement",
    "first_reply": "First reply by a person",
    "question": "Answer due",
}
#: Outcomes that read better than their codes.
OUTCOMES = {"no_answer": "No answer", "declined": "Customer declines"}
DECISION_NAMES = {name: name.replace("_", " ").capitalize() for name in DECISIONS} | {"partly": "Partly upheld"}
#: Letters by what they are.
LETTERS = {"acknowledgement": "Acknowledgement", "update": "Update", "final_response": "Final response"}
CHANNELS = {"email": "mail", "voice": "phone", "sms": "SMS"}
#: The usual life, as the page draws it.
LIFE = ("logged", "triage", "investigating", "decision_review", "closed")
#: Fields that the page calls otherwise.
_FIELDS = {"redress.kind": "redress", "redress.amount": "amount", "redress.currency": "currency"}
#: Under two business days a clock says "look".
SOON = 2


@routes.get("/complaints")
@needs(Right.COMPLAINTS)
async def register(request: web.Request) -> web.StreamResponse:
    tab = request.query.get("state", "open")
    if tab not in TABS:
        raise Invalid("state", f"expected one of {', '.join(TABS)}")
    view = await desk(request).read(actor(request), _register, tab)
    return page(request, "complaints/register.html", **view)


@routes.get("/complaints/{id}")
@needs(Right.COMPLAINTS)
async def one(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _one, request.match_info["id"])
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
        view = await desk(request).read(actor(request), _one, id)
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


def _register(rx: Rx, tab: str) -> dict[str, Any]:
    calendar = calendar_of(rx)
    everything = open_complaints(rx)
    shown = closed_lately(rx) if tab == "closed" else [card for card in everything if _in_tab(card, tab)]
    categories = names_of_codes(rx, "category")
    counts = {name: sum(_in_tab(card, name) for card in everything) for name in TABS if name != "closed"}
    return {
        "tab": tab,
        "tabs": [(name, "All open" if name == "open" else name.replace("_", " ").capitalize()) for name in TABS],
        "counts": counts,
        "rows": [_row(rx, card, calendar, categories) for card in shown],
        "now": _exact(rx.now, calendar.zone),
        "clocks": _clocks(rx, everything, calendar),
        "ages": _ages(rx, everything),
    }


def _in_tab(card: Mapping[str, Any], tab: str) -> bool:
    return tab == "open" or str(card["state"]).startswith(tab)


def _row(rx: Rx, card: dict[str, Any], calendar: Calendar, categories: Mapping[str, str]) -> dict[str, Any]:
    final = _final(card)
    return {
        "id": card["id"],
        "number": card["number"],
        "customer": card["customer"],
        "channel": card["channel"],
        "category": _named(categories, card["category"]),
        "state": STATES[State(card["state"])],
        "owner": card["owner"]["name"] if card["owner"] else "Complaints team",
        "next_action": card["next_action"] or "None",
        "due": _clock(rx, final, calendar, ended_at=_ended_at(card)) if final else None,
        "age": (rx.now - card["received_at"]).days,
    }


def _one(rx: Rx, id: str) -> dict[str, Any]:
    card = one_complaint(rx, id)
    calendar = calendar_of(rx)
    causes = codes(rx, "cause")
    return {
        "complaint": card,
        "state": STATES[State(card["state"])],
        "open": is_open(card),
        "on_its_way": any(item["kind"] == "final_response" and item["state"] == "queued" for item in card["letters"]),
        "category": _named(names_of_codes(rx, "category"), card["category"]),
        "cause": _cause(rx, card["cause"]),
        "decision": _named(DECISION_NAMES, card["decision"]),
        "channel": CHANNELS.get(card["channel"], card["channel"]),
        "received": _exact(card["received_at"], calendar.zone),
        "life": _life(card, calendar.zone),
        "clocks": [_clock(rx, item, calendar, ended_at=_ended_at(card)) for item in card["deadlines"]],
        "due_next": _due_next(rx, card, calendar),
        "story": _story(card, calendar.zone),
        "moves": [(name, _verb(card, State(name))) for name in card["allowed"]],
        "causes": causes,
        "owners": handlers_of_complaints(rx),
        "levels": [(str(level), level.capitalize()) for level in Level],
        "decisions": list(DECISION_NAMES.items()),
        "redresses": [(kind, kind.replace("_", " ").capitalize()) for kind in KINDS],
        "zone": str(calendar.zone),
        "day": lambda at: _exact(at, calendar.zone),
    }


def _named(names: Mapping[str, str], code: str) -> str:
    """A code by its name; one that the list lacks as itself, and says so."""
    if not code or not names:
        return code
    return names[code] or code if code in names else f"{code} (not in the list)"


def _cause(rx: Rx, code: str) -> str:
    return "Not investigated" if code == NOT_INVESTIGATED else _named(names_of_codes(rx, "cause"), code)


def _verb(card: Mapping[str, Any], to: State) -> str:
    return f"Back to {STATES[to].lower()}" if card["before_external"] == to else VERBS[to]


def _final(card: Mapping[str, Any]) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = [item for item in card["deadlines"] if item["name"] == "final_response"]
    return found[0] if found else None


def _ended_at(card: Mapping[str, Any]) -> datetime | None:
    """When its clocks have stopped, because it is closed in one way or another."""
    return None if is_open(dict(card)) else card["closed_at"]


def _clock(rx: Rx, item: Mapping[str, Any], calendar: Calendar, *, ended_at: datetime | None = None) -> dict[str, Any]:
    """A deadline in words: what it is, how it stands, and its arithmetic. What has ended counts nothing down."""
    due, met = item["due_at"], item["met_at"]
    days = calendar.business_days_until(calendar.local_day(rx.now), calendar.local_day(due))
    if met is not None:
        late = met > due
        tone, icon, words = ("bad", "over", "met late") if late else ("", "done", "met")
    elif ended_at is not None and (ended_at <= due or item["name"] == "early_window"):
        tone, icon, words = "", "done", "no longer runs"
    elif ended_at is not None:
        tone, icon, words = "bad", "over", "missed"
    elif item["name"] == "early_window" and rx.now > due:
        tone, icon, words = "", "hours", "passed"
    elif rx.now > due:
        tone, icon, words = "bad", "over", f"{_span(rx.now - due)} over"
    else:
        soon = days <= SOON and item["name"] != "early_window"
        tone, icon = ("warn", "clock") if soon else ("", "clock")
        words = _span(due - rx.now) if days == 0 else f"{days} business day{'s' if days != 1 else ''}"
    return {
        "name": DEADLINES.get(item["name"], item["name"]),
        "at": _exact(due, calendar.zone),
        "day": f"{due.astimezone(calendar.zone):%a %-d %b}",
        "iso": item["due_local"],
        "tone": tone,
        "icon": icon,
        "words": words,
        "basis": item["basis"],
        "met": met is not None,
    }


def _due_next(rx: Rx, card: Mapping[str, Any], calendar: Calendar) -> list[dict[str, Any]]:
    """What waits to be done, the most urgent first."""
    waiting = [_clock(rx, item, calendar) for item in card["deadlines"] if item["met_at"] is None]
    found = [item for item in waiting if item["name"] != "Early window"] if is_open(dict(card)) else []
    for recovery in card["recoveries"]:
        for item in recovery["actions"]:
            if item["state"] in ("planned", "waiting") and recovery["state"] == "running":
                clock = {"name": item["title"].split(": ", 1)[-1], "due_at": item["due_at"], "met_at": None}
                found.append(
                    _clock(rx, clock | {"due_local": "", "basis": f"recovery, {recovery['strategy']}"}, calendar)
                    | {"action_id": item["id"], "outcomes": _outcomes(item)}
                )
    return found


def _outcomes(action: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What may come of a recovery's action, and how the page says it."""
    return [(one, OUTCOMES.get(one, one.capitalize())) for one in outcomes_of(action["kind"], action["channel"])]


def _life(card: Mapping[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The way of this cycle: what is behind, where it is, what is ahead."""
    entered: dict[str, datetime] = {}
    for span in card["spans"]:
        if span["state"] == State.REOPENED:
            entered.clear()
        entered[span["state"]] = span["from_at"]
    here = card["state"]
    if here in LIFE:
        names = list(LIFE)
    elif here in WAITING:
        names = [*LIFE[:3], here, *LIFE[3:]]
    else:
        names = [*(name for name in LIFE if name in entered), here]
    return [
        {
            "name": STATES[State(name)],
            "at": _exact(entered[name], zone) if name in entered else "",
            "now": name == here,
        }
        for name in names
    ]


def _story(card: Mapping[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Everything that happened, newest first."""
    told: list[tuple[datetime, str, str, str]] = [
        (card["received_at"], "complaint", f"“{card['verbatim']}”", "First expressed")
    ]
    for span in card["spans"]:
        told.append((span["from_at"], "case", STATES[State(span["state"])], span["note"]))
    for item in card["letters"]:
        at = item["handed_over_at"] or item["created_at"]
        if item["kind"] == "from_customer":
            told.append((at, "user", "The customer wrote", item["body"]))
            continue
        title = f"{_letter_name(item['kind'])}: {item['state'].replace('_', ' ')}"
        told.append((at, "mail", title, _way(item)))
    for recovery in card["recoveries"]:
        told.append((recovery["started_at"], "recovery", "Recovery started", recovery["strategy"].capitalize()))
        for item in recovery["actions"]:
            if item["done_at"]:
                told.append(
                    (item["done_at"], "done", item["title"].split(": ", 1)[-1], _came_of(item, card["letters"]))
                )
        if recovery["ended_at"]:
            told.append((recovery["ended_at"], "recovery", f"Recovery {recovery['state']}", recovery["reason"]))
    for survey in card["surveys"]:
        if survey["answered_at"]:
            words = ", ".join(f"{key} {value}" for key, value in (survey["answers"] or {}).items())
            told.append((survey["answered_at"], "user", f"Survey: {words}", survey["comment"]))
    told.sort(key=lambda item: item[0])
    told.reverse()
    return [{"at": _exact(at, zone), "icon": icon, "title": title, "text": text} for at, icon, title, text in told]


def _letter_name(kind: str) -> str:
    return LETTERS.get(kind, kind.replace("_", " ").capitalize())


def _way(letter: Mapping[str, Any]) -> str:
    """How a letter went, and why not further."""
    way = f"by {CHANNELS.get(letter['channel'], letter['channel'])}" if letter["channel"] else ""
    return ", ".join(filter(None, (way, letter["reason"])))


def _came_of(action: Mapping[str, Any], letters: list[dict[str, Any]]) -> str:
    """What came of a recovery's action, and by what that is known; a letter by what it is, not by its id."""
    outcome = OUTCOMES.get(action["outcome"], action["outcome"].replace("_", " ").capitalize())
    known = {f"letter {item['id']}": f"{_letter_name(item['kind'])} letter" for item in letters}
    return ", ".join(filter(None, (outcome, known.get(action["evidence"], action["evidence"]))))


def _clocks(rx: Rx, cards: list[dict[str, Any]], calendar: Calendar) -> list[tuple[str, str, str, int]]:
    outside = [card for card in cards if card["state"] == State.EXTERNAL]
    finals = [_clock(rx, item, calendar) for card in cards if card not in outside and (item := _final(card))]
    over = sum(item["tone"] == "bad" for item in finals)
    soon = sum(item["tone"] == "warn" for item in finals)
    return [
        ("bad", "over", "Overdue", over),
        ("warn", "clock", f"Due within {SOON} business days", soon),
        ("", "done", "In time", len(finals) - over - soon),
        ("", "shield", "On an outside body’s clock", len(outside)),
    ]


def _ages(rx: Rx, cards: list[dict[str, Any]]) -> list[tuple[str, int]]:
    bounds = ((0, 3), (4, 10), (11, 20), (21, 40), (41, 56), (57, 10**6))
    ages = [(rx.now - card["received_at"]).days for card in cards]
    return [
        (f"{low}–{high}" if high < 10**6 else "over 56", sum(low <= age <= high for age in ages))
        for low, high in bounds
    ]


def _exact(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b %Y %H:%M}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes >= 24 * 60:
        return f"{minutes // 1440} day{'s' if minutes >= 2880 else ''}"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
