"""bench/mixed_day.py: one day with calls, chats, promises, complaint steps and mails, ordered four ways.

Forty agents with one thing in hand at a time. For two hours three times the calls come, more work than
hands, and the ordering decides who is late then and for hours afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from statistics import fmean

from routing.capacity import Limits
from routing.model import QueuePolicy, Rules, Service
from routing.order import SLACK, STRICT, Ordering
from routing.scenario import Group, Scenario
from routing.simulation import play
from routing.traffic import HOUR_MS, Contact, Exponential, Line, Lognormal, Poisson

_MINUTE = 60_000


@dataclass(frozen=True)
class Kind:
    """A class of work: what comes of it, how soon it is due, and how much a late one weighs."""

    channel: str
    per_hour: float
    handle_ms: int
    due_ms: int
    weight: int
    priority: int
    patience_ms: int | None = None


KINDS = {
    "calls": Kind("voice", per_hour=150, handle_ms=240_000, due_ms=20_000, weight=4, priority=4, patience_ms=300_000),
    "chats": Kind("chat", per_hour=60, handle_ms=300_000, due_ms=60_000, weight=3, priority=3, patience_ms=600_000),
    "promises": Kind("task", per_hour=12, handle_ms=300_000, due_ms=30 * _MINUTE, weight=3, priority=2),
    "steps": Kind("task", per_hour=60, handle_ms=600_000, due_ms=20 * 60 * _MINUTE, weight=2, priority=1),
    "mails": Kind("email", per_hour=75, handle_ms=480_000, due_ms=40 * _MINUTE, weight=1, priority=0),
}
#: So many more calls an hour while the rush lasts.
RUSH_PER_HOUR, RUSH_HOURS = 300, (2, 4)

AGENTS, HOURS = 40, 10


@dataclass(slots=True)
class Fate:
    """What became of a class of work."""

    late_ms: list[int] = field(default_factory=list)  #: of each that left, 0 when in time
    hung_up: int = 0
    in_time: int = 0


def day(ordering: Ordering, *, by_priority: bool, size: float = 1) -> Scenario:
    """The day, under an ordering; a smaller one has fewer agents and as much less work."""
    queues = tuple(
        QueuePolicy(
            key=key,
            skills={},
            priority=kind.priority if by_priority else 0,
            offer_ms=20_000,
            target_ms=kind.due_ms,
            handling_ms={kind.channel: kind.handle_ms},
        )
        for key, kind in KINDS.items()
    )
    lines = {
        key: Line(queue=key, channel=kind.channel, kind="promise" if key == "promises" else "interaction")
        for key, kind in KINDS.items()
    }
    traffic = [_traffic(lines[key], kind, size, (0, HOURS)) for key, kind in KINDS.items()]
    traffic.append(_traffic(lines["calls"], replace(KINDS["calls"], per_hour=RUSH_PER_HOUR), size, RUSH_HOURS))
    channels = {kind.channel: 1 for kind in KINDS.values()}
    return Scenario(
        horizon_ms=HOURS * HOUR_MS,
        rules=Rules(queues=queues, ordering=ordering, limits=Limits(exclusive=frozenset(channels))),
        groups=(Group(count=round(AGENTS * size), queues={key: Service() for key in KINDS}, channels=channels),),
        traffic=tuple(traffic),
    )


#: In the order of the table: every one first come first served, by class alone, by slack.
ORDERINGS = {
    "first come": (STRICT, False),
    "strict priority": (STRICT, True),
    "slack": (SLACK, False),
    "slack without head start": (Ordering(kind="slack"), False),
}


def fates(ordering: Ordering, by_priority: bool, *, seed: int, size: float = 1) -> dict[str, Fate]:
    """Plays the day; says what became of each class."""
    found = {key: Fate() for key in KINDS}

    def watch(contact: Contact, now_ms: int, answered: bool) -> None:
        fate, wait_ms = found[contact.line.queue], now_ms - contact.arrived_ms
        late_ms = max(0, wait_ms - KINDS[contact.line.queue].due_ms)
        fate.late_ms.append(late_ms)
        fate.hung_up += not answered
        fate.in_time += answered and late_ms == 0

    scenario = day(ordering, by_priority=by_priority, size=size)
    play(scenario, chances=lambda name: Random(f"{seed} {name}"), watch=watch)
    return found


def weighted_lateness(found: dict[str, Fate]) -> float:
    """Mean over all work of weight times lateness in units of its own target, at most ten of them."""
    parts = [
        KINDS[key].weight * min(10.0, late_ms / KINDS[key].due_ms)
        for key, fate in found.items()
        for late_ms in fate.late_ms
    ]
    return fmean(parts)


def compare(days: int, seed: int, say: Callable[[str], None]) -> dict[str, object]:
    """A row an ordering: weighted lateness; by class the share in time; how late the latest was."""
    say(f"| ordering | weighted lateness | {' | '.join(f'{key} in time' for key in KINDS)} | hung up | latest mail |")
    say("|---" * (len(KINDS) + 4) + "|")
    lateness: dict[str, float] = {}
    for name, (ordering, by_priority) in ORDERINGS.items():
        played = [fates(ordering, by_priority, seed=seed + number) for number in range(days)]
        lateness[name] = fmean(map(weighted_lateness, played))
        in_time = [
            sum(found[key].in_time for found in played) / sum(len(found[key].late_ms) for found in played)
            for key in KINDS
        ]
        hung_up = sum(fate.hung_up for found in played for fate in found.values()) / sum(
            len(fate.late_ms) for found in played for fate in found.values()
        )
        latest = fmean(max(found["mails"].late_ms) / _MINUTE for found in played)
        shares = " | ".join(f"{share:.1%}" for share in in_time)
        say(f"| {name} | {lateness[name]:.3f} | {shares} | {hung_up:.1%} | {latest:.0f} min |")
    return {"weighted_lateness": lateness}


def _traffic(line: Line, kind: Kind, size: float, hours: tuple[int, int]) -> Poisson:
    return Poisson(
        line=line,
        rate_per_hour=kind.per_hour * size,
        handle=Lognormal(mean_ms=kind.handle_ms, deviation_ms=kind.handle_ms / 2),
        patience=None if kind.patience_ms is None else Exponential(mean_ms=kind.patience_ms),
        from_ms=hours[0] * HOUR_MS,
        until_ms=hours[1] * HOUR_MS,
    )
