"""Two processes on one PostgreSQL: who has the lease stamps, and each hears what the other did, without polling."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desk.kernel import bell as bell_module
from desk.kernel import relay as relay_module
from desk.kernel import runner as runner_module
from desk.kernel.bell import Bell, is_needed
from desk.kernel.clock import ManualClock
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.events import MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.relay import Relay
from desk.kernel.runner import Runner
from desk.kernel.settings import Settings
from desk.kernel.transaction import Tx
from tests.integration.kernel.conftest import TEST, running, until
from tests.integration.kernel.test_relay import Listener


@dataclass(frozen=True, kw_only=True)
class TwoProcessesPing(Job):
    note: str


class Node:
    """A process: desk, lease, relay, bell, and jobs if it does any."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, role: Any) -> None:
        settings = Settings(database_url=url, data_dir=folder, role=role, secret_key="a secret of the tests")
        self.desk = Desk(settings, clock=clock)
        self.lease = Lease(self.desk)
        self.relay = Relay(self.desk, self.lease)
        self.bell = Bell(self.desk, self.relay)
        self.listener = Listener()
        self.done: list[str] = []
        # From the beginning, not the head: where the log ends when this process first looks is a matter of luck.
        self.relay.add("screens", self.listener, since=0)
        self.runner = Runner(self.desk, {TwoProcessesPing: self._ping} if role == "router" else {})

    async def _ping(self, _desk: Desk, job: Any) -> None:
        self.done.append(job.note)

    @asynccontextmanager
    async def runs(self, *, lease: bool) -> AsyncIterator[None]:
        await self.desk.start()
        works = [self.relay, self.bell, self.runner, *([self.lease] if lease else [])]
        async with running(*works):
            yield
        await self.desk.close()


def say(tx: Tx, id: str) -> None:
    tx.emit(MessageAdded(id=id, interaction_id="i", author_kind="customer"))
    tx.defer(TwoProcessesPing(note=id))


@pytest.fixture
def nodes(postgres_url: str, tmp_path: Path, manual_clock: ManualClock) -> tuple[Node, Node]:
    return Node(postgres_url, tmp_path, manual_clock, "router"), Node(postgres_url, tmp_path, manual_clock, "web")


async def test_each_hears_what_the_other_did_at_once(nodes, monkeypatch):
    router, web = nodes
    async with router.runs(lease=True), web.runs(lease=False):
        await until(lambda: router.lease.held)
        await web.desk.transact(TEST, say, "warm")  # both listen now, or have looked
        await until(lambda: web.listener.heard and router.listener.heard and router.done)
        for module in (relay_module, runner_module):
            monkeypatch.setattr(module, "POLL_S", 600.0)
        await web.desk.transact(TEST, say, "from the web")
        await until(lambda: len(web.listener.heard) == len(router.listener.heard) == 2)
        await router.desk.transact(TEST, say, "from the router")
        await until(lambda: len(web.listener.heard) == len(router.listener.heard) == 3)
        await until(lambda: len(router.done) == 3)
    assert web.listener.heard == router.listener.heard


async def test_without_a_bell_they_hear_by_looking(nodes, monkeypatch):
    router, web = nodes
    monkeypatch.setattr(bell_module.Bell, "_ring_events", lambda _self: None)
    monkeypatch.setattr(bell_module.Bell, "_ring_jobs", lambda _self: None)
    async with router.runs(lease=True), web.runs(lease=False):
        await until(lambda: router.lease.held)
        await web.desk.transact(TEST, say, "m1")
        await until(lambda: web.listener.heard and router.listener.heard and router.done)


async def test_a_bell_is_for_several_processes_alone(nodes, postgres_url, sqlite_url, tmp_path):
    assert all(is_needed(node.desk) for node in nodes)
    for url, redis, needed in (
        (postgres_url, "", False),
        (postgres_url, "redis://127.0.0.1/0", True),
        (sqlite_url, "redis://127.0.0.1/0", False),
    ):
        settings = Settings(database_url=url, redis_url=redis, data_dir=tmp_path, secret_key="a secret of the tests")
        assert is_needed(Desk(settings)) is needed
