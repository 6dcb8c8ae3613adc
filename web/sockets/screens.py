"""web/sockets/screens.py: tells every screen what happened, as the relay hands it over.

What concerns one agent or one visitor goes out at once. What concerns everybody is gathered: queue
figures and colleagues' presence once a second, the floor's agents four times. Figures that have not changed are told
again every few seconds, so that a tile knows the difference between quiet and broken.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from desk.alerts import called_since, may_call
from desk.floor.figures import DEFINITION, Figures
from desk.floor.figures_so_far import load_figures
from desk.kernel.desk import Desk
from desk.kernel.event_log import head
from desk.kernel.events import Logged, OrganizationChanged, PresenceChanged
from desk.kernel.relay import events_since
from desk.kernel.transaction import Actor, Rx
from desk.organization.days import start_of_day
from desk.screens.agent_cards import agent_cards, for_colleague
from desk.tables import to_ms
from web.sockets.alarms import service_level_alarms
from web.sockets.namespace import Socket, Told
from web.sockets.realtime import Realtime
from web.sockets.standing import StandingAlerts
from web.sockets.tellings import (
    ALL,
    CHAT,
    CONSOLE,
    FLOOR,
    Seen,
    agent_room,
    alerts_of,
    glance,
    look,
    looks_once,
    presence_of,
    tellings,
    touched_agents,
)

ACTOR = Actor.system("screens")

#: Most events that are replayed; who missed more gets a snapshot.
REPLAYED = 500
FIGURES_EVERY_S = 1.0
FLOOR_EVERY_S = 0.25
#: Figures are told again after so many seconds without a change.
HEARTBEAT_S = 3
#: Everybody's activity is read afresh this often, whatever was folded.
AGENTS_EVERY_S = 30
#: Part of the second over which figures are spread, so that no broadcast holds the loop.
SPREAD_S = 0.5

Card = dict[str, Any]
TellVisitors = Callable[[Sequence[Told], Seen], Awaitable[None]]
Greet = Callable[[Socket], Awaitable[None]]


class Screens:
    """The feed of the relay that ends at the screens."""

    def __init__(self, desk: Desk, realtime: Realtime) -> None:
        self._desk = desk
        self._realtime = realtime
        self._figures: Figures | None = None
        self._last: tuple[list[Card], float] | None = None
        self._known: dict[str, Card] = {}  # every agent's card, as last read
        self._newer: dict[str, Card] = {}  # what the feed has read while all were read
        self._presence: dict[str, Card] = {}  # what was told of each agent
        self._colleagues: dict[str, Card] = {}  # presence news for everybody, by agent
        self._floor: dict[str, Card] = {}  # agents' news for floors
        self._alerts = StandingAlerts()
        self._alarmed: set[str] = set()  # queues that wait too long, and supervisors know
        self._under: set[str] = set()  # queues under their service level, and supervisors know
        self._greet_again = False
        #: How often the organization has changed since this process looks.
        self.changes = 0
        self._ruled = 0  # by which of them the figures are counted
        #: The log position up to which everybody has been told.
        self.position = 0
        #: How visitors are told: set by `web/sockets/chat.py`.
        self.tell_visitors: TellVisitors | None = None
        #: How a socket is shown where things stand, by namespace.
        self.greeters: dict[str, Greet] = {}

    async def load(self) -> int:
        """Reads the figures; returns the position after which the feed begins."""
        self.position, self._figures, self._known, called = await self._desk.read(ACTOR, _begin)
        for logged, told in called:
            self._alerts.fold(logged)
            self._alerts.put((logged.at, alert.data) for alert in told)
        self._keep_closings(self.figures())
        return self.position

    async def feed(self, batch: Sequence[Logged]) -> None:
        """Tells what a piece of the log says to everybody who may see it."""
        seen = await self._desk.read(ACTOR, glance if looks_once(batch) else look, batch)
        if self._figures is not None:
            for logged in batch:
                self._figures.fold(logged)
            self._figures.put_agents(seen.agents.values())
        self._known |= seen.agents
        self._newer |= seen.agents
        for_visitors = []
        at = {logged.position: logged.at for logged in batch}
        over = [self._alerts.fold(logged) for logged in batch]
        for told in tellings(batch, seen):
            if told.name == "alert":
                (data,) = self._alerts.put([(at[told.seq], told.data)])
                told = replace(told, data=data)  # noqa: PLW2901  # one of a closing: with the others
            if told.namespace == CHAT:
                for_visitors.append(told)
            else:
                await self._realtime.tell(told)
        await self._agents(batch, seen)
        if self.tell_visitors is not None:
            await self.tell_visitors(for_visitors, seen)
        self.position = batch[-1].position
        if any(over):
            await self._tell_alerts()
        if any(isinstance(logged.event, OrganizationChanged) for logged in batch):
            self._greet_again = True
            self.changes += 1

    async def resume(self, socket: Socket, seq: int) -> Card:
        """Replays to one socket what it missed after `seq`, or shows it where things stand."""
        self._realtime.hold(socket)
        known = await self._desk.read(ACTOR, head)
        missed = await events_since(self._desk, seq, REPLAYED) if known - REPLAYED <= seq <= known else None
        if missed is None:
            await self.greeters[socket.namespace](socket)
            return {"seq": known, "snapshot": True}
        if missed:
            seen = await self._desk.read(ACTOR, look, missed)
            for told in tellings(missed, seen):
                await self._realtime.tell_one(socket, told)
        upto = missed[-1].position if missed else seq
        shown = {"seq": upto, "alerts": self.alerts()}  # some may be over since
        await self._realtime.introduce(socket, upto, *([("alerts", shown)] if socket.namespace == FLOOR else []))
        return {"seq": max(upto, seq)}

    def figures(self) -> list[Card]:
        """The queues' figures now."""
        return self._figures.queues(self._desk.clock.now()) if self._figures else []

    def alerts(self) -> list[Card]:
        """The alerts that stand now."""
        zone = self._figures.zone if self._figures else ZoneInfo("UTC")
        return self._alerts.standing(self._desk.clock.now(), zone)

    def everybody(self) -> Card:
        """Figures and agents as everybody has been told: what a snapshot takes from here must be taken last."""
        return {"queues": self.figures(), "agents": sorted(self._known.values(), key=lambda card: str(card["name"]))}

    def for_colleagues(self) -> Card:
        """The same for a console: whom colleagues are talking to is theirs and their supervisors' business."""
        everybody = self.everybody()
        return everybody | {"agents": [for_colleague(card) for card in everybody["agents"]]}

    async def run(self) -> None:
        """Tells what is told at intervals, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._every(FIGURES_EVERY_S, self._tell_figures))
            tasks.create_task(self._every(FIGURES_EVERY_S, self._tell_colleagues))
            tasks.create_task(self._every(FLOOR_EVERY_S, self._tell_floors))
            tasks.create_task(self._every(AGENTS_EVERY_S, self._read_agents))
            tasks.create_task(self._every(FIGURES_EVERY_S, self._greet_everybody))

    async def _every(self, seconds: float, deed: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._realtime.surely(deed)

    async def _agents(self, batch: Sequence[Logged], seen: Seen) -> None:
        """Who does something else now hears it on their own consoles at once, and everybody else soon."""
        chose = {logged.event.id for logged in batch if isinstance(logged.event, PresenceChanged)}
        for agent_id, seq in touched_agents(batch, seen).items():
            card = seen.agents[agent_id]
            news = presence_of(card, seq)
            self._floor[agent_id] = card
            if {**news, "seq": 0} == self._presence.get(agent_id):
                continue
            self._presence[agent_id] = {**news, "seq": 0}
            room = frozenset({agent_room(agent_id)})
            await self._realtime.tell(Told(seq=seq, namespace=CONSOLE, rooms=room, name="presence.changed", data=news))
            if agent_id in chose:
                self._colleagues[agent_id] = news

    async def _tell_colleagues(self) -> None:
        news, self._colleagues = self._colleagues, {}
        everybody = frozenset({ALL})
        for agent_id in news:  # as it is by now: it may have been told differently meanwhile
            data = self._presence[agent_id] | {"seq": self.position}
            told = Told(seq=data["seq"], namespace=CONSOLE, rooms=everybody, name="presence.changed", data=data)
            await self._realtime.tell(told)

    async def _tell_floors(self) -> None:
        if not self._floor:
            return
        cards, self._floor = list(self._floor.values()), {}
        data = {"seq": self.position, "agents": cards}
        told = Told(seq=self.position, namespace=FLOOR, rooms=frozenset({ALL}), name="agents.changed", data=data)
        await self._realtime.tell(told)

    async def _tell_figures(self) -> None:
        if self._figures is None:
            await self.load()
        now = asyncio.get_running_loop().time()
        queues = self.figures()
        if self._last is not None and self._last[0] == queues and now - self._last[1] < HEARTBEAT_S:
            return
        self._last = (queues, now)
        data = {"seq": self.position, "as_of": self._desk.clock.now(), "definition": DEFINITION, "queues": queues}
        for namespace in (FLOOR, CONSOLE):
            told = Told(
                seq=self.position, namespace=namespace, rooms=frozenset({ALL}), name="queues.changed", data=data
            )
            await self._realtime.spread(told, SPREAD_S / 2)
        await self._alarm(queues)

    async def _alarm(self, queues: list[Card]) -> None:
        """Supervisors hear once when somebody waits longer than the queue promises, or too many have."""
        late = {queue["key"] for queue in queues if queue["longest_wait_s"] > queue["target"]["within_s"]}
        for queue in queues:
            if queue["key"] in late - self._alarmed:
                text = f"{queue['name']}: somebody has waited longer than {queue['target']['within_s']} s."
                await self._alert({"kind": "waiting_too_long", "tone": "warn", "queue": queue["key"], "text": text})
        self._alarmed = late
        alerts, self._under = service_level_alarms(queues, self._under)
        for alert in alerts:
            await self._alert(alert)
        over = self._alerts.keep("waiting_too_long", late) | self._alerts.keep("service_level", self._under)
        if self._keep_closings(queues) | over:
            await self._tell_alerts()

    def _keep_closings(self, queues: list[Card]) -> bool:
        """A closing is over when its queue opens again; whether one is. Nobody knows while figures are by old rules."""
        if self._ruled != self.changes:
            return False
        closed = {queue["key"] for queue in queues if not queue["open"]}
        return self._alerts.keep_closings(closed, to_ms(self._desk.clock.now()))

    async def _alert(self, alert: Card) -> None:
        """Tells floors of a queue that is alarmed from now on."""
        data = {"seq": self.position, "id": f"{alert['kind']}:{alert['queue']}"} | alert
        self._alerts.put([(self._desk.clock.now(), data)])
        everybody = frozenset({ALL})
        await self._realtime.tell(Told(seq=self.position, namespace=FLOOR, rooms=everybody, name="alert", data=data))

    async def _tell_alerts(self) -> None:
        """Some are over: floors are told which stand."""
        data, everybody = {"seq": self.position, "alerts": self.alerts()}, frozenset({ALL})
        await self._realtime.tell(Told(seq=self.position, namespace=FLOOR, rooms=everybody, name="alerts", data=data))

    async def _read_agents(self) -> None:
        self._newer = {}
        cards = await self._desk.read(ACTOR, agent_cards)
        cards = self._known = cards | {id: card for id, card in self._newer.items() if id in cards}
        if self._figures is not None:
            self._figures.put_agents(cards.values())
            self._figures.keep_agents(cards.keys())

    async def _greet_everybody(self) -> None:
        """The organization has changed: figures by the new rules, and everybody sees where things stand."""
        if not self._greet_again:
            return
        self._greet_again, changes = False, self.changes
        fresh = await self._desk.read(ACTOR, load_figures)
        if self._figures is not None:
            self._figures.rules, self._figures.zone = fresh.rules, fresh.zone
        self._ruled = changes
        await self._read_agents()
        for socket in self._realtime.sockets(CONSOLE) + self._realtime.sockets(FLOOR):
            if socket.ready.is_set():
                self._realtime.hold(socket)
                await self.greeters[socket.namespace](socket)


def _begin(rx: Rx) -> tuple[int, Figures, dict[str, Card], list[tuple[Logged, list[Told]]]]:
    figures, cards = load_figures(rx), agent_cards(rx)
    figures.put_agents(cards.values())
    called = called_since(rx, start_of_day(rx.now, figures.zone))
    seen = look(rx, [logged for logged in called if may_call(logged.event)])
    return head(rx), figures, cards, [(logged, alerts_of(logged, seen)) for logged in called]
