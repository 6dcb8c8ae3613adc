"""A floor with both doors for mail open: strangers post at ours, and what we send arrives at a relay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from channels.email.send import SmtpSender
from channels.email.sink import Sink
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row
from desk.tables import interactions, messages
from tests.integration.floor import Agent, Floor, open_floor
from tests.security.post import Post, open_post, written

SECRET = "My PIN is 4711."


@dataclass
class Office:
    """A floor that takes mail at its real door and hands it over to a real relay."""

    floor: Floor
    post: Post
    relay: Sink

    async def takes(self, raw: bytes, **envelope: str) -> None:
        await self.post.takes(raw, **envelope)
        await self.floor.jobs_done()

    async def goes_out(self, count: int) -> dict[str, Any]:
        """The newest of `count` mails that have left us."""

        async def look() -> bool:
            return len(self.relay.mails) >= count

        await self.floor.until(look)
        assert len(self.relay.mails) == count
        return self.relay.mails[-1]

    async def answers(self, agent: Agent, interaction_id: str, text: str) -> dict[str, Any]:
        before = len(self.relay.mails)
        await agent.says(interaction_id, text)
        return await self.goes_out(before + 1)

    async def known_thread(self) -> tuple[Agent, Row, dict[str, Any]]:
        """Eva has written her secret and was answered: the agent, the interaction, our mail."""
        mia = await self.floor.agent(1)
        await self.takes(written(SECRET))
        id = await mia.takes_next()
        return mia, await self.floor.interaction(id), await self.answers(mia, id, "Thank you, Eva.")

    async def said_in(self, interaction_id: str) -> list[tuple[str, str]]:
        rows = await self.floor.rows(messages, interaction_id=interaction_id)
        return [(row.author_kind, row.text.strip()) for row in rows]

    async def others(self, interaction_id: str) -> list[Row]:
        return [row for row in await self.floor.rows(interactions) if row.id != interaction_id]


@asynccontextmanager
async def open_office(database_url: str, folder: Path, clock: ManualClock) -> AsyncIterator[Office]:
    """An office with the sample organization, nobody signed in."""
    relay = Sink(now=clock.now)
    await relay.start()
    try:
        async with open_floor(database_url, folder, clock) as floor, open_post(floor.desk) as post:
            sender = SmtpSender(relay.url, load=floor.desk.blobs.get, now=clock.now)
            with patch.object(floor.mail, "send", sender.send):
                yield Office(floor, post, relay)
    finally:
        await relay.stop()
