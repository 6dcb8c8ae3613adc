"""web/pages/admin/rule_words.py: the rules of routing, and what became of them, in words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from desk.organization.history import MORE, THERE, Changes
from routing.model import Strategy

STRATEGIES = {
    Strategy.LONGEST_IDLE: "Idle longest",
    Strategy.FEWEST_HANDLED: "Fewest contacts today",
    Strategy.BEST_SKILLED: "Best skilled",
    Strategy.LEAST_FLEXIBLE: "Least flexible",
    Strategy.ROUND_ROBIN: "In turn",
    Strategy.RING_ALL: "Ring all, the first to accept",
}
CHANNELS = {
    "voice": "Phone",
    "chat": "Chat",
    "sms": "SMS",
    "email": "Mail",
    "message": "Other messages",
    "task": "Planned work",
}
KINDS = {
    "callback": "Callback",
    "promise": "Promise",
    "complaint_step": "Complaint step",
    "recovery_action": "Recovery action",
}
TIERS = {"vip": "VIP", "major": "Major", "ordinary": "Ordinary", "small": "Small"}
_FIELDS = {
    THERE: "The queue itself",
    "name": "Name",
    "skills": "Skills",
    "priority": "Priority",
    "target": "Target",
    "offer": "An offer rings for",
    "wrap_up": "Wrap-up",
    "strategy": "Who is asked",
    "rings": "Steps while waiting",
    "handling": "Handling time",
    "due": "Due after",
    "queues": "Queues",
    "kind": "Order",
    "head_start": "Head start",
    "tiers": "Tiers",
    "weights": "Weights",
    "exclusive": "Nothing beside",
    "interrupts": "May interrupt",
    "idle": "Makes room after silence of",
    "auto_accept": "Taken as it is offered",
    "case_owner": "Kept for the owner of the case",
    "last_agent": "Kept for the last agent",
    "last_agent_within": "The last agent counts for",
    "declines": "Offers in vain before supervisors are told",
    "max_length": "At most in line",
    "overflow": "Helped by another queue",
    "callbacks": "Customers are rung back",
    "capacity": "Room by channel",
    "zone": "Time zone",
    "week": "Week",
    "exceptions": "Days with hours of their own",
    "holidays": "Holidays",
    "closed": "Closed",
    "closed_told": "Customers are told why",
    "accent": "Colour on light screens",
    "accent_dark": "Colour on dark screens",
    "head": "Links in the head",
    "foot": "Links in the foot",
    "welcome": "Sentence under the title",
    "first": "Stands first",
}
#: Whose a path of a section is; others are called as the section is.
_WHOSE = {
    "ordering": "Order of all work",
    "limits": "Limits",
    "callbacks": "Callbacks",
    "theme": "Look for customers",
    "hours": "Hours of",
    "teams": "Team",
    "skills": "Skill",
    "flows": "Call flow",
    "entry_points": "Entry point",
    "canned_replies": "Canned reply",
    "dispositions": "Disposition",
    "categories": "Category",
    "causes": "Cause",
    "not_ready_reasons": "Reason for not being ready",
}
#: Sections with a key alone, and what is said of it.
_OF_KEYS = {"skills": "Name", "flows": "Text", "entry_points": "Leads to", "not_ready_reasons": "Name"}
_OVER = {"after": "after", "wait": "when likely to wait longer than"}
_WHILE = {"nobody": "when nobody works here", "closed": "when closed", "full": "when the line is full"}
#: The hours of each day.
_OF_DAYS = re.compile(r"hours\..+\.(?:week|exceptions)")
#: An act that changes more is told by a number.
MOST_LINES = 20

_ORDERS = {"slack": "time to the deadline", "priority": "priority"}


def to_correct(errors: int) -> str:
    """What is told above a form in which so much is wrong."""
    count = "One thing is to be corrected" if errors == 1 else f"{errors} things are to be corrected"
    return f"{count}. Nothing has been saved yet."


def slower(differing: int, history: Sequence[Mapping[str, Any]]) -> str:
    """What is told above the form of somebody whom another was faster than."""
    who = f" ({history[0]['at']:%H:%M}, {history[0]['who']})" if history else ""
    if not differing:
        beside = "They are now as you have filled them in"
    else:
        fields = "one field differs and says" if differing == 1 else f"{differing} fields differ and say"
        beside = f"What you have filled in is all here; {fields} how it is now. Saving again overwrites that"
    return f"Not saved: somebody has changed these rules meanwhile{who}. {beside}."


def said(value: Any) -> str:
    """A value of a rule in words."""
    if isinstance(value, dict) and "to" in value:
        return _step_of_overflow(value)
    if isinstance(value, dict):
        return (
            ", ".join(f"{name} {said(inner)}" for name, inner in value.items() if inner not in ([], {}, None)) or "none"
        )
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(map(said, value)) or "none"
    if value is None or value == "":
        return "none"
    if value is True:
        return "there"
    text = str(value)
    return STRATEGIES[Strategy(text)] if text in STRATEGIES else _ORDERS.get(text, text)


def _step_of_overflow(step: Mapping[str, Any]) -> str:
    """`to general after 2m, only while it answers 80 % in time`."""
    conditions = [f"{words} {step[name]}" for name, words in _OVER.items() if step.get(name) is not None]
    conditions += [words for name, words in _WHILE.items() if step.get(name)]
    if step.get("protect") is not None:
        conditions.append(f"only while it answers {step['protect'] * 100:.6g} % in time")
    return f"to {step['to']} {', '.join(conditions)}"


def lines(
    changes: Changes, *, queues: Mapping[str, str], agents: Mapping[str, str], most: int = MOST_LINES
) -> list[tuple[str, str, str, str]]:
    """Of each rule that changed: whose it is, what it is, what it was and what it became; the first of very many."""
    told = [
        (*_place(path, queues, agents), *_became(path, before, after))
        for path, (before, after) in list(changes.items())[:most]
        if path != MORE
    ]
    more = len(changes) - len(told)
    if MORE in changes:
        more += changes[MORE][1] - 1
    return [*told, ("All else", "Further rules", "", str(more))] if more else told


def _became(path: str, before: Any, after: Any) -> tuple[str, str]:
    """What a rule was and what it became; of hours the days alone that are others."""
    if not _OF_DAYS.fullmatch(path):
        return _told(path, before), _told(path, after)
    was, now = before or {}, after or {}
    others = [day for day in [*was, *(day for day in now if day not in was)] if was.get(day) != now.get(day)]
    return _days({day: was[day] for day in others if day in was}), _days(
        {day: now[day] for day in others if day in now}
    )


def _days(spans: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{day} {', '.join(open_from) or 'closed'}" for day, open_from in spans.items()) or "none"


def _told(path: str, value: Any) -> str:
    if isinstance(value, bool) and not path.endswith(f".{THERE}"):
        return "yes" if value else "no"
    return said(value)


def _place(path: str, queues: Mapping[str, str], agents: Mapping[str, str]) -> tuple[str, str]:
    section, _, rest = path.partition(".")
    key, _, field = rest.rpartition(".")
    what = _FIELDS.get(field, field.replace("_", " ").capitalize())
    if section == "queues":
        return f"Queue {queues.get(key, key)}", what
    if section == "agents":
        return agents.get(key, "An agent"), what
    if section in _OF_KEYS:
        return f"{_WHOSE[section]} {rest}", _OF_KEYS[section]
    if not rest:
        return "Organization", _FIELDS.get(section, section.replace("_", " ").capitalize())
    whose = _WHOSE.get(section, section.replace("_", " ").capitalize())
    return f"{whose} {key}" if key else whose, what
