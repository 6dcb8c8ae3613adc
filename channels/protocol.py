"""channels/protocol.py: what the desk asks of the outside, whoever it is."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from channels.types import Outgoing
from ivr.instructions import Instruction


class Role(StrEnum):
    """A leg's part in a room."""

    TALK = "talk"  #: hears and is heard
    LISTEN = "listen"  #: hears all, heard by nobody
    COACH = "coach"  #: hears all, heard by the agent alone
    HOLD = "hold"  #: hears music


class Party(StrEnum):
    """Whose telephone is rung: who answers is asked for at another door of ours."""

    AGENT = "agent"  #: joins the room at once
    CUSTOMER = "customer"  #: hears first what the desk wants them to hear


class MessageChannel(Protocol):
    """Hands a message over."""

    async def send(self, message: Outgoing) -> str:
        """Hands `message` over and returns the provider's id for it.

        Raises:
            Rejected, Unavailable, Unauthorised: see `channels/errors.py`.
        """


class VoiceCarrier(Protocol):
    """The few verbs of telephony, idempotent by the ids that we give.

    A `room` is the interaction's id; a `leg` is the carrier's id of one party's connection.
    Progress is reported through the carrier's own door, never as a return value.
    """

    async def originate(self, room: str, to: str, *, caller: str, party: Party = Party.AGENT) -> str:
        """Rings `to` and puts whoever answers into `room`, showing `caller`; returns the leg."""

    async def instruct(self, leg: str, instructions: Sequence[Instruction]) -> None:
        """Takes `leg` out of what it hears and plays it `instructions`."""

    async def join(self, leg: str, room: str, role: Role) -> None:
        """Puts `leg` into `room`, or changes its role there."""

    async def leave(self, leg: str, room: str) -> None:
        """Takes `leg` out of `room` without hanging up."""

    async def hangup(self, leg: str) -> None:
        """Ends `leg`. Ending one that is gone is not an error."""
