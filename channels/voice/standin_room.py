"""channels/voice/standin_room.py: the stand-in's conferences, with the rules of the real ones.

    init ──two are in, one of whom starts it──▶ in-progress ──last, or one who ends it, leaves──▶ completed

Who is in before it begins, or is on hold, hears music and nobody else.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field


class Bell:
    """Rings when anything changes; whoever waits for something looks again. No polling."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wakes everybody who waits."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, holds: Callable[[], bool], timeout_s: float | None = None, what: str = "it") -> None:
        """Returns as soon as `holds()`.

        Raises:
            TimeoutError: it did not come to that within `timeout_s`; says `what` was waited for.
        """
        loop = asyncio.get_running_loop()
        ends = None if timeout_s is None else loop.time() + timeout_s
        while not holds():
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiter)
            try:
                async with asyncio.timeout_at(ends):
                    await waiter
            except TimeoutError:
                if not holds():
                    raise TimeoutError(f"waited {timeout_s} s in vain for {what}") from None
            finally:
                self._waiting.discard(waiter)


def new_sid(prefix: str) -> str:
    """An id of Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(kw_only=True)
class Member:
    """One call's part in a conference."""

    call_sid: str
    starts: bool
    ends: bool
    wait_url: str = ""
    wait_method: str = "POST"
    label: str = ""
    muted: bool = False
    hold: bool = False
    hold_url: str = ""
    hold_method: str = "GET"
    coaches: str = ""


@dataclass(kw_only=True)
class Room:
    """One conference."""

    name: str
    sid: str = field(default_factory=lambda: new_sid("CF"))
    status: str = "init"
    members: dict[str, Member] = field(default_factory=dict)

    def enter(self, member: Member) -> None:
        """Lets a member in; the conference begins if that makes two, and one of them starts it."""
        self.members[member.call_sid] = member
        if self.status == "init" and len(self.members) > 1 and any(one.starts for one in self.members.values()):
            self.status = "in-progress"

    def leave(self, call_sid: str) -> None:
        """Lets a member out; the conference ends with its last member, or with one who ends it."""
        member = self.members.pop(call_sid, None)
        if member is not None and (member.ends or not self.members):
            self.end()

    def end(self) -> None:
        """Ends the conference for everybody."""
        self.status = "completed"
        self.members.clear()

    def member(self, who: str) -> Member | None:
        """A member by call or by label."""
        by_label = (one for one in self.members.values() if one.label and one.label == who)
        return self.members.get(who) or next(by_label, None)

    def music_for(self, call_sid: str) -> tuple[str, str] | None:
        """(address, method) of what a member hears instead of the others; None while they talk."""
        member = self.members.get(call_sid)
        if member is None:
            return None
        if member.hold:
            return member.hold_url, member.hold_method
        return (member.wait_url, member.wait_method) if self.status == "init" else None

    def hear(self, speaker_sid: str) -> list[str]:
        """The calls that hear what `speaker_sid` says."""
        speaker = self.members.get(speaker_sid)
        if speaker is None or self.status != "in-progress" or speaker.hold or speaker.muted:
            return []
        return [
            one.call_sid
            for one in self.members.values()
            if one.call_sid != speaker_sid and not one.hold and speaker.coaches in ("", one.call_sid)
        ]
