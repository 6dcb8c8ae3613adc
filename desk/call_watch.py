"""desk/call_watch.py: asks the carrier about calls of which nothing is heard: a word about an end may be lost.

    we begin to route, or the database is back ──▶ every call is held against the carrier's list, twice
    else each half minute                      ──▶ those that have been where they are for as long

One list is asked for, whatever the number of calls, and none while no call goes on. Only a leg that is missing in
it is asked for by itself, and only what the carrier then says counts. A carrier that does not answer changes
nothing: it is asked again, and less and less often. The holder of the router lease alone asks, and each of its
transactions checks the lease. What is done about an end is the subject of `desk/calls/missed_ends.py`.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

from channels.errors import ChannelError, Rejected
from channels.protocol import VoiceCarrier
from desk.calls.missed_ends import OpenCall, make_good, open_calls
from desk.kernel.clock import running_seconds
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Unavailable
from desk.kernel.log import log
from desk.kernel.transaction import Actor

LOOK_S = 1.0
#: How often calls are held against the carrier's word, and how long they have been quiet by then.
EVERY_S = 25.0
#: A call that has just changed is not judged: our words and the carrier's may cross. After an outage all others are,
#: and once more so much later, so that those are, too.
YOUNG_S = 4.0
AFTER_OUTAGE = 2
#: Calls whose legs are asked for at the same time.
AT_ONCE = 8

ACTOR = Actor.system("calls")


class CallWatch:
    """Looks after the calls that go on."""

    def __init__(
        self, desk: Desk, lease: Lease, carrier: VoiceCarrier, *, seconds: Callable[[], float] = running_seconds
    ) -> None:
        self._desk = desk
        self._lease = lease
        self._carrier = carrier
        self._seconds = seconds
        self._next_at = float("-inf")
        self._begin_anew()

    async def run(self) -> None:
        """Watches until cancelled."""
        routing = asyncio.Event()
        self._lease.on_change.append(
            routing.set
        )  # who left is not to be offered to anybody: the router begins now, too
        while True:
            await self.turn()
            routing.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await routing.wait()

    async def turn(self) -> None:
        """Looks, if it is time to."""
        if not self._lease.held or self._lease.missed:
            self._begin_anew()
            self._next_at = float("-inf")
        elif self._seconds() >= self._next_at:
            await self._look()

    def _begin_anew(self) -> None:
        """Whatever was said meanwhile may be lost."""
        self._outage_looks, self._pause = AFTER_OUTAGE, YOUNG_S

    async def _look(self) -> None:
        quiet_for = timedelta(seconds=YOUNG_S if self._outage_looks else EVERY_S)
        try:
            await self.hold_against_carrier(quiet_for)
        except (ChannelError, CarelineError) as error:
            log.warning("calls_not_held_against_carrier", error=type(error).__name__)
            self._next_at = self._seconds() + self._pause
            self._pause = min(EVERY_S, 2 * self._pause)
            if isinstance(error, Unavailable):
                self._begin_anew()
            return
        self._pause = YOUNG_S
        self._outage_looks = max(0, self._outage_looks - 1)
        self._next_at = self._seconds() + (YOUNG_S if self._outage_looks else EVERY_S)

    async def hold_against_carrier(self, quiet_for: timedelta) -> None:
        """Makes good every end of a leg that was missed, of calls that have been where they are for so long.

        Raises:
            ChannelError: the carrier cannot be asked now.
            CarelineError: the database cannot, or the lease has gone to another process.
        """
        calls = await self._desk.read(ACTOR, open_calls, quiet_for)
        if not calls:
            return
        living = await self._carrier.living()
        doubtful = [call for call in calls if not call.legs <= set(living)]
        failed: list[BaseException] = []
        for first in range(0, len(doubtful), AT_ONCE):
            some = (self._settle(call, living) for call in doubtful[first : first + AT_ONCE])
            failed += filter(None, await asyncio.gather(*some, return_exceptions=True))
            if any(isinstance(error, ChannelError) and not isinstance(error, Rejected) for error in failed):
                break  # for all of them; what is refused is refused for one leg
        if failed:
            raise failed[0]

    async def _settle(self, call: OpenCall, living: Collection[str]) -> None:
        ends = {}
        for leg in sorted(call.legs.difference(living)):
            end = await self._carrier.end_of(leg)
            if end is not None:
                ends[leg] = end
        if ends:
            await self._desk.transact(ACTOR, make_good, call, ends, self._lease.name, self._lease.epoch)
            log.warning("call_had_ended_unheard", call=call.id, legs=len(ends))
