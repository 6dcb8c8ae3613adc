"""routing/why.py: which agents may have an item, and what to say about it.

The same bit sets choose and explain: an exclusion is counted by narrowing everybody down, one
reason after the other, to those who were eligible. So the counts add up to all agents, and the
explanation cannot differ from the decision.
"""

from routing.capacity import Room
from routing.model import AgentView, Candidate, Exclusion, QueuePolicy, Why, Work, requirements
from routing.presence import Presence
from routing.roster import RINGING, Roster, has_level, has_presence, has_room, is_agent, serves, speaks
from routing.strategy import rank, shares_language
from routing.waiting import Need

#: How many candidates an explanation names.
BEST = 5


def qualified(roster: Roster, need: Need) -> int:
    """The agents who may have it by what stands: queue, levels, and by name."""
    agents = roster.having(serves(need.queue))
    for skill, level in need.levels:
        agents &= roster.having(has_level(skill, level))
    if need.only is not None:
        agents &= roster.having(is_agent(need.only))
    return agents ^ (agents & _named(roster, need.without))


def best(roster: Roster, eligible: int, work: Work) -> list[AgentView]:
    """The first few of the eligible, in the order in which they should be asked.

    The line of the idle knows times, not languages. Whoever is among the first by rank is among
    as many first of the line, or of those in line who speak the language, or was asked for.
    """
    found = {agent.id: agent for agent in roster.longest_idle(eligible, BEST)}
    if len(found) == BEST:
        preferred = [eligible & roster.having(speaks(work.language))] if work.language else []
        if work.wanted_agent_id is not None:
            preferred.append(eligible & roster.having(is_agent(work.wanted_agent_id)))
        for agents in preferred:
            found |= {agent.id: agent for agent in roster.longest_idle(agents, BEST)}
    return sorted(found.values(), key=lambda agent: rank(agent, work))[:BEST]


def explain(
    roster: Roster, need: Need, work: Work, policy: QueuePolicy, agents: list[AgentView], *, now_ms: int
) -> Why:
    """Says why `agents[0]` gets `work`; the roster must still be as it was when they were found."""
    considered, excluded = _narrow(roster, need)
    if need.only is not None:
        rule = "wanted_agent"
    elif agents[0].id == work.wanted_agent_id:
        rule = "preferred_agent"
    else:
        rule = "longest_idle"
    levels = requirements(policy.skills, work.skills)
    longest = min(agent.idle_since_ms for agent in agents)
    candidates = tuple(_candidate(agent, work, levels, longest=longest, now_ms=now_ms) for agent in agents)
    return Why(rule=rule, considered=considered, best=candidates, excluded=excluded)


def _candidate(
    agent: AgentView, work: Work, levels: tuple[tuple[str, int], ...], *, longest: int, now_ms: int
) -> Candidate:
    reasons = []
    if agent.id == work.wanted_agent_id:
        reasons.append("asked_for")
    if agent.idle_since_ms == longest:
        reasons.append("longest_idle")
    if shares_language(agent, work):
        reasons.append(f"speaks:{work.language}")
    reasons += [f"level:{skill}:{agent.skills.get(skill, 0)}" for skill, _ in levels]
    return Candidate(agent=agent.id, score=max(0, now_ms - agent.idle_since_ms), reasons=tuple(reasons))


def _narrow(roster: Roster, need: Need) -> tuple[int, dict[str, int]]:
    """How many are left, and how many each reason ruled out, a reason at a time."""
    left = roster.everyone
    counts: dict[str, int] = {}

    def keep(kept: int, reason: Exclusion) -> None:
        nonlocal left
        if kept != left:
            counts[reason.value] = counts.get(reason.value, 0) + (left ^ kept).bit_count()
            left = kept

    def rule_out(agents: int, reason: Exclusion) -> None:
        keep(left ^ (left & agents), reason)

    rule_out(roster.having(has_presence(Presence.OFFLINE)), Exclusion.OFFLINE)
    rule_out(roster.having(has_presence(Presence.WRAP_UP)), Exclusion.WRAP_UP)
    keep(left & roster.having(has_presence(Presence.AVAILABLE)), Exclusion.NOT_READY)
    rule_out(roster.having(RINGING), Exclusion.RINGING)
    keep(left & roster.having(serves(need.queue)), Exclusion.OTHER_QUEUE)
    for skill, level in need.levels:
        keep(left & roster.having(has_level(skill, level)), Exclusion.SKILL)
    rule_out(roster.having(has_room(need.channel, Room.ON_CALL)), Exclusion.ON_CALL)
    rule_out(roster.having(has_room(need.channel, Room.FULL)), Exclusion.FULL)
    keep(left & roster.having(has_room(need.channel, Room.FREE)), Exclusion.NO_CHANNEL)
    rule_out(_named(roster, need.without), Exclusion.DECLINED)
    if need.only is not None:
        keep(left & roster.having(is_agent(need.only)), Exclusion.WANTED_OTHER)
    return left.bit_count(), counts


def _named(roster: Roster, agent_ids: frozenset[str]) -> int:
    agents = 0
    for agent_id in agent_ids:
        agents |= roster.having(is_agent(agent_id))
    return agents
