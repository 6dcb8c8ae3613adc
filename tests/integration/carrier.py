"""A carrier that keeps what it is asked, and whose telephones do what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from channels.errors import ChannelError, Gone
from channels.protocol import LegEnd, Party, Role
from ivr.instructions import Instruction


@dataclass
class Carrier:
    """Rings, joins and hangs up in name only."""

    rung: list[tuple[str, str, str]] = field(default_factory=list)  # room, to, caller
    parties: list[Party] = field(default_factory=list)  # of each that was rung
    roles: dict[str, Role] = field(default_factory=dict)
    told: dict[str, list[Instruction]] = field(default_factory=dict)
    hung_up: list[str] = field(default_factory=list)
    error: ChannelError | None = None
    ends: dict[str, LegEnd] = field(default_factory=dict)  # of legs; those without one live
    joins_nobody: bool = False  # the caller has gone, and we have not heard of it

    async def originate(self, room: str, to: str, *, caller: str, party: Party = Party.AGENT) -> str:
        if self.error is not None:
            raise self.error
        self.rung.append((room, to, caller))
        self.parties.append(party)
        return f"leg-{len(self.rung)}"

    async def instruct(self, leg: str, instructions: Sequence[Instruction]) -> None:
        self.told[leg] = list(instructions)

    async def join(self, leg: str, room: str, role: Role) -> None:
        if self.joins_nobody:
            raise Gone("the call has ended already")
        self.roles[leg] = role

    async def leave(self, leg: str, room: str) -> None:
        self.roles.pop(leg, None)

    async def hangup(self, leg: str) -> None:
        self.hung_up.append(leg)

    async def living(self) -> set[str]:
        return set()

    async def end_of(self, leg: str) -> LegEnd | None:
        return self.ends.get(leg)
