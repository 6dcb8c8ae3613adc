"""routing/why.py: what to say about an offer, and about waiting.

The same bit sets choose and explain: an exclusion is counted by narrowing everybody down, one
reason after the other, to those who were eligible. So the counts add up to all agents, and the
explanation cannot differ from the decision.
"""

from routing.capacity import Room
from routing.choice import tier
from routing.facts import GUESTS
from routing.model import Candidate, Exclusion, Strategy, Why, Work
from routing.needs import Need
from routing.roster import FREE, Roster, Seat
from routing.standing import Standing
from routing.strategy import levels as sum_of_levels
from routing.strategy import score, shares_language

#: How many candidates an explanation names.
BEST = 5

_INTERRUPTS = Room.INTERRUPTS

#: What is said of who leads by a strategy.
_LEADS = {strategy: strategy.value for strategy in Strategy} | {Strategy.RING_ALL: Strategy.LONGEST_IDLE.value}

_STATES = [state.value for state in (Exclusion.OFFLINE, Exclusion.WRAP_UP, Exclusion.NOT_READY, Exclusion.RINGING)]

#: What rules out who is free, in the order of `Exclusion`.
_REASONS = [
    reason.value
    for reason in (
        Exclusion.OTHER_QUEUE,
        Exclusion.DELAY,
        Exclusion.SKILL,
        Exclusion.NO_CHANNEL,
        Exclusion.ON_CALL,
        Exclusion.FULL,
        Exclusion.WEIGHT,
        Exclusion.DECLINED,
        Exclusion.WANTED_OTHER,
    )
]


def explain(
    roster: Roster,
    who: Standing,
    need: Need,
    work: Work,
    strategy: Strategy,
    seats: list[Seat],
    *,
    ring: int,
    now_ms: int,
) -> Why:
    """Says why `seats[0]` gets `work`, which has reached `ring`; the roster must still be as it was when they were
    found."""
    considered, excluded = narrow(roster, who, need)
    at = roster.line(strategy)[1]
    worths = [_worth(seat, at, need) for seat in seats[:BEST]]
    most = max(worths)
    best = []
    for seat, worth in zip(seats, worths, strict=False):
        reasons = _reasons(seat, need, work, ring=ring, leads=strategy if worth == most else None)
        shown = score(strategy, worth[0], -worth[1], now_ms=now_ms)
        best.append(Candidate(agent=seat.view.id, score=shown, reasons=reasons))
    return Why(rule=rule(need, strategy, seats[0]), considered=considered, best=tuple(best), excluded=excluded)


def rule(need: Need, strategy: Strategy, chosen: Seat | None = None) -> str:
    """By what the item is given: to a wanted agent, else by the strategy of its queue."""
    if need.only is not None:
        return "wanted_agent"
    if chosen is not None and chosen.view.id == need.prefers:
        return "preferred_agent"
    return strategy.value


def _worth(seat: Seat, at: int, need: Need) -> tuple[int, int]:
    """What the strategy, whose entry is `at`, looks at first, the larger the better."""
    return (sum_of_levels(seat.view, need.asked) if need.asked else 0, -seat.entries[at][0])


def _reasons(seat: Seat, need: Need, work: Work, *, leads: Strategy | None, ring: int) -> tuple[str, ...]:
    """What speaks for an agent; `leads` is the strategy by which nobody is before this one."""
    agent = seat.view
    reasons = []
    if work.wanted_agent_id is not None and agent.id == work.wanted_agent_id:
        reasons.append("asked_for")
    if leads is not None:
        reasons.append(_LEADS[leads])
    if ring:
        reasons.append(f"ring:{ring}")
    if need.guests and tier(seat, need) == GUESTS:
        reasons.append("guest")
    if seat.rooms.get(need.channel) is _INTERRUPTS:
        reasons.append("interrupts")
    if work.language and shares_language(agent, work):
        reasons.append(f"speaks:{work.language}")
    if need.levels:
        reasons += [f"level:{skill}:{agent.skills.get(skill, 0)}" for skill, _ in need.levels]
    return tuple(reasons)


def without_rules(roster: Roster) -> dict[str, int]:
    """What rules everybody out while a queue has no rules."""
    counts = _not_free(roster)
    if roster.states[FREE]:
        counts[Exclusion.NO_RULES.value] = roster.states[FREE]
    return counts


def narrow(roster: Roster, who: Standing, need: Need) -> tuple[int, dict[str, int]]:
    """How many could have it, and how many each reason ruled out, a reason at a time."""
    counts = _not_free(roster)
    left, number = roster.free, roster.states[FREE]
    ready = roster.ready(need.channel)
    if left == left & ready & who.qualified:
        return number, counts  # a floor at work: nobody is free but who has this
    full, weight = roster.answering(need.channel, Room.FULL), roster.answering(need.channel, Room.WEIGHT)
    # Who takes the channel and is in none of these sets is on a call.
    steps = (who.known, who.may, who.skilled, who.taking, ready | full | weight, ready | weight, ready)
    for reason, kept in zip(_REASONS, (*steps, who.reachable, who.qualified), strict=True):
        still = left & kept
        if still != left:
            before, left, number = number, still, still.bit_count()
            counts[reason] = before - number
            if not number:
                break
    return number, counts


def _not_free(roster: Roster) -> dict[str, int]:
    states = roster.states
    return {state: states[state] for state in _STATES if states[state]}
