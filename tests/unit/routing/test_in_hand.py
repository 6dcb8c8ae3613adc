"""Whatever comes, nobody holds more than fits; what is parked goes on when there is room, and takes what was left."""

from collections.abc import Mapping
from heapq import heappop, heappush
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from routing import replay, simulation
from routing.capacity import WHOLE, Limits, Room, room
from routing.engine import Engine
from routing.in_hand import Hand, InHand
from routing.model import AgentView, Rules, Service
from routing.presence import Presence
from routing.recorded import Before, End, Person, Recording, Silence, Visit
from routing.scenario import Group, Scenario
from routing.story import Story
from routing.traffic import Contact, Line, Trace
from tests.unit.routing.floors import policy, work

CHANNELS = ("voice", "chat", "email")
CAPACITIES = some.fixed_dictionaries({channel: some.integers(1, 3) for channel in CHANNELS})

ONE_AT_A_TIME = Limits(weights=dict.fromkeys(CHANNELS, 100), interrupts={"voice": frozenset({"email"})})


@some.composite
def limits(draw: some.DrawFn) -> Limits:
    """Rules by which something is interrupted."""
    each = [(60, 40, 60), (50, 45, 60), (100, 40, 30), (100, 100, 100)]
    weights = some.sampled_from([{}, *(dict(zip(CHANNELS, of_each, strict=True)) for of_each in each)])
    exclusive = some.sampled_from([frozenset({"voice"}), frozenset(), frozenset({"voice", "email"})])
    chain: dict[str, frozenset[str]] = {"voice": frozenset({"chat", "email"}), "chat": frozenset({"email"})}
    interrupts = some.sampled_from([{"voice": frozenset({"email"})}, chain])
    return Limits(weights=draw(weights), exclusive=draw(exclusive), interrupts=draw(interrupts))


def fits(load: Mapping[str, int], capacity: Mapping[str, int], by: Limits) -> bool:
    """Whether somebody may hold this: not more of a channel than fits, and not too much in all."""
    weight = sum(by.weights.get(channel, 0) * count for channel, count in load.items())
    return weight <= WHOLE and all(count <= capacity[channel] for channel, count in load.items())


class Hands:
    """One agent who takes whatever fits, second after second."""

    def __init__(self, capacity: Mapping[str, int], by: Limits) -> None:
        self.capacity, self.by = capacity, by
        self.holds: InHand[Hand] = InHand(capacity, by)
        self.ends: list[tuple[int, int, Hand, int]] = []
        self.now_ms = self.booked = 0
        self.ringing, self.interrupts = "", False
        self.worked: dict[Hand, int] = {}
        self.takes: dict[Hand, int] = {}

    def rings(self, channel: str) -> None:
        answer = room(channel, capacity=self.capacity, load=self.holds.load(), limits=self.by)
        if not self.ringing and answer in (Room.FREE, Room.INTERRUPTS):
            self.ringing, self.interrupts = channel, answer is Room.INTERRUPTS

    def answers(self, handle_ms: int) -> None:
        if not self.ringing:
            return
        channel, self.ringing = self.ringing, ""
        if self.interrupts:
            self.holds.park(channel, self.now_ms)
        hand = Hand(channel=channel, placed_ms=self.now_ms, ends_ms=self.now_ms + handle_ms)
        self.takes[hand], self.worked[hand] = handle_ms, 0
        self.holds.take(hand)
        self.book([hand])

    def does_not_answer(self) -> None:
        if self.ringing:
            self.ringing = ""
            self.goes_on(self.holds.go_on(self.now_ms))

    def passes(self, until_ms: int) -> None:
        while self.ends and self.ends[0][0] <= until_ms:
            at_ms, _, hand, parkings = heappop(self.ends)
            if hand.parkings == parkings:
                self.works(at_ms)
                self.goes_on(self.holds.let_go(hand, at_ms, ringing=[self.ringing] if self.ringing else []))
        self.works(until_ms)

    def works(self, until_ms: int) -> None:
        for hand in self.holds.hands:
            self.worked[hand] += until_ms - self.now_ms if hand.left_ms is None else 0
        self.now_ms = until_ms

    def goes_on(self, back: list[Hand]) -> None:
        """Nothing is left aside for which there is room."""
        load = self.holds.load()
        if self.ringing:
            load[self.ringing] = load.get(self.ringing, 0) + 1
        aside = [hand for hand in self.holds.hands if hand.left_ms is not None]
        for hand in aside:
            assert room(hand.channel, capacity=self.capacity, load=load, limits=self.by) is not Room.FREE
        self.book(back)

    def book(self, hands: list[Hand]) -> None:
        for hand in hands:
            self.booked += 1
            heappush(self.ends, (hand.ends_ms, self.booked, hand, hand.parkings))


@given(CAPACITIES, limits(), some.integers(0, 1 << 32))
def test_nobody_holds_more_than_fits_and_what_is_parked_goes_on_when_there_is_room(
    capacity: dict[str, int], by: Limits, seed: int
) -> None:
    chance, agent = Random(seed), Hands(capacity, by)
    for _ in range(40):
        agent.rings(chance.choice(CHANNELS))
        agent.passes(agent.now_ms + chance.choice((0, 1, 3)))
        if chance.random() < 0.8:
            agent.answers(chance.choice((0, 1, 5, 10, 20)))
        else:
            agent.does_not_answer()
        assert fits(agent.holds.load(), capacity, by)
        agent.passes(agent.now_ms + chance.choice((0, 0, 1, 2)))
        assert fits(agent.holds.load(), capacity, by)
    agent.passes(agent.now_ms + sum(agent.takes.values()))

    assert agent.holds.hands == []
    assert agent.worked == agent.takes


