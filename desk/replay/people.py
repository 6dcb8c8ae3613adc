"""desk/replay/people.py: what the log says of agents' presence and of their other work, as a replay takes it.

Wrap-up belongs to the work before it: while it lasts an agent who was available counts as that, unless an offer rang
out meanwhile. Who was not, for they chose a break during the call, works while they write up: they are waited for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from desk.kernel.events import Logged, PresenceChanged, WorkItemChanged, WorkItemEscalated
from desk.organization.days import start_of_day
from desk.tables import to_ms
from routing.presence import MISSED_OFFER, Presence
from routing.recorded import Before, Held, Turn

#: From one midnight past the next, whatever the clocks do, and not past the one after it.
_PAST_MIDNIGHT = timedelta(hours=26)


def turns(logged: Iterable[Logged]) -> list[Turn]:
    """What agents became, from what the log says in its order."""
    found: list[Turn] = []
    was: dict[str, Presence] = {}
    for entry in logged:
        event = entry.event
        if not isinstance(event, PresenceChanged):
            continue
        before = was.get(event.id, Presence.OFFLINE)
        now = Presence(event.state)
        if now is Presence.WRAP_UP:
            missed = event.reason == MISSED_OFFER and before is Presence.AVAILABLE
            now = Presence.NOT_READY if missed else before if before is Presence.AVAILABLE else now
        if now is not before:
            was[event.id] = now
            found.append(Turn(to_ms(entry.at), event.id, now))
    return found


def in_the_beginning(earlier: Iterable[Turn], before: Mapping[str, Before]) -> dict[str, Before]:
    """What was true of agents after these turns, with what else is known of them."""
    found = dict(before)
    for turn in earlier:
        one = replace(found.get(turn.agent_id, Before()), presence=turn.presence)
        if turn.presence is Presence.AVAILABLE:
            one = replace(one, idle_since_ms=max(one.idle_since_ms, turn.at_ms))
        found[turn.agent_id] = one
    return found


def let_go(logged: Iterable[Logged], before: Mapping[str, Before], *, begins_ms: int) -> dict[str, Before]:
    """What is known of agents, who may have been done with work that is no contact later than with what is."""
    found, has = dict(before), dict[str, str]()
    for entry in logged:
        event, at_ms = entry.event, to_ms(entry.at)
        if not isinstance(event, WorkItemChanged) or at_ms >= begins_ms:
            continue
        if event.state == "active" and event.agent_id:
            has[event.id] = event.agent_id
        elif (agent_id := has.pop(event.id, None)) is not None:
            one = found.get(agent_id, Before())
            found[agent_id] = replace(one, idle_since_ms=max(one.idle_since_ms, at_ms))
    return found


def other_work(logged: Iterable[Logged], channels: Mapping[str, str], *, begins_ms: int, seen_ms: int) -> list[Held]:
    """When agents had work in hand that is no contact: from when they took it until it was done or put aside."""
    held: list[Held] = []
    since: dict[str, tuple[str, int]] = {}
    for entry in logged:
        event, at_ms = entry.event, to_ms(entry.at)
        if not isinstance(event, WorkItemChanged):
            continue
        if (known := since.pop(event.id, None)) is not None:
            goes_on = event.outcome == "parked"
            held.append(_held(known, at_ms, channels.get(event.id, "task"), begins_ms, goes_on=goes_on))
        if event.state == "active" and event.outcome != "parked" and event.agent_id:
            since[event.id] = (event.agent_id, at_ms)
    held += [_held(known, seen_ms, channels.get(id, "task"), begins_ms) for id, known in since.items()]
    return [one for one in held if one.from_ms < one.until_ms]


def escalations(logged: Iterable[Logged]) -> dict[str, int]:
    """How often each item has gained priority by being declined.

    It does once until somebody takes it; later entries of the same row of declines only tell supervisors again.
    """
    found: dict[str, int] = defaultdict(int)
    declines: dict[str, int] = {}
    for entry in logged:
        event = entry.event
        if isinstance(event, WorkItemEscalated):
            found[event.id] += event.declines <= declines.get(event.id, event.declines)
            declines[event.id] = event.declines
    return found


def midnights(begins: datetime, until: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """The site's midnights within, in milliseconds."""
    found = []
    midnight = start_of_day(start_of_day(begins, zone) + _PAST_MIDNIGHT, zone)
    while midnight <= until:
        found.append(to_ms(midnight))
        midnight = start_of_day(midnight + _PAST_MIDNIGHT, zone)
    return tuple(found)


def _held(known: tuple[str, int], until_ms: int, channel: str, begins_ms: int, *, goes_on: bool = False) -> Held:
    agent_id, since_ms = known
    from_ms = max(since_ms, begins_ms)
    return Held(agent_id=agent_id, channel=channel, from_ms=from_ms, until_ms=until_ms, goes_on=goes_on)
