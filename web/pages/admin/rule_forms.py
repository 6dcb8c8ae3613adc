"""web/pages/admin/rule_forms.py: the forms of the rules of routing ↔ the parts of the organization file that they are.

A field is named by its path in the part (`rings[0].after`, `skills.billing`), so that an error of the file's own
checks stands beside the field that it is about. What is not filled in is not said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from desk.kernel.errors import Invalid
from desk.organization.hours import DAYS
from desk.organization.rules import Wrong

Fields = Mapping[str, str]
Content = dict[str, Any]

_RING = re.compile(r"rings\[(\d{1,3})\]\.(after|skills|queues|teams|remove)(?:\.(.+))?")
_OVERFLOW = re.compile(r"overflow\[(\d{1,3})\]\.(to|after|wait|nobody|closed|full|protect|remove)")
#: Conditions that hold or do not.
_TICKED = ("nobody", "closed", "full")
_INTERRUPTS = re.compile(r"limits\.interrupts\.([^.]+)\.(.+)")
#: Of a day the spans are one field.
_OF_A_DAY = re.compile(r"((?:week|exceptions)\..+)\[\d+\]")
_NEW_DAY = re.compile(r"new\[(\d{1,3})\]\.day")
_OF_A_LIST = re.compile(r".*\[(\d+)\]")
#: What a field says of a day on which nothing is open.
_NEVER = "closed"
_SERVED = re.compile(r"queues\.(.+)\.(priority|delay)")
#: Shares of one, which a form says as per cent.
_SHARE = re.compile(r"target\.share|overflow\[\d{1,3}\]\.protect")


def queue_said(fields: Fields) -> Content:
    """The queue that a form says."""
    return {
        "name": _text(fields, "name"),
        "priority": _text(fields, "priority"),
        "target": {"within": _text(fields, "target.within"), "share": _share(_text(fields, "target.share"))},
        "offer": _text(fields, "offer"),
        "wrap_up": _text(fields, "wrap_up"),
        "strategy": _text(fields, "strategy"),
        "skills": _under(fields, "skills."),
        "rings": _rings(fields),
        "handling": _under(fields, "handling."),
        "due": _under(fields, "due."),
        "auto_accept": sorted(_under(fields, "auto_accept.")),
        "case_owner": _under(fields, "case_owner."),
        "last_agent": _under(fields, "last_agent."),
        "last_agent_within": _text(fields, "last_agent_within") or "1d",
        "declines": _text(fields, "declines"),
        "hours": _text(fields, "hours") or None,
        "max_length": _text(fields, "max_length") or None,
        "overflow": _overflow(fields),
        "callbacks": _under(fields, "callbacks.") or None,
    }


def order_said(fields: Fields) -> tuple[Content, Content]:
    """The sections `ordering` and `limits` that a form says. A head start is one of the slack order alone."""
    ordering: Content = {"kind": _text(fields, "ordering.kind")}
    if priority := _text(fields, "ordering.priority"):
        ordering["priority"] = priority
    if ordering["kind"] == "slack":
        ordering |= {name: _under(fields, f"ordering.{name}.") for name in ("head_start", "tiers")}
    interrupts: dict[str, list[str]] = {}
    for name in fields:
        if found := _INTERRUPTS.fullmatch(name):
            interrupts[found[1]] = sorted({*interrupts.get(found[1], ()), found[2]})
    limits = {
        "weights": _under(fields, "limits.weights."),
        "exclusive": sorted(_under(fields, "limits.exclusive.")),
        "interrupts": interrupts,
        "idle": _under(fields, "limits.idle."),
    }
    return ordering, limits


def calendar_said(fields: Fields) -> Content:
    """The hours of a calendar that a form says. Of days that are new the later rows count.

    Raises:
        Invalid: of a new day's row, where it says no day, or one that has hours of its own already.
    """
    week, days = _under(fields, "week."), {day: _spans(text) for day, text in _under(fields, "exceptions.").items()}
    for name, row in _new_days(fields).items():
        day, spans = _text(fields, f"{row}.day"), _text(fields, f"{row}.spans")
        if not day and spans:
            raise Invalid(name, "say which day, as 2026-12-24")
        if day in days:
            raise Invalid(name, "has hours of its own already")
        if day:
            days[day] = _spans(spans)
    return {
        "zone": _text(fields, "zone") or None,
        "week": {day: _spans(week[day]) for day in DAYS if day in week},
        "exceptions": dict(sorted(days.items())),
        "holidays": bool(_text(fields, "holidays")),
    }


def calendar_typed(content: Content) -> dict[str, str]:
    """What the fields of a calendar's form hold, given its part of the file."""
    days = {f"{part}.{day}": spans for part in ("week", "exceptions") for day, spans in content[part].items()}
    plain = typed({name: content[name] for name in ("zone", "holidays")})
    return plain | {name: ", ".join(spans) or _NEVER for name, spans in days.items()}


