"""web/sockets/floor.py: `/floor`: what supervisors see and do."""

from typing import Any

from aiohttp import web

from desk import alerts
from desk.agents import agents
from desk.contacts import messages, transfers
from desk.kernel.desk import Desk
from desk.kernel.ids import new_id
from desk.people.permissions import Right
from desk.screens import explain
from routing.presence import Presence
from web.sockets import doors
from web.sockets.asked import (
    AgentPresenceSet,
    AlertDismiss,
    InteractionAssign,
    InteractionMove,
    MessageWhisper,
    MonitorStart,
    Nothing,
    Resume,
    WorkExplain,
)
from web.sockets.messages import ASKED
from web.sockets.namespace import Admission, Socket, table
from web.sockets.realtime import Realtime
from web.sockets.refusals import NotBuilt
from web.sockets.screens import Screens
from web.sockets.snapshots import floor_snapshot
from web.sockets.tellings import ALL

Answer = dict[str, Any]


class Floor:
    """The namespace of supervisors."""

    name = "/floor"

    def __init__(self, desk: Desk, realtime: Realtime, screens: Screens) -> None:
        self._desk = desk
        self._realtime = realtime
        self._screens = screens
        screens.greeters[self.name] = self._show
        self.handlers = table(
            ASKED[self.name],
            {
                "monitor.start": self._monitor_start,
                "monitor.stop": self._monitor_stop,
                "agent.presence.set": self._presence_set,
                "interaction.assign": self._assign,
                "interaction.move": self._move,
                "message.whisper": self._whisper,
                "alert.dismiss": self._dismiss,
                "work.explain": self._explain,
                "resume": self._resume,
            },
        )

    async def admit(self, request: web.Request, origin: str | None, auth: dict[str, Any]) -> Admission:
        """Supervisors."""
        return await doors.staff(self._desk, request, origin, auth, Right.SUPERVISE)

    async def greet(self, socket: Socket) -> None:
        """Shows the floor."""
        self._realtime.join(socket, ALL)
        await self._show(socket)

    async def gone(self, socket: Socket) -> None:
        """Nothing to see to."""

    async def _show(self, socket: Socket) -> None:
        data = await self._desk.read(socket.actor, floor_snapshot)
        # What everybody has been told is what the screens know; what they have not taken in yet is told after it.
        seq = min(data["seq"], self._screens.position)
        shown = data | self._screens.everybody() | {"alerts": self._screens.alerts()}
        await self._realtime.introduce(socket, seq, ("snapshot", shown))

    async def _resume(self, socket: Socket, message: Resume) -> Answer:
        return await self._screens.resume(socket, message.seq)

    async def _presence_set(self, socket: Socket, message: AgentPresenceSet) -> None:
        await self._desk.transact(
            socket.actor, agents.set_presence, message.agent_id, message.state, message.reason or ""
        )

    async def _assign(self, socket: Socket, message: InteractionAssign) -> Answer:
        """`kept`: the agent takes no work just now, and is waited for."""
        args = (message.interaction_id, message.agent_id)
        state: Presence = await self._desk.transact(socket.actor, transfers.assign, *args)
        return {"presence": state.value, "kept": state is not Presence.AVAILABLE}

    async def _move(self, socket: Socket, message: InteractionMove) -> None:
        await self._desk.transact(socket.actor, transfers.move, message.interaction_id, message.queue)

    async def _whisper(self, socket: Socket, message: MessageWhisper) -> Answer:
        """A word to whoever has the contact: a note that its customer never sees."""
        client_id = message.client_id or new_id(self._desk.clock.now())
        args = (message.interaction_id, client_id, message.text)
        return {"message_id": await self._desk.transact(socket.actor, messages.whisper, *args)}

    async def _dismiss(self, socket: Socket, message: AlertDismiss) -> None:
        await self._desk.transact(socket.actor, alerts.dismiss, message.alert_id)

    async def _explain(self, socket: Socket, message: WorkExplain) -> Answer:
        """Why she is waiting: how far the rules have come, and what rules out each agent."""
        return await self._desk.read(socket.actor, explain.why_waiting, message.work_item_id, message.agent)

    async def _monitor_start(self, _socket: Socket, _message: MonitorStart) -> None:
        raise NotBuilt("Listening in")

    async def _monitor_stop(self, _socket: Socket, _message: Nothing) -> None:
        raise NotBuilt("Listening in")
