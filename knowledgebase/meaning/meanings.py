"""knowledgebase/meaning/meanings.py: searching by meaning in one process: on where it is installed and switched on.

    run          looks when articles change, and now and then: is it wanted? model read, new vectors fetched, what is
                 unread planned
    near_words   the texts that mean what somebody asks; nothing while any of this is not so
    near_text    the texts that mean what a text says
    read         the job: a model reads texts that none has read

The model works in threads of its own, so that the event loop waits for nothing, and search looks for words meanwhile.
"""

import asyncio
import importlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Unavailable
from desk.kernel.events import Logged
from desk.kernel.log import log
from desk.kernel.transaction import Actor, Row
from desk.tables.columns import EPOCH
from knowledgebase.events import ArticleChanged, ArticleSnippetChanged
from knowledgebase.meaning import vectors
from knowledgebase.meaning.asked_before import AskedBefore
from knowledgebase.meaning.model import MOST_READ, NAME, WIDTH, Model, NoModel, load
from knowledgebase.search.near import MOST, MOST_CHARACTERS, Asked, Near, is_read

if TYPE_CHECKING:
    from knowledgebase.meaning.directions import Directions

#: How often it is looked whether there is anything new; and, after an article has changed, how often and how long for
#: its vector.
LOOK_S, SOON_S, SOON_FOR_S = 10.0, 0.25, 4.0
#: Questions that are read at the same time, some of them in line for a thread; whoever asks beyond that is answered by
#: words.
MOST_AT_ONCE = 4
_THREADS = 2
#: Texts that one job reads.
_MOST_OF_JOB = 64
_ACTOR = Actor.system("meanings")


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """What a question needs."""

    model: Model
    directions: "Directions"
    before: AskedBefore


