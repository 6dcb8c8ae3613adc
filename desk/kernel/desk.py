"""desk/kernel/desk.py: the desk as the edges see it: run a use case, run a query, hear that something happened."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TextIO, TypeVar

from desk.kernel.blobs import Blobs
from desk.kernel.clock import Clock, FileClock, SystemClock
from desk.kernel.database import connect
from desk.kernel.gathering import Gathering
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Rx, Tx, is_single, name_of, single

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")
K = TypeVar("K")


class Desk:
    """One installation: its settings, clock, database and blobs. `transact` is the only way to change it."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or (FileClock(settings.test_clock) if settings.test_clock else SystemClock())
        self.database = connect(settings.database_url, self.clock)
        self.database.on_commit = self._committed
        self.blobs = Blobs(settings.data_dir / "blobs")
        #: What this process knows of the floor, for queries that ask for it.
        self._kept: dict[Callable[[], Any], Any] = {}
        self._gatherings: dict[Callable[..., Any], Gathering[Any, Any]] = {}
        self._alone: TextIO | None = None
        #: Called in the event loop after each commit that left events, or jobs due now: wake, do not work.
        self.on_events: list[Callable[[], None]] = []
        self.on_jobs: list[Callable[[], None]] = []

    def is_alone(self) -> bool:
        """Whether this process alone serves its database: who did before is dead, and what they held is free.

        True of the first to ask on a SQLite file, until it closes; never of PostgreSQL.
        """
        if self._alone is None and self.settings.database_url.startswith("sqlite"):
            lock = (self.settings.data_dir / "serving.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                self._alone = lock
        return self._alone is not None

    def kept(self, kind: Callable[[], K]) -> K:
        """What a room of the house keeps in this process, made when first asked for: `desk.kept(Lookout)`."""
        if kind not in self._kept:
            self._kept[kind] = kind()
        found: K = self._kept[kind]
        return found

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Within it nobody is held up by a use case that takes long, so the log has none as slow."""
        self.database.in_bulk = True
        try:
            yield
        finally:
            self.database.in_bulk = False

    async def start(self) -> None:
        """Connects to the database."""
        await self.database.start()

    async def close(self) -> None:
        """Lets what waits finish, then disconnects."""
        await self.database.close()
        if self._alone is not None:
            self._alone.close()
            self._alone = None

    async def transact(
        self, actor: Actor, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs `use_case(tx, …)` in one transaction and returns what it returns, once that is on disk.

        Raises:
            Unavailable: the database is not; nothing was changed.
            CarelineError: what the use case raised; nothing was changed.
        """

        def work(tx: Tx) -> T:
            return use_case(tx, *args, **kwargs)

        work.__qualname__ = name_of(use_case)
        return await self.database.transact(actor, single(work) if is_single(use_case) else work)

    async def gather(self, actor: Actor, use_case: Callable[[Tx, Sequence[A]], Sequence[T]], one: A) -> T:
        """Runs a use case that takes a list on whatever waits for it, `one` among it; returns its answer to `one`.

        Raises:
            Unavailable: the database is not; nothing was changed.
            CarelineError: what the use case raised over `one` alone; nothing was changed for it.
        """
        if use_case not in self._gatherings:
            self._gatherings[use_case] = Gathering(self, use_case)
        answered: T = await self._gatherings[use_case].hand_in(actor, one)
        return answered

    async def read(self, actor: Actor, query: Callable[Concatenate[Rx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `query(rx, …)` on one read-only snapshot and returns what it returns.

        Raises:
            Unavailable: the database is not.
        """

        def work(rx: Rx) -> T:
            return query(rx, *args, **kwargs)

        work.__qualname__ = name_of(query)
        return await self.database.read(actor, single(work) if is_single(query) else work)

    def _committed(self, events: bool, jobs: bool) -> None:
        if events:
            for wake in self.on_events:
                wake()
        if jobs:
            for wake in self.on_jobs:
                wake()
