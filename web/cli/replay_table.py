"""web/cli/replay_table.py: the result of `careline replay` as tables to read in a terminal."""

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

#: Heading and how to print it, by the name of the figure.
_QUEUE = {
    "offered": ("offered", "{:d}"),
    "answered": ("answered", "{:d}"),
    "abandoned": ("hung up", "{:d}"),
    "left": ("left", "{:d}"),
    "waiting": ("waiting", "{:d}"),
    "abandon_rate": ("rate", "{:.1%}"),
    "service_level": ("in time", "{:.1%}"),
    "asa_s": ("asa s", "{:.1f}"),
    "wait_mean_s": ("mean s", "{:.1f}"),
    "wait_p50_s": ("p50 s", "{:.1f}"),
    "wait_p90_s": ("p90 s", "{:.1f}"),
    "wait_longest_s": ("longest s", "{:.1f}"),
}
_AGENT = {"contacts": ("contacts", "{:d}"), "work_s": ("work s", "{:.0f}"), "occupancy": ("occupancy", "{:.1%}")}
_CALLERS = {
    "came": ("rang", "{:d}"),
    "queued": ("to a queue", "{:d}"),
    "turned_away": ("turned away", "{:d}"),
    "hung_up": ("hung up", "{:d}"),
    "in_menu": ("in a menu", "{:d}"),
    "unknown": ("unknown", "{:d}"),
    "let_in": ("let in", "{:d}"),
    "kept_out": ("kept out", "{:d}"),
    "drawn": ("drawn", "{:d}"),
    "not_kept": ("not kept", "{:d}"),
}
_STORIES = {"recorded": "recorded", "today": "today's rules", "proposed": "proposed", "difference": "difference"}
#: So many columns are words; the others are figures.
_NAMES = 2
_WIDTH = 100


def table(result: Mapping[str, Any]) -> str:
    """Queues, agents, what a difference is worth, and what is taken for granted. A dash is no value, = the same."""
    parts = [
        f"Contacts from {result['from']} to {result['to']}, played until {result['played_until']}.",
        _lines("queue", result["queues"], _QUEUE),
        _lines("agent", result["agents"], _AGENT),
        _lines("flow", result["callers"], _CALLERS),
        _doors(result["doors"]),
        _calibration(result),
        "\n".join("\n".join(wrap(f"- {text}", _WIDTH, subsequent_indent="  ")) for text in result["assumptions"]),
    ]
    return "\n\n".join(part for part in parts if part)


def _lines(what: str, told: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> str:
    """A line for each story of each row, and one for what is more or less."""
    rows = [[what, "", *(heading for heading, _ in columns.values())]]
    for name, stories in told.items():
        for at, (story, figures) in enumerate(stories.items()):
            signed = story == "difference"
            cells = [_shown(figures[key], pattern, signed=signed) for key, (_, pattern) in columns.items()]
            rows.append(["" if at else name, _STORIES[story], *cells])
    return "\n".join(_aligned(rows)) if told else ""


def _aligned(rows: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        shown = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        shown[:_NAMES] = [cell.ljust(width) for cell, width in zip(row[:_NAMES], widths, strict=False)]
        yield "  ".join(shown).rstrip()


def _doors(told: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """A line for each queue to which somebody came while it was closed or full."""
    lines = [
        f"{queue}, {_STORIES[story]}: {counts['closed']} came while it was closed, {counts['full']} while it was full."
        for queue, stories in told.items()
        for story, counts in stories.items()
    ]
    return "\n".join(lines)


def _calibration(result: Mapping[str, Any]) -> str:
    """What a difference is worth: how well today's rules tell the recording again."""
    like = result["calibration"]
    level = result["queues"]["all"]
    alike, agent, wait = (_shown(like[key], "{:.1%}") for key in ("ended_alike", "same_agent", "same_wait"))
    recorded, replayed = (_shown(level[key]["service_level"], "{:.1%}") for key in ("recorded", "today"))
    apart = _shown(like["wait_apart_mean_s"], "{:.1f}")
    told = (
        f"Calibration: of {like['contacts']} contacts today's rules let {alike} end as recorded, {agent} of the "
        f"answered with the same agent, {wait} after the same wait to a second (waits differ by {apart} s on average); "
        f"in time {recorded} recorded, {replayed} replayed. A difference smaller than that between the two is none."
    )
    if changes := result["rules_changed_since"]:
        told += f" The rules have changed {changes} times since the span began; it is replayed with those of today."
    return "\n".join(wrap(told, _WIDTH))


def _shown(value: float | None, pattern: str, *, signed: bool = False) -> str:
    if value is None:
        return "-"
    shown = pattern.replace("{:", "{:+" if signed else "{:").format(value)
    return "=" if signed and not any(digit in shown for digit in "123456789") else shown