class Meanings:
    """What this process knows of meanings: `desk.kept(Meanings)`. Who searches asks it: `search/near.py`."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._ready: _Ready | None = None
        self._fetched: datetime = EPOCH
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="careline-meaning")
        self._asking = 0
        self._counting = threading.Lock()
        self._changed = asyncio.Event()

    @property
    def texts(self) -> int:
        """How many texts can be found by their meaning."""
        return len(self._ready.directions) if self._ready else 0

    async def run(self, desk: Desk, *, look_s: float | None = LOOK_S) -> None:
        """Looks until cancelled: when articles change, when texts were read here, and every `look_s` seconds; None for
        no look of the last kind. Where the model is missing it says so once, and looks no more.
        """
        while True:
            try:
                self._changed.clear()
                await self.look(desk)
                await self._await_change(desk, look_s)
            except NoModel as error:
                log.error("meanings_without_model", why=str(error))
                await asyncio.Event().wait()  # nothing changes until this process is another
            except CarelineError as error:
                log.warning("meanings_not_looked", error=type(error).__name__)
                await asyncio.sleep(LOOK_S)

    async def hear(self, batch: Sequence[Logged]) -> None:
        """What the log says: an article that changes may soon mean something else."""
        if any(isinstance(logged.event, ArticleChanged | ArticleSnippetChanged) for logged in batch):
            self._changed.set()

    async def look(self, desk: Desk) -> None:
        """Once: becomes ready if it is wanted, and lets everything go if it is not.

        Raises:
            NoModel: what is installed is not the model.
            Unavailable: the database is not.
        """
        if not await desk.read(_ACTOR, vectors.is_wanted):
            self._model = self._ready = None
            return
        first, model = self._ready is None, await self._loaded()
        directions = self._ready.directions if self._ready else await asyncio.to_thread(_no_directions)
        await self._fetch(desk, directions)
        if first:
            self._ready = _Ready(model=model, directions=directions, before=AskedBefore())
        # The first time also where all were read: by another model, perhaps.
        if first or await desk.read(_ACTOR, vectors.is_unread):
            await desk.transact(_ACTOR, vectors.plan)

    def near_words(self, words: str) -> Asked:
        """The texts that mean most nearly what `words` ask; None if that cannot be known, or not now."""
        ready = self._ready
        if ready is None or not len(ready.directions) or not is_read(words):
            return None
        return self._begin(partial(_near_words, ready, words[:MOST_CHARACTERS]))

    def near_text(self, text_id: str) -> Asked:
        """The texts that mean most nearly what a text says, itself among them; None if that cannot be known."""
        ready = self._ready
        if ready is None or text_id not in ready.directions:
            return None
        known = ready.directions.near_before(text_id)
        if known is None:
            return self._begin(partial(ready.directions.near_text, text_id, MOST))
        found: Future[Near] = Future()
        found.set_result(known)
        return found

    async def read(self, desk: Desk) -> None:
        """Has the model read some texts that it has not read; what is left is planned anew.

        Raises:
            Unavailable: this process has no model.
        """
        if not await desk.read(_ACTOR, vectors.is_wanted):
            return
        try:
            model = await self._loaded()
        except NoModel as error:
            raise Unavailable("The model that reads articles") from error
        for _ in range(_MOST_OF_JOB // vectors.AT_ONCE):
            words = await desk.read(_ACTOR, vectors.unread, NAME)
            if not words:
                return
            found = {number: await asyncio.to_thread(_packed, model, text) for number, text in words.items()}
            await desk.transact(_ACTOR, vectors.write, NAME, words, found)
            self._changed.set()
            if len(words) < vectors.AT_ONCE:
                return
        await desk.transact(_ACTOR, vectors.plan)

    def _begin(self, work: Callable[[], Near]) -> Asked:
        with self._counting:
            if self._asking >= MOST_AT_ONCE:
                return None
            self._asking += 1
        begun = self._threads.submit(work)
        begun.add_done_callback(self._ended)
        return begun

    def _ended(self, _begun: object) -> None:
        with self._counting:
            self._asking -= 1

    async def _await_change(self, desk: Desk, look_s: float | None) -> None:
        """Returns when it is time to look; after a change, once the vectors that it brings are here."""
        with suppress(TimeoutError):
            async with asyncio.timeout(look_s):
                await self._changed.wait()
            self._changed.clear()
            await self.look(desk)
            async with asyncio.timeout(SOON_FOR_S):
                while self._ready is not None and not self._changed.is_set():
                    await asyncio.sleep(SOON_S)
                    await self._fetch(desk, self._ready.directions)

    async def _loaded(self) -> Model:
        if self._model is None:
            self._model = await asyncio.to_thread(load)
        return self._model

    async def _fetch(self, desk: Desk, directions: "Directions") -> None:
        """Takes in vectors that were made since the last time, a few at a time."""
        began, after = desk.clock.now(), -1
        if not len(directions):
            self._fetched = EPOCH
        while rows := await desk.read(_ACTOR, vectors.since, NAME, self._fetched, after):
            await asyncio.to_thread(_put, directions, rows)
            after = rows[-1].number
            if len(rows) < vectors.FETCHED:
                break
        self._fetched = began


async def read_meanings(desk: Desk, _job: vectors.ReadMeanings) -> None:
    """The job."""
    await desk.kept(Meanings).read(desk)


def _near_words(ready: _Ready, words: str) -> Near:
    direction = ready.before.direction(words, ready.model.direction)
    return ready.directions.near(direction, MOST)


def _packed(model: Model, words: str) -> bytes:
    packed: bytes = _directions().packed(model.direction(words, MOST_READ))
    return packed


def _no_directions() -> "Directions":
    none: Directions = _directions().Directions(WIDTH)
    return none


def _put(directions: "Directions", rows: Sequence[Row]) -> None:
    kept = _directions().Kept
    directions.put(kept(text_id=row.text_id, scope=row.scope, vector=row.vector) for row in rows)


def _directions() -> Any:
    """The part that needs numpy, which may not be here; `load` has said so before."""
    return importlib.import_module("knowledgebase.meaning.directions")
