"""The server as its own process: `careline demo` starts, answers at every address, and ends in order.

The demo on its own file starts from nothing, as users start it; what else runs here is forked.
"""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from desk.kernel import migrate
from tests.databases import PostgresServer
from tests.integration.web.front import csrf_token
from tests.processes import Process, careline

#: Seconds on a quiet machine; a busy one is not the product's fault.
START_WITHIN_S = 150.0
END_WITHIN_S = 60.0
pytestmark = pytest.mark.timeout(500)

#: The addresses of the contract, and what somebody who is nobody gets there.
ADDRESSES = {
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/demo/shop": 200,
    "/demo/mail": 200,
    "/demo/mail.json": 200,
    "/login": 200,
    "/console": 303,
    "/floor": 303,
    "/admin": 303,
    "/reports": 303,
    "/complaints": 303,
    "/help": 200,
    "/help/search": 200,
    "/help/a/none": 404,
    "/contact": 200,
    "/t/none": 404,
    "/s/none": 404,
    "/call": 200,
    "/widget.js": 200,
    "/api/v1/openapi.json": 200,
    "/api/v1/asyncapi.json": 200,
    "/api/v1/docs": 200,
    "/api/v1/queues": 401,
}
WEBHOOKS = ("/twilio/voice", "/twilio/sms", "/twilio/sms/status", "/twilio/voice/status")


class Running:
    """A demo that runs, and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, printed: list[str]) -> None:
        self.process = process
        self.url = url
        self.printed = printed

    async def ends(self) -> int:
        """Asks it to end; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), END_WITHIN_S)


@asynccontextmanager
async def demo(any_port: Callable[[], int], folder: Path, *words: str, **settings: str) -> AsyncIterator[Running]:
    web_port, mail_port = any_port(), any_port()
    bind = {"CARELINE_BIND": f"127.0.0.1:{web_port}", "CARELINE_SMTP_LISTEN": f"127.0.0.1:{mail_port}"}
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "web", "demo", "--quiet", *words),
            env={**os.environ, **bind, **settings, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[3])},
            cwd=folder,
            umask=0,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    printed: list[str] = []
    try:
        async with asyncio.timeout(START_WITHIN_S):
            assert process.stdout is not None
            while not any("Ctrl C" in line for line in printed):
                line = await process.stdout.readline()
                assert line, (folder / "log").read_text()[-3000:]
                printed.append(line.decode().rstrip())
        yield Running(process, f"http://127.0.0.1:{web_port}", printed)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_demo_answers_everywhere_and_leaves_nothing_behind(
    any_port: Callable[[], int], tmp_path: Path
) -> None:
    async with demo(any_port, tmp_path) as running, aiohttp.ClientSession(running.url) as http:
        (folder,) = tmp_path.glob("careline-demo-*")
        words = "\n".join(running.printed)
        assert running.url in words and str(folder) in words and "agent1@demo.test" in words

        for path, status in ADDRESSES.items():
            async with http.get(path, allow_redirects=False) as response:
                assert response.status == status, path
        for path in WEBHOOKS:
            async with http.post(path, data={"CallSid": "CA1"}) as response:
                assert response.status == 403, path
        async with http.get("/readyz") as response:
            assert await response.json() == {"status": "ok", "database": True, "migrations": True, "router": True}
        async with http.get("/api/v1/queues", headers={"Authorization": "Bearer demo-agent1"}) as response:
            assert response.status == 200

        by_hand = {"Host": f"localhost:{running.url.rpartition(':')[2]}", "Accept": "text/html"}
        async with http.get("/console?a=1", headers=by_hand, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (307, f"{running.url}/console?a=1")

        assert await running.ends() == 0
        assert not folder.exists()


async def test_everybody_of_the_demo_signs_in_and_what_is_written_is_for_its_own_user_alone(
    any_port: Callable[[], int], tmp_path: Path
) -> None:
    """Also in a folder that somebody else made, for everybody to read, and where a shell asks for no care."""
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(0o755)
    async with demo(any_port, tmp_path, "--data-dir", str(folder)) as running:
        firsts = {"agent1": "/console", "agent8": "/console", "supervisor": "/floor", "admin": "/admin"}
        for name, first in firsts.items():
            await signs_in(running.url, name, first)
        kept = {str(path.relative_to(folder)): path for path in folder.rglob("*")}
        assert {"careline.sqlite3", "careline.sqlite3-wal", "careline.sqlite3-shm", "sent-mail"} <= kept.keys()
        for name, path in kept.items():
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), name
        assert await running.ends() == 0
        assert (folder / "careline.sqlite3").exists()


