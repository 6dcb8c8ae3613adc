"""web/reports/clerk.py: the process that makes a server's reports: it comes with the first order, and stays for more.

    request ─▶ Clerk.fill(order) ─▶ python -m web.reports.worker ─▶ read, compute, print ─▶ bytes

Loading what a report needs takes longer than making one, so the process waits a while for the next before it goes
and gives its memory back. Orders go in on its standard input, a line each (a database address may hold a password,
which a command line would show), documents come out on standard output. One report at a time in each server: the
next waits its turn.
"""

import asyncio
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import IO, Any

import orjson
from aiohttp import web

from desk.kernel.errors import CarelineError, Conflict, Invalid, NotFound, Unavailable
from desk.kernel.log import log
from web.reports.worker import MADE, Order

LIMIT_S = 150
#: How long the process waits for another order.
REST_S = 60.0


class Clerk:
    """Has reports made by a process of its own."""

    def __init__(self, *, rest_s: float = REST_S) -> None:
        self._rest_s = rest_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._errors: IO[bytes] | None = None

    async def fill(self, order: Order) -> bytes:
        """What was ordered; raises what `web.reports.worker.fill` raises.

        Raises:
            Unavailable: it could not be made, or not in time.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(LIMIT_S):
                    word, document = await self._ask(orjson.dumps(asdict(order)) + b"\n")
            except TimeoutError as error:
                await self.dismiss()
                raise Unavailable("The report") from error
            except asyncio.CancelledError:
                # Whoever asked has gone: what they asked for is not to be taken for the next.
                await self.dismiss()
                raise
        if word == MADE:
            return document
        raise _told(orjson.loads(document))

    async def dismiss(self) -> None:
        """Ends the process, whatever it is at."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    async def _ask(self, line: bytes) -> tuple[bytes, bytes]:
        """The word and the document with which the process answers; one that has gone is followed by another."""
        while True:
            if self._process is not None and self._process.returncode is not None:
                await self.dismiss()
            before = self._process
            process = before or await self._start()
            found = await _answered(process, line)
            if found is not None:
                return found
            code = await process.wait()
            words = self._last_words()
            await self.dismiss()
            if before is None or code != 0:
                log.error("report_failed", code=code, error=words)
                raise Unavailable("The report")

    async def _start(self) -> Process:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the process is dismissed
        command = [sys.executable, "-m", "web.reports.worker", str(self._rest_s)]
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=self._errors)
        return self._process

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-500:]


async def _answered(process: Process, line: bytes) -> tuple[bytes, bytes] | None:
    """The answer of a process; None if it ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        await process.stdin.drain()
        word, length = (await process.stdout.readline()).split()
        return word, await process.stdout.readexactly(int(length))
    except (ConnectionError, ValueError, asyncio.IncompleteReadError):
        return None


def _told(said: dict[str, Any]) -> CarelineError:
    """The error that the process met."""
    if said["code"] == Invalid.code:
        return Invalid.many([(field, why) for field, why in said["errors"]])
    if said["code"] == NotFound.code:
        return NotFound(said["kind"], "")
    if said["code"] == Unavailable.code:
        return Unavailable("The report")
    what, _, why = said["message"].partition(": ")
    error = Conflict(what, why)
    error.code = said["code"]
    return error


CLERK: web.AppKey[Clerk] = web.AppKey("clerk", Clerk)


async def clerk_at_work(app: web.Application) -> AsyncIterator[None]:
    """The clerk of a server: gone when the server goes."""
    yield
    await app[CLERK].dismiss()
