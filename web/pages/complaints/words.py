"""web/pages/complaints/words.py: what the pages of complaints call things, and how a deadline reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk.complaints.calendar import Calendar
from desk.complaints.clocks import ACTIONS
from desk.complaints.lifecycle import DECISIONS, State
from desk.complaints.playbooks import outcomes_of
from desk.complaints.register import is_open
from desk.kernel.transaction import Rx

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
LETTER_STATES = {"awaits_delivery": "to be delivered another way"}
CHANNELS = {"email": "mail", "voice": "phone", "sms": "SMS"}
#: Under two business days a clock says "look".
SOON = 2


def clock(rx: Rx, item: Mapping[str, Any], calendar: Calendar, *, ended_at: datetime | None = None) -> dict[str, Any]:
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
        tone, icon, words = "bad", "over", f"{span_of(rx.now - due)} over"
    else:
        soon = days <= SOON and item["name"] != "early_window"
        tone, icon = ("warn", "clock") if soon else ("", "clock")
        words = span_of(due - rx.now) if days == 0 else f"{days} business day{'s' if days != 1 else ''}"
    return {
        "name": DEADLINES.get(item["name"], item["name"]),
        "at": exact(due, calendar.zone),
        "day": f"{due.astimezone(calendar.zone):%a %-d %b}",
        "iso": item["due_local"],
        "tone": tone,
        "icon": icon,
        "words": words,
        "basis": item["basis"],
        "met": met is not None,
    }


def final_response(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """The deadline of a complaint's final response, if it has one."""
    found: list[dict[str, Any]] = [item for item in card["deadlines"] if item["name"] == "final_response"]
    return found[0] if found else None


def ended_at(card: Mapping[str, Any]) -> datetime | None:
    """When its clocks have stopped, because it is closed in one way or another."""
    return None if is_open(dict(card)) else card["closed_at"]


def outcomes(action: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What may come of a recovery's action, and how the page says it."""
    return [(one, OUTCOMES.get(one, one.capitalize())) for one in outcomes_of(action["kind"], action["channel"])]


def letter_name(kind: str) -> str:
    """A letter by what it is."""
    return LETTERS.get(kind, kind.replace("_", " ").capitalize())


def named(names: Mapping[str, str], code: str) -> str:
    """A code by its name; one that the list lacks as itself, and says so."""
    if not code or not names:
        return code
    return names[code] or code if code in names else f"{code} (not in the list)"


def exact(at: datetime, zone: ZoneInfo) -> str:
    """An instant to the minute, in the site's zone."""
    return f"{at.astimezone(zone):%a %-d %b %Y %H:%M}"


def span_of(span: timedelta) -> str:
    """How long, in the largest unit that says it."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 24 * 60:
        return f"{minutes // 1440} day{'s' if minutes >= 2880 else ''}"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