def test_what_rings_has_its_room_already() -> None:
    beside_calls = Limits(
        weights={"voice": 50, "chat": 45, "email": 60},
        exclusive=frozenset(),
        interrupts={"voice": frozenset({"email"})},
    )
    agent = Hands(dict.fromkeys(CHANNELS, 1), beside_calls)
    for channel, handle_ms in (("email", 10), ("voice", 2)):
        agent.rings(channel)
        agent.answers(handle_ms)
    agent.rings("chat")

    agent.passes(3)  # the call is over: the mail would leave no room for the chat

    assert agent.holds.load() == {}
    agent.answers(5)
    assert agent.holds.load() == {"chat": 1}
    agent.passes(8)
    assert agent.holds.load() == {"email": 1}


#: What comes: after how long, on which channel, and how long it takes.
Day = list[tuple[int, str, int]]
DAYS = some.lists(some.tuples(some.integers(0, 2), some.sampled_from(CHANNELS), some.integers(0, 20)), max_size=20)


class Overheard:
    """An engine, and what it was told of agents."""

    told: list[AgentView]

    def __init__(self) -> None:
        self._engine = Engine()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def put_agent(self, view: AgentView) -> None:
        self.told.append(view)
        self._engine.put_agent(view)


@pytest.fixture(autouse=True)
def _overheard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "Engine", Overheard)
    monkeypatch.setattr(replay, "Engine", Overheard)


def simulated(day: Day, capacity: dict[str, int], rules: Rules, agents: int) -> list[tuple[str, int, int]]:
    """When what came is answered."""
    answered, arrived_ms, contacts = [], 0, []
    for after_ms, channel, handle_ms in day:
        arrived_ms += after_ms
        contacts.append(Contact(Line(queue="billing", channel=channel), arrived_ms, handle_ms, None))
    group = Group(count=agents, queues={"billing": Service()}, channels=capacity)
    traffic = tuple(Trace(line=one.line, recorded=(one,)) for one in contacts)
    simulation.play(
        Scenario(horizon_ms=arrived_ms + 1, rules=rules, groups=(group,), traffic=traffic),
        chances=Random,
        watch=lambda contact, now_ms, _: answered.append((contact.line.channel, contact.arrived_ms, now_ms)),
    )
    return sorted(answered)


def replayed(
    day: Day, capacity: dict[str, int], rules: Rules, agents: int, *, ring_ms: int = 0, falls_silent: bool = False
) -> Story:
    """What becomes of it."""
    arrived_ms, visits = 0, []
    for number, (after_ms, channel, handle_ms) in enumerate(day):
        arrived_ms += after_ms
        about = work(f"{number:06d}", channel=channel, placed_ms=arrived_ms)
        silences = (Silence(handle_ms // 3, 2), Silence(handle_ms, handle_ms))
        visits.append(
            Visit(
                work=about,
                arrived_ms=arrived_ms,
                end=End.ANSWERED,
                left_ms=arrived_ms,
                handle_ms=handle_ms,
                silences=silences if channel == "chat" and falls_silent else (),
                ring_ms=ring_ms,
            )
        )
    ids = [f"{number:06d}" for number in range(1, agents + 1)]
    people = [Person(id=id, queues={"billing": Service()}, skills={}, capacity=capacity) for id in ids]
    before = dict.fromkeys(ids, Before(presence=Presence.AVAILABLE))
    recording = Recording(begins_ms=0, ends_ms=arrived_ms + 1, until_ms=10_000, visits=tuple(visits), before=before)
    return replay.play(recording, people, rules, {})


@given(DAYS, CAPACITIES, limits(), some.integers(1, 2))
@example([(0, "email", 9), (1, "voice", 0)], dict.fromkeys(CHANNELS, 1), ONE_AT_A_TIME, 1)
def test_on_a_simulated_floor_nobody_holds_more_than_fits_and_all_is_done_in_the_end(
    day: Day, capacity: dict[str, int], by: Limits, agents: int
) -> None:
    Overheard.told = []

    answered = simulated(day, capacity, Rules(queues=(policy(),), limits=by), agents)

    assert len(answered) == len(day)
    assert all(fits(view.load, capacity, by) for view in Overheard.told)
    assert not any({view.id: view.load for view in Overheard.told}.values())


@given(DAYS, CAPACITIES, limits(), some.integers(1, 2), some.sampled_from([0, 2]), some.booleans())
def test_in_a_replay_nobody_holds_more_than_fits_and_all_is_done_in_the_end(
    day: Day, capacity: dict[str, int], by: Limits, agents: int, ring_ms: int, falls_silent: bool
) -> None:
    Overheard.told = []
    rules = Rules(queues=(policy(),), limits=by)

    story = replayed(day, capacity, rules, agents, ring_ms=ring_ms, falls_silent=falls_silent)

    assert all(came.end is End.ANSWERED for came in story.came.values())
    assert all(fits(view.load, capacity, by) for view in Overheard.told)
    assert not any({view.id: view.load for view in Overheard.told}.values())
    assert sum(hand.until_ms - hand.from_ms for hand in story.hands) >= sum(handle_ms for _, _, handle_ms in day)


@given(DAYS, CAPACITIES, limits())
def test_a_scenario_and_a_replay_of_the_same_day_agree(day: Day, capacity: dict[str, int], by: Limits) -> None:
    Overheard.told = []
    rules = Rules(queues=(policy(),), limits=by)

    came = replayed(day, capacity, rules, 1).came
    channels = {f"{number:06d}": channel for number, (_, channel, _) in enumerate(day)}

    answered = sorted((channels[id], one.arrived_ms, one.left_ms) for id, one in came.items())
    assert answered == simulated(day, capacity, rules, 1)
