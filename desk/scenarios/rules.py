"""desk/scenarios/rules.py: the rules of a scenario as the engine takes them, and what is wrong with them.

What a scenario leaves out is the plain rule of `careline simulate`: strict priority, nothing beside a call.
`ordering: slack` alone, or what a mapping leaves out, is the default of a deployment.
"""

from collections.abc import Iterator, Mapping

from desk.organization import rules as said
from desk.scenarios.values import Queue, ScenarioFile, milliseconds
from routing.capacity import PLAIN, Limits
from routing.model import QueuePolicy, Ring, Rules
from routing.order import SLACK, Ordering

#: Offers are accepted at once, so it does not matter how long one would ring.
_OFFER_MS = 20_000


def rules_of(file: ScenarioFile) -> Rules:
    """All rules of the scenario."""
    return Rules(
        queues=tuple(_policy(key, queue, file) for key, queue in file.queues.items()),
        ordering=ordering_of(file.ordering),
        limits=limits_of(file.limits),
    )


def wrong_rules(file: ScenarioFile) -> Iterator[said.Wrong]:
    """What the rules say against each other, or of what is not there."""
    teams = {team for group in file.agents for team in group.teams}
    for key, queue in file.queues.items():
        # The words of the organization file know what is wrong with rings; the names were checked before.
        as_said = said.Queue.model_construct(name=key, skills=queue.skills, rings=list[said.Ring](queue.rings))
        yield from said.within(f"queues.{key}", said.wrong_in_queue(key, as_said))
        for index, ring in enumerate(queue.rings):
            path = f"queues.{key}.rings[{index}]"
            yield from (
                (f"{path}.queues", f"{name} is not one of the queues")
                for name in ring.queues
                if name not in file.queues
            )
            yield from ((f"{path}.teams", f"nobody is in a team {name}") for name in ring.teams if name not in teams)
    yield from said.within("ordering", said.wrong_in_ordering(file.ordering))
    yield from said.within("limits", said.wrong_in_limits(file.limits))


def _policy(key: str, queue: Queue, file: ScenarioFile) -> QueuePolicy:
    return QueuePolicy(
        key=key,
        skills=queue.skills,
        priority=queue.priority,
        offer_ms=_OFFER_MS,
        target_ms=milliseconds(queue.target.within_s),
        strategy=queue.strategy or file.strategy,
        rings=tuple(
            Ring(
                after_ms=ring.after * 1000,
                skills=ring.skills,
                queues=frozenset(ring.queues),
                teams=frozenset(ring.teams),
            )
            for ring in queue.rings
        ),
        handling_ms=_in_ms(queue.handling),
        due_in_ms=_in_ms(queue.due),
    )


def ordering_of(ordering: said.Ordering) -> Ordering:
    """An ordering that is written so."""
    if ordering.kind == "priority":
        return Ordering(kind="priority", priority_ms=(ordering.priority or 0) * 1000)
    return Ordering(
        kind="slack",
        priority_ms=SLACK.priority_ms if ordering.priority is None else ordering.priority * 1000,
        head_start_ms=SLACK.head_start_ms if ordering.head_start is None else _in_ms(ordering.head_start),
        tier_ms=SLACK.tier_ms if ordering.tiers is None else _in_ms(ordering.tiers),
    )


def limits_of(limits: said.Limits) -> Limits:
    """Limits that are written so."""
    return Limits(
        weights=PLAIN.weights if limits.weights is None else limits.weights,
        exclusive=PLAIN.exclusive if limits.exclusive is None else frozenset(limits.exclusive),
        interrupts={channel: frozenset(others) for channel, others in (limits.interrupts or {}).items()},
    )


def _in_ms(spans: Mapping[str, int]) -> dict[str, int]:
    return {name: seconds * 1000 for name, seconds in spans.items()}
