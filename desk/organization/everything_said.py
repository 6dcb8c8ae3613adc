"""desk/organization/everything_said.py: all that the organization says, as a flat map: by it a load knows its changes.

The rules of routing are written as `rules_now` writes them; everything else of the file has paths of the same kind:
`holidays`, `teams.late.members`, `entry_points.voice +442079460000`, `agents.ID.languages`. What is empty is not said.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.organization.file import Document
from desk.organization.history import MOST_CHANGES, Changes
from desk.organization.routing_rules import rules_now
from desk.organization.theme_kept import told as told_of_theme
from desk.tables import agents, users

#: Sections that are rules of routing.
_RULES = frozenset({"ordering", "limits", "callbacks", "hours", "queues"})
#: What the file says of an agent beside the rules of routing.
_OF_AGENTS = ("name", "role", "language", "languages")
#: So much of a long text stands in the history; of two the lines that differ.
MOST_TEXT = 2000
_EMPTY: tuple[Any, ...] = ("", [], {}, None)

_IDS = sa.select(users.c.email, agents.c.id).join(users, users.c.id == agents.c.id)


def everything_said(rx: Rx, document: Document) -> dict[str, Any]:
    """All that is said now; `document` is the organization as it was dumped just now."""
    said = document.model_dump(mode="json", exclude={*_RULES, "agents", "entry_points", "theme"}, exclude_none=True)
    flat: dict[str, Any] = {}
    for section, value in said.items():
        flat |= _flat(section, value, levels=2)
    if document.theme is not None:
        flat |= told_of_theme(document.theme)
    for point in document.entry_points or ():
        leads = {"queue": point.queue, "flow": point.flow}
        flat[f"entry_points.{point.channel} {point.address}"] = {name: to for name, to in leads.items() if to}
    ids = {row.email: row.id for row in rx.all(_IDS)}
    for email, agent in (document.agents or {}).items():
        about = {name: value for name, value in agent.model_dump(mode="json").items() if name in _OF_AGENTS}
        flat |= _flat(f"agents.{ids[email]}", about, levels=1)
    return flat | rules_now(rx)


def in_entries(changes: Changes) -> Iterator[Changes]:
    """All changes of a load, so many an entry of the log; none where nothing changed."""
    told = [(path, _briefly(was, became)) for path, (was, became) in changes.items()]
    for begin in range(0, len(told), MOST_CHANGES):
        yield dict(told[begin : begin + MOST_CHANGES])


def _flat(path: str, value: Any, *, levels: int) -> Iterator[tuple[str, Any]]:
    if value in _EMPTY or value is False:
        return
    if isinstance(value, Mapping) and levels:
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}", inner, levels=levels - 1)
    else:
        yield path, value


def _briefly(was: Any, became: Any) -> list[Any]:
    """Of two texts of several lines the lines that differ: nobody finds a word in two call flows side by side."""
    if not (isinstance(was, str) and isinstance(became, str) and "\n" in was + became):
        return [_begin(was), _begin(became)]
    before, after = was.splitlines(), became.splitlines()
    gone: list[str] = []
    new: list[str] = []
    for kind, *spans in SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        if kind != "equal":
            gone += before[spans[0] : spans[1]]
            new += after[spans[2] : spans[3]]
    if (gone, new) == ([], []):
        return [_begin(was), _begin(became)]
    return [_begin("\n".join(gone)), _begin("\n".join(new))]


def _begin(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MOST_TEXT:
        return f"{value[:MOST_TEXT]} … ({len(value)} characters)"
    return value
