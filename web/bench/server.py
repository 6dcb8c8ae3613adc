"""web/bench/server.py: the server under load: `careline serve` as a process of its own, watched from outside."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

import web as package

START_WITHIN_S = 90.0
STOP_WITHIN_S = 30.0
#: Below those that systems give to whoever asks for any.
PORTS = range(20_000, 32_000)
_TAIL = 2_000


class ServerFailed(Exception):
    """The server did not start, or ended before it was told to; the words are the end of its log."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    url: str
    smtp_port: int
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it runs still."""
        return self.process.poll() is None

    def cpu_s(self) -> float:
        """Seconds of processor time that it has used since it began."""
        words = self._proc("stat").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK") if words else 0.0

    def peak_mb(self) -> float:
        """The most memory that it has had."""
        for line in self._proc("status").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
        return 0.0

    def _proc(self, name: str) -> str:
        try:
            return Path(f"/proc/{self.process.pid}/{name}").read_text()
        except OSError:  # it has ended, or this is no Linux
            return ""


@asynccontextmanager
async def serving(folder: Path, settings: dict[str, str], http: aiohttp.ClientSession) -> AsyncIterator[Server]:
    """Runs a server with these `CARELINE_*` settings, ready, until the end of the block.

    Nothing of the shell's own settings reaches it.

    Raises:
        ServerFailed: it does not become ready.
    """
    port, smtp_port = free_port(), free_port()
    addresses = {"CARELINE_BIND": f"127.0.0.1:{port}", "CARELINE_SMTP_LISTEN": f"127.0.0.1:{smtp_port}"}
    log = folder / "server.log"
    server = Server(
        process=_start(folder, addresses | {"CARELINE_DATA_DIR": str(folder)} | settings, log),
        url=f"http://127.0.0.1:{port}",
        smtp_port=smtp_port,
        log=log,
    )
    try:
        await _until_ready(server, http)
        yield server
    finally:
        await asyncio.to_thread(_stop, server.process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago, and that nobody is given who asks for any port."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _start(folder: Path, settings: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARELINE_")}
    here = str(Path(package.__file__ or "").parents[1])
    environment = kept | settings | {"PYTHONPATH": os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH", ""))))}
    command = [sys.executable, "-m", "web", "serve"]
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)  # noqa: S603  # our own


async def _until_ready(server: Server, http: aiohttp.ClientSession) -> None:
    try:
        async with asyncio.timeout(START_WITHIN_S):
            while not await _is_ready(server, http):  # noqa: ASYNC110  # another process sets no event of ours
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise ServerFailed(f"not ready within {START_WITHIN_S:.0f} s\n{_tail(server.log)}") from error


async def _is_ready(server: Server, http: aiohttp.ClientSession) -> bool:
    if not server.alive:
        raise ServerFailed(_tail(server.log))
    try:
        async with http.get(f"{server.url}/readyz", timeout=aiohttp.ClientTimeout(total=5)) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-_TAIL:]
