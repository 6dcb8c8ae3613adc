"""routing/recorded.py: what a recording holds: who came and what became of them, who was there, what else they did.

A *visit* is one stay in one queue. It ends answered, abandoned, left (it went elsewhere, or we ended
it), or it waits still when the recording ends. `routing/replay.py` plays it again by any rules; what becomes
of it is a story (`routing/story.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

from routing.model import Service, Work
from routing.overflow import QueueState
from routing.presence import Presence


class End(StrEnum):
    """What became of a visit."""

    ANSWERED = "answered"  #: an agent took it
    ABANDONED = "abandoned"  #: the customer hung up, or left
    LEFT = "left"  #: it went elsewhere, or we ended it
    WAITING = "waiting"  #: it waits when the recording ends


class InVain(NamedTuple):
    """An offer that nobody took: how long it rang, and whether somebody said no to it, and who.

    One that was taken back does not count for what is declined so often that it becomes more urgent.
    """

    ring_ms: int
    declined: bool = False
    counts: bool = True
    by: frozenset[str] = frozenset()


class Rings(NamedTuple):
    """It rings at these agents at once, since then; who was asked first stands before the others of a round."""

    agent_ids: tuple[str, ...]
    since_ms: int


class Given(NamedTuple):
    """A supervisor gives what waits to an agent by name, `after_ms` of waiting, who is waited for so long."""

    after_ms: int
    agent_id: str
    kept_ms: int


class Silence(NamedTuple):
    """After so much work it takes no room for so long: its customer says nothing, or a call interrupts it and its agent
    lets go of it meanwhile, or takes it up `by_hand`, whether there is room or not."""

    after_ms: int
    for_ms: int
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One stay in one queue, as it was. The id of `work` is the visit's own.

    `handle_ms` is the agent's work after it; of one that nobody answered, what such work usually takes. It was
    `in_hand` in these spans, between which it took no room; left out, at once after the answer. Of the work between
    stand the `silences`.
    Its first offers are `in_vain`, in order; the next one rings `ring_ms` until it is answered; `offered_ms` has when
    each of them began. `declines` offers were in vain before the recording began, and the first of the others `rings`
    as it begins, if it began before. A visit that is `after` another comes when that one has ended,
    `gap_ms` later, if it ended as it did. One that came by overflow is `helped`: it came as the rules had it, and
    does not move again. What does not count is played and not counted. Who it was `given` to by name as it waited is.
    """

    work: Work
    arrived_ms: int
    end: End
    left_ms: int | None = None
    agent_id: str = ""
    handle_ms: int = 0
    in_hand: tuple[tuple[int, int], ...] = ()
    silences: tuple[Silence, ...] = ()
    ring_ms: int = 0
    offered_ms: tuple[int, ...] = ()
    rings: Rings | None = None
    counts: bool = True
    after: str = ""
    gap_ms: int = 0
    in_vain: tuple[InVain, ...] = ()
    declines: int = 0
    helped: bool = False
    given: tuple[Given, ...] = ()

    @property
    def id(self) -> str:
        """The visit's own."""
        return self.work.id

    def at(self, now_ms: int) -> Self:
        """The same, if it had come at this instant: it is kept for whom it was, and from whom, for as long."""
        by_ms, work = now_ms - self.arrived_ms, self.work
        until_ms = None if work.wanted_until_ms is None else work.wanted_until_ms + by_ms
        excluded = {agent_id: away_ms + by_ms for agent_id, away_ms in work.excluded.items()}
        return replace(self, arrived_ms=now_ms, work=replace(work, wanted_until_ms=until_ms, excluded=excluded))

    def wait_ms(self, until_ms: int) -> int:
        """How long it waited, up to an instant."""
        return (until_ms if self.left_ms is None else min(self.left_ms, until_ms)) - self.arrived_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Something that took room in an agent's hands; one that `goes_on` is theirs still, interrupted or silent."""

    agent_id: str
    channel: str
    from_ms: int
    until_ms: int
    goes_on: bool = False


class Rung(NamedTuple):
    """Something that rang at an agent and that no visit led to: other work; or a call of theirs, which they began."""

    agent_id: str
    channel: str
    from_ms: int
    until_ms: int
    taken: bool = False


class Handled(NamedTuple):
    """A contact that an agent was done with: what says how fast a queue moves.

    It took `handle_ms` of the agent's room; without `wait_ms` it came from no queue.
    """

    queue: str
    channel: str
    answered_ms: int
    freed_ms: int
    wait_ms: int | None
    handle_ms: int


class Turn(NamedTuple):
    """From this instant the agent is this. Wrap-up of who takes offers is part of the work."""

    at_ms: int
    agent_id: str
    presence: Presence


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What was true of an agent when the recording began."""

    presence: Presence = Presence.OFFLINE
    idle_since_ms: int = 0
    offered_ms: int = 0
    handled: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An agent as the rules see them: what they serve and can do."""

    id: str
    queues: Mapping[str, Service]
    skills: Mapping[str, int]
    capacity: Mapping[str, int]
    languages: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Visits that began in `begins_ms <= arrived < ends_ms` count; it is played until `until_ms`.

    `held` is what agents had in hand that no visit here led to: work begun before, calls that they
    made, tasks; `rung` what rang at them of it. `midnights` are the instants within at which contacts are counted anew,
    `past` what agents were done with in the day before, `expected` how long the rules expect a contact to take, by
    queue and channel.
    """

    begins_ms: int
    ends_ms: int
    until_ms: int
    visits: tuple[Visit, ...] = ()
    held: tuple[Held, ...] = ()
    rung: tuple[Rung, ...] = ()
    before: Mapping[str, Before] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    midnights: tuple[int, ...] = ()
    past: tuple[Handled, ...] = ()
    expected: Mapping[tuple[str, str], int] = field(default_factory=dict)


class Caller(Protocol):
    """Somebody whom a call flow meets before they wait anywhere, if they ever do.

    `visit_id` is the visit to which that led in the recording, or would have led.
    """

    @property
    def visit_id(self) -> str: ...

    @property
    def came_ms(self) -> int: ...

    def go_on(self, now_ms: int, state: Callable[[str], QueueState]) -> int | Visit | None:
        """The next step, the queues being like this: when the one after it comes, where they wait, or nothing more."""


def overflowed(visits: Iterable[Visit]) -> dict[str, Visit]:
    """Of each visit that overflow took elsewhere, the visit there."""
    return {visit.after: visit for visit in visits if visit.helped and visit.after}


def overlap(spans: Iterable[tuple[int, int]], begins: int, ends: int) -> list[tuple[int, int]]:
    """The spans within a window, joined where they touch, in order."""
    joined: list[tuple[int, int]] = []
    for since, until in sorted((max(since, begins), min(until, ends)) for since, until in spans):
        if since >= until:
            continue
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined
