"""desk/floor/askable.py: whether an agent could be offered what stands in a queue, and why not, in words.

The one question of everybody who names an agent for work: who passes it on, who gives it, whose a call-back is. The
rule is `routing/askable.py`, the same as the router's.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from desk.floor.routing_views import beside_of, some
from desk.kernel.transaction import Rx
from desk.organization.routing_rules import limits_of, policy_of, rules_of
from desk.organization.rows import queue_of
from desk.tables import queues
from routing.askable import Lack, Want, lacks
from routing.model import AgentView
from routing.needs import NOTHING_OWN, Stages

#: Longer than any step of a queue's wait.
_FOR_EVER = timedelta(days=36_500)


def why_not(rx: Rx, agent_id: str, queue: str, channel: str, waited: timedelta = _FOR_EVER) -> list[str]:
    """Why an agent could not be offered what has waited so long in a queue; nothing if they could, when free.

    Without `waited` the steps of the queue's wait are all reached: these are the reasons why they never could.

    Raises:
        NotFound: no such queue.
    """
    return next((why for _, why in _asked(rx, [agent_id], queue, channel, waited)), ["does not work here any more"])


def who_could(rx: Rx, agent_ids: Collection[str], queue: str, channel: str) -> list[AgentView]:
    """Those of these agents who could be offered what stands in a queue, at the latest with the last step of its wait.

    Raises:
        NotFound: no such queue.
    """
    return [agent for agent, why in _asked(rx, agent_ids, queue, channel, _FOR_EVER) if not why]


def _asked(
    rx: Rx, agent_ids: Collection[str], queue: str, channel: str, waited: timedelta
) -> Iterator[tuple[AgentView, list[str]]]:
    row, limits = rx.one(queues, queue), limits_of(rx)
    views = some(rx, [], agent_ids, beside_of(rx, rules_of(rx))).agents
    delays = sorted({agent.queues[queue].delay_ms for agent in views if queue in agent.queues})
    stages = Stages(policy_of(row), delays)
    need = stages.asked(channel, stages.reached(int(waited.total_seconds() * 1000)), NOTHING_OWN)
    name = queue_of(row).name
    for agent in views:
        yield agent, [_in_words(lack, name) for lack in lacks(need, agent, limits)]


def _in_words(lack: Lack, queue: str) -> str:
    return {
        Want.CHANNEL: f"takes no {lack.name}",
        Want.QUEUE: f"does not serve the queue {queue}",
        Want.SKILL: f"lacks {lack.name} {lack.level}, which the queue {queue} asks for",
        Want.REST: "passed it on or declined it a moment ago",
        Want.NAMED: "is not the one for whom it is kept",
    }[lack.what]
