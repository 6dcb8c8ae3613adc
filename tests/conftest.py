"""What every test may ask for: databases, a clock that it moves, ports, a browser.

A test that asks for `database_url` runs twice, on SQLite and on PostgreSQL: what holds on one must
hold on the other.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.log import log
from tests.databases import Filling, PostgresServer, SqliteFiles, free_port, postgres_server
from tests.examples import is_thorough

#: Where files live in memory, and what must be free there for it to be used. Nothing here must survive a crash of the
#: machine, and a database made on a disk costs a test half a second.
MEMORY, ROOMY = Path("/dev/shm"), 4 << 30  # noqa: S108 only to make folders of our own in

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # looked up anew

# As where Careline runs: numpy asks once, and a test may be the first to import it (`knowledgebase/meaning/model.py`).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# How long an example takes depends on who else uses the machine, so no example has a limit. The examples are the same
# each time, and few where each is dear; with HYPOTHESIS=thorough there are many, and others each time.
hypothesis.settings.register_profile("thorough", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("usual", hypothesis.settings.get_profile("thorough"), derandomize=True)
hypothesis.settings.load_profile("thorough" if is_thorough() else "usual")

# What is not used is looked for as seldom as where Careline runs (`web/serve.py`): an eighth of the tests' time.
gc.set_threshold(50_000, 50, 100)


def pytest_collection_finish() -> None:
    """What was read so far is there to stay: it is not looked through again and again for what is not used."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was skipped has shown nothing: that is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def no_settings_from_outside() -> None:
    """What the developer's shell sets must not decide a test."""
    for name in [name for name in os.environ if name.startswith("CARELINE_")]:
        del os.environ[name]


@pytest.fixture(autouse=True, scope="session")
def what_a_use_case_is_given_stays_as_it_is() -> Iterator[None]:
    """A database may run a use case a second time: one that has taken something out of its arguments would do less."""
    transact = Desk.transact

    async def watched(desk: Desk, actor: Any, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        given = [(one, copy(one)) for one in (*args, *kwargs.values()) if isinstance(one, dict | list | set)]
        try:
            return await transact(desk, actor, use_case, *args, **kwargs)
        finally:
            assert all(one == before for one, before in given), f"{use_case} changes what it is given"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "transact", watched)
        yield


@pytest.fixture(autouse=True)
def logs_go_where_this_test_looks() -> Iterator[None]:
    """A logger that an earlier test bound to its own stream is let go of."""
    logs_begin_anew()
    yield
    logs_begin_anew()


def logs_begin_anew() -> None:
    """Lets go of the stream to which a command that ran in this process bound the logger: it is closed by now."""
    structlog.reset_defaults()
    log.__dict__.pop("bind", None)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Makes SQLite databases."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    """A fresh SQLite database with every table."""
    return sqlite_files.copy_into(tmp_path)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database with every table."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with every table, on each database in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def sample_sqlite_url(sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    """A fresh SQLite database with the sample organization."""
    return sqlite_files.copy_into(tmp_path, _with_sample_organization())


@pytest.fixture
def sample_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database with the sample organization."""
    with postgres.database(_with_sample_organization()) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def sample_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the sample organization, on each database in turn."""
    url: str = request.getfixturevalue("sample_sqlite_url" if request.param == "sqlite" else "sample_postgres_url")
    return url


def _with_sample_organization() -> Filling:
    from tests.integration.sample import load_sample  # most tests need nothing of all that

    return load_sample


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without any table, on each database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'careline.sqlite3'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database(tables=False) as url:
            yield url


@pytest.fixture
def manual_clock() -> ManualClock:
    """A clock that stands at a Monday morning until the test moves it."""
    return ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def any_port() -> Callable[[], int]:
    """Gives free ports of 127.0.0.1."""
    return free_port


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's Chromium without a window, for Playwright's `executable_path`: a page of it costs a sixth."""
    path = shutil.which("chromium-headless-shell")
    if path is None:
        raise FileNotFoundError("chromium-headless-shell is missing: `make test` installs it")
    return path