async def signs_in(url: str, name: str, first: str) -> None:
    """Somebody of the demo signs in and comes to the page where their day begins."""
    async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get("/login") as shown:
            token = csrf_token(await shown.text())
        fields = {"email": f"{name}@demo.test", "password": "demo", "csrf_token": token}
        async with http.post("/login", data=fields, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, first)
        async with http.get(first) as response:
            assert response.status == 200


async def test_the_demo_runs_on_postgresql_and_goes_on_where_it_stopped(
    any_port: Callable[[], int], tmp_path: Path, postgres: PostgresServer
) -> None:
    counts = []
    with postgres.database(tables=False) as url:
        for day in ("first", "second"):
            port, log = any_port(), tmp_path / day
            bind = {"CARELINE_BIND": f"127.0.0.1:{port}", "CARELINE_SMTP_LISTEN": f"127.0.0.1:{any_port()}"}
            environment = os.environ | bind | {"CARELINE_DATABASE_URL": url}
            kept = str(tmp_path / "kept")
            process = careline("demo", "--quiet", "--data-dir", kept, environment=environment, log=log)
            try:
                counts.append(await complaints_at(f"http://127.0.0.1:{port}", process))
            finally:
                process.terminate()
                assert await asyncio.to_thread(process.wait, END_WITHIN_S) == 0, log.read_text()[-3000:]
    assert counts[0] == counts[1] > 0


async def complaints_at(url: str, process: Process) -> int:
    """How many complaints a demo has, once it is ready."""
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer demo-supervisor"}) as http:
        async with asyncio.timeout(START_WITHIN_S):
            while not await _is_ready(http, url):
                assert process.poll() is None
                await asyncio.sleep(0.1)
        async with http.get(f"{url}/api/v1/complaints?limit=200") as response:
            return len((await response.json())["items"])


async def test_requests_and_routing_may_be_two_processes(
    any_port: Callable[[], int], tmp_path: Path, postgres: PostgresServer
) -> None:
    with postgres.database(tables=False) as url:
        refused = serve(any_port(), tmp_path / "early", url, "web")
        assert await asyncio.to_thread(refused.wait, START_WITHIN_S) == 2

        await asyncio.to_thread(migrate.upgrade, url)
        port = any_port()
        processes = [serve(port, tmp_path / "web", url, "web"), serve(any_port(), tmp_path / "router", url, "router")]
        try:
            async with aiohttp.ClientSession() as http, asyncio.timeout(START_WITHIN_S):
                while not await _is_ready(http, f"http://127.0.0.1:{port}"):
                    await asyncio.sleep(0.2)
        finally:
            for process in processes:
                process.terminate()
            ended = [await asyncio.to_thread(process.wait, END_WITHIN_S) for process in processes]
        assert ended == [0, 0]


def serve(port: int, folder: Path, url: str, role: str) -> Process:
    settings = {
        "CARELINE_BIND": f"127.0.0.1:{port}",
        "CARELINE_SMTP_LISTEN": "",
        "CARELINE_DATABASE_URL": url,
        "CARELINE_SECRET_KEY": "the same for both " * 2,
    }
    words = ("serve", "--role", role, "--data-dir", str(folder))
    return careline(*words, environment=os.environ | settings, log=folder.with_suffix(".log"))


async def _is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@pytest.mark.parametrize("name", ["CARELINE_BIND", "CARELINE_SMTP_LISTEN"])
async def test_a_port_that_is_taken_is_said_in_one_line(any_port: Callable[[], int], tmp_path: Path, name: str) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    bind = {"CARELINE_BIND": f"127.0.0.1:{any_port()}", "CARELINE_SMTP_LISTEN": f"127.0.0.1:{any_port()}"}
    log, errors = tmp_path / "log", tmp_path / "errors"
    environment = os.environ | bind | {name: f"127.0.0.1:{port}"}
    process = careline("serve", "--data-dir", str(tmp_path / "data"), environment=environment, log=log, errors=errors)
    code = await asyncio.to_thread(process.wait, START_WITHIN_S)
    taken.close()
    await taken.wait_closed()

    assert code == 2
    words = f"{name}: 127.0.0.1:{port} is taken by another program; stop it, or choose another port.\n"
    assert errors.read_text() == words
