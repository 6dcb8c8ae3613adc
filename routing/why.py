"""routing/why.py: what to say about an offer, and about waiting.

The same bit sets choose and explain: an exclusion is counted by narrowing everybody down, one
reason after the other, to those who were eligible. So the counts add up to all agents, and the
explanation cannot differ from the decision.

A decision keeps its *grounds*: the bit sets and the agents as they were, all of them values that
nobody changes. What they say is worked out when somebody asks, and is of the instant of the decision.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from routing.choice import tier
from routing.facts import GUESTS
from routing.hands import READY, WEIGHT, Answers, Filed
from routing.model import NOT_IDLE_MS, AgentView, Candidate, Exclusion, Strategy, Wanted, Why, Work
from routing.needs import NOTHING_OWN, Need, Own, Stages, ruling_out
from routing.ready import Free
from routing.roster import Roster
from routing.standing import Counted, Standing, Standings, Steps
from routing.strategy import LOOKS_AT, NUMBERS, base_language, base_languages
from routing.strategy import levels as sum_of_levels

#: How many candidates an explanation names.
BEST: Final = 5

#: Makes a named tuple of its values in a third of the time that its own constructor takes.
_new: Final = tuple.__new__

_BEST_SKILLED = Strategy.BEST_SKILLED

#: What is said of who leads by a strategy.
_LEADS = {strategy: strategy.value for strategy in Strategy} | {Strategy.RING_ALL: Strategy.LONGEST_IDLE.value}

#: What is said of who is wanted, unless it was by name.
_KEPT, _PREFERRED = "wanted_agent", "preferred_agent"
_BY_WISH = frozenset({_KEPT, _PREFERRED})
_WANTED = {Wanted.OWNER.value: "case_owner", Wanted.LAST.value: "last_agent"}

#: Said of who leads by idle time where all have something in hand: they took or let go of something longest ago.
NOBODY_IDLE = "longest_since_last"
_LONGEST_IDLE = Strategy.LONGEST_IDLE.value

_RULES = {strategy: strategy.value for strategy in Strategy}

#: The states but ready, in the order of their numbers.
_NOT_READY = tuple(
    [state.value for state in (Exclusion.OFFLINE, Exclusion.WRAP_UP, Exclusion.NOT_READY, Exclusion.RINGING)]
)

_OTHER_QUEUE = Exclusion.OTHER_QUEUE.value
_ON_CALL, _FULL, _WEIGHT = Exclusion.ON_CALL.value, Exclusion.FULL.value, Exclusion.WEIGHT.value


class Crowd(NamedTuple):
    """Everybody, at an instant: how many in which state, who is free, and what hands say (`routing/hands.py`), also of
    those at whom something rings."""

    states: tuple[int, ...]
    free: Free
    filed: Filed
    mover: int
    moved: int


def crowd(roster: Roster, answers: Answers) -> Crowd:
    """Everybody as they are now, with the answers to one more of a channel."""
    answers.settle()
    roster.ready.settle()
    return _new(Crowd, (tuple(roster.states), roster.ready.free, answers.filed, 0, 0))


class Grounds(NamedTuple):
    """What a decision was made on: an item that asked for `own` at a `stage`. Of the `best` agents the first got the
    work; where they are fewer than `BEST`, nobody else could have had it. Of them, `interrupted` names those who
    must be interrupted. `who` may have it by what stood is worked out when somebody asks, unless it was for the
    decision."""

    crowd: Crowd
    who: Standing | Standings
    stages: Stages
    stage: int
    own: Own
    work: Work
    now_ms: int
    best: list[AgentView]
    interrupted: tuple[str, ...]

    def why(self) -> Why:
        """Why the first of the best got the work."""
        best, who, strategy = self.best, self.who, self.stages.policy.strategy
        need = self.stages.asked(self.work.channel, self.stage, self.own)
        own = ruling_out(self.own)
        again = own is NOTHING_OWN
        if isinstance(who, Standings):
            who = who.of(self.stages.asked(self.work.channel, self.stage, own), again=again)
        known, queue = len(best) if len(best) < BEST else None, "" if need.guests else need.queue
        considered, excluded = narrow(self.crowd, who, again=again, considered=known, queue=queue)
        candidates = self._candidates(need, strategy)
        said = rule(need, strategy, best[0].id)
        if said in _BY_WISH:
            said = _WANTED.get(self.work.wanted_as, said)
        return _new(Why, (said, considered, candidates, excluded))

    def _candidates(self, need: Need, strategy: Strategy) -> tuple[Candidate, ...]:
        """The best, and what speaks for each; nobody is before the least by the strategy."""
        work, lead, ring = self.work, _LEADS[strategy], self.stages.rings[self.stage]
        shown, worths = self._worths(need, strategy)
        least, wanted = min(worths), work.wanted_agent_id
        if lead == _LONGEST_IDLE and least >= NOT_IDLE_MS:
            lead = NOBODY_IDLE
        language, speaks = (base_language(work.language), f"speaks:{work.language}") if work.language else ("", "")
        is_usual = not ring and not self.interrupted
        candidates = []
        for agent, score, worth in zip(self.best, shown, worths, strict=True):
            reasons = [lead] if worth == least else []
            if agent.id == wanted:
                reasons.insert(0, _WANTED.get(work.wanted_as, "asked_for"))
            if not is_usual:
                reasons += self._unusual(agent, need, ring)
            if language and language in base_languages(agent.languages):
                reasons.append(speaks)
            for skill, _ in need.levels:
                reasons.append(_level_said(skill, agent.skills.get(skill, 0)))
            candidates.append(_new(Candidate, (agent.id, score, tuple(reasons))))
        return tuple(candidates)

    def _worths(self, need: Need, strategy: Strategy) -> tuple[list[int], list[Any]]:
        """The score that is shown of each of the best, and by what the strategy compares them, the less the better."""
        now_ms = self.now_ms
        looks_at = LOOKS_AT[strategy]
        worths = [looks_at(agent) for agent in self.best]
        if strategy is _BEST_SKILLED:
            shown = [sum_of_levels(agent, need.asked) for agent in self.best]
            return shown, [(-levels, first) for levels, first in zip(shown, worths, strict=True)]
        if strategy in NUMBERS:
            return worths, worths
        return [_ago(first, now_ms) for first in worths], worths

    def _unusual(self, agent: AgentView, need: Need, ring: int) -> list[str]:
        """What is said where a ring is reached, or some must be interrupted."""
        reasons = []
        if ring:
            reasons.append(f"ring:{ring}")
            if need.guests and tier(agent, need) == GUESTS:
                reasons.append("guest")
        if agent.id in self.interrupted:
            reasons.append("interrupts")
        return reasons


def _ago(since_ms: int, now_ms: int) -> int:
    """How long ago; of who has something in hand, when they last took something or let go of it."""
    return max(0, now_ms - (since_ms - NOT_IDLE_MS if since_ms >= NOT_IDLE_MS else since_ms))


@lru_cache(maxsize=4096)
def _level_said(skill: str, level: int) -> str:
    return f"level:{skill}:{level}"


def rule(need: Need, strategy: Strategy, chosen: str | None = None) -> str:
    """By what the item is given: to a wanted agent, else by the strategy of its queue."""
    if need.only is not None:
        return _KEPT
    if chosen is not None and chosen == need.prefers:
        return _PREFERRED
    return _RULES[strategy]


def without_rules(roster: Roster) -> dict[str, int]:
    """What rules everybody out while a queue has no rules."""
    counts = _not_free(roster.states)
    if roster.free:
        counts[Exclusion.NO_RULES.value] = roster.states[READY]
    return counts


def narrow(
    crowd: Crowd, who: Standing, *, again: bool = False, considered: int | None = None, queue: str = ""
) -> tuple[int, dict[str, int]]:
    """How many could have it, which may be known already, and how many each reason ruled out, a reason at a time. How
    many serve the `queue` need not be counted, if it is named as no guests are let in. What is counted is kept where
    `who` will be asked about `again`."""
    states, everybody, filed, mover, moved = crowd
    counted = everybody.counted.get(who)
    if counted is None:
        serving = everybody.serving.get(queue, 0) if queue else None
        excluded: dict[str, int] = {}
        left, number = _rule_out(excluded, everybody.agents, states[READY], who.before, serving)
        counted = Counted(excluded, left, number)
        if again:
            everybody.counted[who] = counted
    answering = filed.any(mover, moved)
    if counted.answering != answering:
        counted.answer(answering)
    counts, number = {**_not_free(states), **counted.excluded}, counted.answered
    if number != counted.number:  # who takes the channel and gives no answer that is filed is on a call
        counts[_ON_CALL] = counted.number - number
    if considered is None or filed.agents[WEIGHT] or moved >> WEIGHT or who.after:
        free, interrupts, _, weight = filed.after(mover, moved).agents
        ready = free | interrupts if interrupts else free
        hands = ((_FULL, ready | weight), (_WEIGHT, ready)) if weight else ((_FULL, ready),)
        _, considered = _rule_out(counts, counted.left, number, (*hands, *who.after))
    elif number != considered:  # nothing but that rules out who has an answer
        counts[_FULL] = number - considered
    return considered, counts


def _rule_out(
    counts: dict[str, int], left: int, number: int, steps: Steps, serving: int | None = None
) -> tuple[int, int]:
    """Counts how many of those left, a `number`, each step rules out; who is left then, and their number. How many are
    `serving` the queue may be known."""
    for reason, kept in steps:
        still_left = left & kept
        if still_left != left:  # to compare is quick, to count is not
            left = still_left
            still = serving if serving is not None and reason == _OTHER_QUEUE else left.bit_count()
            if still != number:
                counts[reason] = number - still
                number = still
    return left, number


def _not_free(states: Iterable[int]) -> dict[str, int]:
    return {state: number for state, number in zip(_NOT_READY, states, strict=False) if number}
