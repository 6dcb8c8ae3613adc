"""tests/unit/routing/histories.py: what can happen on a floor, drawn at random.

Small numbers of everything, so that equal times, equal skills and full hands are the rule: that
is where routers go wrong.
"""

from dataclasses import replace
from random import Random
from typing import Any

from routing.capacity import Limits
from routing.model import AgentView, QueuePolicy, Ring, Service, Strategy, Work
from routing.order import STRICT, Ordering
from tests.unit.routing.floors import Floor, agent, policy, work

QUEUES = ["billing", "general", "technical"]
CHANNELS = ["voice", "chat", "email"]
SKILLS = ["cards", "loans"]
TEAMS = ["east", "west"]
LANGUAGES = ["", "en", "es", "es-MX"]
AGENTS = [f"agent{n}" for n in range(12)]
NEVER = 10**15


class AlikeFloor(Floor):
    """A floor on which nothing but their line tells agents apart: nobody is served first or asked for, nothing
    interrupts, and no item asks for more than its queue does."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        super().__init__()

    def rules(self, *policies: QueuePolicy, **others: Any) -> None:
        limits = replace(others.pop("limits", Limits()), interrupts={})
        super().rules(*policies, limits=limits, **others)

    def arrives(self, item: Work) -> None:
        excluded = item.excluded if item.id in self.known else {}  # who declines is not asked again at once
        self.known.add(item.id)
        super().arrives(
            replace(item, skills={}, excluded=excluded, wanted_agent_id=None, wanted_until_ms=None, wanted_as="")
        )

    def tells(self, view: AgentView) -> None:
        queues = {key: Service(priority=1, delay_ms=service.delay_ms) for key, service in view.queues.items()}
        super().tells(replace(view, queues=queues))


def play(chance: Random, *, events: int, floor: Floor | None = None) -> Floor:
    """A floor after so many events, routed after most of them; quiet days and busy ones."""
    floor = floor or Floor()
    new_rules(floor, chance)
    arrivals = chance.choice([12, 25, 40, 55])
    routed = chance.choice([0.3, 0.8, 1.0])  # below 1, much changes before anybody asks
    for agent_id in AGENTS[:9]:
        floor.tells(some_agent(chance, agent_id, floor.now_ms))
    for number in range(events):
        if chance.randrange(100) < arrivals:
            floor.arrives(some_work(chance, f"w{chance.randrange(10)}-{number}", floor.now_ms))
        else:
            happens(floor, chance)
        if chance.random() < routed:
            floor.route()
    floor.route()
    return floor


def happens(floor: Floor, chance: Random) -> None:
    """One thing happens to those who are there."""
    pick = chance.randrange(100)
    if pick < 15:
        timer = floor.engine.next_timer_ms() or NEVER
        floor.now_ms = min(max(timer, floor.now_ms), floor.now_ms + chance.choice([0, 1, 10, 500]))
    elif pick < 60 and floor.offers:
        ending = chance.choice([floor.accepts] * 5 + [floor.declines, floor.misses])
        ending(chance.choice(sorted(floor.offers)))
    elif pick < 80 and floor.handled:
        floor.finishes(chance.randrange(len(floor.handled)))
    elif pick < 87:
        view = floor.agents.get(agent_id := chance.choice(AGENTS)) or some_agent(chance, agent_id, floor.now_ms)
        presence = chance.choice(["available"] * 12 + ["not_ready", "wrap_up", "offline"])
        floor.tells(replace(view, presence=presence, idle_since_ms=floor.now_ms))
    elif pick < 89 and floor.works:
        floor.leaves(chance.choice(sorted(floor.works)))
    elif pick < 92 and floor.works:
        changes_mind(floor, chance, chance.choice(sorted(floor.works)))
    elif pick < 93 and floor.agents:
        floor.takes_in_hand(chance.choice(sorted(floor.agents)), chance.choice(CHANNELS))
    elif pick < 95:
        agent_id = chance.choice(AGENTS)
        known = floor.agents.get(agent_id)
        fresh = some_agent(chance, agent_id, floor.now_ms)
        floor.tells(replace(fresh, load=known.load, presence=known.presence) if known else fresh)
    elif pick < 97:
        gone = chance.choice(AGENTS)
        if gone not in floor.offers:
            floor.goes(gone)
            floor.handled = [hand for hand in floor.handled if hand[0] != gone]
    elif pick < 99:
        new_rules(floor, chance)
    else:
        floor.rebuilds()


def changes_mind(floor: Floor, chance: Random, work_id: str) -> None:
    """What is known about a waiting item changes; its place and id never do."""
    old = floor.works[work_id]
    floor.arrives(replace(some_work(chance, work_id, floor.now_ms), placed_ms=old.placed_ms))


def new_rules(floor: Floor, chance: Random) -> None:
    keys = QUEUES if chance.random() < 0.8 else QUEUES[:2]
    policies = [some_policy(chance, key) for key in keys]
    floor.rules(*policies, ordering=some_ordering(chance), limits=some_limits(chance))


def some_policy(chance: Random, key: str) -> QueuePolicy:
    return policy(
        key,
        skills=some_levels(chance, 0.25),
        priority=chance.choice([0, 0, 1]),
        strategy=chance.choice([Strategy.LONGEST_IDLE, *Strategy]),
        rings=tuple(some_ring(chance, after) for after in chance.choice([(), (), (60,), (0, 40, 300), (7, 7)])),
        handling_ms={"voice": 5, "email": 50} if chance.random() < 0.5 else {},
        due_in_ms={"chat": 30, "email": 400} if chance.random() < 0.5 else {},
    )


def some_ring(chance: Random, after_ms: int) -> Ring:
    return Ring(
        after_ms=after_ms,
        skills={skill: chance.choice([0, 1, 2]) for skill in SKILLS if chance.random() < 0.5},
        queues=frozenset(queue for queue in QUEUES if chance.random() < 0.2),
        teams=frozenset(team for team in TEAMS if chance.random() < 0.3),
    )


def some_ordering(chance: Random) -> Ordering:
    return chance.choice(
        [
            STRICT,
            Ordering(kind="priority", priority_ms=100),
            Ordering(
                kind="slack",
                priority_ms=chance.choice([0, 10]),
                head_start_ms={"voice": 300, "chat": 200, "promise": 300},
                tier_ms={"vip": 100},
            ),
        ]
    )


def some_limits(chance: Random) -> Limits:
    if chance.random() < 0.5:
        return Limits()
    return Limits(
        weights=chance.choice([{}, {"voice": 60, "chat": 40, "email": 30}]),
        exclusive=chance.choice([frozenset(), frozenset({"voice"}), frozenset({"voice", "email"})]),
        interrupts=chance.choice([{"voice": frozenset({"email"})}, {"chat": frozenset({"email", "voice"})}]),
    )


def some_levels(chance: Random, share: float) -> dict[str, int]:
    return {skill: chance.choice([1, 2, 3]) for skill in SKILLS if chance.random() < share}


def some_agent(chance: Random, agent_id: str, now_ms: int) -> AgentView:
    return agent(
        agent_id,
        presence=chance.choice(["available"] * 5 + ["not_ready", "offline"]),
        skills=some_levels(chance, 0.8),
        queues={queue: some_service(chance) for queue in QUEUES if chance.random() < 0.75},
        capacity={channel: chance.choice([0, 1, 1, 1, 2, 3]) for channel in CHANNELS if chance.random() < 0.95},
        idle_since_ms=max(0, now_ms - chance.choice([0, 0, 100, 100, 900])),
        languages=frozenset(language for language in LANGUAGES[1:] if chance.random() < 0.4),
        teams=frozenset(team for team in TEAMS if chance.random() < 0.4),
        handled=chance.choice([0, 0, 1, 4]),
        offered_ms=max(0, now_ms - chance.choice([0, 100, 100, 900])),
    )


def some_service(chance: Random) -> Service:
    return Service(priority=chance.choice([1, 1, 1, 2, 3]), delay_ms=chance.choice([0, 0, 0, 0, 50, 200]))


def some_work(chance: Random, work_id: str, now_ms: int) -> Work:
    wanted = chance.choice([*AGENTS, None, None, None, None, None, None])
    windows = [None, now_ms + 5, now_ms + 300, NEVER] if wanted else [None]
    declined = {agent_id: now_ms + chance.choice([0, 7, 400]) for agent_id in AGENTS if chance.random() < 0.04}
    return work(
        work_id,
        kind=chance.choice(["interaction", "interaction", "promise"]),
        due_ms=chance.choice([None, None, now_ms - 300, now_ms + 100]),
        tier=chance.choice(["", "", "vip"]),
        channel=chance.choice(CHANNELS),
        queue=chance.choice(QUEUES),
        priority=chance.choice([0, 0, 0, 1, 5]),
        placed_ms=max(0, now_ms - chance.choice([0, 0, 50, 800])),
        skills=some_levels(chance, 0.15),
        wanted_agent_id=wanted,
        wanted_until_ms=chance.choice(windows),
        wanted_as=chance.choice(["named", "named", "owner", "last_agent", ""]) if wanted else "",
        excluded=declined,
        language=chance.choice(LANGUAGES),
    )
