"""ivr/forks.py: where a flow led a caller at each of its forks, and why, in words for who runs the house. Pure.

A caller who was let go at night, or stands in another queue than they chose, asks why; the flow as it is now tells
neither what was so then nor what they pressed. So each fork says it in the moment in which it decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.flow import ArticleNode, MenuNode, SendNode, WhenNode

#: Further forks of one call are not kept.
MOST_FORKS = 200
_MOST_KEYS = 20

_OF_QUEUES = {
    "open": ("is open", "is closed"),
    "full": ("is full", "is not full"),
    "staffed": ("has somebody for calls", "has nobody for calls"),
}


@dataclass(frozen=True, kw_only=True)
class Fork:
    """From `node` on to `to`, by the way out that the flow calls `edge`: then, else, key 1, default, next."""

    node: str
    edge: str
    to: str
    because: str
    at_ms: int


def is_so(name: str, asked: str, facts: Mapping[str, Any]) -> bool:
    """Whether a fact has the value asked for; `yes` and `no` ask for its truth."""
    fact = facts.get(name)
    return bool(fact) is (asked == "yes") if asked in ("yes", "no") else str(fact) == asked


def of_facts(node: WhenNode, facts: Mapping[str, Any]) -> str:
    """Why a question led where it did: all that was so, or what was otherwise than asked."""
    otherwise = [name for name, asked in node.facts.items() if not is_so(name, asked, facts)]
    return ", ".join(_fact(name, node.facts[name], facts) for name in otherwise or node.facts)


def of_misses(node: MenuNode, keys: str) -> str:
    """Why a menu led to its default."""
    last = f"the last was {keys[:_MOST_KEYS]}" if keys else "at the last no key was pressed"
    return f"{node.tries} answers were no choice; {last}" if node.tries > 1 else f"no choice was made; {last}"


def of_article(node: ArticleNode | SendNode) -> str:
    """Why there was nothing to read aloud, or to send."""
    return f"there is no article {node.article} that everybody may read, in a language of the flow"


def _fact(name: str, asked: str, facts: Mapping[str, Any]) -> str:
    fact = facts.get(name)
    queue, _, what = name.rpartition(".")
    if name == "open":
        return "the house is open" if fact else "the house is closed"
    if queue and what in _OF_QUEUES:
        return f"queue {queue} {_OF_QUEUES[what][0 if fact else 1]}"
    if asked in ("yes", "no"):
        return f"{name} is so" if fact else f"{name} is not so"
    known = "not known" if fact in (None, "") else fact
    return f"{name} is {known}" if str(fact) == asked else f"{name} is {known}, not {asked}"
