"""desk/replay/rules_in_force.py: the rules of routing as they were at an instant.

The log has every change with what each rule was before it, so today's rules are taken back, change by change.
With them who was in which team and who spoke what: loads of former versions did not log that, and are not seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Rx
from desk.organization.history import MORE, ORGANIZATION, THERE
from desk.organization.routing_rules import policy, rules_now
from desk.organization.rules import AgentRules, Limits, Ordering, Queue
from desk.organization.setting import setting
from desk.scenarios.rules import limits_of, ordering_of
from desk.tables import agents, events
from routing.model import Rules

_SINCE = (
    sa.select(events)
    .where(
        events.c.subject == ORGANIZATION,
        events.c.name == OrganizationChanged.name,
        events.c.at > sa.bindparam("at", type_=events.c.at.type),
    )
    .order_by(events.c.id.desc())
)
_BETWEEN = (
    sa.select(events)
    .where(
        events.c.subject == ORGANIZATION,
        events.c.name == OrganizationChanged.name,
        events.c.at >= sa.bindparam("since", type_=events.c.at.type),
        events.c.at <= sa.bindparam("at", type_=events.c.at.type),
    )
    .order_by(events.c.id)
)
_LANGUAGES = sa.select(agents.c.id, agents.c.languages)
#: What is a rule of routing of what the log says of an agent.
_OF_AGENTS = tuple(AgentRules.model_fields)
#: It is said of every agent, be it nothing: where it was not, they were no agent.
_HAS_EVERYBODY = "queues"


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The rules at an instant, and what of them each agent serves and can do, by id; what each spoke, by id, and the
    teams of each, by mail address. Agents are those whom the organization had then.

    The rules are `whole` unless a later change was too large for the log to have all of it, or a queue has been removed
    since."""

    rules: Rules
    agents: Mapping[str, AgentRules]
    languages: Mapping[str, frozenset[str]]
    teams: Mapping[str, frozenset[str]]
    whole: bool


def rules_in_force_at(rx: Rx, at: datetime) -> InForce:
    """The rules that were in force."""
    flat, whole = rules_now(rx) | _beside(rx), True
    for entry in read_log(rx.all(_SINCE, at=at)):
        if isinstance(entry.event, OrganizationChanged):
            whole &= _take_back(flat, entry.event.changes)
    queues, people = _grouped(flat, "queues."), _grouped(flat, "agents.")
    return InForce(
        rules=Rules(
            queues=tuple(policy(key, Queue(**queues[key])) for key in sorted(queues)),
            ordering=ordering_of(Ordering(**_under(flat, "ordering."))),
            limits=limits_of(Limits(**_under(flat, "limits."))),
        ),
        agents={id: AgentRules(**said) for id, rules in people.items() if (said := _only(rules, _OF_AGENTS))},
        languages={id: frozenset(rules.get("languages") or ()) for id, rules in people.items()},
        teams=_by_member(_grouped(flat, "teams.")),
        whole=whole,
    )


def came_between(rx: Rx, since: datetime, at: datetime) -> dict[str, int]:
    """Which agents came to the organization, or came back, and the number of the log's last entry of it."""
    found: dict[str, int] = {}
    for entry in read_log(rx.all(_BETWEEN, since=since, at=at)):
        if isinstance(entry.event, OrganizationChanged):
            for path, (was, _) in entry.event.changes.items():
                if was is None and path.startswith("agents.") and path.endswith(f".{_HAS_EVERYBODY}"):
                    found[path.split(".")[1]] = entry.position
    return found


def _beside(rx: Rx) -> dict[str, Any]:
    """Teams and languages of now, by the paths by which a load logs them (`desk/organization/everything_said.py`)."""
    members = {f"teams.{key}.members": team.get("members") for key, team in setting(rx, "teams").items()}
    return members | {f"agents.{row.id}.languages": row.languages for row in rx.all(_LANGUAGES)}


def _by_member(teams: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, team in teams.items():
        for email in team.get("members") or ():
            found[email].add(key)
    return {email: frozenset(keys) for email, keys in found.items()}


def _only(rules: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: rules[name] for name in names if name in rules}


def _take_back(flat: dict[str, Any], changes: Mapping[str, list[Any]]) -> bool:
    """Makes the rules what they were before these changes; whether that is known of all."""
    whole = True
    for path, (was, _) in changes.items():
        if path == MORE:
            whole = False
        elif path.endswith(f".{THERE}"):
            whole &= was is None
            for one in [one for one in flat if one.startswith(path.removesuffix(THERE))]:
                del flat[one]
        elif was is None and path.startswith("agents."):
            flat.pop(path, None)
        else:
            flat[path] = was
    return whole


def _grouped(flat: Mapping[str, Any], section: str) -> dict[str, dict[str, Any]]:
    """The rules of each thing of a section, by its key."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for path, value in _under(flat, section).items():
        key, _, name = path.rpartition(".")
        found[key][name] = value
    return found


def _under(flat: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {path.removeprefix(section): value for path, value in flat.items() if path.startswith(section)}
