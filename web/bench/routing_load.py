"""web/bench/routing_load.py: six floors that are hard for a router, each for another reason.

| workload | what is hard |
|---|---|
| hot_skill | all who wait need what 20 agents have; everybody else must pass them by |
| one_queue | one long line |
| realistic | a dozen queues, personal skill levels, three channels, wishes and languages; all busy |
| six_rings | the same, and each item asks for less in six steps while it waits |
| all_unique | no two agents and hardly two items are alike |
| half_idle | half the agents are free and able, and what waits is for others |

The same seed makes the same floor. A floor keeps its size and mix: one contact ends, and one of
the same channel arrives.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from routing.model import AgentView, QueuePolicy, Ring, Rules, Service, Work

CHANNELS = ("voice", "chat", "email")
#: Between two arrivals.
STEP_MS = 20
START_MS = 1_700_000_000_000
_HOT = 20
_QUEUES = 12


@dataclass(kw_only=True)
class Load:
    """One floor: rules, people, what waits, and what comes: told its number, the agent who has just
    finished, the channel, and the instant. `finish`: whether this agent's contacts end."""

    rules: Rules
    agents: list[AgentView]
    waiting: list[Work]
    arrives: Callable[[int, str, str, int], Work]
    finish: Callable[[int], bool] = lambda n: True


#: Makes a floor of so many agents and so many who wait.
Maker = Callable[[int, int, Random], Load]


def hot_skill(agents: int, waiting: int, chance: Random) -> Load:
    """Who waits needs a skill that 20 agents have."""

    def arrives(number: int, freed: str, channel: str, now_ms: int) -> Work:
        hot = int(freed.removeprefix("agent")) < _HOT
        return _work(number, now_ms, skills={"hot": 2} if hot else {})

    return Load(
        rules=Rules(queues=(_policy("q0"),)),
        agents=[_agent(n, skills={"hot": 3} if n < _HOT else {"cold": 3}) for n in range(agents)],
        waiting=_line(waiting, lambda number, now_ms: _work(number, now_ms, skills={"hot": 2})),
        arrives=arrives,
    )


def one_queue(agents: int, waiting: int, chance: Random) -> Load:
    """Everybody may have everything."""
    return Load(
        rules=Rules(queues=(_policy("q0"),)),
        agents=[_agent(n) for n in range(agents)],
        waiting=_line(waiting, _work),
        arrives=lambda number, freed, channel, now_ms: _work(number, now_ms),
    )


def realistic(agents: int, waiting: int, chance: Random) -> Load:
    """Twelve queues that ask for a skill each, agents with two to four of them."""
    return _floor(agents, waiting, chance, [_policy(f"q{n}", skills={f"s{n}": 1 + n % 3}) for n in range(_QUEUES)])


