"""web/sockets/alarms.py: when a queue's service level calls for a supervisor. Pure: figures in, alerts out.

A queue is alarmed when its service level falls under its target, of the last 15 minutes or of today,
with enough contacts behind the figure; it is told once, until neither figure is under target any more.
An alarm holds on fewer contacts than it needs to begin, so that it does not come and go with one of them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

#: So many contacts make a share worth an alarm.
ENOUGH = 10
#: So far under its target a queue is red, not amber.
FAR = 0.05
#: A share that differs by less is the same share, as far as anybody can read.
_ALIKE = 0.0005

Figures = Mapping[str, Any]


def service_level_alarms(queues: Iterable[Figures], alarmed: Collection[str]) -> tuple[list[dict[str, Any]], set[str]]:
    """What to tell supervisors, and the queues that are alarmed now; `alarmed` are those of the last time."""
    news: list[dict[str, Any]] = []
    still: set[str] = set()
    for queue in queues:
        known = queue["key"] in alarmed
        under = _under(queue, least=1 if known else ENOUGH)
        if under is None:
            continue
        still.add(queue["key"])
        if not known:
            news.append(_alert(queue, *under))
    return news, still


def _under(queue: Figures, *, least: int) -> tuple[float, str] | None:
    """The share that is under the target and the span it is of; the newest first."""
    for figures, span in ((queue["last_15_min"], "in the last 15 minutes"), (queue, "today")):
        share = figures["service_level"]
        if share is None or _behind(figures) < least:
            continue
        if share < queue["target"]["share"] - _ALIKE:
            return share, span
    return None


def _behind(figures: Figures) -> int:
    """How many contacts a service level is made of."""
    return int(figures["answered"] + figures["abandoned"] - figures["short_abandoned"] + figures["overdue"])


def _alert(queue: Figures, share: float, span: str) -> dict[str, Any]:
    target = queue["target"]
    text = (
        f"{queue['name']}: {share:.1%} were answered within {target['within_s']} s {span}, "
        f"the target is {target['share']:.0%}."
    )
    tone = "bad" if share < target["share"] - FAR else "warn"
    return {
        "kind": "service_level",
        "tone": tone,
        "queue": queue["key"],
        "service_level": share,
        "target": target["share"],
        "text": text,
    }
