"""routing/capacity.py: is there room for one more?

Per channel an agent holds so many at once, and nothing new goes beside a live voice call.
Nothing else in the tree knows these rules.
"""

from collections.abc import Mapping
from enum import StrEnum

VOICE = "voice"


class Room(StrEnum):
    """What an agent's hands say to one more of a channel."""

    FREE = "free"  #: one more fits
    NO_CHANNEL = "no_channel"  #: the agent does not take this channel at all
    ON_CALL = "on_call"  #: a live call excludes everything new
    FULL = "full"  #: as many of this channel as fit


def room(channel: str, *, capacity: Mapping[str, int], load: Mapping[str, int]) -> Room:
    """Whether one more item of `channel` fits beside `load`."""
    units = capacity.get(channel, 0)
    if units <= 0:
        return Room.NO_CHANNEL
    if load.get(VOICE, 0) > 0:
        return Room.ON_CALL
    if load.get(channel, 0) >= units:
        return Room.FULL
    return Room.FREE
