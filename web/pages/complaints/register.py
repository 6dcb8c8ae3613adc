"""web/pages/complaints/register.py: the register: who waits for what, how their clocks stand, how old they are."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from desk.complaints.calendar import Calendar
from desk.complaints.clocks import BODY
from desk.complaints.lifecycle import State
from desk.complaints.register import closed_lately, names_of_codes, open_complaints
from desk.complaints.site import calendar_of
from desk.kernel.transaction import Rx
from web.pages.complaints.words import SOON, STATES, clock, ended_at, exact, final_response, named

_NEVER = datetime.max.replace(tzinfo=UTC)
TABS = ("open", "logged", "triage", "investigating", "waiting", "decision_review", "external", "closed")


def register_view(rx: Rx, tab: str) -> dict[str, Any]:
    """What the register shows of the complaints in `tab`, for its template."""
    calendar = calendar_of(rx)
    everything = open_complaints(rx)
    shown = closed_lately(rx) if tab == "closed" else [card for card in everything if _in_tab(card, tab)]
    categories = names_of_codes(rx, "category")
    counts = {name: sum(_in_tab(card, name) for card in everything) for name in TABS if name != "closed"}
    return {
        "tab": tab,
        "tabs": [(name, "All open" if name == "open" else name.replace("_", " ").capitalize()) for name in TABS],
        "counts": counts,
        "rows": [_row(rx, card, calendar, categories) for card in (shown if tab == "closed" else _by_due(shown))],
        "now": exact(rx.now, calendar.zone),
        "clocks": _clocks(rx, everything, calendar),
        "ages": _ages(rx, everything),
    }


def _in_tab(card: Mapping[str, Any], tab: str) -> bool:
    return tab == "open" or str(card["state"]).startswith(tab)


def _by_due(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is due first stands first, what is overdue before everything."""
    return sorted(cards, key=lambda card: (item["due_at"] if (item := _awaited(card)) else _NEVER, card["number"]))


def _awaited(card: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a row counts down to: the final response, or the word of the outside body that has the complaint."""
    if card["state"] == State.EXTERNAL:
        return next((item for item in card["deadlines"] if item["name"] == BODY), None)
    return final_response(card)


def _due(rx: Rx, card: dict[str, Any], calendar: Calendar) -> dict[str, Any] | None:
    """How that stands; an outside body's clock is not ours to colour."""
    item = _awaited(card)
    if item is None:
        return None
    shown = clock(rx, item, calendar, ended_at=ended_at(card))
    outside = {"tone": "", "icon": "shield", "words": "outside body"}
    return shown | outside if card["state"] == State.EXTERNAL else shown


def _row(rx: Rx, card: dict[str, Any], calendar: Calendar, categories: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": card["id"],
        "number": card["number"],
        "customer": card["customer"],
        "channel": card["channel"],
        "category": named(categories, card["category"]),
        "state": STATES[State(card["state"])],
        "owner": card["owner"]["name"] if card["owner"] else "Complaints team",
        "next_action": card["next_action"] or "None",
        "due": _due(rx, card, calendar),
        "age": (rx.now - card["received_at"]).days,
    }


def _clocks(rx: Rx, cards: list[dict[str, Any]], calendar: Calendar) -> list[tuple[str, str, str, int]]:
    outside = [card for card in cards if card["state"] == State.EXTERNAL]
    finals = [clock(rx, item, calendar) for card in cards if card not in outside and (item := final_response(card))]
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
