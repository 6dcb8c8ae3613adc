"""web/sockets/assistant.py: what comes into a chat, by way of the automatic assistant where the organization has one.

Who has none pays nothing for it: the setting is read once, and again when the organization has changed.
"""

from collections.abc import Sequence

from channels.types import Arrival
from desk.contacts.intake import Received, receive
from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor
from desk.organization.setting import setting
from knowledgebase.bot.answering import Quote
from knowledgebase.bot.chat_bot import NEVER, SETTING, listens, take_turn
from knowledgebase.meaning.meanings import Meanings
from web.sockets.screens import ACTOR, Screens


class Assistant:
    """Takes in what visitors write."""

    def __init__(self, desk: Desk, screens: Screens) -> None:
        self._desk = desk
        self._screens = screens
        self._known: tuple[str, int] | None = None  # when it speaks, and at which change of the organization

    async def receive(self, actor: Actor, arrival: Arrival, reads: Sequence[str]) -> tuple[Received, bool]:
        """Stores what a visitor wrote, answered or in line for a person; and whether it meant to answer.

        `reads` are the languages that their browser names.
        """
        about = arrival, self._desk.kept(Meanings), reads
        heard = await self._desk.read(ACTOR, listens, *about) if await self.when() != NEVER else None
        if heard is None:
            return await self._desk.gather(actor, receive, arrival), False
        help_url = f"{self._desk.settings.public_url}/help/a"
        received = await self._desk.transact(actor, take_turn, arrival, heard, help_url)
        return received, isinstance(heard.decision, Quote)

    async def when(self) -> str:
        """When it speaks: never, while a queue is open, while it is closed, always."""
        changes = self._screens.changes
        if self._known is None or self._known[1] != changes:
            self._known = (str(await self._desk.read(ACTOR, setting, SETTING)), changes)
        return self._known[0]
