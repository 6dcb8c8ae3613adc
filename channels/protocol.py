"""channels/protocol.py: what the desk asks of the outside, whoever it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
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


class LegState(StrEnum):
    """How far a leg has come, whatever the carrier calls it."""

    RINGING = "ringing"  #: on its way, or ringing
    ANSWERED = "answered"  #: somebody picked up
    NO_ANSWER = "no_answer"  #: rang and nobody came
    BUSY = "busy"  #: engaged, or declined
    FAILED = "failed"  #: could not be reached at all
    ENDED = "ended"  #: over


@dataclass(frozen=True, kw_only=True)
class LegEnd:
    """How a leg ended, and when; `at` is None where the carrier does not say."""

    state: LegState
    at: datetime | None


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
    Progress is reported through the carrier's own door; what may have been lost on the way there is asked for
    by `living` and `end_of`.
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

    async def living(self) -> Collection[str]:
        """The legs on which somebody is now, as one list. One that is missing there need not have ended."""

    async def end_of(self, leg: str) -> LegEnd | None:
        """How and when `leg` ended; None while it goes on. One that the carrier does not know has ended."""
