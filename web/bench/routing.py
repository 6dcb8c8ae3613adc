"""web/bench/routing.py: decisions of the engine alone, in this process: no database, no network.

A decision is one finish, one arrival and the timers between: the engine is told that an agent
has finished, decides, is told of an arrival, decides, and is told that each offer was taken. A
floor is played once to write down all that an engine is told; what is timed is another engine
that is told the same, so that the load itself costs nothing. Time is that of this process on a
processor: what else the machine does is not the engine's.

Each cost has two figures, taken in turn while one floor plays on: the engine's work alone, as when
a day is simulated, and with each decision asked why and what it says put into words, as a server
does for each offer.
"""

import gc
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from random import Random
from statistics import median
from typing import Any, NamedTuple

from routing.engine import Engine
from routing.model import AgentView
from web.bench.ledger import Result
from web.bench.routing_load import START_MS, STEP_MS, WORKLOADS, Load, Maker

#: The curve: agents and waiting, from a small team to a very large house.
SIZES = (100, 300, 1_000, 3_000, 10_000, 20_000)
SEED = 7
#: What is timed is cut into so many pieces without words, and as many with them; the median of each counts.
PIECES = 15

#: What an engine is told: which of its ears hears it, and the value.
Tape = list[tuple[int, Any]]

_AGENT, _WORK, _DECIDE = range(3)


class Cost(NamedTuple):
    """Microseconds for a decision: the engine's work alone, and with every explanation in words."""

    us_per_decision: float
    us_with_why: float

    def as_dict(self) -> dict[str, float]:
        """Both, rounded."""
        return {key: round(us, 1) for key, us in self._asdict().items()}

    def rates(self) -> dict[str, float]:
        """How many decisions a second they make, beside them."""
        plain, with_why = (round(1e6 / us) for us in self)
        return {"decisions_per_s": plain, "decisions_per_s_with_why": with_why, **self.as_dict()}

    def __str__(self) -> str:
        return f"{1e6 / self.us_per_decision:,.0f} decisions/s, {1e6 / self.us_with_why:,.0f}/s with why"


def worst(costs: Iterable[Cost]) -> Cost:
    """The dearest of each figure."""
    return Cost(*map(max, zip(*costs, strict=True)))


class Floor:
    """A floor that plays: who holds what, and a tape of all that its engine was told."""

    def __init__(self, load: Load, chance: Random) -> None:
        self.tape: Tape = []
        self.rules = load.rules
        self._load = load
        self._chance = chance
        self._now_ms = START_MS
        self._arrived = 0
        self._views = {view.id: view for view in load.agents}
        self._in_hand = [
            (view.id, channel)
            for n, view in enumerate(load.agents)
            if load.finish(n)
            for channel, held in view.load.items()
            for _ in range(held)
        ]
        self._channels = {item.id: item.channel for item in load.waiting}
        self._engine = Engine()
        self._engine.set_rules(load.rules)
        self._told = _ears(self._engine)
        for view in load.agents:
            self._tell(_AGENT, view)
        for item in load.waiting:
            self._tell(_WORK, item)
        self._decide()

    @property
    def in_hand(self) -> int:
        """How many contacts are going on."""
        return len(self._in_hand)

    def play(self, steps: int) -> None:
        """So many times one contact ends and one arrives."""
        for _ in range(steps):
            self._now_ms += STEP_MS
            agent_id, channel = self._finish()
            self._tell(_AGENT, self._holding(agent_id, channel, -1))
            self._decide()
            arrival = self._load.arrives(self._arrived, agent_id, channel, self._now_ms)
            self._arrived += 1
            self._channels[arrival.id] = arrival.channel
            self._tell(_WORK, arrival)
            self._decide()

    def _tell(self, ear: int, value: Any) -> Any:
        self.tape.append((ear, value))
        return self._told[ear](value)

    def _decide(self) -> None:
        """Every offer is accepted; what that makes possible is decided with the next event."""
        for decision in self._tell(_DECIDE, self._now_ms):
            channel = self._channels.pop(decision.work_id)
            self._in_hand.append((decision.agent_id, channel))
            self._tell(_AGENT, self._holding(decision.agent_id, channel, +1))

    def _finish(self) -> tuple[str, str]:
        """Any contact in hand ends."""
        at = self._chance.randrange(len(self._in_hand))
        self._in_hand[at], self._in_hand[-1] = self._in_hand[-1], self._in_hand[at]
        return self._in_hand.pop()

    def _holding(self, agent_id: str, channel: str, by: int) -> AgentView:
        old = self._views[agent_id]
        load = {**old.load, channel: old.load.get(channel, 0) + by}
        view = self._views[agent_id] = replace(old, load=load, idle_since_ms=self._now_ms)
        return view


