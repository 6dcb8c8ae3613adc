"""desk/scenarios/names.py: names of a scenario that fit nothing: misspelt, and played in silence they would falsify.

A channel is one of the desk's own, or any name that both traffic and agents have, as other systems may hand in
channels of their own. What is legal and yet seldom meant (a queue that fills because nobody takes what comes) is
told beside the result instead.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from desk.organization.channels import CHANNELS, KINDS
from desk.organization.rules import Wrong
from desk.organization.values import TIERS
from desk.scenarios.values import Group, Queue, ScenarioFile, Traffic


def wrong_names(file: ScenarioFile) -> Iterator[Wrong]:
    """Each channel, kind of work and tier that nothing in the file or in a desk can mean."""
    taken = {channel for group in file.agents for channel in group.channels}
    comes = {line.channel for line in file.traffic}
    for index, group in enumerate(file.agents):
        yield from _no_channel(f"agents[{index}].channels", group.channels, comes, "no traffic comes by it")
    for index, line in enumerate(file.traffic):
        yield from _no_channel(f"traffic[{index}].channel", [line.channel], taken, "no agent takes it")
        if line.kind not in KINDS:
            yield f"traffic[{index}].kind", f"must be one of {', '.join(KINDS)}"
        if line.tier is not None and line.tier not in TIERS:
            yield f"traffic[{index}].tier", f"must be one of {', '.join(TIERS)}"
    for path, names in _spoken_of(file):
        known = comes | taken | (set(KINDS) if path == "ordering.head_start" else set())
        yield from _no_channel(path, names, known, "nothing comes by it")


def told_beside(file: ScenarioFile) -> Iterator[Wrong]:
    """What is played as it stands, although it is seldom meant."""
    for index, line in enumerate(file.traffic):
        if line.trace is None and line.from_s >= file.horizon_s:
            yield f"traffic[{index}].from_s", "not before horizon_s: nothing of this line comes"
        elif not any(_takes(group, line, file.queues) for group in file.agents):
            yield f"traffic[{index}]", f"no agent takes {line.channel} of {line.queue}: nothing of it is answered"
    for index, group in enumerate(file.agents):
        if not group.queues and not group.teams:
            yield f"agents[{index}]", "serves no queue"


def _spoken_of(file: ScenarioFile) -> Iterator[tuple[str, Iterable[str]]]:
    """Where rules speak of channels."""
    for key, queue in file.queues.items():
        yield f"queues.{key}.handling", queue.handling
        yield f"queues.{key}.due", queue.due
        yield f"queues.{key}.case_owner", queue.case_owner
        yield f"queues.{key}.last_agent", queue.last_agent
    yield "ordering.head_start", file.ordering.head_start or ()
    limits = file.limits
    yield "limits.weights", limits.weights or ()
    yield "limits.exclusive", limits.exclusive or ()
    yield "limits.idle", limits.idle or ()
    yield "limits.interrupts", limits.interrupts or ()
    for channel, others in (limits.interrupts or {}).items():
        yield f"limits.interrupts.{channel}", others


def _no_channel(path: str, names: Iterable[str], known: AbstractSet[str], why: str) -> Iterator[Wrong]:
    for name in names:
        if name not in known and name not in CHANNELS:
            yield path, f"{name} is no channel ({', '.join(CHANNELS)}), and {why}"


def _takes(group: Group, line: Traffic, queues: Mapping[str, Queue]) -> bool:
    """Whether these agents take such a contact at some time: at once, or let in by a ring."""
    queue, asked = queues[line.queue], dict(queues[line.queue].skills)
    served, teams = {line.queue}, set[str]()
    for ring in queue.rings:
        asked |= ring.skills
        served |= set(ring.queues)
        teams |= set(ring.teams)
    return (
        group.count > 0
        and group.channels.get(line.channel, 0) > 0
        and not (served.isdisjoint(group.queues) and teams.isdisjoint(group.teams))
        and all(group.skills.get(skill, 0) >= level for skill, level in asked.items())
    )