def six_rings(agents: int, waiting: int, chance: Random) -> Load:
    """Each queue lowers the level, drops the skill, and lets others in, in six steps."""
    reach = waiting * STEP_MS

    def rings(n: int) -> tuple[Ring, ...]:
        return (
            Ring(after_ms=reach // 8, skills={f"s{n}": 2}),
            Ring(after_ms=reach // 4, skills={f"s{n}": 1}),
            Ring(after_ms=reach // 2, queues=frozenset({f"q{(n + 1) % _QUEUES}"})),
            Ring(after_ms=reach * 5 // 8, skills={f"s{n}": 0}),
            Ring(after_ms=reach * 3 // 4, teams=frozenset({f"t{n % 4}"})),
            Ring(after_ms=reach * 7 // 8, queues=frozenset({f"q{(n + 2) % _QUEUES}"})),
        )

    policies = [_policy(f"q{n}", skills={f"s{n}": 3}, rings=rings(n)) for n in range(_QUEUES)]
    return _floor(agents, waiting, chance, policies)


def all_unique(agents: int, waiting: int, chance: Random) -> Load:
    """Forty skills; agents have a dozen of them at their own levels, items ask for three that somebody has."""
    skills = [f"s{n}" for n in range(40)]
    people = [
        _agent(n, skills={skill: chance.randint(1, 5) for skill in chance.sample(skills, 12)}) for n in range(agents)
    ]

    def item(number: int, now_ms: int) -> Work:
        able = chance.choice(people).skills
        asked = {skill: chance.randint(1, min(3, able[skill])) for skill in chance.sample(sorted(able), 3)}
        return _work(number, now_ms, skills=asked)

    return Load(
        rules=Rules(queues=(_policy("q0"),)),
        agents=people,
        waiting=_line(waiting, item),
        arrives=lambda number, freed, channel, now_ms: item(number, now_ms),
    )


def half_idle(agents: int, waiting: int, chance: Random) -> Load:
    """One agent in ten is a specialist and busy; all who wait need one. Of the others half are free."""
    load = realistic(agents, waiting, chance)
    for n, view in enumerate(load.agents):
        if n % 10 == 0:
            load.agents[n] = replace(
                view, skills={**view.skills, "special": 1 + n % 5}, capacity=_ALL, load={"voice": 1}
            )
        else:
            load.agents[n] = replace(view, capacity=_ALL, load={} if n % 2 else {CHANNELS[n % 3]: 1})
    load.waiting = [replace(item, skills={"special": 1 + n % 3}) for n, item in enumerate(load.waiting)]

    def arrives(number: int, freed: str, channel: str, now_ms: int) -> Work:
        return replace(usual(number, freed, channel, now_ms), skills={})

    usual = load.arrives
    return replace(load, arrives=arrives, finish=lambda n: n % 10 != 0)


#: The six, by name.
WORKLOADS: dict[str, Maker] = {
    maker.__name__: maker for maker in (hot_skill, one_queue, realistic, six_rings, all_unique, half_idle)
}

_VOICE = {"voice": 1}
_ALL = {"voice": 1, "chat": 3, "email": 2}
#: Agents for calls, for chats, and for mails; all hold as much as they can.
_HANDS = (_VOICE, {"chat": 3}, {"email": 2})


def _floor(agents: int, waiting: int, chance: Random, policies: list[QueuePolicy]) -> Load:
    keys = [policy.key for policy in policies]

    def person(n: int) -> AgentView:
        own = chance.sample(range(len(keys)), chance.choice([2, 3, 3, 4]))
        levels = {f"s{k}": chance.choice([2, 3, 3, 4, 5]) for k in own} | {
            f"x{chance.randrange(6)}": chance.randint(1, 5)
        }
        return replace(
            _agent(n, skills=levels, capacity=_HANDS[n % 3]),
            queues={keys[k]: Service() for k in own},
            teams=frozenset({f"t{n % 4}"}),
            languages=frozenset({f"l{n % 5}"}),
        )

    people = [person(n) for n in range(agents)]
    asked = {policy.key: policy.skills for policy in policies}

    def item(number: int, now_ms: int, channel: str | None = None) -> Work:
        """What somebody can take, or the floor would fill with what nobody can."""
        channel = channel or chance.choice(CHANNELS)
        kind = CHANNELS.index(channel)
        able = people[chance.randrange(len(people[kind::3])) * 3 + kind]
        fit = [q for q in able.queues if all(able.skills.get(skill, 0) >= level for skill, level in asked[q].items())]
        also = chance.choice([skill for skill in able.skills if skill.startswith("x")])
        return replace(
            _work(number, now_ms),
            queue=chance.choice(sorted(fit or able.queues)),
            channel=channel,
            priority=chance.choice([0, 0, 0, 1]),
            skills={also: chance.randint(1, able.skills[also])} if chance.random() < 0.2 else {},
            wanted_agent_id=f"agent{chance.randrange(agents)}" if chance.random() < 0.1 else None,
            language=f"l{chance.randrange(5)}" if chance.random() < 0.5 else "",
        )

    return Load(
        rules=Rules(queues=tuple(policies)),
        agents=people,
        waiting=_line(waiting, item),
        arrives=lambda number, freed, channel, now_ms: item(number, now_ms, channel),
    )


def _line(waiting: int, item: Callable[[int, int], Work]) -> list[Work]:
    """So many who wait, the last of them since a moment ago."""
    return [item(-n, START_MS - n * STEP_MS) for n in range(waiting, 0, -1)]


def _policy(key: str, *, skills: dict[str, int] | None = None, rings: tuple[Ring, ...] = ()) -> QueuePolicy:
    return QueuePolicy(key=key, skills=skills or {}, priority=0, offer_ms=20_000, target_ms=20_000, rings=rings)


def _agent(n: int, *, skills: dict[str, int] | None = None, capacity: dict[str, int] = _VOICE) -> AgentView:
    """An agent of one queue who holds as much as fits."""
    return AgentView(
        id=f"agent{n}",
        name="",
        presence="available",
        skills=skills or {},
        queues={"q0": Service()},
        capacity=capacity,
        load=dict(capacity),
        ringing=False,
        idle_since_ms=START_MS - 1_000_000 + n * 7_919 % 1_000_000,
        languages=frozenset(),
    )


def _work(number: int, now_ms: int, skills: dict[str, int] | None = None) -> Work:
    return Work(
        id=f"w{number}",
        kind="interaction",
        channel="voice",
        queue="q0",
        priority=0,
        placed_ms=now_ms,
        skills=skills or {},
    )