def cost(maker: Maker, agents: int, waiting: int, *, least: int) -> Cost:
    """What the engine needs for a decision: the median of several pieces of the tape, every other one asked why."""
    chance = Random(SEED)
    floor = Floor(maker(agents, waiting, chance), chance)
    began = len(floor.tape)
    floor.play(least // PIECES)  # caches fill
    warm = len(floor.tape)
    floor.play(2 * least)
    engine = Engine()
    engine.set_rules(floor.rules)
    tell(engine, floor.tape[:began])
    gc.collect()
    gc.freeze()  # as the server does when it has started
    tell_and_ask(engine, floor.tape[began:warm])
    piece = -(-(len(floor.tape) - warm) // (2 * PIECES))
    costs: tuple[list[float], list[float]] = ([], [])
    for number, at in enumerate(range(warm, len(floor.tape), piece)):
        told = floor.tape[at : at + piece]
        timed = tell_and_ask if number % 2 else tell
        before = time.process_time()
        decisions = timed(engine, told)
        costs[number % 2].append((time.process_time() - before) / max(1, decisions) * 1e6)
    gc.unfreeze()
    return Cost(*map(median, costs))


def us_per_push(entries: int, *, least: int) -> float:
    """Microseconds for one push and pop on the library's bare heap of so many entries."""
    chance = Random(SEED)
    heap = [(chance.randrange(10**9), number, f"w{number}") for number in range(entries)]
    heapify(heap)
    costs = []
    for _ in range(PIECES):
        coming = [(chance.randrange(10**9), number, f"v{number}") for number in range(least)]
        before = time.process_time()
        for entry in coming:
            heappush(heap, entry)
            heappop(heap)
        costs.append((time.process_time() - before) / least * 1e6)
    return median(costs)


def measure(agents: int, waiting: int, *, least: int, sizes: Sequence[int], say: Callable[[str], None]) -> Result:
    """All workloads at one size, and each at all `sizes`, beside a bare heap in the same run. What is said of all
    together is the worst floor's."""
    began, cpu = time.perf_counter(), time.process_time()
    threshold = gc.get_threshold()
    gc.set_threshold(50_000, 50, 100)  # as the server does
    try:
        here = _each(agents, waiting, least=least, say=say)
        heap, grown = [], []
        for size in sizes:
            heap.append({"entries": size, "us_per_push_and_pop": round(us_per_push(size, least=least), 3)})
            grown.append(_each(size, size, least=least, say=say))
    finally:
        gc.set_threshold(*threshold)
    return {
        **worst(here.values()).rates(),
        "workloads": {name: floor.rates() for name, floor in here.items()},
        "curve": _curve(sizes, [worst(floors.values()) for floors in grown]),
        "curves": {name: _curve(sizes, [floors[name] for floors in grown]) for name in WORKLOADS},
        "heap": heap,
        "agents": agents,
        "waiting": waiting,
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "seconds": round(time.perf_counter() - began, 1),
        "database": None,
    }


def _each(agents: int, waiting: int, *, least: int, say: Callable[[str], None]) -> dict[str, Cost]:
    """What a decision costs on each floor of one size."""
    costs = {}
    for name, maker in WORKLOADS.items():
        costs[name] = cost(maker, agents, waiting, least=least)
        say(f"{name}, {agents} agents, {waiting} waiting: {costs[name]}")
    return costs


def _curve(sizes: Sequence[int], costs: Sequence[Cost]) -> list[dict[str, float]]:
    return [{"agents": size, "waiting": size, **point.as_dict()} for size, point in zip(sizes, costs, strict=True)]


def tell(engine: Engine, tape: Tape) -> int:
    """Tells an engine all of a tape; how many decisions it makes."""
    ears = _ears(engine)
    decisions = 0
    for ear, value in tape:
        said = ears[ear](value)
        if said:
            decisions += len(said)
    return decisions


def tell_and_ask(engine: Engine, tape: Tape) -> int:
    """Tells an engine all of a tape and asks why of each decision; how many decisions it makes."""
    ears = _ears(engine)
    decisions = explained = 0
    for ear, value in tape:
        said = ears[ear](value)
        if said:
            decisions += len(said)
            for decision in said:
                explained += len(decision.why.best) > 0
    assert explained == decisions, "each says who could have had it"
    return decisions


def _ears(engine: Engine) -> tuple[Callable[[Any], Any], ...]:
    return (engine.put_agent, engine.put_work, engine.decide)
