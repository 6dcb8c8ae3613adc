"""desk/router.py: reads the log, tells the engine what is true, asks it for decisions, and makes the offers.

    log ─▶ which items and agents does this touch? ─▶ read them ─▶ engine ─▶ decide ─▶ offer, if still as seen
                                                                      ▲                       └ no: read again
                                                             a timer of its own

Only the holder of the router lease routes. Whoever takes it over reads everything once and goes on: the
engine depends on what is true, never on how it became true, so nothing is lost with its memory.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from desk import closing_time
from desk.callbacks import turns as callback_turns
from desk.floor import estimates, overflow
from desk.floor.lookout import Lookout
from desk.floor.routing_views import Beside, Truth, everything, some, waiting_of
from desk.floor.touched import touched
from desk.kernel.clock import running_seconds
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Conflict, NotFound
from desk.kernel.events import CustomerChanged, Event, Logged, OfferEnded, OfferMade, OrganizationChanged
from desk.kernel.log import log, where
from desk.kernel.transaction import Actor
from desk.organization.routing_rules import STANDARD
from desk.tables import to_ms
from desk.work import idle, offers, parking, planned_work
from routing.engine import Engine
from routing.model import Decision

ACTOR = Actor.system("router")
#: Looked at this often whatever happens: time alone can make a decision possible.
LOOK_S = 1.0
#: How often it is looked for customers who have fallen silent.
SILENCE_LOOK_S = 5.0
#: After an outage of the database, and after a first failure of our own; then longer each time.
PAUSE_S = 0.5
#: A clock that is so much behind the last decision has been put back; less is what keeping the right time does.
PUT_BACK_MS = 1_000
LONGEST_PAUSE_S = 10.0


class Router:
    """The router of this process: asleep until it holds the lease. Its feed is one reader of the relay."""

    def __init__(self, desk: Desk, lease: Lease) -> None:
        self._desk = desk
        self._lease = lease
        self._engine = Engine()
        self._epoch: int | None = None  # of the lease for which the engine was filled
        self._beside, self._terms = Beside(), STANDARD
        self._rules: dict[str, Any] = {}  # which rules are in force: stands in every offer's why
        self._work: set[str] = set()
        self._agents: set[str] = set()
        self._customers: set[str] = set()
        self._ringing: dict[str, set[str]] = {}  # item -> agents at whom it rings, as far as the log has told
        self._everything = True
        self._silence_at = self._looks_at = float("-inf")
        self._asked_to_look = 0
        self._wake = asyncio.Event()
        self._sleeps = False
        #: The last look that was asked for and is done.
        self.looked = 0
        #: Decisions made, and those that the database refused because the world had moved on.
        self.decided = 0
        self.refused = 0
        #: Failures that nobody foresaw since a turn went well.
        self.failing = 0

    @property
    def is_well(self) -> bool:
        """Whether what waits is being offered, as far as that is up to this process."""
        return not (self.failing and self._lease.held)

    @property
    def is_at_rest(self) -> bool:
        """Whether all that it was told is decided, as far as that is possible now."""
        return self._sleeps and not self._wake.is_set()

    async def feed(self, batch: Sequence[Logged]) -> None:
        """Notes what the log touches; `run` does the rest."""
        for logged in batch:
            work, agents = touched(logged.event)
            self._work |= work
            self._agents |= agents
            self._note_ringing(logged.event)
            if isinstance(logged.event, CustomerChanged):
                self._customers.add(logged.event.id)
            self._everything |= isinstance(logged.event, OrganizationChanged)
        self._wake.set()

    async def run(self) -> None:
        """Routes whenever this process holds the lease, until cancelled."""
        self._lease.on_change.append(self._wake.set)
        try:
            while True:
                try:
                    if self._lease.held:
                        await self._turn()
                        self.failing = 0
                    await self._sleep()
                except CarelineError as error:
                    self._everything = True
                    log.warning("router_paused", error=type(error).__name__)
                    await asyncio.sleep(PAUSE_S)
                except Exception as error:  # noqa: BLE001 a bug here must not shut the doors: what comes in is kept
                    self._everything = True  # the engine may be half told: it is filled anew from the database
                    self.failing += 1
                    named = {"error": type(error).__name__, "where": where(error)}
                    log.error("router_failed", **named, failures=self.failing)
                    await asyncio.sleep(min(LONGEST_PAUSE_S, PAUSE_S * 2 ** min(self.failing - 1, 10)))
        finally:
            self._lease.on_change.remove(self._wake.set)

    async def _turn(self) -> None:
        """Learns what has changed and makes every offer that is possible now."""
        await self._learn()
        while decisions := self._engine.decide(to_ms(self._desk.clock.now())):
            self.decided += len(decisions)
            await asyncio.gather(*(self._offer(decision) for decision in decisions))
            await self._learn()
        await self._look_around()

    def look_around(self) -> int:
        """Looks now, not with the next look, for customers who have fallen silent and for what should overflow.

        Returns the number of this look; `looked` has it when it is done.
        """
        self._silence_at = self._looks_at = float("-inf")
        self._asked_to_look += 1
        self._wake.set()
        return self._asked_to_look

    async def _look_around(self) -> None:
        """What time does to work that nobody touches."""
        asked = self._asked_to_look
        if running_seconds() >= self._looks_at:
            self._looks_at = running_seconds() + LOOK_S
            if expected := await self._desk.read(ACTOR, estimates.expected, self._desk.kept(Lookout)):
                await self._desk.transact(ACTOR, estimates.remember, expected)
            lookout = self._desk.kept(Lookout)
            for moved in await self._desk.read(ACTOR, overflow.moves, lookout) if self._terms.overflows else ():
                await self._desk.transact(ACTOR, overflow.move, moved, epoch=self._lease.epoch)
            for id in await self._desk.read(ACTOR, closing_time.stranded, lookout):
                await self._desk.transact(ACTOR, closing_time.let_go, id, epoch=self._lease.epoch)
            for id in await self._desk.read(ACTOR, planned_work.in_closed_line):
                await self._desk.transact(ACTOR, planned_work.wait_for_opening, id, epoch=self._lease.epoch)
            for turn in await self._desk.read(ACTOR, callback_turns.turns):
                await self._desk.transact(ACTOR, callback_turns.ring, turn, epoch=self._lease.epoch)
        # What waits for its customer's word takes no room.
        if self._terms.idle_after and running_seconds() >= self._silence_at:
            self._silence_at = running_seconds() + SILENCE_LOOK_S
            await self._desk.transact(ACTOR, idle.park_silent, self._terms.idle_after)
        self.looked = asked

    async def _learn(self) -> None:
        now = self._desk.clock.now()
        put_back = to_ms(now) < self._engine.now_ms - PUT_BACK_MS  # no time passes for an engine until it is as late
        if put_back or self._everything or self._epoch != self._lease.epoch or self._beside.is_over(now):
            await self._begin()
            return
        if self._customers:
            customers, self._customers = self._customers, set()
            self._work |= await self._desk.read(ACTOR, waiting_of, customers)
        if self._work or self._agents:
            work, agents = self._work, self._agents
            self._work, self._agents = set(), set()
            # The log tells offer by offer that a round is over: the item may wait again for all of them already.
            agents.update(*(self._ringing[id] for id in work & self._ringing.keys()))
            self._tell(await self._desk.read(ACTOR, some, work, agents, self._beside))

    def _note_ringing(self, event: Event) -> None:
        match event:
            case OfferMade():
                self._ringing.setdefault(event.work_item_id, set()).add(event.agent_id)
            case OfferEnded() if event.work_item_id in self._ringing:
                self._ringing[event.work_item_id].discard(event.agent_id)
                if not self._ringing[event.work_item_id]:
                    del self._ringing[event.work_item_id]

    async def _begin(self) -> None:
        """Fills a new engine; what is touched from now on is read again after it."""
        self._work, self._agents, self._customers, self._everything = set(), set(), set(), False
        for agent_id in await self._desk.read(ACTOR, parking.interrupted):  # rules may have changed: before newcomers
            await self._desk.transact(ACTOR, parking.resume, agent_id)
        epoch, begun = self._lease.epoch, await self._desk.read(ACTOR, everything)
        self._engine, self._epoch, self._beside = Engine(), epoch, begun.beside
        self._engine.set_rules(begun.rules)
        self._terms, self._rules = begun.terms, {"rules": dict(begun.version)} if begun.version else {}
        self._tell(begun.truth)
        log.info("router_ready", epoch=epoch, waiting=len(begun.truth.work), agents=len(begun.truth.agents))

    def _tell(self, truth: Truth) -> None:
        for view in truth.agents:
            self._engine.put_agent(view)
        for agent_id in truth.gone_agents:
            self._engine.drop_agent(agent_id)
        for work in truth.work:
            self._engine.put_work(work)
        for work_id in truth.gone_work:
            self._engine.drop_work(work_id)

    async def _offer(self, decision: Decision) -> None:
        """Makes one offer, or a round of them. Refused: all are read again, for the engine had reserved them."""
        agent_ids = (decision.agent_id, *decision.also)
        why = decision.why.as_dict() | ({"interrupts": True} if decision.interrupts else {}) | self._rules
        try:
            made = await self._desk.transact(
                ACTOR,
                offers.make,
                work_item_id=decision.work_id,
                agent_ids=agent_ids,
                answer_within=timedelta(milliseconds=decision.offer_ms),
                why=why,
                terms=self._terms,
                epoch=self._lease.epoch,
            )
        except (Conflict, NotFound):
            self.refused += 1
            self._work.add(decision.work_id)
            self._agents.update(agent_ids)
            return
        if not made:  # its queue has closed
            self._work.add(decision.work_id)
        if decision.also or not made:  # some of the round may have been left out
            self._agents.update(agent_ids)

    async def _sleep(self) -> None:
        timer = self._engine.next_timer_ms() if self._lease.held else None
        wait_s = LOOK_S
        if timer is not None:
            wait_s = min(LOOK_S, max(0.0, (timer - to_ms(self._desk.clock.now())) / 1000))
        self._sleeps = True
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        self._sleeps = False
        self._wake.clear()