def in_its_row(errors: list[Wrong], fields: Fields) -> list[Wrong]:
    """The errors of a calendar by the fields of its form: of a day that is new by its row."""
    rows = {f"exceptions.{_text(fields, name)}": row for name, row in _new_days(fields).items()}
    found = []
    for path, why in errors:
        whole = _OF_A_DAY.sub(r"\1", path)
        about = "spans" if whole != path else "day"
        found.append((f"{rows[whole]}.{about}" if whole in rows else whole, why))
    return found


def of_the_first(errors: list[Wrong], said: Sequence[str]) -> str:
    """What is wrong with the first wrong one of a list that is one field (`holidays[2]`): which it is, and why."""
    path, why = errors[0]
    found = _OF_A_LIST.fullmatch(path)
    return f"{said[int(found[1])]}: {why}" if found else why


def agent_said(fields: Fields) -> Content:
    """The queues, skills and capacity of an agent that a form says; one without fields of capacity says none."""
    served = {
        key: {name: value for name in ("priority", "delay") if (value := _text(fields, f"{name}.{key}"))}
        for key in _under(fields, "serves.")
    }
    asked = any(name.startswith("capacity.") for name in fields)
    room = {"capacity": _under(fields, "capacity.")} if asked else {}
    return {"queues": served, "skills": _under(fields, "skills."), **room}


def typed(content: Any, path: str = "") -> dict[str, str]:
    """What the fields of a form hold, given the part of the file."""
    return {name: _percent(value) if _SHARE.fullmatch(name) else value for name, value in _flat(content, path)}


def agent_typed(content: Content) -> dict[str, str]:
    """The same for an agent: what goes with a queue has a column of its own."""
    fields = dict(_flat({name: content.get(name, {}) for name in ("skills", "capacity")}, ""))
    for key, how in content["queues"].items():
        fields[f"serves.{key}"] = "1"
        fields |= {f"{name}.{key}": str(value) for name, value in how.items()}
    return fields


def beside(errors: list[Wrong]) -> dict[str, str]:
    """What stands beside each field; the first error of a field is enough."""
    found: dict[str, str] = {}
    for path, why in errors:
        field = _SERVED.sub(r"\2.\1", path)
        found.setdefault(field, "a share from 1 to 100 %" if _SHARE.fullmatch(field) else why)
    return found


def filled(fields: Iterable[str]) -> set[str]:
    """The parts of steps in which something is said: they are shown open."""
    return {name[: found.end(2)] for name in fields if (found := _RING.fullmatch(name))}


def _rings(fields: Fields) -> list[Content]:
    """The steps that are filled in, in their order."""
    rings: dict[int, Content] = {}
    for name, value in fields.items():
        found = _RING.fullmatch(name)
        if found is None or not value.strip():
            continue
        ring = rings.setdefault(int(found[1]), {"skills": {}, "queues": [], "teams": []})
        if found[2] == "skills":
            ring["skills"][found[3]] = value.strip()
        elif found[2] in ("queues", "teams"):
            ring[found[2]] = sorted({*ring[found[2]], found[3]})
        else:
            ring[found[2]] = value.strip()
    return [ring for _, ring in sorted(rings.items()) if "remove" not in ring]


def _overflow(fields: Fields) -> list[Content]:
    """The steps of overflow that are filled in, in their order."""
    steps: dict[int, Content] = {}
    for name, value in fields.items():
        found = _OVERFLOW.fullmatch(name)
        if found is None or not value.strip():
            continue
        step, what = steps.setdefault(int(found[1]), {}), found[2]
        step[what] = True if what in _TICKED else _share(value.strip()) if what == "protect" else value.strip()
    return [step for _, step in sorted(steps.items()) if "remove" not in step]


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]") if isinstance(inner, dict) else [(f"{path}.{inner}", "1")]
    elif value is True:
        yield path, "1"
    elif value is not None and value is not False:
        yield path, str(value)


def _new_days(fields: Fields) -> dict[str, str]:
    """The rows of days that are new, by the name of the field that says the day."""
    return {name: name.removesuffix(".day") for name in fields if _NEW_DAY.fullmatch(name)}


def _spans(text: str) -> list[str]:
    """`08:00-12:00, 13:00-18:00`; nothing and `closed` are none."""
    return [] if text.lower() == _NEVER else [one for one in re.split(r"[\s,;]+", text) if one]


def _text(fields: Fields, name: str) -> str:
    return fields.get(name, "").strip()


def _under(fields: Fields, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value.strip()
        for name, value in fields.items()
        if name.startswith(prefix) and value.strip()
    }


def _share(percent: str) -> float | str:
    """A share of one; what is no number is left for the check to refuse."""
    try:
        return float(percent.removesuffix("%")) / 100
    except ValueError:
        return percent


def _percent(share: str) -> str:
    try:
        return f"{float(share) * 100:.6g}"
    except ValueError:
        return share
