"""routing/capacity.py: is there room for one more?

Three rules: nothing new beside what is exclusive (a live call); per channel so many at once;
and all that is in hand weighs at most 100. What a channel may interrupt does not count against
it: an item that fits only so is offered as an interruption, and what it interrupts is parked.
Nothing else in the tree knows these rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

VOICE = "voice"

#: What all that an agent holds may weigh together.
WHOLE = 100


class Room(StrEnum):
    """What an agent's hands say to one more of a channel."""

    FREE = "free"  #: one more fits
    INTERRUPTS = "interrupts"  #: one more fits when what it may interrupt is parked
    NO_CHANNEL = "no_channel"  #: the agent does not take this channel at all
    ON_CALL = "on_call"  #: a live call excludes everything new
    FULL = "full"  #: as many of this channel as fit
    WEIGHT = "weight"  #: all together would weigh too much


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The rules of a deployment about what goes beside what.

    `weights` says what an item of a channel weighs, of 100; nothing where it is missing.
    `interrupts` maps a channel to those that it may interrupt.
    """

    weights: Mapping[str, int] = field(default_factory=dict)
    exclusive: frozenset[str] = frozenset({VOICE})
    interrupts: Mapping[str, frozenset[str]] = field(default_factory=dict)


#: Nothing weighs anything, nothing new goes beside a call, nothing is interrupted.
PLAIN = Limits()


def room(channel: str, *, capacity: Mapping[str, int], load: Mapping[str, int], limits: Limits = PLAIN) -> Room:
    """Whether one more item of `channel` fits beside `load`; if not, the first rule that forbids it."""
    answer = _beside(channel, capacity, load, limits)
    may_interrupt = limits.interrupts.get(channel)
    if may_interrupt and answer in (Room.ON_CALL, Room.FULL, Room.WEIGHT):
        stays = {held: count for held, count in load.items() if held not in may_interrupt}
        if len(stays) < len(load) and _beside(channel, capacity, stays, limits) is Room.FREE:
            return Room.INTERRUPTS
    return answer


def hands(*, capacity: Mapping[str, int], load: Mapping[str, int], limits: Limits = PLAIN) -> dict[str, Room]:
    """`room` for every channel of an agent."""
    if limits.interrupts or limits.weights:
        return {channel: room(channel, capacity=capacity, load=load, limits=limits) for channel in capacity}
    for held in limits.exclusive:
        if load.get(held, 0) > 0:
            return {channel: Room.ON_CALL if units > 0 else Room.NO_CHANNEL for channel, units in capacity.items()}
    return {
        channel: Room.NO_CHANNEL if units <= 0 else Room.FULL if load.get(channel, 0) >= units else Room.FREE
        for channel, units in capacity.items()
    }


def _beside(channel: str, capacity: Mapping[str, int], load: Mapping[str, int], limits: Limits) -> Room:
    units = capacity.get(channel, 0)
    if units <= 0:
        return Room.NO_CHANNEL
    for held in limits.exclusive:
        if load.get(held, 0) > 0:
            return Room.ON_CALL
    if load.get(channel, 0) >= units:
        return Room.FULL
    weight = limits.weights.get(channel, 0)
    if weight and weight + sum(limits.weights.get(held, 0) * count for held, count in load.items()) > WHOLE:
        return Room.WEIGHT
    return Room.FREE
