"""Writes without end and says what was acknowledged: the process that a test kills.

python -m tests.integration.kernel.writer URL FOLDER NAME
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from desk.kernel import log
from desk.kernel.desk import Desk
from desk.kernel.events import MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Tx
from desk.tables import cursors


@dataclass(frozen=True, kw_only=True)
class KilledPing(Job):
    """Never run."""


def write(tx: Tx, id: str) -> None:
    """A row, an event and a job: all or none."""
    tx.insert(cursors, name=id, position=1)
    tx.emit(MessageAdded(id=id, interaction_id="i", author_kind="customer"))
    tx.defer(KilledPing(), key=id)


async def main(url: str, folder: str, name: str) -> None:
    """Sixteen callers, until killed."""
    log.configure()  # standard output is for what was acknowledged
    desk = Desk(Settings(database_url=url, data_dir=Path(folder), secret_key="a secret of the tests"))
    await desk.start()
    numbers = count()

    async def caller() -> None:
        while True:
            id = f"{name}-{next(numbers)}"
            await desk.transact(Actor.system("writer"), write, id)
            os.write(1, f"{id}\n".encode())

    await asyncio.gather(*(caller() for _ in range(16)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
