"""desk/organization/history.py: what the organization's rules were and became, by whom and when. The log knows.

Rules are compared as a flat map: `queues.billing.strategy`, `ordering.kind`, `agents.ID.skills`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa

from desk.kernel.events import OrganizationChanged, decode
from desk.kernel.transaction import Rx
from desk.tables import events, users

#: The subject of every entry of the log about the rules.
ORGANIZATION = "organization"
#: So many changes stand in one entry of the log; an act of more has several.
MOST_CHANGES = 200
#: In entries of former versions: so many more had changed.
MORE = "more"
THERE = "there"

Rules = Mapping[str, Any]
Changes = dict[str, list[Any]]

_CHANGED = (
    sa.select(events)
    .where(events.c.subject == ORGANIZATION, events.c.name == OrganizationChanged.name)
    .order_by(events.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_BEFORE = (
    sa.select(events)
    .where(
        events.c.subject == ORGANIZATION,
        events.c.name == OrganizationChanged.name,
        events.c.at <= sa.bindparam("at", type_=events.c.at.type),
    )
    .order_by(events.c.id.desc())
    .limit(1)
)
#: Looked through for the changes of one thing.
_LOOKED_THROUGH = 500


@dataclass(frozen=True, kw_only=True)
class Change:
    """One act: who, when, and each rule with what it was and became; None where there was or is none."""

    at: datetime
    actor: str
    who: str
    changes: Changes

    @property
    def by_user(self) -> bool:
        """Somebody who had signed in, not a command."""
        return self.actor.startswith("user:")


def differences(before: Rules, after: Rules) -> Changes:
    """Each rule that is not as it was: `{path: [before, after]}`.

    Of a queue that came or went that alone is said: `queues.billing.there`.
    """
    was, is_now = _queues_in(before), _queues_in(after)
    changes: Changes = {f"{queue}.{THERE}": [queue in was or None, queue in is_now or None] for queue in was ^ is_now}
    for path in {*before, *after}:
        if before.get(path) != after.get(path) and _queue_in(path) not in was ^ is_now:
            changes[path] = [before.get(path), after.get(path)]
    return dict(sorted(changes.items()))


def _queues_in(rules: Rules) -> set[str]:
    return {queue for path in rules if (queue := _queue_in(path))}


def _queue_in(path: str) -> str:
    return path.rpartition(".")[0] if path.startswith("queues.") else ""


def mark(rules: Rules) -> str:
    """A few characters that are others when one of the rules is: a form says by them what it showed."""
    return sha256(orjson.dumps(dict(rules), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def history(rx: Rx, *about: str, most: int = 50) -> list[Change]:
    """The newest changes of the rules whose paths begin with one of `about`, or of all; the newest first."""
    found: list[Change] = []
    rows = rx.all(_CHANGED, most=_LOOKED_THROUGH if about else most)
    names = _names(rx, {row.actor for row in rows})
    for row in rows:
        event = decode(row.name, row.subject, row.data)
        assert isinstance(event, OrganizationChanged)
        changes = {path: what for path, what in event.changes.items() if not about or path.startswith(about)}
        if changes:
            found.append(Change(at=row.at, actor=row.actor, who=names.get(row.actor, row.actor), changes=changes))
    return found[:most]


def version(rx: Rx, at: datetime | None = None) -> dict[str, Any] | None:
    """Which rules are in force, or were at an instant: {version, at, who}; None before any were said.

    The version is the number that the log gave to the last change of the organization; it rises.
    """
    rows = rx.all(_BEFORE, at=rx.now if at is None else at)
    if not rows:
        return None
    (row,) = rows
    who = _names(rx, {row.actor}).get(row.actor, row.actor)
    return {"version": row.id, "at": row.at.isoformat().replace("+00:00", "Z"), "who": who}


def _names(rx: Rx, actors: set[str]) -> dict[str, str]:
    ids = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    if not ids:
        return {}
    found = rx.all(sa.select(users.c.id, users.c.name, users.c.email).where(users.c.id.in_(ids)))
    return {f"user:{row.id}": row.name or row.email for row in found}
