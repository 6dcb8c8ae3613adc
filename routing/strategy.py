"""routing/strategy.py: the one ordering of agents for an item.

The one who was asked for, then the longest idle; among equal idle times one who shares the
customer's language, then the id.
"""

from functools import lru_cache

from routing.model import AgentView, Work

#: Sorts as agents are chosen: (not asked for, idle since, no shared language, id).
Rank = tuple[bool, int, bool, str]


def rank(agent: AgentView, work: Work) -> Rank:
    """Where `agent` stands among those who could have `work`."""
    return (agent.id != work.wanted_agent_id, agent.idle_since_ms, not shares_language(agent, work), agent.id)


def shares_language(agent: AgentView, work: Work) -> bool:
    """Whether they can talk; regional variants of one language count as the same."""
    return bool(work.language) and base_language(work.language) in map(base_language, agent.languages)


@lru_cache(maxsize=1024)
def base_language(tag: str) -> str:
    """`pt-BR` is `pt`."""
    return tag.replace("_", "-").split("-", 1)[0].lower()
