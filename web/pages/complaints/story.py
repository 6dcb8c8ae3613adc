"""web/pages/complaints/story.py: one complaint as its page shows it: its life, what is due, what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.complaints.calendar import Calendar
from desk.complaints.clocks import on_its_way
from desk.complaints.lifecycle import NOT_INVESTIGATED, WAITING, State
from desk.complaints.packs import Level
from desk.complaints.redress import KINDS
from desk.complaints.register import codes, handlers_of_complaints, is_open, names_of_codes, one_complaint
from desk.complaints.site import calendar_of
from desk.kernel.transaction import Rx
from desk.tables import complaints
from web.pages.complaints.words import (
    CHANNELS,
    DECISION_NAMES,
    LETTER_STATES,
    OUTCOMES,
    STATES,
    VERBS,
    clock,
    ended_at,
    exact,
    letter_name,
    named,
    outcomes,
)

#: The usual life, as the page draws it.
LIFE = ("logged", "triage", "investigating", "decision_review", "closed")
#: The step forward from each state; from an outside body it is the way back.
FORWARD = {
    State.LOGGED: State.TRIAGE,
    State.TRIAGE: State.INVESTIGATING,
    State.INVESTIGATING: State.DECISION_REVIEW,
    State.WAITING_CUSTOMER: State.INVESTIGATING,
    State.WAITING_THIRD_PARTY: State.INVESTIGATING,
    State.DECISION_REVIEW: State.CLOSED,
}


def complaint_view(rx: Rx, id: str) -> dict[str, Any]:
    """What the page of one complaint shows, for its template.

    Raises:
        NotFound: no such complaint.
    """
    card = one_complaint(rx, id)
    away = on_its_way(rx, rx.one(complaints, id), "final_response")
    forward = "" if away else FORWARD.get(State(card["state"]), card["before_external"])
    calendar = calendar_of(rx)
    causes = codes(rx, "cause")
    return {
        "complaint": card,
        "state": STATES[State(card["state"])],
        "open": is_open(card),
        "on_its_way": away,
        "forward": forward,
        "category": named(names_of_codes(rx, "category"), card["category"]),
        "cause": _cause(rx, card["cause"]),
        "decision": named(DECISION_NAMES, card["decision"]),
        "channel": CHANNELS.get(card["channel"], card["channel"]),
        "received": exact(card["received_at"], calendar.zone),
        "life": _life(card, calendar.zone),
        "clocks": [clock(rx, item, calendar, ended_at=ended_at(card)) for item in card["deadlines"]],
        "due_next": _due_next(rx, card, calendar),
        "story": _story(card, calendar.zone),
        "moves": _moves(card, forward, away),
        "causes": causes,
        "owners": handlers_of_complaints(rx),
        "levels": [(str(level), level.capitalize()) for level in Level],
        "decisions": list(DECISION_NAMES.items()),
        "redresses": [(kind, kind.replace("_", " ").capitalize()) for kind in KINDS],
        "zone": str(calendar.zone),
        "day": lambda at: exact(at, calendar.zone),
    }


def _cause(rx: Rx, code: str) -> str:
    return "Not investigated" if code == NOT_INVESTIGATED else named(names_of_codes(rx, "cause"), code)


def _moves(card: Mapping[str, Any], forward: str, away: str) -> list[tuple[str, str]]:
    """Where it can go, the step forward first. While its final response is on its way, nowhere on the usual way."""
    held = (State.INVESTIGATING, State.CLOSED) if away == "awaits_delivery" else card["allowed"] if away else ()
    ways = sorted((name for name in card["allowed"] if name not in held), key=lambda name: name != forward)
    return [(name, _verb(card, State(name))) for name in ways]


def _verb(card: Mapping[str, Any], to: State) -> str:
    return f"Back to {STATES[to].lower()}" if card["before_external"] == to else VERBS[to]


def _due_next(rx: Rx, card: Mapping[str, Any], calendar: Calendar) -> list[dict[str, Any]]:
    """What waits to be done, the most urgent first."""
    waiting = [clock(rx, item, calendar) for item in card["deadlines"] if item["met_at"] is None]
    found = [item for item in waiting if item["name"] != "Early window"] if is_open(dict(card)) else []
    for recovery in card["recoveries"]:
        for item in recovery["actions"]:
            if item["state"] in ("planned", "waiting") and recovery["state"] == "running":
                due = {"name": item["title"].split(": ", 1)[-1], "due_at": item["due_at"], "met_at": None}
                found.append(
                    clock(rx, due | {"due_local": "", "basis": f"recovery, {recovery['strategy']}"}, calendar)
                    | {"action_id": item["id"], "outcomes": outcomes(item)}
                )
    return found


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
            "at": exact(entered[name], zone) if name in entered else "",
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
        title = f"{letter_name(item['kind'])}: {LETTER_STATES.get(item['state'], item['state'].replace('_', ' '))}"
        told.append((at, "mail", title, _way(item)))
    for one in card["tries"]:
        title = f"{letter_name(one['about'])}: {one['outcome'].replace('_', ' ')}"
        told.append((one["at"], "phone", title, one["note"]))
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
    return [{"at": exact(at, zone), "icon": icon, "title": title, "text": text} for at, icon, title, text in told]


def _way(letter: Mapping[str, Any]) -> str:
    """How a letter went, and why not further."""
    way = f"by {CHANNELS.get(letter['channel'], letter['channel'])}" if letter["channel"] else ""
    return ", ".join(filter(None, (way, letter["reason"])))


def _came_of(action: Mapping[str, Any], letters: list[dict[str, Any]]) -> str:
    """What came of a recovery's action, and by what that is known; a letter by what it is, not by its id."""
    outcome = OUTCOMES.get(action["outcome"], action["outcome"].replace("_", " ").capitalize())
    known = {f"letter {item['id']}": f"{letter_name(item['kind'])} letter" for item in letters}
    return ", ".join(filter(None, (outcome, known.get(action["evidence"], action["evidence"]))))
