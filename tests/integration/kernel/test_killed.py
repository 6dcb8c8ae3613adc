"""`kill -9` at any instant: what was acknowledged is there, whole, and nothing is there twice."""

import asyncio
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from desk.tables import cursors, events, jobs
from tests.integration.kernel.conftest import TEST, a_desk

REPOSITORY = Path(__file__).parents[3]


async def killed_writer(url: str, folder: Path, name: str, after: int) -> list[str]:
    """What a writer acknowledged until it was killed, right after its `after`th acknowledgement."""
    command = [sys.executable, "-m", "tests.integration.kernel.writer", url, str(folder), name]
    writer = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY)
    assert writer.stdout is not None
    acknowledged: list[str] = []
    async with asyncio.timeout(120):
        while len(acknowledged) < after:
            line = await writer.stdout.readline()
            assert line, "it ended before it was killed"
            acknowledged.append(line.decode().strip())
        writer.send_signal(signal.SIGKILL)
        rest = (await writer.stdout.read()).decode()
        await writer.wait()
    return acknowledged + [line for line in rest.split("\n")[:-1] if line]


async def test_a_killed_process_loses_nothing_that_it_acknowledged(database_url, tmp_path, manual_clock):
    acknowledged: list[str] = []
    for round_, after in enumerate((1, 57, 230)):
        acknowledged += await killed_writer(database_url, tmp_path, f"round{round_}", after)

    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        tables = (cursors.c.name, events.c.subject, jobs.c.key)
        # One snapshot: the server may still be committing what the last writer sent before it died.
        rows, said, left = await desk.read(
            TEST, lambda rx: [[row[0] for row in rx.all(sa.select(column))] for column in tables]
        )
    assert len(acknowledged) >= 288
    assert set(acknowledged) <= set(rows)
    assert sorted(rows) == sorted(said) == sorted(left)
    assert len(rows) == len(set(rows))
