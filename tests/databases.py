"""tests/databases.py: the databases that tests run on, made cheap: one server a run, one copy of a template a test.

    server ──initdb──▶ template, migrated once ──CREATE DATABASE … TEMPLATE──▶ one database a test
                            └──▶ the same with what many tests begin with ──▶ one database a test

The servers are the real ones. They listen on loopback, keep nothing, and die with the test run.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from desk.kernel import migrate

START_WITHIN_S = 60
#: Below what systems give to whoever asks for any port: nobody comes upon one of these between our look and its use.
PORTS = range(20_000, 32_000)
#: So many belong together: whoever has bound the first of them has them all, and for as long as they run.
BLOCK = 50
#: What psql says when it has done what it was told.
DONE = "-- done"
#: Nothing here must survive a crash, so nothing waits for the disk.
HASTE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


class Filling(Protocol):
    """What many tests begin with."""

    __name__: str

    def __call__(self, url: str) -> None:
        """Puts it into a database that has every table. Called once a run."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and that no other test is given, of this run or of one beside it.

    A server may end and be started again there: nobody takes its place meanwhile.
    """
    return next(_ports)


def _ports_of_ours() -> Iterator[int]:
    for first in _blocks():
        yield from filter(_is_free, range(first + 1, first + BLOCK))


def _blocks() -> Iterator[int]:
    """The first port of each block that becomes ours; it stays bound until this process ends."""
    firsts = PORTS[::BLOCK]
    for number in range(len(firsts)):
        first = firsts[(os.getpid() * 7 + number) % len(firsts)]
        keeper = socket.socket()
        if _is_bound(keeper, first):
            keeper.detach()
            yield first
        else:
            keeper.close()
    raise RuntimeError("no ports are left")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return _is_bound(probe, port)


def _is_bound(one: socket.socket, port: int) -> bool:
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


_ports = _ports_of_ours()


class SqliteFiles:
    """SQLite databases: a template file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[Filling | None, Path] = {}

    def copy_into(self, folder: Path, filling: Filling | None = None) -> str:
        """A fresh database with every table and what `filling` puts in; its URL."""
        file = folder / "careline.sqlite3"
        shutil.copyfile(self._template(filling), file)
        return f"sqlite:///{file}"

    def _template(self, filling: Filling | None) -> Path:
        if filling not in self._templates:
            file = self._folder / f"{filling.__name__ if filling else 'tables'}.sqlite3"
            if filling is None:
                migrate.upgrade(f"sqlite:///{file}")
            else:
                shutil.copyfile(self._template(None), file)
                filling(f"sqlite:///{file}")
            self._templates[filling] = file
        return self._templates[filling]


class PostgresServer:
    """A running PostgreSQL server that belongs to the tests."""

    def __init__(self, psql: "subprocess.Popen[str]", port: int) -> None:
        self._psql = psql
        self._port = port
        self._numbers = count(1)
        self._templates: dict[Filling | None, str] = {}

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self._port}/{database}"

    @contextmanager
    def database(self, filling: Filling | None = None, *, tables: bool = True) -> Iterator[str]:
        """A fresh database; its URL. Gone afterwards, whoever is connected.

        It has every table and what `filling` puts in; or else no table.
        """
        template = self._template(filling) if tables else "template1"
        name = f"careline_{next(self._numbers)}"
        # Block by block, which is the default, costs half as much again.
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _template(self, filling: Filling | None) -> str:
        if filling not in self._templates:
            name = f"careline_with_{filling.__name__ if filling else 'tables'}"
            if filling is None:
                self._say(f"CREATE DATABASE {name}")
                migrate.upgrade(self.url(name))
            else:
                tables = self._template(None)
                self._say(f"CREATE DATABASE {name} TEMPLATE {tables}")
                filling(self.url(name))
            self._templates[filling] = name
        return self._templates[filling]

    def _say(self, statement: str) -> None:
        """Has it done by the one psql that lasts: one for each statement would cost more than what is said.

        Raises:
            RuntimeError: it was refused; with what was said.
        """
        asked, answered = self._psql.stdin, self._psql.stdout
        assert asked is not None and answered is not None
        asked.write(f"{statement};\n\\echo {DONE}\n")
        asked.flush()
        heard = ""
        while not heard.endswith(f"{DONE}\n"):
            if not (line := answered.readline()):
                raise RuntimeError(f"{statement}: {heard}psql has ended")
            heard += line
        if refusal := heard.removesuffix(f"{DONE}\n").strip():
            raise RuntimeError(f"{statement}: {refusal}")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts a PostgreSQL server in a folder of its own."""
    binaries = _postgres_binaries()
    with tempfile.TemporaryDirectory(prefix="careline-postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder, "data")
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # initdb refuses root
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(data, "postgres", "postgres")
        initialise = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        initialise += ["--locale=C.UTF-8", "--no-sync"]
        subprocess.run([*_as_postgres(), *initialise], check=True, timeout=60, capture_output=True, cwd=folder)
        port = free_port()
        options = [part for name, value in HASTE.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
        server = _running([*_as_postgres(dies_with_us=True), *command], Path(folder), _is_ready(binaries, port))
        with server, _psql(binaries, port) as psql:
            yield PostgresServer(psql, port)


@contextmanager
def _psql(binaries: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """One that reads statements from a pipe; what it has to say of them, errors too, comes out of another."""
    command = [str(binaries / "psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else Path(_program("initdb")).resolve().parent


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is missing: `make test` installs it")
    return path


def _as_postgres(*, dies_with_us: bool = False) -> list[str]:
    """What to put before a command so that it runs as a user whom initdb accepts."""
    command = ["setpriv"]
    if os.geteuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    if dies_with_us:
        command += ["--pdeathsig", "QUIT"]
    return command if len(command) > 1 else []


def _is_ready(binaries: Path, port: int) -> Callable[[], bool]:
    """It listens before it lets anybody in, so a connection alone says little."""
    command = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return lambda: subprocess.run(command, timeout=10, check=False).returncode == 0


@contextmanager
def _running(command: list[str], folder: Path, ready: Callable[[], bool]) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        give_up = time.monotonic() + START_WITHIN_S
        while not ready():
            if server.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"{command} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
