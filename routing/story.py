"""routing/story.py: what became of those who came: as it was, and as it would have been by other rules.

What was and what would have been are both a `Story`, so that they are counted alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from routing.recorded import End, Held, Recording, Visit


class Shut(StrEnum):
    """Why a flow that asks would not have let somebody into a queue."""

    CLOSED = "closed"
    FULL = "full"


class Came(NamedTuple):
    """What became of a visit; nobody has left who waits."""

    end: End
    arrived_ms: int
    left_ms: int
    agent_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What became of each visit that came, and what agents had in hand.

    `visits` has those that came by overflow where the recording has none or has them otherwise, too.
    `shut` has the visits whose queue was closed, or its line full, as they came to it.
    """

    came: Mapping[str, Came]
    hands: tuple[Held, ...]
    visits: tuple[Visit, ...] = ()
    shut: Mapping[str, Shut] = field(default_factory=dict)


def as_it_was(recording: Recording) -> Story:
    """The recording as a story, up to its end."""
    came, hands = {}, list(recording.held)
    for visit in recording.visits:
        if visit.left_ms is None or visit.left_ms > recording.until_ms:
            came[visit.id] = Came(End.WAITING, visit.arrived_ms, recording.until_ms)
            continue
        came[visit.id] = Came(visit.end, visit.arrived_ms, visit.left_ms, visit.agent_id)
        if visit.end is End.ANSWERED:
            hands += _hands(visit, visit.left_ms)
    return Story(came=came, hands=tuple(hands), visits=recording.visits)


def _hands(visit: Visit, answered_ms: int) -> Iterator[Held]:
    for since, until in visit.in_hand or ((answered_ms, answered_ms + visit.handle_ms),):
        yield Held(agent_id=visit.agent_id, channel=visit.work.channel, from_ms=since, until_ms=until)
